"""What stands in a registry file: the same model for what a file says and for what is in force."""

from datetime import date, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.fields import AUTHORITY, DISTRICT, MAX_COUNT, OFFICE
from schemas.rules import Rule

LOCAL = timezone(timedelta(hours=8))
"""Days are cut here."""
OfficeId = Annotated[str, Field(pattern=f"^{OFFICE}$")]
AuthorityId = Annotated[str, Field(pattern=f"^{AUTHORITY}$")]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Role = Literal["funding", "staff_assigning", "managing", "head_appointing", "premises_owner", "establishment"]
Category = Literal["operating", "personnel", "case_business", "equipment", "all"]


def _day(value: Any) -> Any:
    """YAML reads 2024-07-01 as a day, and in quotes as a text; a text with a time is no day."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _by_text(value: Any) -> Any:
    """Days as keys, as texts: so an error names one as it is written."""
    return {str(key): of for key, of in value.items()} if isinstance(value, dict) else value


Day = Annotated[date, BeforeValidator(_day)]


class Entry(BaseModel):
    """Base of the entries: nothing that is not named, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Office(Entry):
    """司法所 · open from `opened_on` until the day before `closed_on`; `split_from`: the office that it came out of that day."""

    office: OfficeId
    name: Name
    opened_on: Day
    closed_on: Day | None = None
    merged_into: OfficeId | None = None
    split_from: OfficeId | None = None


class Authority(Entry):
    """单位 · whoever pays, orders or manages."""

    authority: AuthorityId
    name: Name
    kind: Annotated[str, Field(pattern="^[a-z0-9_]{1,32}$")]


class Split(Entry):
    """分担 · who carries which part of a role, in basis points, from a day until the next decision of the same office, role and category."""

    office: OfficeId
    role: Role
    cost_category: Category
    valid_from: Day
    shares: dict[AuthorityId, Annotated[int, Field(ge=0, le=10_000)]]
    doc_no: Name

    @property
    def key(self) -> tuple[str, str, str, date]:
        """What a later decision replaces."""
        return self.office, self.role, self.cost_category, self.valid_from


class WorkingYear(Entry):
    """工作日安排 · a year's days off and the weekends worked for them. Not `off` as in the event: YAML reads that word as false."""

    doc_no: Name
    days_off: list[Day] = []
    days_worked: list[Day] = []


class Registry(Entry):
    """A district's registry. `villages`, `calendar` and `rules`: None where a file does not speak of them."""

    district: Annotated[str, Field(pattern=f"^{DISTRICT}$")]
    offices: list[Office] = []
    authorities: list[Authority] = []
    splits: list[Split] = []
    villages: dict[OfficeId, Annotated[dict[Day, Annotated[int, Field(ge=0, le=MAX_COUNT)]], BeforeValidator(_by_text)]] | None = None
    """村居 · how many villages and communities an office serves, by the day from which the number holds."""
    calendar: dict[Annotated[int, Field(ge=1990, le=2149)], WorkingYear] | None = None
    rules: tuple[Rule, ...] | None = None
