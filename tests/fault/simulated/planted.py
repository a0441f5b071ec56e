"""Bugs planted on purpose, each as a change of one function of the product (or of what it runs on); none is a switch inside the product.

The first ten are those of reliability.md, section 1; the rest are rules of `streams/worker/partition.py` that somebody might drop.
"""

from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

from aiokafka.structs import OffsetAndMetadata
from kafka import TopicPartition

from consumers.loop import Loop
from streams.core import admit, pipeline
from streams.core.instants import DAY_US
from streams.core.message import Message
from streams.core.rollup.deltas import Deltas
from streams.worker import commit
from streams.worker.commit import Outbox
from streams.worker.partition import OwnedPartition
from tests.fault.simulated.broker import Broker
from tests.fault.simulated.store import DECLARED, Store

Planted = Callable[[], Any]
"""Makes a context in which the bug is there."""

_commit, _dead_letter, _put, _take = Outbox.commit, commit.dead_letter, Store._put, pipeline._Share.take
_office, _count = admit.Admission._office, Deltas.take

LATE_DAYS = 7


async def _acknowledges_first(self: Any, outputs: Any, messages: Sequence[Message], next_offset: int) -> None:
    await self._producer.begin_transaction()
    await self._producer.send_offsets_to_transaction({self._source: OffsetAndMetadata(next_offset, "")}, self._names.group)
    await self._producer.commit_transaction()
    await _commit(self, outputs, messages, next_offset)


def _commits_first(self: Any, stop: Any) -> None:
    self._commit()
    if self._rows:
        self._flush(stop)


def _adds(self: Any, table: str, row: dict[str, Any]) -> None:
    if table == "indicator_value_rows":
        there = self.tables[table].get(tuple(row[name] for name in DECLARED[table][1]))
        row = row | {"numerator": row["numerator"] + (there["numerator"] if there else 0)}
    _put(self, table, row)


def _drops_late(self: Any, changes: Any) -> None:
    _count(self, [change for change in changes if self.today - change[0][1] <= LATE_DAYS])


def _loses_bytes(source: TopicPartition, message: Message, dead: Any, epoch: int) -> Any:
    key, value, *rest = _dead_letter(source, message, dead, epoch)
    return key, value and value.decode("utf-8", "replace").encode(), *rest


def _closed_office(self: Any, ident: str, day: int) -> Any:
    office = self.district.office_numbers.get(ident, -1)
    return office if office in self.district.life else _office(self, ident, day)


def _sums_floats(self: Any, cell: Any, changes: dict[int, int], weight: int = 1) -> None:
    for window, amount in changes.items():
        cell.values[window] = int(cell.values.get(window, 0) / 100 * 100 + amount / 100 * weight * 100)
    self.touch(cell, changes)


def _first_offset(self: Any, message: Message, outcome: Any) -> None:
    first = self.last if self.uncounted else None
    _take(self, message, outcome)
    self.last = first or self.last


async def _trusts_deliveries(self: Any, messages: Sequence[Message]) -> None:
    await self._process_new(messages)


async def _drops_nothing(self: Any, messages: Sequence[Message]) -> bool:
    await self._advance(messages)
    return True


async def _snapshot_of_anything(self: Any, look: Callable[..., Any]) -> Any:
    return look(self.state, self.next_offset + 1, self._tail) if self._tail else None


PLANTED: dict[str, Planted] = {
    "acknowledge before process": lambda: patch.object(Outbox, "commit", _acknowledges_first),
    "fence skipped": lambda: patch.object(Broker, "fence", lambda self: self.epoch),
    "commit before insert": lambda: patch.object(Loop, "_deliver", _commits_first),
    "add instead of replace": lambda: patch.object(Store, "_put", _adds),
    "late events dropped": lambda: patch.object(Deltas, "take", _drops_late),
    "dead letter loses bytes": lambda: patch.object(commit, "dead_letter", _loses_bytes),
    "office check skipped": lambda: patch.object(admit.Admission, "_office", _closed_office),
    "float sum": lambda: patch.object(Deltas, "bump", _sums_floats),
    "window edge in UTC": lambda: patch.object(pipeline, "local_day", lambda instant_us: instant_us // DAY_US),
    "version from the wrong offset": lambda: patch.object(pipeline._Share, "take", _first_offset),
    "delivered slices trusted to be gapless": lambda: patch.object(OwnedPartition, "process", _trusts_deliveries),
    "what was processed is processed again": lambda: patch.object(OwnedPartition, "_process_new", _drops_nothing),
    "snapshot named for an offset that it lacks": lambda: patch.object(OwnedPartition, "at_rest", _snapshot_of_anything),
}
