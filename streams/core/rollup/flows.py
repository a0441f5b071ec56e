"""Flows and histograms: differences by day -> windows of the office, the district, and the authorities that pay on each day."""

from streams.core.catalogue import Kind
from streams.core.cells import Cell
from streams.core.measures import shown
from streams.core.rollup.deltas import Days, Deltas
from streams.core.splits import Plan, Timeline
from streams.core.windows import DAY, MONTH, OF_DAY, spread


def settle(deltas: Deltas) -> None:
    """Move all windows that the slice's flows and histograms touch."""
    for (m, office), changes in deltas.flows.items():
        if shown(m).anywhere and (days := {day: x for day, x in changes.items() if x}):
            _settle_flow(deltas, m, office, days)
    for (m, who), changes in deltas.by_fact.items():
        mode = shown(m).by_fact
        if mode is not None and (days := {day: x for day, x in changes.items() if x}):
            deltas.bump(deltas.district.authority_cell(m, mode, who), spread(days)[1])
    for (m, office), values in deltas.histograms.items():
        _settle_histogram(deltas, m, office, values)


def _settle_flow(deltas: Deltas, m: int, office: int, days: Days) -> None:
    district, bump = deltas.district, deltas.bump
    short, long = spread(days)
    windows = short | long
    bump(district.office_cell(m, office), windows)
    bump(district.cell(m, district.home), windows)
    if not shown(m).by_split:
        return
    parts = district.timelines[office].by_plan(days)
    for plan, part in parts:
        windows = long if len(parts) == 1 else spread(part)[1]
        for cell, weight in district.fan(plan, m):
            bump(cell, windows, weight)


def _settle_histogram(deltas: Deltas, m: int, office: int, values: dict[tuple[int, int], int]) -> None:
    district = deltas.district
    _count(deltas, district.office_cell(m, office), values, DAY)
    _count(deltas, district.cell(m, district.home), values, DAY)
    by_lead: dict[int, dict[tuple[int, int], int]] = {}
    for (day, value), n in values.items():
        by_lead.setdefault(district.timelines[office].at(day).lead, {})[day, value] = n
    for authority, part in by_lead.items():
        _count(deltas, district.authority_cell(m, "lead", authority), part, MONTH)


def _count(deltas: Deltas, cell: Cell, values: dict[tuple[int, int], int], shortest: int) -> None:
    """Add to the counts by value of a histogram cell, in windows of kind `shortest` and longer."""
    seen: set[int] = set()
    for (day, value), n in values.items():
        if not n:
            continue
        for window in OF_DAY[day][shortest:]:
            counts = cell.values.setdefault(window, {})
            left = counts.get(value, 0) + n
            if left:
                counts[value] = left
            else:
                counts.pop(value, None)
            seen.add(window)
    if seen:
        deltas.touch(cell, seen)


def resplit(deltas: Deltas, office: int, old: Timeline, new: Timeline) -> None:
    """The office's payers changed: move its flows and histograms from the old weights to the new, day by day.

    Reads the office's own cells by day, so it must run before the slice's own differences are settled.
    """
    district, subject = deltas.district, deltas.district.office_subjects[office]
    cells = [(m, cell) for (m, of), cell in district.cells.items() if of == subject]
    for first, end, before, after in old.differences(new):
        for m, cell in cells:
            kind, by_split, *_ = shown(m)
            if not by_split or kind not in (Kind.FLOW, Kind.DAYS, Kind.HISTOGRAM):
                continue
            days = {w >> 3: x for w, x in cell.values.items() if w & 7 == DAY and first <= w >> 3 < end and x}
            if days and kind is not Kind.HISTOGRAM:
                _move_flow(deltas, m, days, before, after)
            elif days:
                _move_histogram(deltas, m, days, before, after)


def _move_flow(deltas: Deltas, m: int, days: Days, before: Plan, after: Plan) -> None:
    change: dict[Cell, int] = {}
    for plan, sign in ((before, -1), (after, 1)):
        for cell, weight in deltas.district.fan(plan, m):
            change[cell] = change.get(cell, 0) + sign * weight
    windows = spread(days)[1]
    for cell, weight in change.items():
        if weight:
            deltas.bump(cell, windows, weight)


def _move_histogram(deltas: Deltas, m: int, days: dict[int, dict[int, int]], before: Plan, after: Plan) -> None:
    for authority, sign in ((before.lead, -1), (after.lead, 1)):
        counts = {(day, value): sign * n for day, of_day in days.items() for value, n in of_day.items()}
        _count(deltas, deltas.district.authority_cell(m, "lead", authority), counts, MONTH)
