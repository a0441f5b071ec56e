"""Every topic once: name, key, value, partitions, retention. Topic creation, worker, sinks and documents derive from this table.

All topics have the input's number of partitions (`settings.partitions`): what follows from an event is written to the partition number of
the event, so one transaction of one partition's owner covers it and a district's rows stay in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import getitem
from typing import Any

from schemas import outputs
from schemas.settings import Settings, settings

KEY_SEPARATOR = "|"

_FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_DAY_MS = 86_400_000
_NEWEST_PER_KEY = {"cleanup.policy": "compact", "max.message.bytes": str(1 << 20)}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic without the installation's prefix."""

    name: str
    meaning: str
    key: tuple[str, ...]
    """Fields of the value (`event.id`: a field inside `event`) that make the key; empty: the key is taken over from the source record."""
    value: Any
    """Pydantic model (or union of models) of the JSON value; None: the bytes of the source record."""
    config: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Topic settings at the broker."""

    def key_of(self, row: Mapping[str, Any]) -> bytes:
        """The key of a row: its key fields' texts joined by `|`."""
        return KEY_SEPARATOR.join(str(reduce(getitem, name.split("."), row)) for name in self.key).encode()


OFFICE_EVENTS = Topic(
    "office-events",
    "What offices and the bureau publish, CloudEvents; the whole truth. Key: the six-digit district code.",
    (),
    None,
    _FOREVER | {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(1 << 20)},
)
ADMITTED_EVENTS = Topic(
    "admitted-events",
    "Every admitted event with its place in the log.",
    ("district", "event.source", "event.id"),
    outputs.AdmittedEvent,
    _NEWEST_PER_KEY,
)
FACTS = Topic(
    "facts",
    "Dated amounts that records stand for.",
    ("district", "record", "component", "day", "dimension", "office", "assigner"),
    outputs.Fact,
    _NEWEST_PER_KEY,
)
INDICATOR_VALUES = Topic(
    "indicator-values",
    "Values of the indicators for offices, authorities and the district, by window.",
    ("district", "indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start"),
    outputs.IndicatorValue,
    _NEWEST_PER_KEY,
)
ALERTS = Topic(
    "alerts", "Alerts and their state.", ("district", "rule", "subject_kind", "subject_id", "start"), outputs.Alert, _NEWEST_PER_KEY
)
REGISTRY = Topic(
    "registry", "Offices, authorities, splits, closed periods and today.", ("district", "kind", "id"), outputs.Registered, _NEWEST_PER_KEY
)
SOURCES = Topic("sources", "Sequence ledger of each publisher.", ("district", "source"), outputs.Source, _NEWEST_PER_KEY)
CONSERVATION = Topic(
    "conservation", "What was read and what became of it.", ("district", "partition"), outputs.Conservation, _NEWEST_PER_KEY
)
DEAD_LETTERS = Topic(
    "dead-letters",
    "Refused records: original key, bytes and headers, with the reason in headers dl-*.",
    (),
    None,
    # Twice the input's limit: a letter is its record plus the reason, and a letter that did not fit would stop the partition for good.
    _FOREVER | {"max.message.bytes": str(2 << 20)},
)

EPOCHS = Topic("epochs", "Which epoch is served: one record a switch, all on partition 0.", ("switch",), outputs.Switch, _NEWEST_PER_KEY)

OUTPUT_TOPICS = (ADMITTED_EVENTS, FACTS, INDICATOR_VALUES, ALERTS, REGISTRY, SOURCES, CONSERVATION, DEAD_LETTERS)
"""What a worker writes, in one transaction with the consumed offset."""

TOPICS = (OFFICE_EVENTS, *OUTPUT_TOPICS, EPOCHS)
"""All topics of an installation, the input first."""


def config_of(topic: Topic, config: Settings) -> dict[str, str]:
    """The settings of a topic at the broker, as the installation's settings have them: how long dead letters are kept is one of these."""
    days = config.dead_letter_days if topic is DEAD_LETTERS else 0
    return dict(topic.config) | ({"retention.ms": str(days * _DAY_MS)} if days else {})


def topic_name(topic: Topic, config: Settings | None = None, beside: int | None = None) -> str:
    """The name at the broker: `topic_prefix` of the settings (default: this process's) before the topic's own.

    `beside`: an epoch whose rows are kept in topics of their own, because another one is served: `facts-e1` beside `facts`.
    """
    return (config or settings()).topic_prefix + topic.name + ("" if beside is None else f"-e{beside}")
