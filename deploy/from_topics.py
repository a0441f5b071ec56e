"""Filling ClickHouse's tables from the topics again, when they were lost or are older than what the sink has read: its offsets are forgotten.

Rows replace by version, so reading again is harmless; the topics keep the newest row of each key, so what was published before that (the history) does
not come back by it, and what people wrote neither: both are in a backup (`suoheng restore --tables-only`).
"""

import time

from kafka import KafkaAdminClient
from kafka.errors import GroupIdNotFoundError, KafkaError, NonEmptyGroupError

from consumers.group import sink_group
from deploy.errors import Finding
from deploy.topics import administration
from schemas.settings import Settings

PATIENCE_S = 60.0
"""A sink that has just ended is a member of its group until its session is over (`SUOHENG_SESSION_TIMEOUT_MS`)."""


def read_again(settings: Settings, patience_s: float = PATIENCE_S) -> None:
    """Let the sink begin with the first row of every topic when it starts. Raises Finding while one is running, MissingDependency without Kafka."""
    group, deadline = sink_group(settings), time.monotonic() + patience_s
    with administration(settings) as admin:
        while _in_use(admin, group):
            if time.monotonic() > deadline:
                raise Finding(
                    f"a sink is running (group {group}): stop all sinks first; with `suoheng up`, stop it and use its --from-topics"
                )
            time.sleep(0.5)


def _in_use(admin: KafkaAdminClient, group: str) -> bool:
    """Whether a group has members; otherwise it is forgotten."""
    answer = admin.delete_groups([group])[group]
    if answer not in {"OK", GroupIdNotFoundError.__name__, NonEmptyGroupError.__name__}:
        raise KafkaError(f"group {group} cannot be forgotten: {answer}")
    return bool(answer == NonEmptyGroupError.__name__)
