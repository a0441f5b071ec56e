"""Data quality 数据质量: taking an event back (contract, section 3); reports, ledgers and what was found in them (domain.md 2.12)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from schemas.envelope import CLOSED, EventType
from schemas.fields import AuthorityId, Code, Count, Day, EventId, Instant, Named, Persons


@with_config(CLOSED)
class EventRetracted(TypedDict):
    """事件撤销 · an event is removed for good; cannot be undone or amended. Its source stands in `targetsource`, if not the own one."""

    target: EventId
    reason: Literal["wrong_office", "duplicate", "test", "never_happened", "other"]


@with_config(CLOSED)
class ReportOf(TypedDict):
    """Which report 报表 of an office, and of which period."""

    report_code: Code
    """The kind of table."""
    period: Code
    """E.g. `2024_03`."""


class ReportRequested(ReportOf):
    """报表布置 · an authority asks the office for a report by an instant."""

    due_at: Instant
    requested_by: NotRequired[AuthorityId]
    fields: NotRequired[list[Code]]
    """What is asked for, so that what is asked twice can be told."""


class ReportSubmitted(ReportOf):
    """报表报送 · the office submits a report; `time` is when. Its limit stands in the request, if there was one, else here."""

    due_at: Instant


class ReportReturned(ReportOf):
    """报表退回 · a report is sent back for so many errors; it may be submitted again."""

    errors: NotRequired[Count]


@with_config(CLOSED)
class PeriodClosed(TypedDict):
    """封账 · the office closes its own books of a period; whether its numbers still change is for the bureau's `reg.period.closed`."""

    window_kind: Annotated[
        Literal["month", "quarter", "half", "year"],
        Named(month=("月", "month"), quarter=("季", "quarter"), half=("半年", "half"), year=("年", "year")),
    ]
    window_start: Day


@with_config(CLOSED)
class LedgerInspected(TypedDict):
    """台账抽查 · entries of a ledger were compared with what happened; some did not match."""

    sampled: Persons
    mismatched: Count


@with_config(CLOSED)
class DuplicateResolved(TypedDict):
    """重复合并 · the same matter had been entered more than once; so many entries were given up for one that stays."""

    merged: Annotated[int, Field(ge=1, le=1000)]


TYPES = (
    EventType("dat.event.retracted", "事件撤销", "event retracted", EventRetracted),
    EventType("dat.report.requested", "报表布置", "report requested", ReportRequested),
    EventType("dat.report.submitted", "报表报送", "report submitted", ReportSubmitted),
    EventType("dat.report.returned", "报表退回", "report returned", ReportReturned),
    EventType("dat.period.closed", "封账", "books closed", PeriodClosed),
    EventType("dat.ledger.inspected", "台账抽查", "ledger inspected", LedgerInspected),
    EventType("dat.duplicate.resolved", "重复合并", "duplicates merged", DuplicateResolved),
)
