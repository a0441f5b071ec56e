"""From a value to the rows of lineage behind it: each part added up again, the records, their events and who pays for them.

The sums come from facts and live events in SQL, by other code than the workers' and the reconciliation's.
"""

import time
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.clickhouse.client import Client
from deploy.explain.question import Question, absent
from deploy.explain.records import RecordEvent, events_of
from streams.core.catalogue import BY_ID, Indicator, Kind
from streams.core.values import points, quantile

_TRIES = 3
_PAUSE_S = 0.5
"""The sink stores facts before values: between the two a value lags behind its facts, and is read again after a pause."""

_VALUE = """
SELECT
    subject_kind, window_end, numerator, denominator, scale, value, version, computed_at, period_state,
    dateDiff('day', window_start, least(window_end, (SELECT max(today) + 1 FROM districts WHERE district = {district:String}))) AS days_passed
FROM indicator_values
WHERE district = {district:String} AND window_kind = {kind:String} AND window_start = {start:Date} AND indicator = {indicator:String}
    AND mode = {mode:String} AND dimension = {dimension:String} AND subject_id = {subject:String}
"""
_ROWS = """
SELECT part, place, scope, component, kind, record, day, weighed_on, office, assigner, amount, weight
FROM {view}(district = {{district:String}}, indicator = {{indicator:String}}, record = '', window_kind = {{kind:String}},
    first_start = {{start:Date}}, last_start = {{start:Date}})
WHERE mode = {{mode:String}} AND dimension = {{dimension:String}} AND subject_id = {{subject:String}}
ORDER BY part DESC, place, day, record
"""
_VIEWS = {Kind.DISTINCT: "lineage_of_persons", Kind.NAMED: "lineage_of_names"}
_PAYERS = "SELECT office, valid_from, shares, lead FROM payers(district = {district:String}) WHERE office IN {offices:Array(String)} ORDER BY office, valid_from"


@dataclass(frozen=True, slots=True)
class Row:
    """A fact (or, of persons, a person) behind a part; it adds amount × weight. `weighed_on`: the day whose payers count."""

    part: str
    place: int
    scope: str
    component: str
    kind: str
    record: str
    day: date
    weighed_on: date
    office: str
    assigner: str
    amount: int
    weight: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows of one component add up to; of a histogram, how many there are."""

    part: str
    scope: str
    component: str
    kind: str
    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the value as it is stored and as its rows give it."""

    name: str
    stored: int | None
    recomputed: int | None

    @property
    def equal(self) -> bool:
        """Whether both say the same; a missing denominator and one of 0 do not differ where nothing stands behind them."""
        return self.stored == self.recomputed


@dataclass(frozen=True, slots=True)
class Payers:
    """Who pays for an office from a day on, in basis points, and who leads."""

    office: str
    valid_from: date | None
    shares: list[tuple[str, int]]
    lead: str


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """A value with everything behind it. `rows` are all; `events` are those of the records of the first rows."""

    key: dict[str, Any]
    stored: dict[str, Any]
    parts: list[Part]
    sums: list[Sum]
    rows: list[Row]
    payers: list[Payers]
    events: dict[str, list[RecordEvent]]

    @property
    def agrees(self) -> bool:
        """Whether every part equals what its rows give."""
        return all(part.equal for part in self.parts)


def explain_value(client: Client, question: Question, limit: int | None) -> ExplainedValue:
    """Explain a value; events for the records of the first `limit` rows (None: all). Raises Usage or Finding where there is no such value."""
    key, tries = question.key(), _TRIES
    while True:
        stored, rows = _stored(client, key), _rows(client, key)
        parts = _parts(BY_ID[question.indicator], stored, rows)
        tries -= 1
        if all(part.equal for part in parts) or not tries:
            break
        time.sleep(_PAUSE_S)
    records = list(dict.fromkeys(row.record for row in rows[:limit]))
    paid = stored["subject_kind"] == "authority" and key["mode"] in ("share_weighted", "full", "lead")
    return ExplainedValue(
        key,
        stored,
        parts,
        _sums(rows),
        rows,
        _payers(client, key["district"], rows) if paid else [],
        events_of(client, key["district"], records),
    )


def _stored(client: Client, key: dict[str, Any]) -> dict[str, Any]:
    found = client.query(_VALUE, key)
    if not found.result_rows:
        raise absent(client, key)
    return dict(zip(found.column_names, found.result_rows[0], strict=True))


def _rows(client: Client, key: dict[str, Any]) -> list[Row]:
    indicator = BY_ID[key["indicator"]]
    views = {_VIEWS.get((part.of or part).kind, "lineage_of_facts") for part in indicator.parts}
    # Who knows what an indicator rests on asks one part alone, which is faster.
    view = views.pop() if len(views) == 1 else "lineage"
    return [Row(*row) for row in client.query(_ROWS.format(view=view), key).result_rows]


def _sums(rows: list[Row]) -> list[Sum]:
    totals: Counter[tuple[str, str, str, str]] = Counter()
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        term = row.part, row.scope, row.component, row.kind
        totals[term] += row.amount * row.weight
        counts[term] += 1
    return [Sum(*term, rows=n, total=n if term[3] == Kind.HISTOGRAM.value else totals[term]) for term, n in counts.items()]


def _parts(indicator: Indicator, stored: dict[str, Any], rows: list[Row]) -> list[Part]:
    numerator, denominator = _value_of(indicator, rows, stored["days_passed"])
    return [Part("numerator", stored["numerator"], numerator), Part("denominator", stored["denominator"], denominator)]


def _value_of(indicator: Indicator, rows: list[Row], days_passed: int) -> tuple[int, int | None]:
    """Numerator and denominator that the rows give under the indicator's formula."""
    sums: Counter[tuple[str, int]] = Counter()
    for row in rows:
        sums[row.part, row.place] += row.amount * row.weight
    a, b, c, d = (sums[part, place] for part in ("numerator", "denominator") for place in (1, 2))
    match indicator.shape:
        case "p50" | "p90":
            return quantile(Counter(row.amount for row in rows), int(indicator.shape[1:])), None
        case "sum":
            return a, None
        case "ratio":
            return a + b, c + d
        case "average":
            return (a * days_passed, c) if c else (0, 0)
        case "own_share":
            return (a, c) if a else (0, 0)
        case "gap" | "mismatch":
            told = points(a, b, c, d) if a or c or indicator.shape == "gap" else None
            return (0, 0) if told is None else (told, 100)


def _payers(client: Client, district: str, rows: list[Row]) -> list[Payers]:
    """The stretches of the offices' funding that the rows' days fall into."""
    offices = sorted({row.office for row in rows})
    stretches: dict[str, list[Payers]] = {office: [] for office in offices}
    for office, valid_from, shares, lead in client.query(_PAYERS, {"district": district, "offices": offices}).result_rows:
        stretches[office].append(Payers(office, valid_from, [(s["authority"], s["bp"]) for s in shares], lead))
    unknown = f"au-{district}-unknown"
    used: dict[tuple[str, date | None], Payers] = {}
    for row in rows:
        of_office = stretches[row.office]
        at = bisect_right([p.valid_from for p in of_office if p.valid_from], row.weighed_on)
        paid = of_office[at - 1] if at else Payers(row.office, None, [(unknown, 10_000)], unknown)
        used[paid.office, paid.valid_from] = paid
    return [used[at] for at in sorted(used, key=lambda at: (at[0], str(at[1])))]
