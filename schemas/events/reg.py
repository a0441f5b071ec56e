"""The registry 登记: offices, authorities, who pays which share, closed periods, alert rules. Only the bureau may say these."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from schemas.envelope import CLOSED, EventType
from schemas.fields import AuthorityId, Code, Day, DayOfYear, Name, OfficeId, WindowKind
from schemas.rules import MAX_RULES


@with_config(CLOSED)
class OfficeOpened(TypedDict):
    """司法所设立 · an office exists from a day on; out of another one, which goes on, where it was split from it on that day."""

    office: OfficeId
    name: Name
    opened_on: Day
    split_from: NotRequired[OfficeId]


@with_config(CLOSED)
class OfficeClosed(TypedDict):
    """司法所撤销 · an office exists until the day before; its cases may go on elsewhere under another id."""

    office: OfficeId
    closed_on: Day
    merged_into: NotRequired[OfficeId]


@with_config(CLOSED)
class AuthorityRegistered(TypedDict):
    """单位登记 · an authority that pays, orders or manages."""

    authority: AuthorityId
    name: Name
    kind: Code
    """`district_bureau`, `street_office`, `town_government`, `district_finance` and others."""


@with_config(CLOSED)
class Share(TypedDict):
    """份额 · one authority's part in basis points."""

    authority: AuthorityId
    bp: Annotated[int, Field(ge=0, le=10_000)]


@with_config(CLOSED)
class SplitDecided(TypedDict):
    """分担决定 · who has which share of a role from a day on; complete, so the shares sum to 10000."""

    office: OfficeId
    role: Literal["funding", "staff_assigning", "managing", "head_appointing", "premises_owner", "establishment"]
    cost_category: Literal["operating", "personnel", "case_business", "equipment", "all"]
    valid_from: Day
    shares: list[Share]
    doc_no: Name


@with_config(CLOSED)
class PeriodClosed(TypedDict):
    """封账 · a period's figures have been reported; what moves afterwards is a restatement."""

    window_kind: WindowKind
    window_start: Day


@with_config(CLOSED)
class RulesPublished(TypedDict):
    """预警规则发布 · the alert rules in force from here on, all of them; each is a `schemas.rules.Rule`."""

    rules: Annotated[list[dict[str, Any]], Field(max_length=MAX_RULES)]


@with_config(CLOSED)
class CalendarDecided(TypedDict):
    """工作日安排 · the holidays of a year and the weekends worked to make up for them, all of them; each day once, and of that year."""

    year: Annotated[int, Field(ge=1990, le=2149)]
    off: Annotated[list[DayOfYear], Field(max_length=200)]
    """Days off; weekends among them change nothing. Some weekdays are always left, so that every limit ends."""
    worked: Annotated[list[DayOfYear], Field(max_length=200)]
    """Days worked although they are weekends."""
    doc_no: Name


TYPES = (
    EventType("reg.office.opened", "司法所设立", "office opened", OfficeOpened, since={"split_from": 2}),
    EventType("reg.office.closed", "司法所撤销", "office closed", OfficeClosed),
    EventType("reg.authority.registered", "单位登记", "authority registered", AuthorityRegistered),
    EventType("reg.split.decided", "分担决定", "split decided", SplitDecided),
    EventType("reg.period.closed", "封账", "period closed", PeriodClosed),
    EventType("reg.calendar.decided", "工作日安排", "working days decided", CalendarDecided),
    EventType("reg.rules.published", "预警规则发布", "alert rules published", RulesPublished),
)
