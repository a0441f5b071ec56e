"""Keep processes running: start them, know when they are ready, restart what dies, stop all in order.

One thread does all of it and is the only one that starts processes: the kernel ties a child to the thread that made it. Nothing here knows
what the processes are; `stack.py` does.
"""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.errors import MissingDependency
from deploy.local.child import last_line, send, start_child

TICK_S = 0.1
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 15.0
HEALTHY_S = 5.0
"""A process that was ready and lived so long since has recovered: its next death is a first one."""
START_TRIES = 3
"""Ends before the first readiness after which a start is given up."""
GIVE_UP = frozenset({2, 3, 78})
"""Exit codes after which starting again would end the same way: wrong settings, something missing, halted on purpose."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `ready` asks the running process, in a second at most; `stop_rank`: lower ranks are stopped first."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    stop_rank: int = 0
    patience_s: float = 15.0
    """Seconds between SIGTERM and SIGKILL."""


@dataclass(slots=True)
class _Process:
    program: Program
    log: Path
    child: subprocess.Popen[bytes] | None = None
    ready_since: float | None = None
    ever_ready: bool = False
    ends: int = 0
    start_at: float = 0.0
    halted: str = ""

    @property
    def settled(self) -> bool:
        """Whether nobody needs to wait for it: it is ready, or will not be started again."""
        return self.ready_since is not None or bool(self.halted)


@dataclass
class Supervisor:
    """Runs programs; their output goes to `data/logs/<name>.log`, their pids stand in `data/pids.json`. `tell` gets one line an incident."""

    data: Path
    tell: Callable[[str], None]
    _processes: dict[str, _Process] = field(default_factory=dict)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _stopping: bool = False
    _hurry: bool = False

    @property
    def pids(self) -> dict[str, int]:
        """Name to pid of what runs now, in the order of the first start."""
        with self._wake:
            return {name: process.child.pid for name, process in self._processes.items() if process.child}

    @property
    def halted(self) -> dict[str, str]:
        """Name to reason of what ended for good."""
        with self._wake:
            return {name: process.halted for name, process in self._processes.items() if process.halted}

    def start(self, programs: Sequence[Program], timeout_s: float = 120.0) -> None:
        """Start programs side by side and return when all are ready.

        Raises MissingDependency, with the last line of its log, when one ends again and again or is not ready in time.
        """
        new = [_Process(program, self.data / "logs" / f"{program.name}.log") for program in programs]
        with self._wake:
            self._processes |= {process.program.name: process for process in new}
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
                self._thread.start()
            deadline = time.monotonic() + timeout_s
            while not all(process.settled for process in new):
                if time.monotonic() > deadline:
                    late = next(process for process in new if not process.settled)
                    raise MissingDependency(f"{late.program.name} is not ready after {timeout_s:.0f} s: {_last_words(late)}")
                self._wake.wait(TICK_S)
        for process in new:
            if process.halted:
                raise MissingDependency(f"{process.program.name} does not start: {process.halted}")

    def stop(self) -> None:
        """Stop all, rank by rank; returns when nothing runs any more. Harmless to repeat."""
        with self._wake:
            self._stopping = True
        if self._thread:
            self._thread.join()
        (self.data / "pids.json").unlink(missing_ok=True)

    def hurry(self) -> None:
        """Make a running `stop` kill what is left at once."""
        self._hurry = True

    def _run(self) -> None:
        while not self._stopping:
            for process in list(self._processes.values()):
                self._look_after(process)
            time.sleep(TICK_S)
        for rank in sorted({process.program.stop_rank for process in self._processes.values()}):
            self._stop([p for p in self._processes.values() if p.program.stop_rank == rank and p.child])

    def _look_after(self, process: _Process) -> None:
        now = time.monotonic()
        if process.child and process.child.poll() is not None:
            self._bury(process, now)
        elif process.child and process.ready_since is None:
            if process.program.ready():
                self._change(process, ready_since=now, ever_ready=True)
        elif process.child and process.ends and now - (process.ready_since or now) > HEALTHY_S:
            process.ends = 0
        elif not process.child and not process.halted and now >= process.start_at:
            self._spawn(process)

    def _spawn(self, process: _Process) -> None:
        try:
            child = start_child(process.program.command, process.program.environment, process.log)
        except (MissingDependency, OSError) as error:
            self._plan(process, time.monotonic(), str(error))
            return
        self._change(process, child=child, ready_since=None)
        self._write_pids()

    def _bury(self, process: _Process, now: float) -> None:
        code = process.child.returncode if process.child else 0
        self._change(process, child=None, ready_since=None)
        self._write_pids()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}: {_last_words(process)}"
        if code in GIVE_UP:
            self._change(process, halted=_last_words(process))
            self.tell(f"{process.program.name} is not started again, it {how}")
        else:
            self._plan(process, now, how)

    def _plan(self, process: _Process, now: float, reason: str) -> None:
        """Decide when to start again; before the first readiness only so many times."""
        process.ends += 1
        if not process.ever_ready and process.ends >= START_TRIES:
            self._change(process, halted=reason)
            return
        pause = min(FIRST_PAUSE_S * 2 ** (process.ends - 1), LONGEST_PAUSE_S)
        process.start_at = now + pause
        self.tell(f"{process.program.name} {reason}; starting it again in {pause:g} s")

    def _stop(self, processes: list[_Process]) -> None:
        children = [process.child for process in processes if process.child]
        for child in children:
            send(child, "TERM")
        deadline = time.monotonic() + max((process.program.patience_s for process in processes), default=0.0)
        while any(child.poll() is None for child in children):
            if self._hurry or time.monotonic() > deadline:
                for process in processes:
                    if process.child and process.child.poll() is None:
                        self.tell(f"{process.program.name} does not stop; killing it")
                        send(process.child, "KILL")
                        process.child.wait()
            time.sleep(0.02)
        for process in processes:
            self._change(process, child=None)
        self._write_pids()

    def _change(self, process: _Process, **values: object) -> None:
        with self._wake:
            for name, value in values.items():
                setattr(process, name, value)
            self._wake.notify_all()

    def _write_pids(self) -> None:
        path = self.data / "pids.json"
        try:
            scratch = path.with_suffix(".new")
            scratch.write_text(json.dumps(self.pids, indent=1) + "\n", "utf-8")
            scratch.replace(path)
        except OSError as error:
            self.tell(f"cannot write {path}: {error.strerror}; make room in the data folder")


def _last_words(process: _Process) -> str:
    return f"{last_line(process.log) or 'it said nothing'} (log: {process.log})"
