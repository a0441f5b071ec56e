"""Stocks: the sum of all facts up to a window's last day, or today, carried forward window by window.

District and authority rows move by the same differences as the office rows. Where weights changed (a new month, a segment that begins,
a split learned late) they are summed afresh from the office rows.
"""

from streams.core.cells import Cell
from streams.core.rollup.deltas import Days, Deltas
from streams.core.splits import Plan
from streams.core.state import District
from streams.core.windows import BY_INDEX, END, LENGTHS, MONTH, MONTH_OF, OF_DAY

Afresh = dict[int, set[int]]
"""Stock measure -> windows whose district and authority rows are summed anew."""


def settle(deltas: Deltas, old_today: int | None, resplit: dict[int, int]) -> None:
    """Move all stocks. `resplit`: office whose payers changed -> first day on which they differ."""
    district, today = deltas.district, deltas.today
    afresh: Afresh = {}
    if old_today is not None and today != old_today:
        _carry_forward(deltas, old_today, today, afresh)
        _segments_begin(district, old_today, today, afresh)
    for office, first in resplit.items():
        for m, offices in district.stock_offices.items():
            if office in offices:
                rows = district.office_cell(m, office).values
                afresh.setdefault(m, set()).update(w for w in rows if min(END[w] - 1, today) >= first)
    for (m, office), changes in deltas.stocks.items():
        if per_month := _by_month(changes):
            _settle_office(deltas, m, office, per_month, afresh.get(m, set()))
    _settle_owned(deltas)
    for m, windows in afresh.items():
        for window in windows:
            _sum_window(deltas, m, window)


def _carry_forward(deltas: Deltas, old_today: int, today: int, afresh: Afresh) -> None:
    """Windows that began since the old today start with what the one before them ended with."""
    district = deltas.district
    a, b = MONTH_OF[old_today], MONTH_OF[today]
    if a == b:
        return
    for kind, n in enumerate(LENGTHS, MONTH):
        for index in range(a // n + 1, b // n + 1):
            window, before = BY_INDEX[kind, index], BY_INDEX[kind, index - 1]
            for m, offices in district.stock_offices.items():
                for office in offices:
                    cell = district.office_cell(m, office)
                    if before in cell.values:
                        cell.values[window] = cell.values[before]
                        deltas.touch(cell, (window,))
                        afresh.setdefault(m, set()).add(window)
            for cell in district.owned_stocks:
                if before in cell.values:
                    cell.values[window] = cell.values[before]
                    deltas.touch(cell, (window,))


def _segments_begin(district: District, old_today: int, today: int, afresh: Afresh) -> None:
    """Where today has passed into another segment of an office, the windows that were running are weighted otherwise."""
    for office, timeline in district.timelines.items():
        if timeline.crosses(old_today, today):
            for m, offices in district.stock_offices.items():
                if office in offices:
                    afresh.setdefault(m, set()).update(OF_DAY[old_today][MONTH:])


def _by_month(days: Days) -> Days:
    """Differences by running number of the month; empty if all are 0."""
    per: Days = {}
    for day, amount in days.items():
        if amount:
            per[MONTH_OF[day]] = per.get(MONTH_OF[day], 0) + amount
    return per


def _settle_office(deltas: Deltas, m: int, office: int, per_month: Days, summed_later: set[int]) -> None:
    district = deltas.district
    district.stock_offices.setdefault(m, set()).add(office)
    cell = district.office_cell(m, office)
    change = _changes(cell, per_month, MONTH_OF[deltas.today])
    deltas.bump(cell, change)
    change = {w: x for w, x in change.items() if w not in summed_later}
    deltas.bump(district.cell(m, district.home), change)
    known = district.stock_cells.setdefault(m, {})
    by_plan: dict[Plan, Days] = {}
    for window, amount in change.items():
        by_plan.setdefault(district.timelines[office].at(min(END[window] - 1, deltas.today)), {})[window] = amount
    for plan, part in by_plan.items():
        for to, weight in district.fan(plan, m):
            known[to] = None
            deltas.bump(to, part, weight)


def _settle_owned(deltas: Deltas) -> None:
    """What authorities hold by the facts' own word."""
    for (m, who), changes in deltas.owned_stocks.items():
        if per_month := _by_month(changes):
            cell = deltas.district.authority_cell(m, "own", who)
            deltas.district.owned_stocks[cell] = None
            deltas.bump(cell, _changes(cell, per_month, MONTH_OF[deltas.today]))


def _changes(cell: Cell, per_month: Days, this_month: int) -> Days:
    """What the windows change by, from the first month that differs to this one; windows without a row yet get one."""
    change: Days = {}
    for kind, length in enumerate(LENGTHS, MONTH):
        steps: Days = {}
        for month, amount in per_month.items():
            steps[month // length] = steps.get(month // length, 0) + amount
        run = 0
        for index in range(min(steps), this_month // length + 1):
            run += steps.get(index, 0)
            window = BY_INDEX[kind, index]
            if run or window not in cell.values:
                change[window] = run
    return change


def _sum_window(deltas: Deltas, m: int, window: int) -> None:
    """District and authority rows of one window from the office rows."""
    district, day = deltas.district, min(END[window] - 1, deltas.today)
    known, home = district.stock_cells.setdefault(m, {}), district.cell(m, district.home)
    total, sums = 0, dict.fromkeys(known, 0)
    for office in district.stock_offices[m]:
        value = district.office_cell(m, office).values.get(window)
        if value is not None:
            total += value
            for cell, weight in district.fan(district.timelines[office].at(day), m):
                sums[cell] = sums.get(cell, 0) + value * weight
    for cell, value in [*sums.items(), (home, total)]:
        if cell is not home:
            known[cell] = None
        if cell.values.get(window, 0) != value or (cell is home and window not in cell.values):
            cell.values[window] = value
            deltas.touch(cell, (window,))
