"""Days of stocks: what a stock has on each day, up to today, becomes a flow of that day. So each day goes to who pays for it.

Must run before flows and stocks are settled: it adds to the former, and reads of the latter what they were.
"""

from collections import defaultdict

from streams.core.measures import DAILY
from streams.core.rollup.deltas import Days, Deltas
from streams.core.windows import MONTH, OF_DAY


def settle(deltas: Deltas, old_today: int | None) -> None:
    """Add the days that today has passed, and the differences on days that were counted before."""
    if old_today is not None and deltas.today > old_today:
        _pass_days(deltas, old_today)
    for (m, office), changes in deltas.stocks.items():
        daily = DAILY[m]
        if daily >= 0:
            _change_days(deltas.flows[daily, office], changes, deltas.today)


def _pass_days(deltas: Deltas, old_today: int) -> None:
    """The level of the last slice's today goes on; and what is divided by the days gone by changes with each of them."""
    district, month = deltas.district, OF_DAY[old_today][MONTH]
    for m, offices in district.stock_offices.items():
        daily = DAILY[m]
        if daily < 0:
            continue
        for office in offices:
            level = district.office_cell(m, office).values.get(month, 0)
            if level:
                days = deltas.flows[daily, office]
                for day in range(old_today + 1, deltas.today + 1):
                    days[day] += level
    running = {*OF_DAY[old_today][MONTH:], *OF_DAY[deltas.today][MONTH:]}
    for cell in district.daily_cells:
        deltas.touch(cell, running)


def _change_days(days: defaultdict[int, int], changes: Days, today: int) -> None:
    run = 0
    for day in range(min(changes), today + 1):
        run += changes.get(day, 0)
        if run:
            days[day] += run
