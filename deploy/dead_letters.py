"""Refused events: find them in ClickHouse's index, read them back from the dead-letters topic, and send them again after the mend.

A letter's value and key are the refused event's own bytes, its headers the event's own followed by the worker's `dl-*`. What is sent again is
the event as it was, id included: an event that had been admitted meanwhile is a duplicate then, and counts once.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, connect, in_short
from deploy.asking_kafka import asking_kafka
from deploy.errors import Finding, MissingDependency
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, topic_name
from streams.core.outcome import Rejected
from streams.core.seal import Recheck
from streams.core.validate import validate

Headers = list[tuple[str, bytes]]

_READ_ON = 1_000
"""Letters nearer than this to the last one are reached by reading on, others by a seek, which costs a round trip."""
_READ_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the index. `partition` and `offset` are the refused event's place in the log `topic`; the rest of the place is the letter's."""

    code: str
    detail: str
    stage: str
    district: str
    office: str
    topic: str
    partition: int
    offset: int
    sha256: str
    received_at: datetime
    letter_topic: str
    letter_partition: int
    letter_offset: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it lies in Kafka; `headers` are the event's own, `reason` the worker's."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    reason: Headers


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters: every part that is set must fit. `since` is included, `until` is not; `positions` are (partition, offset) in the log."""

    codes: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    positions: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of bytes and schema says about a letter today: `code` is '' when it would let it pass."""

    entry: Entry
    code: str
    detail: str


_COLUMNS = ", ".join(Entry.__dataclass_fields__)
_CONDITIONS = {
    "codes": "code IN {codes:Array(String)}",
    "offices": "office IN {offices:Array(String)}",
    "districts": "district IN {districts:Array(String)}",
    "since": "received_at >= {since:DateTime64(3)}",
    "until": "received_at < {until:DateTime64(3)}",
    "positions": "(partition, offset) IN {positions:Array(Tuple(UInt32, UInt64))}",
}


def find(settings: Settings, selection: Selection, limit: int | None = None) -> list[Entry]:
    """The newest letters that fit, the newest first; `limit` None: all. Raises MissingDependency when ClickHouse does not answer."""
    stated = {name: value for name in _CONDITIONS if (value := getattr(selection, name))}
    given: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}
    where = " AND ".join(_CONDITIONS[name] for name in given) or "true"
    # Only texts of this module go into the query; what the caller asks for goes as parameters.
    query = f"SELECT {_COLUMNS} FROM dead_letters WHERE {where} ORDER BY received_at DESC, letter_partition, letter_offset DESC"  # noqa: S608
    if limit is not None:
        query += " LIMIT {most:UInt32}"
    try:
        with connect(settings) as client:
            rows = client.query(query, parameters=given | {"most": limit}).result_rows
    except CLICKHOUSE_ERRORS as error:
        raise MissingDependency(f"ClickHouse at {settings.clickhouse_url} cannot be asked: {in_short(error)}") from error
    return [Entry(*row) for row in rows]


def read(settings: Settings, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Letter]]:
    """The letters of the entries from Kafka, by place. Raises Finding when one is not where the index says, MissingDependency without Kafka."""
    wanted = sorted(entries, key=lambda e: (e.letter_topic, e.letter_partition, e.letter_offset))
    with asking_kafka(settings):
        consumer = KafkaConsumer(
            bootstrap_servers=settings.kafka.split(","),
            isolation_level="read_committed",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
        )
        try:
            at: tuple[TopicPartition, int] | None = None
            for entry in wanted:
                place = TopicPartition(entry.letter_topic or topic_name(DEAD_LETTERS, settings), entry.letter_partition)
                if at is None or at[0] != place:
                    consumer.assign([place])
                if at is None or at[0] != place or entry.letter_offset - at[1] > _READ_ON:
                    consumer.seek(place, entry.letter_offset)
                yield entry, _letter(consumer, place, entry)
                at = place, entry.letter_offset
        finally:
            consumer.close(autocommit=False)


def judge(entry: Entry, letter: Letter, recheck: Recheck | None = None) -> Verdict:
    """Today's verdict of the check of bytes and schema, and of the seal where one is asked for (`recheck`), as if the event arrived now.

    Whether its identity is taken and its office registered is only known when a worker reads it.
    """
    message = (entry.offset, int(time.time() * 1000), letter.key, letter.value, [(name, value) for name, value in letter.headers])
    outcome = validate(message)
    if recheck is not None and not isinstance(outcome, Rejected):
        outcome = recheck(message, outcome[0]) or outcome
    return Verdict(entry, outcome.code, outcome.detail) if isinstance(outcome, Rejected) else Verdict(entry, "", "")


def send_again(settings: Settings, letters: Iterable[Letter], sent: Callable[[], None] = lambda: None) -> int:
    """Send the events of the letters to the log, each to the partition of its key, with its own headers; how many.

    Returns when all of them are acknowledged by all replicas. Raises MissingDependency when Kafka does not take them: then some may have been
    sent, and sending all of them again is harmless.
    """
    topic = topic_name(OFFICE_EVENTS, settings)
    with asking_kafka(settings):
        producer = KafkaProducer(bootstrap_servers=settings.kafka.split(","), acks="all", enable_idempotence=True, linger_ms=20)
        try:
            on_their_way = [producer.send(topic, key=letter.key, value=letter.value, headers=letter.headers) for letter in letters]
            for future in on_their_way:
                future.get(timeout=60)
                sent()
            return len(on_their_way)
        finally:
            producer.close(timeout=10)


def _letter(consumer: KafkaConsumer, place: TopicPartition, entry: Entry) -> Letter:
    until = time.monotonic() + _READ_TIMEOUT_S
    while time.monotonic() < until:
        for message in consumer.poll(timeout_ms=500, max_records=1).get(place, []):
            if message.offset == entry.letter_offset:
                own = [(name, value) for name, value in message.headers if not name.startswith("dl-")]
                return Letter(message.key, message.value, own, [h for h in message.headers if h[0].startswith("dl-")])
            if message.offset > entry.letter_offset:
                break
    raise Finding(
        f"the dead letter of {entry.topic} {entry.partition}:{entry.offset} is not at {place.topic} partition {place.partition} "
        f"offset {entry.letter_offset}, where the index has it; the topic was made anew or is another installation's"
    )
