"""What has come out of the demo, read from ClickHouse, and whether it is what must come out.

Nothing is computed here that the pipeline is to compute: every figure is a row of `indicator_values`, a dead letter or an alert.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from deploy.demo import huangshi, report

_AVERAGES = {"cap_area_m2": "area_m2", "cap_staff_avg": "staff"}


class Client(Protocol):
    """The part of a ClickHouse client that is used here."""

    def query(self, query: str, parameters: dict[str, Any]) -> Any:
        """Run a query with parameters bound by the server."""


class Check(NamedTuple):
    """One thing that must hold, and what was found."""

    name: str
    holds: bool
    found: str


class OfficeRow(NamedTuple):
    """One office of the report's district: its size when the history begins and now, and its year."""

    office: str
    name: str
    area_before: float | None
    area_now: float | None
    staff_before: float | None
    staff_now: float | None
    ratings: str
    accepted: int
    success: float | None


class PayerRow(NamedTuple):
    """Cases concluded this year, as each mode gives them to one authority."""

    authority: str
    name: str
    share_weighted: float
    full: float
    lead: float
    assigned_by: float


class AlertRow(NamedTuple):
    """One alert."""

    state: str
    severity: str
    title: str
    subject: str
    since: str
    why: str


class LetterRow(NamedTuple):
    """Dead letters of one kind."""

    code: str
    detail: str
    office: str
    number: int


class Flow(NamedTuple):
    """What became of what was read, of one district ('' when it could not be told)."""

    district: str
    read: int
    admitted: int
    duplicates: int
    dead_letters: int
    pending: int


class Results(NamedTuple):
    """Everything that the demo shows."""

    brief: dict[tuple[str, str], huangshi.Expected]
    offices: list[OfficeRow]
    payers: list[PayerRow]
    district: dict[str, float | None]
    stars: dict[str, int]
    alerts: list[AlertRow]
    letters: list[LetterRow]
    flows: list[Flow]

    def checks(self) -> list[Check]:
        """What the demo must show, one by one."""
        return [*_brief_checks(self), *_report_checks(self), *_quality_checks(self)]


def read(client: Client) -> Results:
    """Read everything in a handful of queries."""
    return Results(
        brief=_brief(client),
        offices=_offices(client),
        payers=_payers(client),
        district=_district(client),
        stars=_stars(client),
        alerts=_alerts(client),
        letters=[LetterRow(*row) for row in _rows(client, _LETTERS)],
        flows=[Flow(*map(_plain, row)) for row in _rows(client, _FLOWS)],
    )


_LETTERS = "SELECT code, any(detail), office, count() FROM dead_letters GROUP BY code, office ORDER BY code, office"
_FLOWS = "SELECT district, sum(read), sum(admitted), sum(duplicates), sum(dead_letters), sum(pending) FROM conservation GROUP BY district ORDER BY district"

_BRIEF = """
SELECT indicator, dimension, numerator, denominator FROM indicator_values
WHERE district = {district:String} AND mode = 'none' AND subject_kind = 'district' AND window_kind = 'month' AND window_start = {month:Date}
  AND indicator IN ('med_accepted_cnt', 'med_concluded_cnt', 'med_success_rate', 'med_success_rate_accepted')
"""

_SIZES = """
SELECT o.office, any(o.name),
    argMinIf(v.value, v.window_start, v.indicator = 'cap_area_m2' AND v.numerator > 0),
    argMaxIf(v.value, v.window_start, v.indicator = 'cap_area_m2'),
    argMinIf(v.value, v.window_start, v.indicator = 'cap_staff_avg' AND v.numerator > 0),
    argMaxIf(v.value, v.window_start, v.indicator = 'cap_staff_avg'),
    argMaxIf(v.numerator, v.window_start, v.indicator = 'cap_standard_rate'),
    argMaxIf(v.numerator, v.window_start, v.indicator = 'cap_excellent_rate')
FROM offices AS o JOIN indicator_values AS v ON v.district = o.district AND v.subject_id = o.office
WHERE o.district = {district:String} AND v.mode = 'none' AND v.window_kind = 'month' AND v.dimension = ''
  AND v.indicator IN ('cap_area_m2', 'cap_staff_avg', 'cap_standard_rate', 'cap_excellent_rate')
GROUP BY o.office ORDER BY o.office
"""

_OFFICE_YEAR = """
SELECT subject_id, argMaxIf(numerator, window_start, indicator = 'med_accepted_cnt' AND dimension = ''),
    argMaxIf(value, window_start, indicator = 'med_success_rate')
FROM indicator_values
WHERE district = {district:String} AND subject_kind = 'office' AND window_kind = 'year' AND indicator IN ('med_accepted_cnt', 'med_success_rate')
GROUP BY subject_id
"""

_OFFICE_STARS = """
SELECT subject_id, argMax(dimension, (window_start, numerator)) FROM indicator_values
WHERE district = {district:String} AND subject_kind = 'office' AND window_kind = 'month' AND indicator = 'cap_star_cnt' AND numerator > 0
GROUP BY subject_id
"""

_PAYERS = """
SELECT v.subject_id, any(a.name), ifNull(sumIf(v.value, v.mode = 'share_weighted'), 0), ifNull(sumIf(v.value, v.mode = 'full'), 0),
    ifNull(sumIf(v.value, v.mode = 'lead'), 0), ifNull(sumIf(v.value, v.mode = 'assigned_by'), 0)
FROM indicator_values AS v LEFT JOIN authorities AS a ON a.district = v.district AND a.authority = v.subject_id
WHERE v.district = {district:String} AND v.subject_kind = 'authority' AND v.indicator = 'med_concluded_cnt' AND v.window_kind = 'year'
  AND v.window_start = (SELECT max(window_start) FROM indicator_values WHERE district = {district:String} AND window_kind = 'year')
GROUP BY v.subject_id ORDER BY 3 DESC, 1
"""

