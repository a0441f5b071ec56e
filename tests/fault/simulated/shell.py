"""The worker's own code on the broker in memory: opening, recovery, snapshots, micro-batches and transactions are the product's.

Stand-ins are what touches the network and the disk: the producer, the log's reader, the place of snapshots. Faust is left out; the slices
that it would deliver are drawn by chance: some repeat what was processed, some leave a gap, some overlap.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any, NamedTuple
from unittest.mock import Mock, patch

import msgspec

from schemas.settings import Settings
from streams.core import snapshot
from streams.core.pipeline import Breaker, Outputs, Partition, apply
from streams.worker import commit, opening, partition, recovery, snapshots
from streams.worker.batches import NO_HEADERS
from streams.worker.commit import Names, Outbox
from streams.worker.failpoints import FailPoint
from streams.worker.opening import Opening
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.recovery import Recovery
from streams.worker.room import Room
from streams.worker.snapshot_file import Label, Tail, pack, unpack
from streams.worker.snapshot_store import Name
from streams.worker.snapshots import Snapshots
from tests.fault.counting_worker import Counts, count
from tests.fault.simulated.broker import NUMBER, Broker, Fenced, Producer, SimulatedLog, step

BUILD = "ab" * 16
SETTINGS = Settings(partitions=1, data="nowhere")
NAMES = Names.of(SETTINGS)


class Died(BaseException):
    """SIGKILL: nothing of the process runs after it."""


class Core(NamedTuple):
    """What is folded: the worker's fold, its empty state, and the codec of its snapshots."""

    fold: Callable[..., Any]
    new_state: Callable[[], Any]
    codec: Any


class CountingCodec:
    """Snapshots of the core that only counts."""

    def dump(self, state: Counts) -> bytes:
        return msgspec.msgpack.encode((state.by_key, state.read, state.refused))

    def load(self, data: bytes, state: Counts) -> Iterator[None]:
        by_key, state.read, state.refused = msgspec.msgpack.decode(data, type=tuple[dict[bytes, list[int]], int, int])
        state.by_key.update(by_key)
        yield


REAL = Core(apply, lambda: Partition(NUMBER, 0, lambda _key: True, Breaker(0, 0)), snapshot)
COUNTING = Core(count, lambda: Counts(NUMBER), CountingCodec())


class Pile(list[tuple[bytes, bytes, list[Any], None]]):
    """The rows of a topic as records, not packed."""

    def append(self, row: Any) -> None:
        super().append((*row, NO_HEADERS, None))

    def extend(self, rows: Iterable[Any]) -> None:
        super().extend((*row, NO_HEADERS, None) for row in rows)

    def closed(self) -> "Pile":
        """Nothing is to be closed."""
        return self


class SimulatedOutbox(Outbox):
    """The way out with a producer in memory; what is written in which order is the product's."""

    _producer: Producer

    def outputs(self) -> Outputs[Any]:
        return Outputs(Pile)

    def _packed(self, letters: Iterable[Any]) -> Any:
        return letters

    async def _send(self, topic: str, rows: Iterable[Any]) -> None:
        await step("rows on their way")
        self._producer.broker.take(self._producer.epoch, topic, rows)
        await step("rows taken")

    async def close(self) -> None:
        """Nothing is closed by a process that is gone."""


class SimulatedSnapshots(Snapshots[Any]):
    """Which snapshot is taken is the product's; they lie in a dictionary that outlives the workers, and may be damaged there."""

    def __init__(self, place: dict[Name, bytes], core: Core, log: SimulatedLog) -> None:
        self._settings, self._topic, self._partitions = SETTINGS, NAMES.source, SETTINGS.partitions
        self._codec, self._log, self._build = core.codec, log, BUILD  # type: ignore[assignment]  # the log's stand-in
        self._last, self.place = {}, place

    async def _names(self, number: int) -> list[Name]:
        return sorted(self.place)

    async def _read(self, number: int, name: Name) -> tuple[Label, bytes]:
        return unpack(self.place[name])

    def keep(self, state: Any, offset: int, tail: Tail) -> None:
        """Write a snapshot, at rest between two micro-batches."""
        label = self._label(NUMBER, offset, tail)
        self.place[Name(offset, SETTINGS.epoch, BUILD)] = pack(label, self._codec.dump(state))


