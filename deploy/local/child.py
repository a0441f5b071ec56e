"""Start and end one process of the local stack: its own session, its output in a log file, never left over."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.errors import MissingDependency
from schemas.settings import Settings

_BOUND = Path(__file__).with_name("bound.py")


def start_child(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start `command` with exactly `environment`; what it prints is appended to `log`.

    It has a session of its own, so Ctrl-C in a terminal reaches only its starter, and on Linux it is killed when the *thread* that started it
    ends. Raises MissingDependency when the log cannot be written.
    """
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("ab")
    except OSError as error:
        raise MissingDependency(f"cannot write {log}: {error.strerror}; set SUOHENG_DATA to a folder with free space") from error
    with output:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_BOUND), str(os.getpid()), *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop_children(children: Sequence[subprocess.Popen[bytes]], patience_s: float) -> list[int]:
    """End the children: SIGTERM to all, SIGKILL to those that live `patience_s` seconds later. Returns the pids that had to be killed."""
    for child in children:
        send(child, "TERM")
    deadline = time.monotonic() + patience_s
    killed = []
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            killed.append(child.pid)
            send(child, "KILL")
            child.wait()
    return killed


def send(child: subprocess.Popen[bytes], name: str) -> None:
    """Send a signal (`TERM`, `KILL`) to a child that may have ended or be frozen: a frozen process gets its signals when it is thawed."""
    if child.poll() is None:
        child.send_signal(signal.Signals[f"SIG{name}"])
        child.send_signal(signal.SIGCONT)


def last_line(log: Path) -> str:
    """The last line with text of a log file, for telling why a process ended; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(log.stat().st_size - 8192, 0))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def as_environment(settings: Settings) -> dict[str, str]:
    """This process's environment with every setting in it, so that a child has the same settings whatever files it finds."""
    ours = {}
    for name, value in settings.model_dump(mode="json").items():
        if value is not None:
            ours[f"SUOHENG_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUOHENG_") or name == "SUOHENG_CONFIG"}
    return kept | ours
