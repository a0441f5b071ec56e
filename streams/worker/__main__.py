"""`python -m streams.worker`: one worker process, from start to the exit codes of `exits.py`."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from prometheus_client import REGISTRY

from schemas.operation import logs, traces
from schemas.operation.ending import end_when_dead
from schemas.operation.serving import serve
from schemas.settings import Settings
from schemas.settings import settings as read_settings
from streams.core import snapshot
from streams.core.pipeline import Breaker, Partition, apply
from streams.core.seal import Recheck, SealKeyError
from streams.seal_keys import read_recheck
from streams.worker import metrics, tasks, transport
from streams.worker.app import WorkerApp, belongs_to, make_app
from streams.worker.epochs import followed
from streams.worker.exits import HALT, RESTART, Halted, leave, leave_within
from streams.worker.health import WorkerHealth
from streams.worker.readiness import partition_count
from streams.worker.state import Codec, Fold

logger = structlog.get_logger()

States = Callable[[Settings], Callable[[int, int], Any]]
"""Of the settings with the epoch worked for: what makes the empty state of (partition, number of partitions)."""
STOP_S = 8.0
"""How long a clean stop may take, to the end of the process: the micro-batch in hand (about a second), then leaving the group."""


def fail(error: BaseException) -> None:
    """End the process: nothing that runs on after an unexpected exception could be trusted."""
    if isinstance(error, Halted):
        leave(HALT, f"halted: {error}")
    logger.error("stopping after an error", exc_info=error)
    leave(RESTART, f"{type(error).__name__}: {error}; restarting from the log")


async def run(settings: Settings, fold: Fold[Any], states: States, codec: Codec[Any] | None) -> None:
    """Work until SIGTERM or SIGINT."""
    transport.install()
    stop = _stopping()
    health = WorkerHealth(settings.ready_lag_s)
    if settings.health_port:
        serve(settings.health_host, settings.health_port, health)
    end_when_dead(health)
    beating = tasks.start(health.beat(), "pulse", fail)
    partitions = await _unless(stop, partition_count(settings, health.wait_for))
    if partitions is None:
        return
    settings = await followed(settings)
    new_state = states(settings)
    app = make_app(settings, partitions, fold, lambda number: new_state(number, partitions), codec, fail)
    health.follow(app.ownership, app.watchdog)
    if fold is apply:
        REGISTRY.register(metrics.Verdicts(app.ownership))
    await _work(app, stop, settings)
    await tasks.cancel(beating)


def _stopping() -> asyncio.Event:
    """Set by SIGTERM or SIGINT, which give the process STOP_S from then on, whatever it is at."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def unfinished() -> list[str]:
        return sorted(map(repr, asyncio.all_tasks(loop)))

    def asked() -> None:
        if not stop.is_set():
            logger.info("stopping")
            stop.set()
            leave_within(STOP_S, unfinished)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked)
    return stop


async def _work(app: WorkerApp, stop: asyncio.Event, settings: Settings) -> None:
    beside = [tasks.start(app.watchdog.run(), "watchdog", fail)]  # first: the start may hang, too
    await app.start()
    work: dict[str, Coroutine[Any, Any, None]] = {"crash watch": _raise_crash(app)}
    if not settings.shadow:
        work |= {"clock": app.clock.run(), "served epoch": app.epochs.watch(settings.epoch)}
    if app.snapshots:
        work["snapshots"] = app.snapshots.run(app.ownership)
    beside += [tasks.start(coroutine, name, fail) for name, coroutine in work.items()]
    await stop.wait()
    await tasks.cancel(*beside)
    await app.ownership.close()
    await app.clock.close()
    await app.epochs.close()
    await app.stop()


async def _raise_crash(app: WorkerApp) -> None:
    """Faust notes the crash of one of its services and stays up without it; we do not."""
    while not app.crashed:  # noqa: ASYNC110 - Faust tells it by a flag only
        await asyncio.sleep(0.5)
    raise app.crash_reason or RuntimeError("Faust crashed and gave no reason")


async def _unless(stop: asyncio.Event, work: Awaitable[int]) -> int | None:
    """The result of `work`, or None when the process is told to stop first."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not task.done():
        task.cancel()
        return None
    return task.result()


def core_states(settings: Settings, recheck: Recheck | None) -> Callable[[int, int], Partition]:
    """The core's empty states, for the epoch of the settings."""

    def empty(number: int, partitions: int) -> Partition:
        breaker = Breaker(settings.dead_letter_streak, settings.dead_letter_percent)
        return Partition(number, settings.epoch, belongs_to(number, partitions), breaker, recheck)

    return empty


def main(fold: Fold[Any] = apply, new_state: Callable[[int, int], Any] | None = None, codec: Codec[Any] | None = None) -> None:
    """Run a worker process; never returns. Tests and benchmarks hand in a fold of their own, with or without a codec of its state."""
    settings = read_settings()
    logs.configure(settings.log_level, settings.log_format)
    traces.configure("worker", settings.otlp_endpoint)
    # The state is millions of long-lived objects without cycles: looking through the new ones every 100,000 cost a tenth of the fold.
    gc.set_threshold(1_000_000, 50, 100)
    try:
        recheck = read_recheck(settings)
    except SealKeyError as error:
        leave(HALT, f"halted: {error}")
    states: States = (lambda _: new_state) if new_state else partial(core_states, recheck=recheck)
    try:
        asyncio.run(run(settings, fold, states, codec if new_state else snapshot))
    except Exception as error:  # noqa: BLE001 - every way out has its exit code
        fail(error)
    traces.close()
    leave(0, "stopped")


if __name__ == "__main__":
    main()
