"""Dashboards of other people's tools over the SQL views: declared once in `declared`, written as Grafana's and Superset's files."""
