"""Closed values that moved, step by step, each with what moved it; read from ClickHouse. The command is `suoheng restatements`, the page the dashboard's."""

from consumers.restatements.causes import Cause
from consumers.restatements.explain import Explained, Found, Step, restatements
from consumers.restatements.moves import Asked, Restated, Version

__all__ = ["Asked", "Cause", "Explained", "Found", "Restated", "Step", "Version", "restatements"]
