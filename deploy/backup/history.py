"""Keeping what was published when: every version of a value and of an alert, by epochs.

Each version rests on the log up to its offset, so versions from behind the cut are left out: in a restored installation other events would come to
lie there. Of the served epoch only what is new is taken; another one is taken whole when it has other rows than last time.
"""

from collections.abc import Sequence

from consumers.clickhouse.client import Client
from consumers.reconcile.partitioner import partition_of
from deploy.backup.manifest import Epoch, History, Table
from deploy.backup.parts import Parts
from deploy.backup.tables import HISTORY, selected

_OFFSET = "bitAnd(version, 281474976710655)"
_CONDITION = (
    "bitShiftRight(version, 48) = {epoch:UInt64} "
    f"AND {_OFFSET} >= transform(district, {{districts:Array(String)}}, {{first:Array(UInt64)}}, {1 << 48}) "
    f"AND {_OFFSET} < transform(district, {{districts:Array(String)}}, {{end:Array(UInt64)}}, 0)"
)


def history(client: Client, parts: Parts, served: int, ends: Sequence[int], previous: History | None) -> History:
    """What was published of the log up to `ends` (by partition), all of which must be stored in ClickHouse."""
    known = {one.number: one for one in previous.epochs} if previous else {}
    found = []
    for number in _epochs(client):
        before = known.get(number)
        counts = tuple(_count(client, name, number) for name in HISTORY)
        if number == served and before and previous and previous.served == served:
            fresh = _taken(client, parts, number, previous.ends, ends)
            tables = _joined(before.tables, fresh)
        elif number != served and before and before.counts == counts:
            tables = before.tables
        else:
            tables = _taken(client, parts, number, [0] * len(ends), ends)
        found.append(Epoch(number, counts, tables))
    return History(served, tuple(ends), tuple(found))


def _taken(client: Client, parts: Parts, epoch: int, first: Sequence[int], end: Sequence[int]) -> tuple[Table, ...]:
    return tuple(_of_table(client, parts, name, epoch, first, end) for name in HISTORY)


def _of_table(client: Client, parts: Parts, name: str, epoch: int, first: Sequence[int], end: Sequence[int]) -> Table:
    districts = [code for (code,) in client.query(f"SELECT DISTINCT toString(district) FROM {name} ORDER BY 1").result_rows]  # noqa: S608
    places = [partition_of(code.encode(), len(end)) for code in districts]
    bounds = {"first": [first[place] for place in places], "end": [end[place] for place in places]}
    return selected(client, parts, name, _CONDITION, {"epoch": epoch, "districts": districts, **bounds})


def _joined(old: Sequence[Table], new: Sequence[Table]) -> tuple[Table, ...]:
    """Rows that were kept, and those since; rows under other columns than now, of another build, stay apart."""
    found = {(one.name, one.columns): one for one in old}
    for one in new:
        before = found.get((one.name, one.columns))
        found[one.name, one.columns] = (
            one if before is None else Table(one.name, one.columns, before.rows + one.rows, (*before.parts, *one.parts))
        )
    return tuple(found.values())


def _epochs(client: Client) -> list[int]:
    """The epochs that were ever served."""
    return [int(number) for (number,) in client.query("SELECT DISTINCT epoch FROM published_epochs ORDER BY epoch").result_rows]


def _count(client: Client, name: str, epoch: int) -> int:
    query = f"SELECT count() FROM {name} WHERE bitShiftRight(version, 48) = {{epoch:UInt64}}"  # noqa: S608 - one of HISTORY
    return int(client.query(query, {"epoch": epoch}).result_rows[0][0])
