"""How far a shadow has come, and whether what it and the workers in service wrote is stored: positions of groups and topics in Kafka."""

import time
from collections.abc import Callable

from consumers.group import sink_group
from deploy.local.supervisor import Supervisor
from deploy.rebuild.places import worker_group
from deploy.rebuild.shadow import require_running
from deploy.waiting import Ends, Lag, Watched, watching
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much it is in all."""


def shadow_caught_up(settings: Settings, epoch: int, supervisor: Supervisor, progress: Progress) -> None:
    """Return when the shadow has folded all of the log that is there now, and its rows are stored."""
    with watching(settings) as watched:
        log = watched.ends([topic_name(OFFICE_EVENTS, settings)], "read_committed")
        told = _telling("replaying the log", sum(log.values()), supervisor, progress)
        watched.until_passed("shadow's workers", worker_group(settings, epoch), log, None, told)
        _shadow_stored(watched, settings, epoch, None, _telling("storing its rows", 0, supervisor, progress))


def shadow_passed(settings: Settings, epoch: int, log: Ends, timeout_s: float) -> None:
    """Return when the shadow has folded the log up to these ends, and its rows are stored. Raises Finding when that takes longer."""
    with watching(settings) as watched:
        deadline = time.monotonic() + timeout_s
        watched.until_passed("shadow's workers", worker_group(settings, epoch), log, deadline, None)
        _shadow_stored(watched, settings, epoch, deadline, None)


def both_stored(settings: Settings, epoch: int, supervisor: Supervisor, progress: Progress) -> None:
    """Return when everything is stored that stands in the installation's topics and in those of the shadow now."""
    with watching(settings) as watched:
        _shadow_stored(watched, settings, epoch, None, _telling("storing its rows", 0, supervisor, progress))
        rows = watched.ends([topic_name(topic, settings) for topic in (*OUTPUT_TOPICS, EPOCHS)], "read_uncommitted")
        watched.until_passed("sink", sink_group(settings), rows, None, _telling("waiting for the sink", 0, supervisor, progress))


def _shadow_stored(watched: Watched, settings: Settings, epoch: int, deadline: float | None, told: Callable[[Lag], None] | None) -> None:
    group = sink_group(settings.model_copy(update={"epoch": epoch, "shadow": True}))
    rows = watched.ends([topic_name(topic, settings, epoch) for topic in OUTPUT_TOPICS], "read_uncommitted")
    watched.until_passed("shadow's sink", group, rows, deadline, told)


def _telling(what: str, whole: int, supervisor: Supervisor, progress: Progress) -> Callable[[Lag], None]:
    def told(lag: Lag) -> None:
        require_running(supervisor)
        progress(what, max(0, whole - lag.remaining), whole or lag.remaining)

    return told
