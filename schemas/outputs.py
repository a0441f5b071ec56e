"""The rows that leave the workers: one model a topic, fields in the order of the JSON (contract, section 7).

The core writes these rows without building models, which would cost more than computing them; tests hold its rows against the models.
Unknown fields are ignored when read, so that a reader of this version survives rows of the next; tests read with `extra="forbid"`.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SubjectKind = Literal["office", "authority", "district"]
WindowKind = Literal["day", "week", "month", "quarter", "half", "year"]
Mode = Literal["none", "share_weighted", "full", "lead", "assigned_by", "own"]
District = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Version = Annotated[int, Field(ge=0, lt=2**63)]
"""(epoch << 48) | offset of the last source event folded in; rises for a key. A higher epoch is a rebuild."""
Instant = AwareDatetime
"""UTC with milliseconds, `2026-11-24T03:11:31.123Z`."""
Offset = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class Row(BaseModel):
    """What every row has: the district that begins its key, and its version."""

    model_config = ConfigDict(frozen=True)

    district: District
    version: Version


class Fact(Row):
    """An amount that a record stands for on a day; a newer version replaces it."""

    record: str
    component: str
    day: date
    dimension: str
    """`name=value`, or '' for the fact as a whole."""
    office: str
    """'' where no office is concerned."""
    assigner: str
    """Authority id or `self`; for money the paying authority."""
    amount: int
    gone: bool
    """The record no longer stands for it."""


class IndicatorValue(Row):
    """A value of an indicator for a subject in a window, as integers; `value` itself is made by the view."""

    indicator: str
    mode: Mode
    dimension: str
    subject_kind: SubjectKind
    subject_id: str
    window_kind: WindowKind
    window_start: date
    numerator: int
    denominator: int | None
    """None for plain sums, stocks, sets and quantiles."""
    scale: Annotated[int, Field(ge=1)]
    computed_at: Instant
    """Append time of the event that `version` names."""


class Titles(BaseModel):
    """What an alert is called, in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class Alert(Row):
    """An alert's state; a resolved one stays as a row."""

    rule: str
    subject_kind: Literal["office", "authority", "district", "source"]
    subject_id: str
    start: date
    """First day of the first window in breach: with rule and subject the alert's identity."""
    state: Literal["firing", "resolved"]
    severity: Literal["critical", "high", "medium", "low", "info"]
    indicator: str
    """What was judged: an indicator, or `deadline:<name>`, `silence`, `gaps`, `refusals`."""
    mode: Mode
    dimension: str
    window_kind: WindowKind
    window_start: date
    """First day of the window judged last."""
    value: float | None
    threshold: float
    why: str
    titles: Titles
    computed_at: Instant


class AdmittedEvent(Row):
    """An event that counts or may count: neither duplicate nor dead letter nor pending."""

    partition: Annotated[int, Field(ge=0)]
    offset: Offset
    appended_at: Instant
    event: dict[str, Any]
    """The event in structured mode, as it was published."""


class RegistryRow(Row):
    """A row of the registry as it stands; `gone` when its last event was retracted."""

    id: str
    gone: bool


class OfficeRow(RegistryRow):
    """An office from its opening to its closing (exclusive)."""

    kind: Literal["office"]
    office: str
    name: str
    opened_on: date | None
    """None: a closing is known, the opening is not."""
    closed_on: date | None
    merged_into: str | None
    split_from: str | None = None
    """The office that it came out of when it was opened."""


class AuthorityRow(RegistryRow):
    """An authority that pays, assigns or manages."""

    kind: Literal["authority"]
    authority: str
    name: str
    authority_kind: str


class Share(BaseModel):
    """One authority's part of a split in basis points."""

    model_config = ConfigDict(frozen=True)

    authority: str
    bp: Annotated[int, Field(ge=0, le=10_000)]


class SplitRow(RegistryRow):
    """Who has which share of a role for an office from a day on; id `office:role:cost_category:valid_from`."""

    kind: Literal["split"]
    office: str
    role: str
    cost_category: str
    valid_from: date
    shares: list[Share]
    doc_no: str
    decided_at: Instant


class PeriodRow(RegistryRow):
    """A closed period; id `window_kind:window_start`."""

    kind: Literal["period"]
    window_kind: WindowKind
    window_start: date
    closed_version: Version


class CalendarRow(RegistryRow):
    """What was decided of a year's working days; id = the year."""

    kind: Literal["calendar"]
    year: int
    off: list[date]
    worked: list[date]
    doc_no: str
    decided_at: Instant


class DistrictRow(RegistryRow):
    """The district's today; id = the district."""

    kind: Literal["district"]
    today: date


Registered = Annotated[OfficeRow | AuthorityRow | SplitRow | PeriodRow | CalendarRow | DistrictRow, Field(discriminator="kind")]
"""Any row of the registry, told apart by `kind`."""


MOST_GAPS = 10_000
"""A row of a source tells so many gaps, the lowest: a publisher that numbers by its clock opens one with every event, and a row must stay below 1 MiB."""


class Source(Row):
    """The sequence ledger of one publisher: what has come without a gap, and what is missing above it."""

    source: str
    high_water: Count
    """Greatest number up to which all have come; 0 when none or when the source sends no numbers."""
    gaps: list[tuple[int, int]]
    """Missing numbers as inclusive ranges, ascending."""
    gaps_first_seen: list[Instant]
    """For each gap the append time of the event that showed it."""
    last_seen: Instant
    """Greatest `time` of its events."""


class Conservation(BaseModel):
    """read = admitted + duplicates + dead_letters + pending, per district and partition, since the beginning of the log."""

    model_config = ConfigDict(frozen=True)

    district: Annotated[str, Field(pattern=r"^([0-9]{6})?$")]
    """'' for messages whose district cannot be told."""
    partition: Annotated[int, Field(ge=0)]
    read: Count
    admitted: Count
    duplicates: Count
    dead_letters: Count
    pending: Count
    version: Version


class Switch(BaseModel):
    """From here on another epoch is served: what readers of the topics and of the views see, and what workers go on with."""

    model_config = ConfigDict(frozen=True)

    switch: Annotated[int, Field(ge=1)]
    """Number of the switch; the greatest one holds."""
    epoch: Annotated[int, Field(ge=0, le=32_767)]
    previous: Annotated[int, Field(ge=0, le=32_767)]
    """What was served before."""
    decided_at: Instant
    build: str
    """Digest of the code that folded the epoch when it was decided; empty when it could not be told."""


class DeadLetterHeaders(BaseModel):
    """The headers that a dead letter has beside its original ones (names with `-`); value, key and original headers are untouched."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    code: Annotated[str, Field(alias="dl-code")]
    """A code of `schemas.codes`."""
    detail: Annotated[str, Field(alias="dl-detail")]
    """The place and the rule; never a text from the event."""
    stage: Annotated[Literal["schema", "identity", "registry"], Field(alias="dl-stage")]
    topic: Annotated[str, Field(alias="dl-topic")]
    partition: Annotated[int, Field(alias="dl-partition", ge=0)]
    offset: Annotated[int, Field(alias="dl-offset", ge=0)]
    sha256: Annotated[str, Field(alias="dl-sha256", pattern="^[0-9a-f]{64}$")]
    """Of the original value (of no bytes when there was none)."""
    build: Annotated[str, Field(alias="dl-build")]
    """Name and version of the program that refused."""
    epoch: Annotated[int, Field(alias="dl-epoch", ge=0)] = 0
    """Epoch of the worker that refused; the header is there from epoch 1 on."""
