"""The demo's events as files in the data folder, and which of them the log already holds.

The history ends when the demo is first started; afterwards the files stay as they are, so that a second start has nothing to
generate and nothing to publish. A file counts as published when the log still reaches as far as it did after its publication.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from deploy.demo import huangshi, report
from deploy.errors import MissingDependency
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import PublishError, publish

_MARKS = "published.json"

Ends = dict[int, int]
"""Partition → offset after its last event."""


def prepare(folder: Path, now: datetime) -> list[Path]:
    """The files of the demo's events, made when they are not there yet."""
    contents: dict[str, Callable[[], Iterable[bytes]]] = {
        f"report-{report.DISTRICT}.jsonl": lambda: report.events(now),
        f"huangshi-2016-08-{huangshi.DISTRICT}.jsonl": huangshi.events,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, events in contents.items():
            if not (folder / name).exists():
                _write(folder / name, events())
    except OSError as error:
        raise MissingDependency(f"the demo's files cannot be written to {folder}: {error.strerror or error}") from error
    return [folder / name for name in contents]


def plan(file: Path) -> None:
    """The demo's plan of telling alerts, where there is none yet; the deliverer takes it within seconds."""
    try:
        if not file.exists():
            _write(file, [Path(__file__).with_name("alerting.yaml").read_bytes()])
    except OSError as error:
        raise MissingDependency(f"the demo's plan of alerts cannot be written to {file}: {error.strerror or error}") from error


def publish_missing(files: list[Path], config: Settings, acknowledged: Callable[[int, int], None]) -> int:
    """Publish the files that the log does not hold yet; the number of events sent. Publishing one twice would be harmless, but slow."""
    sent = 0
    for file in files:
        marks = _read_marks(file.parent)
        if _holds(_log_ends(config), marks.get(file.name)):
            continue
        try:
            done = asyncio.run(
                publish(_lines(file), kafka=config.kafka, topic=topic_name(OFFICE_EVENTS, config), acknowledged=acknowledged)
            )
        except PublishError as error:
            raise MissingDependency(str(error)) from error
        sent += done.sent
        ends = _log_ends(config)
        marks[file.name] = {partition: ends[partition] for partition in done.partitions}
        _write_marks(file.parent, marks)
    return sent


def _write(path: Path, events: Iterable[bytes]) -> None:
    """A file appears under its name only when it is whole."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.writelines(event + b"\n" for event in events)
    part.replace(path)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def _holds(ends: Ends, mark: Ends | None) -> bool:
    return mark is not None and all(ends.get(partition, 0) >= end for partition, end in mark.items())


def _read_marks(folder: Path) -> dict[str, Ends]:
    with suppress(OSError, ValueError):
        marks = json.loads((folder / _MARKS).read_text())
        return {name: {int(partition): end for partition, end in ends.items()} for name, ends in marks.items()}
    return {}


def _write_marks(folder: Path, marks: dict[str, Ends]) -> None:
    part = folder / (_MARKS + ".part")
    part.write_text(json.dumps(marks))
    part.replace(folder / _MARKS)


def _log_ends(config: Settings) -> Ends:
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError

    topic = topic_name(OFFICE_EVENTS, config)
    try:
        consumer = KafkaConsumer(**kafka_options(config))
        try:
            partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
            return {place.partition: end for place, end in consumer.end_offsets(partitions).items()}
        finally:
            consumer.close()
    except KafkaError as error:
        raise MissingDependency(f"Kafka does not answer at {config.kafka} ({error!r})") from error
