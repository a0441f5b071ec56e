"""Who lands the faults: a hand goes through its schedule, lands each on work in progress, and counts what has landed."""

import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.fault.chaos.load import Load
from tests.fault.chaos.stage import Stage
from tests.fault.chaos.watch import Watch
from tests.fault.workers import Outside, until

if TYPE_CHECKING:
    from tests.fault.chaos.table import Fault


def stacks() -> str:
    """What all threads are at: of hands that do not rest, the call that hangs."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()
    return "\n".join(f"== thread {names.get(ident, ident)}\n{''.join(traceback.format_stack(frame))}" for ident, frame in frames.items())


class Hand:
    """One schedule in one thread; `pause` lets it rest between two faults, `over` ends it."""

    def __init__(self, name: str, stage: Stage, load: Load, watch: Watch, schedule: Sequence["Fault"], seed: int) -> None:
        self.stage, self.load, self.watch = stage, load, watch
        self.chance = Random(seed)
        self.outside = Outside(stage.settings)
        self.landed: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.pause, self.resting, self.over = Event(), Event(), Event()
        self.error: BaseException | None = None
        self._schedule = schedule
        self._thread = Thread(target=self._run, name=name)
        self._thread.start()

    @property
    def going(self) -> bool:
        """Whether there is more to land."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End after the fault in hand."""
        self.over.set()
        self._thread.join()

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self.outside.close()

    def happens(self, what: Callable[[], bool], seconds: float) -> bool:
        """Whether it does within the time."""
        deadline = time.monotonic() + seconds
        while not what():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _run(self) -> None:
        try:
            for fault in self._schedule:
                while self.pause.is_set() and not self.over.is_set():
                    self.resting.set()
                    time.sleep(0.05)
                self.resting.clear()
                if self.over.is_set():
                    break
                self._strike(fault)
                self.over.wait(fault.rest_s)
        except BaseException as error:  # noqa: BLE001 - told by the test's thread
            self.error = error
        finally:
            self.resting.set()

    def _strike(self, fault: "Fault") -> None:
        """Land a fault on work in progress: some event of the log is not processed (workers, broker) or not visible (the others)."""
        ends = until(lambda: self._in_progress(fault.hand), f"work in progress for {fault.name}", 180)
        began = time.monotonic()
        if fault.land(self):
            self.landed[fault.name] += 1
            self.watch.expect(fault.name, began, ends)
        else:
            self.missed[fault.name] += 1

    def _in_progress(self, hand: str) -> dict[int, int]:
        """The ends of the log if something below them is not done; empty while broker or ClickHouse do not say."""
        try:
            ends = self.outside.ends()
            done = self.outside.committed() if hand == "workers" else {number: at + 1 for number, at in self.watch.fresh().items()}
        except Exception:  # noqa: BLE001 - the other hand has struck what was asked
            return {}
        return ends if any(done.get(number, 0) < end for number, end in ends.items()) else {}
