"""What no worker folds (domain.md 3): how events were entered and corrected, how long people stay, where money comes from; of any days.

The second computation of the view `told_values`, from the log alone. Refused events and numbers of closed periods that moved are not here: of the
former only the log's own account remains (`compare`), of the latter what was published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from consumers.reconcile.admission import District
from consumers.reconcile.calendar import is_working_day
from consumers.reconcile.event import Event
from consumers.reconcile.parts import Book
from consumers.reconcile.reading import local_day
from consumers.reconcile.registry import Registry

ToldKey = tuple[str, str, str, str, str, int, int]
"""indicator, mode, dimension, subject kind, subject id, first day, last day."""
Told = dict[ToldKey, tuple[int, int | None]]
Period = tuple[int, int]
"""First and last day."""
STATUTES = frozenset(("pm_law", "cc_law", "la_law"))
MANY = 50
"""Released persons from which on an office is to have somebody for them alone."""
LATE_DAYS = 3


class _Counted(NamedTuple):
    indicator: str
    office: str
    day: int
    up: int
    down: int


def told(district: District, book: Book, periods: Iterable[Period]) -> Told:
    """Every value that says something; `book` holds the district's facts."""
    live, registry, wanted = [event for event in district.live() if event.office], district.registry(), list(dict.fromkeys(periods))
    entered = [event for event in live if event.recordedtime is not None]
    staff = sorted((event for event in live if event.type.startswith("cap.staff.")), key=lambda one: one.order)
    requests = [event for event in live if event.type == "dat.report.requested"]
    found = _of_shares(district, registry, [*_shares(live), *_corrections(district)], wanted)
    for period in wanted:
        found |= _of_values(district, registry, period, "dq_entry_lag_p90", 90, _lags(entered, period))
        as_of = min(period[1], district.today)
        if period[0] <= as_of:
            found |= _of_values(district, registry, period, "cap_tenure_p50", 50, list(_tenures(staff, registry, as_of)))
            found |= _of_registers(district, book, period, as_of)
        found |= _burst(district, registry, entered, period)
        found |= _concentration(district, book, period)
        found |= _repeated(district, requests, period)
    return found


def _shares(live: list[Event]) -> Iterator[_Counted]:
    for event in live:
        data, at = event.data, (event.office, event.day)
        if event.type == "dat.duplicate.resolved":
            yield _Counted("dq_duplicate_rate", *at, data["merged"], 0)
        if event.family != "business":
            continue
        yield _Counted("dq_duplicate_rate", *at, 0, 1)
        yield _Counted("dq_backfill_share", *at, int(data.get("entry") == "backfill_paper"), 1)
        if "evidence" in data:
            yield _Counted("dq_ledger_only_share", *at, int(data["evidence"] in ("none", "ledger_only")), 1)
        if "basis" in data:
            yield _Counted("dual_statutory_share", *at, int(data["basis"] in STATUTES), 1)


def _corrections(district: District) -> Iterator[_Counted]:
    for event, standing in district.assertions():
        yield _Counted("dq_correction_rate", event.office, event.day, int(standing == "amended"), 1)
        yield _Counted("dq_retract_rate", event.office, event.day, int(standing == "retracted"), 1)


def _of_shares(district: District, registry: Registry, counted: Iterable[_Counted], periods: Iterable[Period]) -> Told:
    days: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in counted:
        pair = days[one.indicator, one.office, one.day]
        pair[0] += one.up
        pair[1] += one.down
    sums: dict[ToldKey, list[int]] = defaultdict(lambda: [0, 0])
    for (indicator, office, day), (up, down) in days.items():
        if holding := [period for period in periods if period[0] <= day <= period[1]]:
            for (mode, kind, subject), weight in _subjects(district, registry, office, day):
                for period in holding:
                    pair = sums[indicator, mode, "", kind, subject, *period]
                    pair[0] += up * weight
                    pair[1] += down * weight
    return {key: (up, down) for key, (up, down) in sums.items() if up or down}


def _subjects(district: District, registry: Registry, office: str, day: int) -> Iterator[tuple[tuple[str, str, str], int]]:
    yield ("none", "district", district.code), 1
    yield ("none", "office", office), 1
    for mode, shares in registry.weights(office, day, district.code).items():
        for authority, weight in shares.items():
            yield (mode, "authority", authority), weight


