"""A report: values of a district's indicators in any span of days, by any grouping, as they stand now, beside the period before and the same
period of the year before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from consumers.clickhouse.client import connect
from consumers.dashboard.figures import Change, Figure, Row, change, figure
from consumers.formulas import Formula
from consumers.report.ground import Ground
from consumers.report.publish import Cell, for_publication
from consumers.report.reported import kind_of, read_reported
from consumers.report.span import PARTS, Asked, Span
from consumers.report.sums import Wanted, read_sums
from consumers.report.told import read_told
from consumers.report.values import Key, Value, nothing, values
from schemas.settings import Settings

GROUPS = ("office", "authority", "dimension", *PARTS)
MOST_SPANS = 1_100
"""Three years of days."""
FIRST_DAY = date(1970, 1, 1)
"""ClickHouse's dates begin here: windows before it have no rows either."""

_NO_CASES = ("work.", "fund.", "svc.", "cost.", "reg.", "cap.area", "cap.volunteer_hours", "med.subsid")
"""How components begin of which a ratio is none of cases: minutes, money, units, square metres, hours."""
_NO_SHARES = frozenset(("fund_concentration_hhi", "dq_period_end_burst"))
_WORKING = """
SELECT countIf(working), arraySort(groupUniqArrayIf(toYear(day), state = 'provisional'))
FROM working_days(district = {district:String}, first_day = {first:Date32}, last_day = {last:Date32})
"""


class Compared(NamedTuple):
    """A value of an earlier span, and how much the present one differs from it; None where nothing is known of that span."""

    value: Value
    figure: Figure
    change: Change | None


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the report. `previous` and `last_year`: None where they are not asked for, or lie before all that is known."""

    key: Key
    value: Value
    figure: Figure
    previous: Compared | None
    last_year: Compared | None


class Grouping(NamedTuple):
    """How values are told apart. `modes`: those wanted of authorities' values; empty: each indicator's first."""

    by: Collection[str] = ()
    indicators: Collection[str] = ()
    modes: Collection[str] = ()
    compare: bool = True

    @property
    def part(self) -> str:
        """The kind of span by which it is cut, or ''."""
        return next((group for group in self.by if group in PARTS), "")

    @property
    def compares(self) -> bool:
        """Whether earlier spans stand beside the values: not where spans follow upon each other anyway."""
        return self.compare and not self.part


class Working(NamedTuple):
    """Working days of the span so far, and the years among them of which nobody has told the holidays: there Monday to Friday are taken."""

    days: int
    provisional_years: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked, and its values in order."""

    ground: Ground
    asked: Asked
    grouping: Grouping
    working: Working
    lines: Sequence[Line]
    published: Mapping[Key, Cell] | None = None
    """Where it is meant for publication: which values are withheld."""
    as_of: date | None = None
    """The day on which the values were reported so; None: as they stand now."""


def read_report(settings: Settings, ground: Ground, asked: Asked, grouping: Grouping, as_of: date | None = None) -> Report:
    """The values as they stand now, or as they were reported on a day. Raises ValueError when the span is cut into too many parts, or when nothing is
    reported of such days or groups."""
    whole = asked.span if as_of else asked.so_far
    spans = [part for part in whole.cut(grouping.part) if part.first <= asked.so_far.last] if grouping.part else [whole]
    if len(spans) > MOST_SPANS:
        raise ValueError(
            f"{len(spans)} parts by {grouping.part}; at most {MOST_SPANS} can be shown: ask for fewer days, or by something longer"
        )
    beside = [span for span in (asked.previous, asked.last_year) if grouping.compares and _known(ground, span, as_of)]
    wanted = Wanted(
        ground.district,
        list(dict.fromkeys([*spans, *beside])),
        {"office" if group == "office" else "authority" for group in grouping.by if group in ("office", "authority")},
        {"office", "authority"} <= set(grouping.by),
        "dimension" in grouping.by,
    )
    if as_of:
        _require_reported(spans, wanted, [id_ for id_ in grouping.indicators if id_ in ground.told])
        found = read_reported(settings, wanted, as_of)
        found = {key: value for key, value in found.items() if not grouping.indicators or key.indicator in grouping.indicators}
        ground = replace(ground, told={})
    else:
        found = _as_they_stand(settings, ground, grouping, wanted)
    lines = [_line(ground, asked, grouping, found, key, as_of) for key in _keys(ground, grouping, spans, found)]
    return Report(ground, asked, grouping, _working(settings, ground.district, whole), lines, as_of=as_of)


def _as_they_stand(settings: Settings, ground: Ground, grouping: Grouping, wanted: Wanted) -> dict[Key, Value]:
    chosen = {id_: formula for id_, formula in ground.formulas.items() if not grouping.indicators or id_ in grouping.indicators}
    found = values(chosen, read_sums(settings, wanted, chosen.values()), ground.today)
    if by_view := [id_ for id_ in ground.told if not grouping.indicators or id_ in grouping.indicators]:
        found |= read_told(settings, wanted, by_view)
    return found