class SimulatedWorker:
    """A worker process: a coroutine that is advanced step by step, until it ends, dies or is frozen."""

    def __init__(self, broker: Broker, place: dict[Name, bytes], core: Core, chance: Random, dies_at: dict[FailPoint, float]) -> None:
        self._broker, self._chance, self._dies_at = broker, chance, dies_at
        self._core, log = core, SimulatedLog(broker, chance)
        self._snapshots = SimulatedSnapshots(place, core, log)
        room = Room(chance.choice((1, 5, 30, 1_000)))
        new_state = lambda _number: core.new_state()  # noqa: E731
        restoring: Recovery[Any] = Recovery(log, core.fold, new_state, self, self._snapshots)  # type: ignore[arg-type]
        wiring: Wiring[Any] = Wiring(log, core.fold, self, room)  # type: ignore[arg-type]
        self._opening: Opening[Any] = Opening(SETTINGS, NAMES, restoring, wiring)
        self._work: Any = self._live()
        self.at = "started"
        self.frozen = False

    def passed(self, point: FailPoint) -> None:
        """In place of `FailPoints`: die here now and then."""
        if self._chance.random() < self._dies_at.get(point, 0):
            self.at = point
            raise Died

    def advance(self) -> str:
        """One step; how the process ended, if it did."""
        try:
            self.at = self._work.send(None) or "snapshot read"
        except Died:
            return "killed"
        except Fenced:
            return "fenced"
        return ""

    def kill(self) -> None:
        """SIGKILL."""
        self._work.close()

    async def _live(self) -> None:
        owned: OwnedPartition[Any] = await self._opening.open(NUMBER)
        while True:
            await step("idle")
            if delivered := self._delivered(owned.next_offset):
                await owned.process(delivered)
            if self._chance.random() < 0.1:
                await owned.at_rest(self._snapshots.keep)

    def _delivered(self, expected: int) -> list[Any]:
        """A slice as Faust may deliver it: what follows, or from somewhat before, or with a gap."""
        log = self._broker.log
        first = next((n for n, message in enumerate(log) if message[0] >= expected), len(log))
        if self._chance.random() < 0.3:
            first = max(0, first + self._chance.randrange(-6, 7))
        return log[first : first + self._chance.choice((1, 2, 7, 50))]


async def _in_turn(sends: Iterable[Awaitable[Any]]) -> None:
    for send in sends:
        await send


@contextmanager
def in_memory(broker_of: Callable[[], Broker]) -> Iterator[None]:
    """Within it the worker's modules open their way out at `broker_of()`, and keep silent."""

    async def open_(_settings: Settings, names: Names, number: int, fail_points: Any) -> Outbox:
        await step("fence on its way")
        return SimulatedOutbox(names, number, Producer(broker_of()), fail_points)

    async def last_written(*_: Any) -> int | None:
        await step("outputs read")
        return broker_of().written(NAMES.outputs["conservation"])

    silent = Mock()
    with ExitStack() as stack:
        stack.enter_context(patch.object(opening, "Outbox", type("Opened", (), {"open": staticmethod(open_)})))
        stack.enter_context(patch.object(opening, "last_written", last_written))
        stack.enter_context(patch.object(commit, "_all", _in_turn))
        for module in (opening, partition, recovery, snapshots):
            stack.enter_context(patch.object(module, "logger", silent))
        yield


def damaged(data: bytes, chance: Random) -> bytes:
    """A snapshot's file with a bit flipped or its end gone."""
    if not data or chance.random() < 0.5:
        return data[: chance.randrange(len(data) or 1)]
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
