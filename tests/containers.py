"""A container's command, environment and secrets run as a plain process: all of it as the file says, but for where Kafka, ClickHouse and ports are."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from deploy.local.child import last_line, start_child, stop_children
from tests.fault.workers import until
from tests.ports import free_port

_PROGRAMS = {"python": [sys.executable], "suoheng": [sys.executable, "-m", "deploy"]}


class Container(NamedTuple):
    """What an engine would start. `probe`: the command of its health check, or None for one that runs once; `files`: secrets by their names;
    `volume`: what is mounted as its data."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    files: Mapping[str, str]
    ports: Sequence[str]
    """Variables that say on which port it listens."""
    probe: Sequence[str] | None
    volume: str


class Containers:
    """The processes of a file, in a folder each; ended with the block."""

    def __init__(self, folder: Path, instead: Mapping[str, str]) -> None:
        """`instead`: variables whose values differ here, for Kafka, ClickHouse and names of topics and tables."""
        self._folder, self._instead = folder, instead
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[tuple[str, str], int] = {}
        """(name, variable) -> the port that it got here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        stop_children(list(self._running.values()), patience_s=20)

    def once(self, one: Container) -> str:
        """Run one that must end well; what it printed."""
        done = subprocess.run(self._command(one), env=self._environment(one), capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, f"{one.name}: {done.returncode} {done.stdout[-1000:]}{done.stderr[-2000:]}"
        return done.stdout

    def start(self, one: Container) -> None:
        """Start one that runs on."""
        self._running[one.name] = start_child(self._command(one), self._environment(one), self._log(one.name))

    def wait_healthy(self, one: Container, seconds: float = 90) -> None:
        """Run its own health check until it ends with 0."""
        assert one.probe
        child, (*probe, port) = self._running[one.name], one.probe
        variable = next(name for name in one.ports if one.environment[name] == port)
        command = [*_PROGRAMS[probe[0]], *probe[1:], str(self.ports[one.name, variable])]

        def healthy() -> bool:
            assert child.poll() is None, f"{one.name} ended with {child.returncode}: {last_line(self._log(one.name))}"
            return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0

        until(healthy, f"{one.name} is healthy: {last_line(self._log(one.name))}", seconds)

    def data(self, volume: str) -> Path:
        """Where a volume is here."""
        return self._folder / "volumes" / volume

    def _command(self, one: Container) -> list[str]:
        """The command, with the place of secrets here."""
        there, here = one.environment.get("SUOHENG_SECRETS", "/run/secrets"), str(self._secrets(one))
        return [*_PROGRAMS[one.command[0]], *(part.replace(there, here) for part in one.command[1:])]

    def _secrets(self, one: Container) -> Path:
        return self._folder / one.name / "secrets"

    def _environment(self, one: Container) -> dict[str, str]:
        secrets, data = self._secrets(one), self.data(one.volume)
        for made in (secrets, data):
            made.mkdir(parents=True, exist_ok=True)
        for name, value in one.files.items():
            (secrets / name).write_text(value)
        environment = dict(one.environment) | {"SUOHENG_DATA": str(data), "SUOHENG_SECRETS": str(secrets)}
        for variable in one.ports:
            port = self.ports.setdefault((one.name, variable), free_port())
            environment[variable] = str(port)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SUOHENG_")}
        return kept | {"SUOHENG_CONFIG": os.devnull} | environment | dict(self._instead)

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"