def _require_reported(spans: Sequence[Span], wanted: Wanted, told: Sequence[str]) -> None:
    if told:
        raise ValueError(f"{told[0]} is computed when it is asked for and was never reported: leave it out, or ask without a day")
    if other := [span for span in spans if not kind_of(span)]:
        raise ValueError(
            f"{other[0].first} to {other[0].last} is no calendar window: only days, weeks, months, quarters, halves and years are reported"
        )
    if wanted.by_office:
        raise ValueError("what an authority has of each office was never reported: group by office or by authority")


def to_publish(report: Report) -> Report:
    """The report with what may not leave the bureau marked. It has to be grouped by offices or authorities at most, and without earlier spans."""
    cells = {line.key: _cell(report.ground.formula(line.key.indicator), line) for line in report.lines}
    return replace(report, published=for_publication(cells))


def _cell(formula: Formula, line: Line) -> Cell:
    """In whole cases. A quantile of persons tells of few or of many, nobody knows: it is taken for one of few."""
    key, value = line.key, line.value
    weight = value.scale // formula.divisor
    counts = (
        formula.shape == "ratio"
        and formula.id not in _NO_SHARES
        and not any(term.component.startswith(_NO_CASES) for term in formula.terms)
    )
    ratio = formula.shape in ("ratio", "own_share", "average")
    family = "" if formula.shape in ("gap", "mismatch") else key.indicator.partition("_")[0]
    numerator = Fraction(1) if formula.quantile else Fraction(value.numerator, weight)
    denominator = Fraction(value.denominator or 0, weight) if ratio else None
    of = "" if key.subject_kind == "district" else "district"
    return Cell(family, (key.indicator, key.dimension, key.span), of, numerator, denominator, counts)


def _working(settings: Settings, district: str, span: Span) -> Working:
    with connect(settings) as client:
        ((days, years),) = client.query(_WORKING, {"district": district, "first": span.first, "last": span.last}).result_rows
    return Working(days, years)


def _known(ground: Ground, span: Span, as_of: date | None = None) -> bool:
    """Whether anything can be known of a span; as of a day only of calendar windows."""
    if as_of and not kind_of(span):
        return False
    return span.first >= FIRST_DAY and ground.begins is not None and span.last >= ground.begins


def _keys(ground: Ground, grouping: Grouping, spans: Sequence[Span], found: Mapping[Key, Value]) -> Iterator[Key]:
    """Which values are shown, in order: of an indicator the groups that have one in any span, the district's last."""
    places = {id_: place for place, id_ in enumerate(ground.words)}
    wanted = {key._replace(span=spans[0]) for key in found if _is_shown(ground, grouping, key)}
    wanted |= {
        Key(id_, "none", "", "district", ground.district, "", spans[0])
        for id_, formula in ground.catalogue.items()
        if formula.offices and formula.total and (not grouping.indicators or id_ in grouping.indicators)
    }
    kinds = ("office", "authority", "district")
    for key in sorted(
        wanted, key=lambda k: (places[k.indicator], k.dimension, kinds.index(k.subject_kind), k.mode, k.subject_id, k.office)
    ):
        for span in spans:
            yield key._replace(span=span)


def _is_shown(ground: Ground, grouping: Grouping, key: Key) -> bool:
    by = set(grouping.by)
    if key.dimension and "dimension" not in by:
        return False
    if key.subject_kind == "office" and ("office" not in by or "authority" in by):
        return False
    if key.subject_kind != "authority":
        return True
    modes = ground.formula(key.indicator).modes
    return "authority" in by and key.mode in (grouping.modes or modes[:1])


def _line(ground: Ground, asked: Asked, grouping: Grouping, found: Mapping[Key, Value], key: Key, as_of: date | None = None) -> Line:
    formula, looks = ground.formula(key.indicator), ground.words[key.indicator].looks

    def at(span: Span) -> tuple[Value, Figure]:
        value = found.get(key._replace(span=span)) or nothing(formula, key.mode)
        row = Row(
            key.indicator,
            key.mode,
            key.dimension,
            key.subject_id,
            span.first,
            value.numerator,
            value.denominator,
            value.scale,
            value.value,
            "",
        )
        return value, figure(looks.kind, row, looks.per)

    value, now = at(key.span)

    def beside(span: Span) -> Compared | None:
        if not grouping.compares or not _known(ground, span, as_of):
            return None
        earlier, then = at(span)
        return Compared(earlier, then, change(now, then))

    return Line(key, value, now, beside(asked.previous), beside(asked.last_year))
