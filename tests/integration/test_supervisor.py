"""The supervisor over small programs of our own: start, restart, give up, stop in order, leave nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.errors import MissingDependency
from deploy.local.supervisor import Program, Supervisor

STAYS = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"


@pytest.fixture
def told() -> list[str]:
    """What the supervisor tells."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    """A supervisor, stopped in the end."""
    ours = Supervisor(tmp_path, told.append)
    yield ours
    ours.hurry()
    ours.stop()


def program(folder: Path, name: str, code: str = STAYS, **more: object) -> Program:
    """A program that is ready when it has touched its file."""
    mark = folder / f"{name}.ready"
    return Program(name, [sys.executable, "-c", code, str(mark)], dict(os.environ), mark.exists, **more)  # type: ignore[arg-type]


def pids_file(folder: Path) -> dict[str, int]:
    """The pids that the file names now."""
    return json.loads((folder / "pids.json").read_text())  # type: ignore[no-any-return]


def eventually(what: Callable[[], bool], failed: str, seconds: float = 20) -> None:
    """Wait until `what` holds."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, failed
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Whether the process exists and has not ended (one that nobody has waited for yet has ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_start_returns_when_all_are_ready_and_pids_are_true(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path, "a"), program(tmp_path, "b")])
    assert list(supervisor.pids) == ["a", "b"]
    assert pids_file(tmp_path) == supervisor.pids
    assert all(runs(pid) for pid in supervisor.pids.values())


def test_what_dies_is_started_again(supervisor: Supervisor, tmp_path: Path, told: list[str]) -> None:
    supervisor.start([program(tmp_path, "a"), program(tmp_path, "b")])
    before = supervisor.pids
    os.kill(before["a"], signal.SIGKILL)
    eventually(lambda: supervisor.pids.get("a", before["a"]) != before["a"], "a was not started again")
    eventually(lambda: pids_file(tmp_path) == supervisor.pids, "pids.json names other processes")
    assert supervisor.pids["b"] == before["b"]
    assert told == ["a was killed by signal 9; starting it again in 0.25 s"]


def test_pauses_grow_with_every_death(supervisor: Supervisor, tmp_path: Path, told: list[str]) -> None:
    supervisor.start(
        [program(tmp_path, "a", "import sys, pathlib, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(0.4); sys.exit(70)")]
    )
    eventually(lambda: len(told) >= 3, "it was not started again and again")
    assert [line.rpartition(" in ")[2] for line in told[:3]] == ["0.25 s", "0.5 s", "1 s"]
    assert "ended with exit code 70" in told[0]


def test_one_that_halted_is_left_and_its_reason_told(supervisor: Supervisor, tmp_path: Path, told: list[str]) -> None:
    code = "import sys, pathlib, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(0.5); print('too many dead letters'); sys.exit(78)"
    supervisor.start([program(tmp_path, "a", code), program(tmp_path, "b")])
    eventually(lambda: "a" in supervisor.halted, "it was not given up")
    assert "too many dead letters" in supervisor.halted["a"]
    assert "a is not started again" in told[0]
    assert list(supervisor.pids) == ["b"]


def test_one_that_never_becomes_ready_is_named_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match=r"a does not start: ended with exit code 1: .*no such thing"):
        supervisor.start([program(tmp_path, "a", "raise SystemExit('no such thing')")])


def test_one_that_takes_too_long_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match=r"a is not ready after 1 s: it said nothing"):
        supervisor.start([program(tmp_path, "a", "import time; time.sleep(600)")], timeout_s=1)


def test_stop_goes_by_rank_and_leaves_nothing(supervisor: Supervisor, tmp_path: Path) -> None:
    note = """
import pathlib, signal, sys, time
mark = pathlib.Path(sys.argv[1])
def bye(*_):
    mark.with_suffix(f".{time.monotonic_ns()}").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, bye)
mark.touch()
time.sleep(600)
"""
    supervisor.start(
        [
            program(tmp_path, "last", note, stop_rank=2),
            program(tmp_path, "first", note, stop_rank=0),
            program(tmp_path, "second", note, stop_rank=1),
        ]
    )
    pids = supervisor.pids
    supervisor.stop()
    assert not any(runs(pid) for pid in pids.values())
    assert not (tmp_path / "pids.json").exists()
    ended = {path.stem: int(path.suffix[1:]) for path in tmp_path.iterdir() if path.suffix[1:].isdigit()}
    assert sorted(ended, key=ended.__getitem__) == ["first", "second", "last"]


def test_one_that_does_not_listen_is_killed_after_its_patience(supervisor: Supervisor, tmp_path: Path, told: list[str]) -> None:
    supervisor.start([program(tmp_path, "deaf", DEAF, patience_s=0.5)])
    pid = supervisor.pids["deaf"]
    supervisor.stop()
    assert not runs(pid)
    assert told == ["deaf does not stop; killing it"]


def test_haste_kills_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path, "deaf", DEAF, patience_s=300)])
    supervisor.hurry()
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 30


def test_a_frozen_process_is_stopped_too(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path, "a")])
    pid = supervisor.pids["a"]
    os.kill(pid, signal.SIGSTOP)
    supervisor.stop()
    assert not runs(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its starter")
def test_children_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    starter = f"""
import os, sys, time
from pathlib import Path
from deploy.local.supervisor import Program, Supervisor
mark = Path({str(tmp_path)!r}) / "a.ready"
Supervisor(Path({str(tmp_path)!r}), print).start([Program("a", [sys.executable, "-c", {STAYS!r}, str(mark)], dict(os.environ), mark.exists)])
print("ready", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        child = pids_file(tmp_path)["a"]
        assert runs(child)
        parent.kill()
    eventually(lambda: not runs(child), "the child outlived its starter")
