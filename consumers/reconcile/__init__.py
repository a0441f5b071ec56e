"""Recompute everything from the log by other code than the workers', and compare it with ClickHouse row by row.

`oracle` and what it uses are pure: messages in, rows out. `run` reads the log and ClickHouse and judges. Nothing here imports `streams`.
"""

from consumers.reconcile.log import Unreachable
from consumers.reconcile.oracle import oracle_rows
from consumers.reconcile.report import Report
from consumers.reconcile.run import Patience, reconcile

__all__ = ["Patience", "Report", "Unreachable", "oracle_rows", "reconcile"]
