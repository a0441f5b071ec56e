"""What stands behind one figure: its formula added up again, the facts or persons of each sum, their events, and who pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from math import ceil
from string import ascii_lowercase

from consumers.clickhouse.store import Store
from consumers.dashboard import formats
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.dated import Which, read_rows
from consumers.dashboard.figures import Figure, Row, figure
from consumers.dashboard.grounds import Grounds, grounds
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import Authority, Component, District, Indicator, Office
from consumers.dashboard.registry import Share
from consumers.lineage import Basis, ExplainedValue, Key, Patience, RecordEvent, Shown, explain_value
from consumers.lineage.value import Row as Fact
from consumers.lineage.value import Stored, days_passed
from consumers.periods import DAYS, Period

PER_PAGE = 50
_EVENTS_A_RECORD = 4
"""Events printed with a fact, those nearest to its day; the record's own page has all."""
_PATIENCE = Patience(tries=2, pause_s=0.3)
"""A reader waits no longer for a value that lags behind its facts before the page says that they differ."""
_WEIGHTED = "share_weighted"
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose value it is."""

    kind: str
    id: str
    office: Office | None
    authority: Authority | None


@dataclass(frozen=True, slots=True)
class Added:
    """One sum: its letter in the formula, what it adds up to in its own unit, and how many rows it has."""

    letter: str
    part: str
    scope: str
    component: Component
    kind: str
    rows: int
    total: Fraction


@dataclass(frozen=True, slots=True)
class Listed:
    """One fact or person: its own amount, what it weighs (None where everything weighs 1), what it adds, and its record's nearest events."""

    day: date
    record: str
    office: str
    assigner: str
    amount: Fraction
    weight: Fraction | None
    adds: Fraction
    events: Sequence[RecordEvent]
    more_events: int


@dataclass(frozen=True, slots=True)
class Paid:
    """Who pays for an office from a day on."""

    office: str
    start: date
    shares: tuple[Share, ...]
    lead: str


@dataclass(frozen=True, slots=True)
class Behind:
    """All that the page of a figure prints. `stored` False: no such value was ever published, which counts as 0."""

    state: str
    restated: int
    indicator: Indicator
    shown: Presentation
    shape: str
    expression: str
    with_numbers: str
    kinds: Sequence[str]
    subject: Subject
    mode: str
    modes: Sequence[str]
    dimension: str
    stored: bool
    computed_at: datetime | None
    figure: Figure
    recomputed: Figure
    agrees: bool
    sums: list[Added]
    persons: bool
    chosen: int
    assigner: str
    matching: int
    page: int
    pages: int
    rows: list[Listed]
    payers: list[Paid]


async def behind(store: Store, place: District, period: Period, ask: Ask, indicator: str) -> Behind:
    """The page of a figure: of an indicator and what the query says of subject, mode and dimension. Raises PageError, Unavailable."""
    on, key, chosen = await asked_value(store, place, period, ask, indicator)
    page = ask.number("page", 1)
    shown = Shown(PER_PAGE, (page - 1) * PER_PAGE, ask.query.get("assigner", ""))
    reading = partial(_of_days, store, place, key) if period.kind == DAYS else None
    found = await explain_value(store, key, on.basis, shown, _PATIENCE, of=chosen - 1, reading=reading)
    return _content(place, on, found, chosen, page, shown.assigner)


async def asked_value(store: Store, place: District, period: Period, ask: Ask, indicator: str) -> tuple[Grounds, Key, int]:
    """Which value, and which of its sums (from 1), the address names, with what it rests on. Raises PageError, Unavailable."""
    on = await grounds(store, place, funding=ask.query.get("subject", "").startswith("au-"))
    key = _key(place, period, ask, indicator, on.basis)
    return on, key, min(ask.number("sum", 1), len(on.basis.formulas[indicator].terms))


def _key(place: District, period: Period, ask: Ask, indicator: str, rest_on: Basis) -> Key:
    formula = rest_on.formulas.get(indicator)
    if formula is None:
        raise PageError(404, "error.404.indicator", id=indicator)
    subject = ask.query.get("subject") or place.code
    if not _is_known(place, subject):
        raise PageError(404, "error.404.subject", id=subject)
    modes = formula.modes_of(subject)
    if not modes:
        raise PageError(404, "error.404.value", id=indicator, subject=subject)
    mode = ask.query.get("mode") or modes[0]
    if mode not in modes:
        raise PageError(400, "error.400.mode", id=mode)
    if period.kind == DAYS and not formula.plain:
        raise PageError(400, "error.400.unlisted", id=indicator)
    if period.kind != DAYS and period.kind not in formula.windows:
        raise PageError(400, "error.400.window", id=indicator, kinds=", ".join(formula.windows))
    dimension = ask.query.get("dimension", "")
    if dimension and dimension.partition("=")[0] not in formula.dims:
        raise PageError(400, "error.400.dimension", id=dimension)
    return Key(place.code, indicator, mode, dimension, subject, period)