def _lags(live: Iterable[Event], period: Period) -> list[tuple[str, int, int]]:
    """Office, day, days until it was typed in."""
    return [
        (event.office, event.day, max(0, local_day(event.recordedtime) - event.day))
        for event in live
        if event.recordedtime is not None and period[0] <= event.day <= period[1]
    ]


def _of_values(
    district: District, registry: Registry, period: Period, indicator: str, percent: int, values: Iterable[tuple[str, int, int]]
) -> Told:
    """A quantile of the values at offices on days: the smallest with so many per cent of all at or below it."""
    at: dict[ToldKey, list[int]] = defaultdict(list)
    for office, day, value in values:
        for (mode, kind, subject), _ in _subjects(district, registry, office, day):
            if mode in ("none", "lead"):
                at[indicator, mode, "", kind, subject, *period].append(value)
    return {key: (sorted(found)[-(-len(found) * percent // 100) - 1], None) for key, found in at.items()}


def _tenures(staff: Iterable[Event], registry: Registry, as_of: int) -> Iterator[tuple[str, int, int]]:
    """Office, day, whole months since joining of everybody who has a name and is there."""
    since: dict[tuple[str, str], int] = {}
    for event in staff:
        who = (event.office, event.data.get("worker", ""))
        if who[1] and event.day <= as_of:
            if event.type == "cap.staff.joined":
                since.setdefault(who, event.day)
            elif event.type == "cap.staff.left":
                since.pop(who, None)
    for (office, _), day in since.items():
        if registry.closed.get(office, as_of + 1) > as_of and office in registry.opened:
            a, b = date.fromordinal(day), date.fromordinal(as_of)
            yield office, as_of, (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


def _of_registers(district: District, book: Book, period: Period, as_of: int) -> Told:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    stocks = {component: _level(book, component, as_of) for component in ("res.register", "cap.resettlement_staff")}
    for office, register in stocks["res.register"].items():
        if register > MANY:
            for subject in (office, district.code):
                found[subject][0] += stocks["cap.resettlement_staff"].get(office, 0) >= 1
                found[subject][1] += 1
    return {_plain("res_dedicated_ok", district, subject, period): (ok, of) for subject, (ok, of) in found.items()}


def _level(book: Book, component: str, as_of: int) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (office, _dimension, _assigner, day), amount in book.cells.get(component, {}).items():
        found[office] += amount * (day <= as_of)
    return found


def _plain(indicator: str, district: District, subject: str, period: Period) -> ToldKey:
    return (indicator, "none", "", "district" if subject == district.code else "office", subject, *period)


def _burst(district: District, registry: Registry, live: Iterable[Event], period: Period) -> Told:
    working = [day for day in range(period[0], period[1] + 1) if is_working_day(day, registry.calendar)]
    if period[1] > district.today or len(working) < LATE_DAYS:
        return {}
    late_from, sums = working[-LATE_DAYS], defaultdict[str, list[int]](lambda: [0, 0])
    for event in live:
        if event.recordedtime is not None and period[0] <= (day := local_day(event.recordedtime)) <= period[1]:
            for subject in (event.office, district.code):
                sums[subject][0] += day >= late_from
                sums[subject][1] += 1
    return {
        _plain("dq_period_end_burst", district, subject, period): (late * len(working), all_ * LATE_DAYS)
        for subject, (late, all_) in sums.items()
    }


def _concentration(district: District, book: Book, period: Period) -> Told:
    paid: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (office, _dimension, payer, day), amount in book.cells.get("fund.disbursed", {}).items():
        if period[0] <= day <= period[1]:
            for subject in (office, district.code):
                paid[subject][payer] += amount
    found: Told = {}
    for subject, by_payer in paid.items():
        if whole := sum(by_payer.values()):
            share = Fraction(10_000 * sum(x * x for x in by_payer.values()), whole * whole)
            found[_plain("fund_concentration_hhi", district, subject, period)] = (round(share), 10_000)
    return found


def _repeated(district: District, live: Iterable[Event], period: Period) -> Told:
    tables: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in live:
        if period[0] <= event.day <= period[1]:
            for field in event.data.get("fields", ()):
                tables[event.office, field].add(event.data["report_code"])
    found: dict[str, int] = defaultdict(int)
    for (office, _), codes in tables.items():
        for subject in (office, district.code):
            found[subject] += len(codes) > 1
    return {_plain("burden_repeat_fields", district, subject, period): (number, None) for subject, number in found.items() if number}
