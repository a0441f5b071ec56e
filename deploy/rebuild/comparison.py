"""A rebuilt epoch against the one that is served, row by row, computed and kept inside ClickHouse.

Both go on while they are compared. So the point of comparison is where both have folded the log to, by their conservation sums; once the sinks
have stored what stood in the topics then, a row that rests on nothing later is as it must be in both. The others move, and are looked at again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from consumers.clickhouse.client import Client
from deploy.rebuild.clickhouse import ask
from schemas.settings import Settings

_ROUNDS = 5
_PAUSE_S = 1.0
_SHOWN = 3

_FOLDED = """
SELECT partition, toUInt64(bitShiftRight(version, 48)) AS epoch, toInt64(max(bitAnd(version, 281474976710655))), groupUniqArray(toString(district))
FROM conservation_rows FINAL WHERE epoch IN ({old:UInt64}, {new:UInt64})
GROUP BY partition, epoch
"""
_DIFFERENCES = """
INSERT INTO difference_rows
SELECT {run:UInt64}, {old:UInt64}, {new:UInt64}, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, what,
    closed_offset, old.numerator, old.denominator, old.value, new.numerator, new.denominator, new.value
FROM rebuild_values(district = {district:String}, old = {old:UInt64}, new = {new:UInt64}) WHERE what != 'equal' AND toInt64(newest) <= {upto:Int64}
"""
_COUNTED = """
countIf(what = 'equal') AS equal, countIf(what = 'changed' AND still) AS changed, countIf(what = 'new' AND still) AS new,
countIf(what = 'gone' AND still) AS gone
"""
_VALUES = f"""
SELECT 'indicator_values', toString(indicator) AS name, {_COUNTED},
    countIf(what != 'equal' AND still AND isNotNull(closed_offset)), countIf(what != 'equal' AND NOT still)
FROM (SELECT *, toInt64(newest) <= {{upto:Int64}} AS still FROM rebuild_values(district = {{district:String}}, old = {{old:UInt64}}, new = {{new:UInt64}}))
GROUP BY name
"""  # noqa: S608 - texts of this module only
_ROWS = f"""
SELECT toString(compared) AS kind, toString(name) AS name, {_COUNTED}, 0, countIf(what != 'equal' AND NOT still)
FROM (SELECT *, toInt64(newest) <= {{upto:Int64}} AS still FROM rebuild_rows(district = {{district:String}}, old = {{old:UInt64}}, new = {{new:UInt64}}))
GROUP BY kind, name
"""  # noqa: S608 - texts of this module only
_SUMMARY = """
SELECT toString(compared) AS kind, toString(name) AS name, sum(equal), sum(changed), sum(new), sum(gone), sum(restated), sum(moving), max(from_epoch), max(run)
FROM comparison_rows FINAL WHERE to_epoch = {new:UInt64} AND run = (SELECT max(run) FROM comparison_rows WHERE to_epoch = {new:UInt64})
GROUP BY kind, name ORDER BY kind, name
"""
_BIGGEST = """
SELECT district, subject_id, mode, dimension, window_kind, window_start, old_value, new_value, what FROM rebuild_differences
WHERE to_epoch = {new:UInt64} AND indicator = {indicator:String}
ORDER BY abs(movement) DESC, subject_kind = 'district' DESC, window_kind = 'year' DESC, window_start DESC, subject_id, mode LIMIT {most:UInt8}
"""
_RESTATED = """
INSERT INTO restated_rows
SELECT {new:UInt64}, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, assumeNotNull(closed_offset)
FROM difference_rows FINAL WHERE to_epoch = {new:UInt64} AND run = {run:UInt64} AND isNotNull(closed_offset)
UNION ALL
SELECT {new:UInt64}, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_offset
FROM restated_rows FINAL WHERE epoch = {old:UInt64}
"""
_COLUMNS = ["run", "from_epoch", "to_epoch", "district", "compared", "name", "equal", "changed", "new", "gone", "restated", "moving"]


class Movement(NamedTuple):
    """A value that differs."""

    district: str
    subject: str
    mode: str
    dimension: str
    window: str
    old: float | None
    new: float | None
    what: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of one name (an indicator's, a component's, a type's, a rule's, a code's) are as they were. `restated`: of those that are not, in
    closed windows; `moving`: rows about which newer events left nothing to say."""

    compared: str
    name: str
    equal: int
    changed: int
    new: int
    gone: int
    restated: int
    moving: int
    biggest: tuple[Movement, ...] = ()

    @property
    def different(self) -> int:
        """Rows that differ."""
        return self.changed + self.new + self.gone


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found, by table and name."""

    run: int
    """When, in milliseconds since 1970; names the run."""
    old: int
    new: int
    counts: tuple[Count, ...]

    @property
    def rows(self) -> int:
        """Rows that were compared."""
        return sum(count.equal + count.different for count in self.counts)

    @property
    def different(self) -> int:
        """Rows that differ, in all tables."""
        return sum(count.different for count in self.counts)

    @property
    def moving(self) -> int:
        """Rows about which nothing can be said yet."""
        return sum(count.moving for count in self.counts)


Stored = Callable[[], None]
"""Returns when the sinks have stored everything that stands in both epochs' topics now."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much it is in all."""