async def _of_days(store: Store, place: District, key: Key) -> Stored | None:
    """A value of any days as the other pages have it."""
    subject = "" if key.subject_kind == "district" else key.subject
    rows = await read_rows(store, place, [key.period], Which(key.subject_kind, subject, (key.mode,), [key.indicator]))
    here = (
        row
        for row in map(Row._make, rows)
        if (row.window_start, row.subject, row.dimension) == (key.period.start, key.subject, key.dimension)
    )
    told = next(here, None)
    return Stored(told.numerator, told.denominator, told.scale, told.value, DAYS, None, 0) if told else None


def _is_known(place: District, subject: str) -> bool:
    """Authorities need not be registered to pay or to give tasks."""
    return subject == place.code or subject in place.offices or subject.startswith(f"au-{place.code}-")


def _content(place: District, on: Grounds, found: ExplainedValue, chosen: int, page: int, assigner: str) -> Behind:
    key, there, formula = found.key, found.stored, found.formula
    id_, shown = key.indicator, place.looks(key.indicator)
    numerator, denominator = (part.recomputed for part in found.parts)
    scale = there.scale if there else 1
    again = Row(id_, key.mode, key.dimension, key.subject, key.period.start, numerator or 0, denominator, scale, _quantile(found), "")
    now = (
        again._replace(numerator=there.numerator, denominator=there.denominator, value=there.value, state=there.period_state)
        if there
        else again
    )
    one, days = found.sums[chosen - 1], days_passed(key, on.basis)
    added = [
        Added(letter, s.part, s.scope, on.component(s.component), s.kind, s.rows, on.amount(s.component, s.total) / _weight(key))
        for letter, s in zip(ascii_lowercase, found.sums, strict=False)
    ]
    return Behind(
        DAYS if key.period.kind == DAYS else there.period_state if there else "none",
        1 if there and there.period_state == "restated" else 0,
        place.indicator(id_),
        shown,
        formula.shape,
        expression(formula.shape, [(one.part, one.letter) for one in added], str(days)),
        expression(formula.shape, [(one.part, formats.quantity(one.total)) for one in added], str(days)),
        formula.windows,
        _subject(place, key),
        key.mode,
        formula.modes_of(key.subject),
        key.dimension,
        there is not None,
        there.computed_at if there else None,
        figure(shown.kind, now, shown.per),
        figure(shown.kind, again, shown.per),
        found.agrees,
        added,
        any(term.of_kind == "distinct" for term in formula.terms),
        chosen,
        assigner,
        one.matching,
        page,
        max(1, ceil(one.matching / PER_PAGE)),
        [listed(on, key, one.component, row, found.events.get(row.record, [])) for row in one.shown],
        [Paid(p.office, p.valid_from, tuple(Share(*share) for share in p.shares), p.lead) for p in found.payers],
    )


def expression(shape: str, sums: Sequence[tuple[str, str]], days: str) -> str:
    """The formula over its sums, each given as its part and what to print for it: `(a + b) ÷ (c + d)`. `days`: those that have passed, for averages."""
    above, below = ([text for part, text in sums if part == name] for name in ("numerator", "denominator"))
    if shape in ("gap", "mismatch"):
        return f"100 × ({' ÷ '.join(above)} − {' ÷ '.join(below)})"
    if not below:
        return " + ".join(above)
    if shape == "average":
        above.append(days)
        return " ÷ ".join(" × ".join(texts) for texts in (above, below))
    return " ÷ ".join(f"({' + '.join(texts)})" if len(texts) > 1 else texts[0] for texts in (above, below))


def _quantile(found: ExplainedValue) -> float | None:
    """A quantile's value for the figure: None without observations. Other shapes follow from their parts."""
    return float(found.sums[0].total) if found.sums[0].rows else None


def _subject(place: District, key: Key) -> Subject:
    kind = key.subject_kind
    return Subject(kind, key.subject, place.offices.get(key.subject), place.authority(key.subject) if kind == "authority" else None)


def _weight(key: Key) -> int:
    """What a weight of 1 is in the key's mode."""
    return _WHOLE if key.mode == _WEIGHTED else 1


def listed(on: Grounds, key: Key, component: str, row: Fact, events: Sequence[RecordEvent]) -> Listed:
    """A row of a sum of a component, with the nearest of its record's events."""
    nearest = sorted(events, key=lambda event: (abs((event.time.date() - row.day).days), event.time, event.id))[:_EVENTS_A_RECORD]
    return Listed(
        row.day,
        row.record,
        row.office,
        row.assigner,
        on.amount(component, row.amount),
        Fraction(row.weight, _WHOLE) if key.mode == _WEIGHTED else None,
        on.amount(component, row.amount * row.weight) / _weight(key),
        sorted(nearest, key=events.index),
        len(events) - len(nearest),
    )
