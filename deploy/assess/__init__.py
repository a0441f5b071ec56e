"""Assessments and readiness on the terminal, as JSON, CSV and documents; what is in them is read by `consumers.assessment`."""
