"""A world under a seed: one log, workers, sinks and everything that can happen to them, one step at a time. The same seed is the same run.

Every step one thing happens, drawn by chance: events are published, some worker or sink goes one step on, markers are written; or a worker
dies, freezes, thaws long after others took over, joins while another works; a transaction's time is over; the group's offset is deleted;
a snapshot is damaged; a sink dies or is put out of its group and goes on unaware. When all is published and enough has happened, faults
stop, the frozen thaw, and what is left is finished: the end must be the end of a run in which nothing ever happened.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from unittest.mock import Mock, patch

from consumers import loop
from streams.core.message import Message
from streams.worker.failpoints import FailPoint
from streams.worker.snapshot_store import Name
from tests.fault.simulated.broker import Broker
from tests.fault.simulated.shell import NAMES, Core, SimulatedWorker, damaged, in_memory
from tests.fault.simulated.store import Group, SimulatedSink, Store

MOST_STEPS = 200_000
"""More than any run needs: one that takes so many makes no progress."""
DIES_AT = {FailPoint.AFTER_FOLD: 0.02, FailPoint.AFTER_SEND: 0.02, FailPoint.AFTER_OFFSETS: 0.02, FailPoint.AFTER_COMMIT: 0.02}
BEFALLS = 0.015
"""How often, per step, something befalls; beside it workers die at their fail points and sinks at theirs."""


class Stuck(AssertionError):
    """A run that does not come to its end."""


class World:
    """One run. After `run`, `broker` and `store` hold its end, `happened` what befell it."""

    def __init__(self, seed: int, core: Core, messages: Sequence[Message], *, sinks: bool) -> None:
        self.chance = Random(seed)
        self.core, self.unpublished, self.with_sinks = core, list(reversed(messages)), sinks
        self.broker, self.store, self.group = Broker(self.chance), Store(), Group()
        self.place: dict[Name, bytes] = {}
        self.workers: list[SimulatedWorker] = []
        self.sinks: list[SimulatedSink] = []
        self.happened: Counter[str] = Counter()
        self.steps = 0
        self.pace = self.chance.choice((0.02, 0.1, 0.5))

    def run(self) -> None:
        """To the end. Raises Stuck when there is none."""
        while self.unpublished:
            self._turn(faults=True)
        for worker in self.workers:
            worker.frozen = False
        while not self._finished():
            self._turn(faults=False)
        for _ in range(50):  # whoever still believes to own the partition
            self._turn(faults=False)

    def _finished(self) -> bool:
        broker, at = self.broker, self.group.committed
        done = broker.committed if broker.committed is not None else broker.written(NAMES.outputs["conservation"])
        worked = done == broker.log[-1][0] + 1 and broker.open is None
        if worked:
            broker.show_all()
        behind = (
            [tp for tp in self.sinks[-1].consumer.assignment() if at.get(tp, 0) < broker.visible.get(tp.topic, 0)] if self.sinks else []
        )
        return worked and not behind and bool(self.sinks or not self.with_sinks)

    def _turn(self, *, faults: bool) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Stuck(f"no end after {self.steps} steps: {self.happened}")
        if faults and self.chance.random() < self.pace:
            for _ in range(min(len(self.unpublished), self.chance.choice((1, 1, 5, 20)))):
                self.broker.publish(self.unpublished.pop())
        if faults and self.chance.random() < BEFALLS:
            self._befall()
        if self.chance.random() < 0.2:
            self.broker.show_one()
        self._work()
        if self.with_sinks and self.chance.random() < 0.1:
            self._sink()

    def _work(self) -> None:
        awake = [worker for worker in self.workers if not worker.frozen]
        if not awake:
            self._join()
        else:
            # The newest has the partition as far as the group knows; others are zombies that do not.
            worker = awake[-1] if self.chance.random() < 0.8 else self.chance.choice(awake)
            if ended := worker.advance():
                self._note(f"worker {ended}: {worker.at}")
                self.workers.remove(worker)

    def _sink(self) -> None:
        if not self.sinks:
            self.sinks.append(SimulatedSink(self.broker, self.group, self.store, self.chance))
        sink = self.sinks[-1] if self.chance.random() < 0.8 else self.chance.choice(self.sinks)
        if not sink.advance():
            self._note("sink died")
            self.sinks.remove(sink)

    def _join(self) -> None:
        self.workers.append(SimulatedWorker(self.broker, self.place, self.core, self.chance, DIES_AT))

    # -- what befalls
    def _befall(self) -> None:
        what: Callable[[], None] = self.chance.choice(
            (
                self._kill,
                self._kill,
                self._freeze,
                self._thaw,
                self._rebalance,
                self._time_out,
                self._lose_offset,
                self._spoil,
                self._other_sink,
            )
        )
        what()

    def _note(self, what: str) -> None:
        self.happened[what] += 1

    def _kill(self) -> None:
        if self.workers:
            worker = self.workers.pop(self.chance.randrange(len(self.workers)))
            worker.kill()
            self._note(f"worker killed: {worker.at}")

    def _freeze(self) -> None:
        if self.workers and len(self.workers) < 4:
            self.workers[-1].frozen = True
            self._note(f"worker frozen: {self.workers[-1].at}")

    def _thaw(self) -> None:
        for worker in self.workers:
            if worker.frozen:
                worker.frozen = False
                self._note("worker thawed")

    def _rebalance(self) -> None:
        if len(self.workers) < 4:
            self._join()
            self._note("another worker takes over")

    def _time_out(self) -> None:
        if self.broker.open:
            self.broker.give_up()
            self._note("transaction timed out")

    def _lose_offset(self) -> None:
        if self.broker.committed is not None and self.chance.random() < 0.3:
            self.broker.committed = None
            self._note("offset deleted")

    def _spoil(self) -> None:
        if self.place:
            name = self.chance.choice(sorted(self.place))
            self.place[name] = damaged(self.place[name], self.chance)
            self._note("snapshot damaged")

    def _other_sink(self) -> None:
        if self.sinks and len(self.sinks) < 3:
            self.sinks.append(SimulatedSink(self.broker, self.group, self.store, self.chance))
            self._note("sink put out of its group")


@contextmanager
def worlds() -> Iterator[Callable[..., World]]:
    """Makes worlds and runs them, one after another."""
    now: list[World] = []
    with in_memory(lambda: now[-1].broker), patch.object(loop, "log", Mock()):

        def run(seed: int, core: Core, messages: Sequence[Message], *, sinks: bool) -> World:
            now[:] = [World(seed, core, messages, sinks=sinks)]
            now[0].run()
            return now[0]

        yield run
