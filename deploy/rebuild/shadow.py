"""The processes of a shadow: workers and a sink that work for an epoch nobody sees yet, as children of the command that rebuilds.

They are the product's own processes under other settings. They give way to those that serve, and end with the command, however that ends:
what they have done is committed, and the next start goes on from there.
"""

import http.client
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from deploy.errors import Finding
from deploy.local.child import as_environment
from deploy.local.supervisor import Program, Supervisor
from schemas.settings import Settings

WORKER = (sys.executable, "-m", "streams.worker")
SINK = (sys.executable, "-m", "consumers.clickhouse")
_NICENESS = 10


@contextmanager
def shadow(
    settings: Settings, epoch: int, workers: int, tell: Callable[[str], None], worker: Sequence[str] = WORKER
) -> Iterator[Supervisor]:
    """The shadow of an epoch, for as long as the block runs; logs and pids are in `rebuild/e<epoch>` of the data folder.

    `worker`: the program of a worker, for tests of other definitions. Raises MissingDependency when a process cannot start.
    """
    # What was refused once is refused again: in a row too, where somebody had the breaker off. The comparison judges, and people do.
    ours = settings.model_copy(update={"epoch": epoch, "shadow": True, "dead_letter_streak": 0, "dead_letter_percent": 0})
    supervisor = Supervisor(settings.data.resolve() / "rebuild" / f"e{epoch}", tell)
    programs = [_program(ours, f"worker-{number}", worker, 0) for number in range(1, workers + 1)]
    try:
        supervisor.start([*programs, _program(ours, "sink", SINK, 1)])
        yield supervisor
    finally:
        supervisor.stop()


def require_running(supervisor: Supervisor) -> None:
    """Raise Finding when a process of the shadow has ended for good."""
    for name, reason in supervisor.halted.items():
        raise Finding(f"the shadow's {name} does not go on: {reason}")


def _program(settings: Settings, name: str, command: Sequence[str], rank: int) -> Program:
    port = _free_port()
    nice = shutil.which("nice")
    politely = [nice, "-n", str(_NICENESS)] if nice else []
    environment = as_environment(settings) | {"SUOHENG_HEALTH_PORT": str(port)}
    return Program(name, [*politely, *command], environment, partial(_answers, port), stop_rank=rank)


def _answers(port: int) -> bool:
    """Whether it has come so far as to say how it is; it may have hours of recovery before it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
