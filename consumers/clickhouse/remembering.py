"""A store that does not ask twice what cannot have changed: rows are kept for as long as no table that they were read from was written.

Planning a question takes ClickHouse longer than reading a district's rows, and most tables stand still for hours. What was written is told by the
parts of the tables (`system.parts`), in one short question a page: every insert, deletion and dropped partition changes them, and merges, which
change no answer, do not. On replicas, where the parts asked for may be those of another server, an answer is a minute old at most. A user who may
not see the tables behind the views is answered without memory.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from consumers.clickhouse.store import Query, Store
from schemas.operation.instruments import counter
from schemas.operation.metrics import dashboard

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
Marks = Mapping[str, tuple[Any, ...]]
"""By table: what changes when it is written."""

_KEPT_SECONDS = 60
_KEPT_ROWS = 100_000
"""Rows kept in all; about 60 MB of small values."""
_WORDS = re.compile(r"\w+")
_PARTS = Query(
    # The data's version is that of a mutation where it is above the first block's number; merges lower it otherwise.
    "SELECT table, partition_id, max(max_block_number), max(if(data_version > min_block_number, data_version, 0)), min(min_block_number) "
    "FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table, partition_id ORDER BY table, partition_id"
)
_DEFINED = Query("SELECT count(), max(metadata_modification_time), max(uuid) FROM system.tables WHERE database = currentDatabase()")
_TABLES = Query("SELECT name, create_table_query, engine LIKE '%MergeTree' FROM system.tables WHERE database = currentDatabase()")

ASKED = counter(dashboard.QUESTIONS)


class _Kept(NamedTuple):
    marks: tuple[Any, ...]
    rows: Rows
    since: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the tables were like when a page began to be made, and which of them stand behind each name."""

    marks: Marks
    behind: Mapping[str, frozenset[str]]
    defined: tuple[Any, ...]


_seen: ContextVar[_Seen | None] = ContextVar("seen", default=None)


class Remembering(Store):
    """A store whose `of_one_epoch` makes things out of kept rows where these still hold. Outside of it every question is asked."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._held = 0
        self._asking: dict[tuple[str, str, tuple[Any, ...]], asyncio.Task[Rows]] = {}
        self._looking: asyncio.Task[_Seen] | None = None
        self._defined: tuple[Rows, Mapping[str, frozenset[str]]] | None = None

    async def of_one_epoch(self, make: Callable[[], Awaitable[T]], mark: object = None) -> T:
        """As in the store; between its questions, other rows of tables that tell the served epoch mean that it is made again."""
        seen = mark if isinstance(mark, _Seen) else await self._look()
        while True:
            token = _seen.set(seen)
            try:
                made = await make()
            finally:
                _seen.reset(token)
            before, seen = seen, await self._look()
            if all(before.marks.get(table) == seen.marks.get(table) for table in seen.behind.get("epochs", ())):
                return made

    async def mark(self) -> object:
        """What changes when a table is written or the tables are others."""
        return await self._look()

    async def rows(self, query: Query) -> Rows:
        """The rows of a query, kept ones if they still hold. Raises Unavailable."""
        seen = _seen.get()
        tables = seen and _tables(query.sql, seen.behind)
        if not seen or not tables:
            return await super().rows(query)
        marks = tuple(seen.marks.get(table) for table in sorted(tables))
        key = (query.sql, repr(sorted(query.parameters.items())))
        kept = self._kept.get(key)
        age = monotonic() - kept.since if kept else 0
        if kept and age < (_KEPT_SECONDS if kept.marks == marks else query.may_lag_s):
            if kept.marks != marks and age > query.may_lag_s / 2:
                self._ask(query, key, marks)
            self._kept.move_to_end(key)
            ASKED.labels("memory").inc()
            return kept.rows
        return await asyncio.shield(self._ask(query, key, marks))

    def _ask(self, query: Query, key: tuple[str, str], marks: tuple[Any, ...]) -> "asyncio.Task[Rows]":
        """The answer on its way, one for all who ask the same of the same tables."""
        place = (*key, marks)
        task = self._asking.get(place)
        if task is None:
            ASKED.labels("clickhouse").inc()
            task = self._asking[place] = asyncio.create_task(super().rows(query))
            task.add_done_callback(lambda done: self._answered(place, done))
        return task

    def _answered(self, place: tuple[str, str, tuple[Any, ...]], done: "asyncio.Task[Rows]") -> None:
        del self._asking[place]
        if done.cancelled() or done.exception() is not None:
            return
        *key, marks = place
        self._forget((key[0], key[1]))
        self._kept[key[0], key[1]] = _Kept(marks, done.result(), monotonic())
        self._held += len(done.result())
        while self._held > _KEPT_ROWS:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: tuple[str, str]) -> None:
        if kept := self._kept.pop(key, None):
            self._held -= len(kept.rows)

    async def _look(self) -> _Seen:
        """What the tables are like now, for all who ask while the answer is on its way."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._looked())
            self._looking.add_done_callback(self._has_looked)
        return await asyncio.shield(self._looking)

    def _has_looked(self, done: "asyncio.Task[_Seen]") -> None:
        self._looking = None
        if not done.cancelled():
            done.exception()  # told to those who wait; if nobody does any more, to nobody

    async def _looked(self) -> _Seen:
        defined, parts = await asyncio.gather(super().rows(_DEFINED), super().rows(_PARTS))
        if self._defined is None or self._defined[0] != defined:
            self._defined, self._kept, self._held = (defined, _behind(await super().rows(_TABLES))), OrderedDict(), 0
        marks: dict[str, tuple[Any, ...]] = {}
        for table, *part in parts:
            marks[table] = (*marks.get(table, ()), *part)
        return _Seen(marks, self._defined[1], tuple(defined[0]))


def _behind(tables: Rows) -> Mapping[str, frozenset[str]]:
    """For each table and view of the database the tables that its rows come from; none where one of them cannot be seen."""
    texts = {name: set(_WORDS.findall(text)) & {other for other, *_ in tables} - {name} for name, text, _ in tables}
    stored = {name for name, _, is_stored in tables if is_stored}
    found: dict[str, frozenset[str]] = {}

    def of(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset()  # nothing rests on itself
            found[name] = frozenset({name}) if name in stored else frozenset().union(*(of(other) for other in texts[name]))
        return found[name]

    return {name: of(name) for name in texts}


def _tables(sql: str, behind: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The tables that a question reads; none if one of the names in it leads to none that can be seen."""
    named = [behind[word] for word in set(_WORDS.findall(sql)) if word in behind]
    return frozenset().union(*named) if all(named) else frozenset()