def compare(settings: Settings, old: int, new: int, stored: Stored, progress: Progress) -> Comparison:
    """Compare two epochs and keep what was found; earlier comparisons of the new one are forgotten. `stored` is called before each round."""
    run, rows = 0, list[list[object]]()
    for left in reversed(range(_ROUNDS)):
        folded = ask(settings, partial(_folded, old=old, new=new))
        stored()
        run, rows = time.time_ns() // 1_000_000, []
        for done, (district, upto) in enumerate(sorted(folded.items())):
            progress("comparing", done, len(folded))
            given = {"run": run, "old": old, "new": new, "district": district, "upto": upto}
            rows += ask(settings, partial(_district, given=given))
        if not left or not any(row[-1] for row in rows):
            break
        time.sleep(_PAUSE_S)
    ask(settings, partial(_keep, run=run, new=new, rows=rows))
    return last_comparison(settings, new) or Comparison(run, old, new, ())


def last_comparison(settings: Settings, new: int) -> Comparison | None:
    """The newest comparison of a rebuilt epoch; None: there is none."""
    return ask(settings, partial(_last, new=new))


def mark_restated(settings: Settings, comparison: Comparison) -> None:
    """Note which values of closed windows the new epoch restates, those that the old one had restated included. Nobody sees it before the switch."""
    given = {"run": comparison.run, "old": comparison.old, "new": comparison.new}

    def write(client: Client) -> None:
        client.command(f"ALTER TABLE restated_rows DROP PARTITION {comparison.new:d}")
        client.command(_RESTATED, given)

    ask(settings, write)


def _folded(client: Client, old: int, new: int) -> dict[str, int]:
    """The offset up to which both epochs have folded the log, by district; -1 where one of them has not begun."""
    found = client.query(_FOLDED, {"old": old, "new": new}).result_rows
    upto = {(partition, epoch): offset for partition, epoch, offset, _ in found}
    both: dict[str, int] = {}
    for partition, _, _, districts in found:
        least = min(upto.get((partition, epoch), -1) for epoch in (old, new))
        # Records without a readable key have no district, and may lie on any partition.
        both |= {district: min(least, both.get(district, least)) for district in districts}
    return both


def _district(client: Client, given: dict[str, object]) -> list[list[object]]:
    """Keep the differing values of a district; its counts."""
    client.command(_DIFFERENCES, given)
    counted = [row for query in (_VALUES, _ROWS) for row in client.query(query, given).result_rows]
    return [[given["run"], given["old"], given["new"], given["district"], *row] for row in counted]


def _keep(client: Client, run: int, new: int, rows: list[list[object]]) -> None:
    """Write the counts, which makes the run the newest one, and forget the earlier ones."""
    if rows:
        client.insert("comparison_rows", rows, column_names=_COLUMNS)
    for table in ("comparison_rows", "difference_rows"):
        for (earlier,) in client.query(f"SELECT DISTINCT run FROM {table} WHERE to_epoch = {new:d} AND run < {run:d}").result_rows:  # noqa: S608 - numbers
            client.command(f"ALTER TABLE {table} DROP PARTITION ({new:d}, {earlier:d})")


def _last(client: Client, new: int) -> Comparison | None:
    rows = client.query(_SUMMARY, {"new": new}).result_rows
    if not rows:
        return None
    counts = [Count(*row[:-2]) for row in rows]
    counts = [replace(count, biggest=_biggest(client, new, count.name)) if _has_values(count) else count for count in counts]
    return Comparison(rows[0][-1], rows[0][-2], new, tuple(counts))


def _has_values(count: Count) -> bool:
    return bool(count.compared == "indicator_values" and count.different)


def _biggest(client: Client, new: int, indicator: str) -> tuple[Movement, ...]:
    rows = client.query(_BIGGEST, {"new": new, "indicator": indicator, "most": _SHOWN}).result_rows
    return tuple(Movement(of, to, mode, dim, f"{kind}:{start}", was, now, what) for of, to, mode, dim, kind, start, was, now, what in rows)
