"""Where a number comes from and where an event went, read from ClickHouse. The command is `suoheng explain`, the pages are the dashboard's."""

from consumers.lineage.basis import Basis, read_basis
from consumers.lineage.events import RecordEvent, find_record, find_retraction
from consumers.lineage.key import Key
from consumers.lineage.record import ExplainedRecord, ended_by_closing, explain_record, stand
from consumers.lineage.statement import Shown
from consumers.lineage.value import ExplainedValue, Patience, add_up, explain_value

__all__ = [
    "Basis",
    "ExplainedRecord",
    "ExplainedValue",
    "Key",
    "Patience",
    "RecordEvent",
    "Shown",
    "add_up",
    "ended_by_closing",
    "explain_record",
    "explain_value",
    "find_record",
    "find_retraction",
    "read_basis",
    "stand",
]
