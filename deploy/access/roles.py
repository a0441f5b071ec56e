"""What each role may do in Kafka, declared once; pure. `suoheng access kafka` puts it in force, the Kubernetes files and documents derive from it.

Least privilege: a role has what its process asks Kafka for and nothing else. Topics are named one by one, for a topic prefix may be empty and
would then open all topics of the cluster; only what has no fixed number (epochs, partitions) is given by the beginning of its name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemas.settings import Settings
from schemas.topics import ALERTS, EPOCHS, FACTS, INDICATOR_VALUES, OFFICE_EVENTS, OUTPUT_TOPICS, TOPICS, Topic, topic_name

Kind = Literal["topic", "group", "transactional_id", "cluster"]
Operation = Literal["read", "write", "create", "delete", "describe", "describe_configs"]

CLUSTER = "kafka-cluster"
"""The name by which Kafka calls itself in access lists."""

MIB = 1 << 20


class Grant(NamedTuple):
    """One operation allowed on one resource, or on all whose name begins so."""

    kind: Kind
    name: str
    prefixed: bool
    operation: Operation


class Quota(NamedTuple):
    """What one user may take from each broker: bytes a second written and read, per cent of a request thread; None: without limit."""

    produce: int | None = None
    consume: int | None = None
    request_percent: int | None = None


UNLIMITED = Quota()


@dataclass(frozen=True, slots=True)
class Role:
    """A process or a kind of person, with its grants under an installation's settings."""

    name: str
    meaning: str
    grants: tuple[Grant, ...]
    quota: Quota = UNLIMITED


def roles(settings: Settings) -> Mapping[str, Role]:
    """All roles by name, for the installation's topics, groups and transactional ids."""
    app = settings.app_id
    outputs = [topic_name(topic, settings) for topic in OUTPUT_TOPICS]
    beside = [f"{name}-e" for name in outputs]
    log, epochs = topic_name(OFFICE_EVENTS, settings), topic_name(EPOCHS, settings)
    found = (
        # A batch of the gateway is at most 4 MiB; 32 MiB a second is far above what offices send and far below what a disk takes.
        Role("gateway", "takes events over HTTP, answers for receipts", _on([log], "write", "read"), Quota(produce=32 * MIB)),
        Role(
            "publisher",
            "an office's system, a ledger or a follower that writes events to Kafka itself",
            _on([log], "write"),
            Quota(produce=5 * MIB, request_percent=50),
        ),
        Role(
            "worker",
            "folds the log into values",
            (
                *_on([log, epochs, *outputs], "read", "write"),
                *_on(beside, "read", "write", prefixed=True),
                Grant("group", f"{app}-e", True, "read"),
                *(Grant("transactional_id", f"{app}-{name}", True, "write") for name in ("e", EPOCHS.name)),
            ),
        ),
        Role(
            "sink",
            "writes rows into ClickHouse",
            (
                *_on([epochs, *outputs], "read"),
                *_on(beside, "read", prefixed=True),
                *(Grant("group", f"{app}-{name}", True, "read") for name in ("sink-e", "shadow-sink-e")),
            ),
        ),
        Role("alerts", "tells people", (*_on([topic_name(ALERTS, settings)], "read"), Grant("group", f"{app}-alerts-e", True, "read"))),
        Role(
            "reader",
            "anybody else's program that reads values, facts and alerts; its groups begin with the installation's name and -reader-",
            (*_on(_names(settings, FACTS, INDICATOR_VALUES, ALERTS), "read"), Grant("group", f"{app}-reader-", True, "read")),
            Quota(consume=20 * MIB, request_percent=50),
        ),
        # Whoever may alter a topic may shorten what it keeps, and so delete the log: that, and restoring, are for the cluster's administrator.
        Role(
            "operator",
            "runs `suoheng` commands: topics, wait, reconcile, rebuild, dead letters, publish, backup",
            _operating(settings, beside),
        ),
    )
    return {role.name: role for role in found}


def _operating(settings: Settings, beside: Iterable[str]) -> tuple[Grant, ...]:
    topics = _names(settings, *TOPICS)
    app = settings.app_id
    return (
        *_on(topics, "read", "write", "create", "describe_configs"),
        *_on(beside, "read", "write", "create", "delete", "describe_configs", prefixed=True),
        Grant("group", f"{app}-", True, "read"),
        Grant("group", f"{app}-", True, "delete"),
        Grant("transactional_id", f"{app}-{EPOCHS.name}", False, "write"),
        Grant("cluster", CLUSTER, False, "describe"),
    )


def _names(settings: Settings, *topics: Topic) -> list[str]:
    return [topic_name(topic, settings) for topic in topics]


def _on(topics: Iterable[str], *operations: Operation, prefixed: bool = False) -> tuple[Grant, ...]:
    return tuple(Grant("topic", name, prefixed, operation) for name in topics for operation in operations)
