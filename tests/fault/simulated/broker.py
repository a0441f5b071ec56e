"""One partition of Kafka in memory, as exact as the worker's guarantee needs it: the log, transactions under one id, the group's offset.

Time is a sequence of steps. Whatever would wait for the network yields at `step`, and whoever drives the coroutine decides what happens
then: it goes on, something else does first, or it never goes on again.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import coroutine
from typing import Any, NamedTuple

from aiokafka.structs import OffsetAndMetadata
from kafka import TopicPartition

from streams.core.message import Headers, Message

NUMBER = 0
"""The one partition."""


class Fenced(Exception):
    """Another producer has the transactional id, or the broker has given the transaction up."""


@coroutine
def _pause(name: str) -> Generator[str, None, None]:
    yield name


def step(name: str) -> Awaitable[None]:
    """A point at which the world may change."""
    return _pause(name)


class Record(NamedTuple):
    """A record of an output topic."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    stamped: int | None = None
    """The time that it bears, where its writer said one."""


@dataclass
class Transaction:
    """What lies at the broker and no reader sees."""

    epoch: int
    rows: dict[str, list[Any]] = field(default_factory=dict)
    offset: int | None = None


class Broker:
    """What survives every crash of a worker."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.log: list[Message] = []
        self.end = 0
        self.epoch = 0
        self.committed: int | None = None
        self.open: Transaction | None = None
        self.topics: dict[str, list[Record]] = {}
        self.visible: dict[str, int] = {}
        """Topic -> how many of its records readers see: the markers of one transaction reach its topics one after another."""

    def publish(self, message: Message) -> None:
        """Append to the log. Some offsets hold no record, as those of a publisher's transaction markers do not."""
        offset = self.end + (self._chance.randrange(1, 4) if self._chance.random() < 0.05 else 0)
        self.log.append((offset, *message[1:]))
        self.end = offset + 1

    def fence(self) -> int:
        """A producer begins: what earlier ones left open is aborted, what they committed is seen; its epoch."""
        self.open = None
        self.show_all()
        self.epoch += 1
        return self.epoch

    def give_up(self) -> None:
        """The transaction's time is over."""
        self.open = None
        self.epoch += 1

    def take(self, epoch: int, topic: str, rows: Iterable[Any]) -> None:
        """Rows into the open transaction, which the first ones begin."""
        self._of(epoch).rows.setdefault(topic, []).extend(rows)

    def take_offset(self, epoch: int, offset: int) -> None:
        """The consumed offset into the open transaction."""
        self._of(epoch).offset = offset

    def commit(self, epoch: int) -> None:
        """Everything becomes true at once, and is seen topic by topic."""
        transaction = self._of(epoch)
        self.show_all()
        for topic, rows in transaction.rows.items():
            records = self.topics.setdefault(topic, [])
            records.extend(Record(len(records) + n, *row) for n, row in enumerate(rows))
        if transaction.offset is not None:
            self.committed = transaction.offset
        self.open = None

    def written(self, topic: str) -> int | None:
        """The offset behind the newest version in a topic; None: nothing stands there."""
        return max((json.loads(record.value or b"")["version"] + 1 for record in self.topics.get(topic, ())), default=None)

    def _of(self, epoch: int) -> Transaction:
        if epoch != self.epoch:
            raise Fenced
        if self.open is None:
            self.open = Transaction(epoch)
        return self.open

    def show_one(self) -> None:
        """One more topic's markers are written."""
        hidden = [topic for topic, records in self.topics.items() if self.visible.get(topic, 0) < len(records)]
        if hidden:
            topic = self._chance.choice(hidden)
            self.visible[topic] = len(self.topics[topic])

    def show_all(self) -> None:
        """All markers are written."""
        self.visible = {topic: len(records) for topic, records in self.topics.items()}


class Producer:
    """aiokafka's transactional producer, as far as `Outbox.commit` uses it."""

    def __init__(self, broker: Broker) -> None:
        self.broker, self.epoch = broker, broker.fence()

    async def begin_transaction(self) -> None:
        await step("begin")

    async def send_offsets_to_transaction(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group: str) -> None:
        await step("offsets on their way")
        self.broker.take_offset(self.epoch, *(at.offset for at in offsets.values()))
        await step("offsets taken")

    async def commit_transaction(self) -> None:
        await step("commit on its way")
        self.broker.commit(self.epoch)
        await step("committed, answer on its way")


class SimulatedLog:
    """`streams.worker.log.Log` over the broker in memory."""

    def __init__(self, broker: Broker, chance: Random) -> None:
        self._broker, self._chance = broker, chance

    async def committed(self, partition: int) -> int | None:
        await step("offset asked")
        return self._broker.committed

    async def read(
        self, partition: int, start: int, end: int, *, at_most: int, oldest: int | None = None
    ) -> AsyncIterator[Sequence[Message]]:
        """The records of `[start, end)` in slices of any size."""
        assert end <= self._broker.end
        left = [message for message in self._broker.log if start <= message[0] < end]
        while left:
            await step("log read")
            size = min(at_most, self._chance.choice((1, 3, 40, 200)))
            yield left[:size]
            left = left[size:]
