"""Yearly assessment of offices (domain 3.10) and their way to titles (domain 2.13): schemes, checklists and grades are files, values come from
ClickHouse, and everything between them is pure and exact. The commands are `suoheng assess` and `suoheng programmes`, the pages the dashboard's."""
