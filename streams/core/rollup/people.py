"""Distinct persons: sets of records, counted by difference. Nothing is stored per person and window but stays and facts.

Those who simply stay on when today moves are moved as one number per office, so a month's turn costs offices, not people.
"""

from streams.core.lifecycles.person import Span
from streams.core.rollup.deltas import Days, Deltas
from streams.core.splits import Plan, Timeline
from streams.core.windows import END, MONTH, MONTH_OF, OF_DAY, touching


def settle(deltas: Deltas, m: int, old: list[Span], new: list[Span]) -> None:
    """One person's spans changed: move the counts of the windows that differ."""
    same = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        same += 1
    rest = old[same:] + new[same:]
    since = min(first for first, _, _ in rest)
    if same < min(len(old), len(new)) and old[same][::2] == new[same][::2]:  # one span that ends on another day
        since = min(old[same][1], new[same][1])
    timelines = deltas.district.timelines
    moves: dict[tuple[tuple[int, ...], Plan], Days] = {}
    for window in touching(since, max(last for _, last, _ in rest)):
        before, after = _last_in(old, window), _last_in(new, window)
        if before != after:
            for found, sign in ((before, -1), (after, 1)):
                if found is not None:
                    day, office, offices = found
                    changes = moves.setdefault((offices, timelines[office].at(day)), {})
                    changes[window] = changes.get(window, 0) + sign
    # Another day under the same payers changes nothing: it cancels here and gives no row.
    for (offices, plan), changes in moves.items():
        if changes := {window: change for window, change in changes.items() if change}:
            _bump(deltas, m, offices, plan, changes)


def stay_on(deltas: Deltas, m: int, office: int, persons: int, old_today: int) -> None:
    """Today moved on from `old_today`: so many persons went on staying at this office."""
    timeline, today = deltas.district.timelines[office], deltas.today
    then = timeline.at(old_today)
    for window in OF_DAY[old_today][MONTH:]:
        now = timeline.at(min(END[window] - 1, today))
        if now is not then:
            for plan, change in ((then, -persons), (now, persons)):
                _bump_payers(deltas, m, plan, {window: change})
    if MONTH_OF[old_today] != MONTH_OF[today]:
        for window in touching(old_today, today):
            if window >> 3 > old_today:
                _bump(deltas, m, (office,), timeline.at(min(END[window] - 1, today)), {window: persons})


def resplit(deltas: Deltas, m: int, spans: list[Span], office: int, old: Timeline, new: Timeline) -> None:
    """The office's payers changed: only who pays for the last fact of a window moves."""
    for first, end, before, after in old.differences(new):
        windows = {  # a set: two spans may be alike
            w for a, b, o in spans if o == office and a < end and b >= first for w in touching(max(a, first), min(b, end - 1))
        }
        for window in windows:
            found = _last_in(spans, window)
            if found is not None and found[1] == office and first <= found[0] < end:
                _bump_payers(deltas, m, before, {window: -1})
                _bump_payers(deltas, m, after, {window: 1})


Found = tuple[int, int, tuple[int, ...]]
"""Last day in a window, its office, all offices at which the person counts."""


def _last_in(spans: list[Span], window: int) -> Found | None:
    """Where a person stands in a window; of spans that end there on one day the later told one decides."""
    first, end = window >> 3, END[window]
    found: Found | None = None
    for a, b, office in spans:
        if a < end and b >= first:
            day = b if b < end else end - 1
            if found is None:
                found = day, office, (office,)
            else:
                offices = found[2] if office in found[2] else tuple(sorted((*found[2], office)))
                found = (day, office, offices) if day >= found[0] else (*found[:2], offices)
    return found


def _bump(deltas: Deltas, m: int, offices: tuple[int, ...], plan: Plan, changes: Days) -> None:
    """Move the rows of the offices at which a person counts, of the district, and of who pays."""
    district = deltas.district
    for office in offices:
        deltas.bump(district.office_cell(m, office), changes)
    deltas.bump(district.cell(m, district.home), changes)
    _bump_payers(deltas, m, plan, changes)


def _bump_payers(deltas: Deltas, m: int, plan: Plan, changes: Days) -> None:
    for cell, _ in deltas.district.fan(plan, m):
        deltas.bump(cell, changes)