_DISTRICT = """
SELECT indicator, argMax(value, window_start), argMinIf(value, window_start, numerator > 0) FROM indicator_values
WHERE district = {district:String} AND subject_kind = 'district' AND window_kind = 'month' AND dimension = ''
  AND indicator IN ('cap_area_m2', 'cap_staff_avg', 'cap_standard_rate', 'cap_excellent_rate')
GROUP BY indicator
"""

_STARS = """
SELECT dimension, argMax(numerator, window_start) FROM indicator_values
WHERE district = {district:String} AND subject_kind = 'district' AND window_kind = 'month' AND indicator = 'cap_star_cnt'
GROUP BY dimension ORDER BY dimension
"""

_ALERTS = """
SELECT state, severity, title_zh, subject, start, why FROM alerts WHERE district = {district:String} ORDER BY state, subject, start
"""


def _rows(client: Client, query: str) -> list[Sequence[Any]]:
    found: list[Sequence[Any]] = client.query(query, parameters={"district": report.DISTRICT}).result_rows
    return found


def _brief(client: Client) -> dict[tuple[str, str], huangshi.Expected]:
    found = client.query(_BRIEF, parameters={"district": huangshi.DISTRICT, "month": huangshi.MONTH}).result_rows
    return {(indicator, dimension): (numerator, denominator) for indicator, dimension, numerator, denominator in found}


def _offices(client: Client) -> list[OfficeRow]:
    years = {row[0]: (row[1], row[2]) for row in _rows(client, _OFFICE_YEAR)}
    stars = {row[0]: row[1].removeprefix("level=") for row in _rows(client, _OFFICE_STARS)}
    offices = []
    for office, name, area_before, area_now, staff_before, staff_now, standard, excellent in _rows(client, _SIZES):
        held = [
            word for word, holds in (("standard", standard), ("excellent", excellent), (f"★{stars.get(office)}", office in stars)) if holds
        ]
        accepted, success = years.get(office, (0, None))
        offices.append(OfficeRow(office, name, area_before, area_now, staff_before, staff_now, " ".join(held), accepted, success))
    return offices


def _payers(client: Client) -> list[PayerRow]:
    return [PayerRow(*row) for row in _rows(client, _PAYERS)]


def _district(client: Client) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for indicator, now, before in _rows(client, _DISTRICT):
        found[indicator] = now
        found[indicator + "_before"] = before
    return found


def _stars(client: Client) -> dict[str, int]:
    return {dimension.removeprefix("level="): number for dimension, number in _rows(client, _STARS) if number}


def _alerts(client: Client) -> list[AlertRow]:
    return [AlertRow(*row) for row in _rows(client, _ALERTS)]


def _plain(value: Any) -> Any:
    return int(value) if not isinstance(value, str) else value


def _brief_checks(results: Results) -> list[Check]:
    wrong = huangshi.differences(results.brief)
    lines = len(huangshi.brief())
    return [Check("Huangshi, August 2016: the brief", not wrong, f"all {lines} lines equal" if not wrong else "; ".join(wrong[:3]))]


def _report_checks(results: Results) -> list[Check]:
    district, offices = results.district, results.offices
    area, staff = district.get("cap_area_m2") or 0.0, district.get("cap_staff_avg") or 0.0
    before, people = district.get("cap_area_m2_before") or 0.0, [office.staff_before for office in offices]
    standard, excellent = district.get("cap_standard_rate") or 0.0, district.get("cap_excellent_rate") or 0.0
    return [
        Check(
            "seven offices at the provincial standard",
            len(offices) == 7 and standard == 1.0,
            f"{round(standard * len(offices))}/{len(offices)}",
        ),
        Check("five of seven excellent", len(offices) == 7 and round(excellent * 7, 9) == 5, f"{excellent:.1%}"),
        Check("one five-star, one four-star office", results.stars == {"5": 1, "4": 1}, _stars_text(results.stars)),
        Check("rooms: under 60 m² before, over 150 m² now", 0 < before < 60 and area > 150, f"{before:.1f} → {area:.1f} m²"),
        Check("people: three or four before, seven now", set(people) <= {3.0, 4.0} and staff == 7.0, f"{_span(people)} → {staff:g}"),
    ]


def _quality_checks(results: Results) -> list[Check]:
    misprints = sum(letter.number for letter in results.letters if letter.office == report.MISPRINT_OFFICE)
    told = [office.staff_now for office in results.offices if office.office == report.MISPRINT_OFFICE]
    states = [alert.state for alert in results.alerts]
    lost = [flow for flow in results.flows if flow.read != flow.admitted + flow.duplicates + flow.dead_letters + flow.pending]
    read = sum(flow.read for flow in results.flows)
    return [
        Check(
            f"the misprint of {report.MISPRINT} people is a dead letter",
            misprints == 1 and told == [7.0],
            f"{misprints} letter, the office has {_span(told)}",
        ),
        Check(
            "an alert fires and one is resolved",
            {"firing", "resolved"} <= set(states),
            f"{states.count('firing')} firing, {states.count('resolved')} resolved",
        ),
        Check("events read = admitted + duplicates + dead letters + pending", bool(read) and not lost, f"{read:,} read"),
    ]


def _stars_text(stars: dict[str, int]) -> str:
    return ", ".join(f"★{level}: {number}" for level, number in sorted(stars.items(), reverse=True)) or "none"


def _span(numbers: Sequence[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    return "nothing" if not known else f"{min(known):g}" if min(known) == max(known) else f"{min(known):g}–{max(known):g}"
