"""The judge at the end of it all: what the oracle does not look at, over Kafka and ClickHouse. Findings are lines; none is right."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from consumers.clickhouse.client import connect
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, INDICATOR_VALUES, OFFICE_EVENTS, Topic, topic_name

_KEY = ("district", "indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start")
_ROWS = f"SELECT {', '.join(_KEY[:-1])}, toString(window_start), numerator, denominator, scale, version FROM indicator_value_rows FINAL"


def findings(settings: Settings) -> Iterator[str]:
    """Dead letters byte for byte and once (I6); versions of a key rise, and its last record is the row in ClickHouse (I3, I4)."""
    yield from _letters(settings)
    yield from _values(settings)


def _read(settings: Settings, topic: Topic) -> Iterator[Any]:
    """Everything that a read_committed reader sees."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
    try:
        tps = [TopicPartition(topic_name(topic, settings), number) for number in range(settings.partitions)]
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(500, max_records=5_000).values():
                yield from records
    finally:
        consumer.close()


def _letters(settings: Settings) -> Iterator[str]:
    letters = {}
    for letter in _read(settings, DEAD_LETTERS):
        said = dict(letter.headers)
        place = int(said["dl-partition"]), int(said["dl-offset"])
        if place in letters:
            yield f"I6 two dead letters of {place}"
        letters[place] = letter, said["dl-sha256"].decode()
    for event in _read(settings, OFFICE_EVENTS):
        if found := letters.pop((event.partition, event.offset), None):
            letter, digest = found
            kept = (letter.key, letter.value, list(letter.headers[: len(event.headers)])) == (event.key, event.value, list(event.headers))
            if not kept or digest != sha256(event.value or b"").hexdigest():
                yield f"I6 the dead letter of {event.partition}/{event.offset} is not what was received"
    yield from (f"I6 a dead letter of nothing: {place}" for place in letters)


def _values(settings: Settings) -> Iterator[str]:
    last: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for record in _read(settings, INDICATOR_VALUES):
        row = json.loads(record.value)
        key = tuple(row[name] for name in _KEY)
        now = row["numerator"], row["denominator"], row["scale"], row["version"]
        if key in last and now[3] <= last[key][3]:
            yield f"I4 {key}: version {now[3]} after {last[key][3]}"
        last[key] = now
    with connect(settings) as client:
        stored = {tuple(row[:8]): tuple(row[8:]) for row in client.query(_ROWS).result_rows}
    different = [key for key in last.keys() | stored.keys() if last.get(key) != stored.get(key)]
    yield from (f"I3 {key}: topic {last.get(key)}, ClickHouse {stored.get(key)}" for key in different[:5])
