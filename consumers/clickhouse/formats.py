"""The values of the output topics as the sink knows them, one class a topic (or a kind of registry row).

Unknown fields are refused: a row of a newer format is an error that says so, not a row with something missing.
"""

import msgspec


class Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """What all rows but dead letters have. Of two rows with one key the greater version is the newer."""

    district: str
    version: int


class Value(Row, kw_only=True):
    """A version of an indicator's value; `empty` marks the quantile of no cases at all, whose numerator 0 is not a duration."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window_kind: str
    window_start: str
    numerator: int
    denominator: int | None
    scale: int
    computed_at: str
    empty: bool = False


class Fact(Row, kw_only=True):
    """What a record stands for on a day; `gone` when it does no longer."""

    record: str
    component: str
    day: str
    dimension: str
    office: str
    assigner: str
    amount: int
    gone: bool


class Envelope(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A CloudEvents envelope as the event stated it; what it left out is empty or null."""

    id: str
    source: str
    type: str
    time: str
    district: str
    data: msgspec.Raw
    specversion: str = ""
    office: str = ""
    subject: str = ""
    sequence: str | None = None
    recordedtime: str | None = None
    op: str = "assert"
    target: str = ""
    targetsource: str = ""
    revision: int | None = None
    datacontenttype: str = ""
    dataschema: str = ""
    partitionkey: str = ""
    traceparent: str = ""
    tracestate: str = ""


class Admitted(Row, kw_only=True):
    """An admitted event and where it lies in the log."""

    partition: int
    offset: int
    appended_at: str
    event: Envelope


class TwoTitles(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A rule's title in both languages."""

    zh: str
    en: str


class Alert(Row, kw_only=True):
    """A state of an alert."""

    rule: str
    subject_kind: str
    subject_id: str
    start: str
    state: str
    severity: str
    indicator: str
    mode: str
    dimension: str
    window_kind: str
    window_start: str
    value: float | None
    threshold: float
    why: str
    titles: TwoTitles
    computed_at: str


class Source(Row, kw_only=True):
    """The sequence ledger of a source; gaps include both ends."""

    source: str
    high_water: int
    gaps: list[tuple[int, int]]
    gaps_first_seen: list[str]
    last_seen: str


class Conservation(Row, kw_only=True):
    """What became of the events read from a partition for a district: read is the sum of the rest."""

    partition: int
    read: int
    admitted: int
    duplicates: int
    dead_letters: int
    pending: int


class Switch(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """From here on another epoch is served."""

    switch: int
    epoch: int
    previous: int
    decided_at: str
    build: str


class _Registered(Row, tag_field="kind", kw_only=True):
    """A row of the registry; `gone` when it does not stand any more, and then only its key is sure to be there."""

    id: str
    gone: bool = False


class Office(_Registered, tag="office", kw_only=True):
    """An office; its id is its key."""

    office: str = ""
    name: str = ""
    opened_on: str | None = None
    closed_on: str | None = None
    merged_into: str | None = None
    split_from: str | None = None


class Authority(_Registered, tag="authority", kw_only=True):
    """A funding, staffing or task-giving authority; its id is its key."""

    authority: str = ""
    name: str = ""
    authority_kind: str = ""


class Share(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An authority's part of a split, in basis points."""

    authority: str
    bp: int


class Split(_Registered, tag="split", kw_only=True):
    """Who pays which share of an office from a day on; its id is `office:role:cost_category:valid_from`."""

    office: str = ""
    role: str = ""
    cost_category: str = ""
    valid_from: str = ""
    shares: list[Share] = []
    doc_no: str = ""
    decided_at: str = "1970-01-01T00:00:00.000Z"


class Period(_Registered, tag="period", kw_only=True):
    """A closed window; its id is `window_kind:window_start`."""

    window_kind: str = ""
    window_start: str = ""
    closed_version: int = 0


class Calendar(_Registered, tag="calendar", kw_only=True):
    """Working days as they were decided; its id is the year."""

    year: int = 0
    off: list[str] = []
    worked: list[str] = []
    doc_no: str = ""
    decided_at: str = "1970-01-01T00:00:00.000Z"


class District(_Registered, tag="district", kw_only=True):
    """A district's today."""

    today: str = "1970-01-01"


Registered = Office | Authority | Split | Period | Calendar | District
