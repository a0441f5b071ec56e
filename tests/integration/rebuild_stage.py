"""What the tests of rebuilds share: an installation at work as `suoheng up` runs it, readers that watch it, and its log."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from consumers.clickhouse.client import connect
from consumers.reconcile.partitioner import partition_of
from deploy.errors import MissingDependency
from deploy.local.child import as_environment
from deploy.local.supervisor import Program, Supervisor
from deploy.waiting import wait
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name
from tests.fault.workers import REAL, Worker
from tests.ports import free_port_base

REDEFINED = (sys.executable, str(Path(__file__).with_name("redefined_worker.py")))
VIEWS = (
    "indicator_values",
    "facts",
    "events",
    "sources",
    "conservation",
    "offices",
    "authorities",
    "splits",
    "periods",
    "districts",
    "alerts",
)


class Watcher:
    """Keeps what a rebuild told."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, line: str) -> None:
        print(f"{time.monotonic():.1f} {line}", file=sys.stderr)
        self.steps.append(line)

    def progress(self, what: str, done: int, whole: int) -> None:
        pass


class Log:
    """Publishes CloudEvents to their districts' partitions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer = KafkaProducer(bootstrap_servers=settings.kafka, enable_idempotence=True)

    def publish(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            self.send(event["district"].encode(), json.dumps(event).encode())
        self._producer.flush()

    def send(self, key: bytes, value: bytes) -> None:
        self._producer.send(
            topic_name(OFFICE_EVENTS, self._settings), key=key, value=value, partition=partition_of(key, self._settings.partitions)
        )

    @contextmanager
    def trickle(self, events: Iterable[dict[str, Any]], every_s: float = 0.05) -> Iterator[None]:
        """Publish one after the other while the block runs."""
        stop = Event()

        def run() -> None:
            for event in events:
                if stop.wait(every_s):
                    break
                self.publish([event])

        thread = Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def close(self) -> None:
        self._producer.close()


@contextmanager
def at_work(settings: Settings, folder: Path, *, worker: bool = True, **changed: Any) -> Iterator[Supervisor]:
    """Sink, alert deliverer and (unless the test has its own) a worker under a supervisor, ready."""
    base = free_port_base()
    programs = {
        **({"worker-1": REAL} if worker else {}),
        "sink": (sys.executable, "-m", "consumers.clickhouse"),
        "alerts": (sys.executable, "-m", "consumers.alerts"),
    }
    supervisor = Supervisor(folder, lambda _: None)
    environment = as_environment(settings.model_copy(update={"dead_letter_percent": 0, "dead_letter_streak": 0, **changed}))
    try:
        supervisor.start(
            [
                Program(
                    name,
                    command,
                    environment | {"SUOHENG_HEALTH_PORT": str(base + n)},
                    (folder / "logs" / f"{name}.log").exists,
                    stop_rank=n,
                )
                for n, (name, command) in enumerate(programs.items())
            ]
        )
        yield supervisor
    finally:
        supervisor.stop()


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as client:
        return [tuple(row) for row in client.query(query).result_rows]


def visible(settings: Settings) -> None:
    """Wait until all of the log is in ClickHouse; a broker that has just started has no group coordinator for some seconds."""
    deadline = time.monotonic() + 120
    while True:
        try:
            wait(settings, timeout=120)
        except MissingDependency:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def epochs_shown(settings: Settings) -> dict[str, set[int]]:
    """The epochs of the rows that each public view shows."""
    return {view: {row[0] for row in ask(settings, f"SELECT DISTINCT bitShiftRight(version, 48) FROM {view}")} for view in VIEWS}


class Relay:
    """Workers one after the other: the next one starts when the one before has ended by itself, as when a build is replaced."""

    def __init__(self, settings: Settings, folder: Path, *runners: tuple[Sequence[str], dict[str, Any]]) -> None:
        self._settings, self._folder, self._waiting = settings, folder, list(runners)
        self.codes: list[int] = []
        self._stop = Event()
        self._running: Worker | None = None
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        for number, (command, changed) in enumerate(self._waiting):
            settings = {"dead_letter_percent": 0, "dead_letter_streak": 0, **changed}
            self._running = worker = Worker(self._settings, self._folder, f"runner-{number}", command=command, **settings)
            while worker.process.poll() is None and not self._stop.wait(0.05):
                pass
            if self._stop.is_set():
                break
            self.codes.append(worker.process.returncode)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._running and self._running.process.poll() is None:
            self._running.kill()


class Reader:
    """Asks all the time what a reader of several views sees at once, and keeps every mixture of epochs, and every step back."""

    QUERY = """
    SELECT arraySort(groupUniqArray(bitShiftRight(version, 48))), maxIf(bitAnd(version, 281474976710655), kind = 'c') FROM
    (
        SELECT version, 'v' AS kind FROM indicator_values UNION ALL SELECT version, 'f' FROM facts UNION ALL SELECT version, 'e' FROM events
        UNION ALL SELECT version, 'c' FROM conservation UNION ALL SELECT version, 'p' FROM periods
    )
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = Event()
        self.seen: Counter[tuple[int, ...]] = Counter()
        self.steps_back: list[tuple[int, int]] = []
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        newest = -1
        with connect(self._settings) as client:
            while not self._stop.wait(0.1):
                epochs, offset = client.query(self.QUERY).result_rows[0]
                self.seen[tuple(epochs)] += 1
                if offset < newest:
                    self.steps_back.append((newest, offset))
                newest = offset

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def newest_rows(settings: Settings, beside: int | None = None) -> dict[str, dict[bytes, bytes]]:
    """What a reader of the topics knows in the end: per compacted topic the newest record of each key."""
    found: dict[str, dict[bytes, bytes]] = {}
    for topic in OUTPUT_TOPICS[:-1]:
        rows = found[topic.name] = {}
        for record in _records(settings, topic_name(topic, settings, beside)):
            if record.value is None:
                rows.pop(record.key, None)
            else:
                rows[record.key] = record.value
    return found


def letters_told(settings: Settings) -> Counter[int]:
    """How many dead letters of each epoch the topic holds."""
    records = _records(settings, topic_name(DEAD_LETTERS, settings))
    return Counter(int(dict(record.headers).get("dl-epoch", b"0")) for record in records)


def _records(settings: Settings, topic: str) -> Iterator[Any]:
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
    try:
        tps = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(timeout_ms=300).values():
                yield from records
    finally:
        consumer.close()


def epochs_told(rows: dict[str, dict[bytes, bytes]]) -> set[int]:
    """The epochs of the rows of all topics."""
    return {json.loads(value)["version"] >> 48 for topic in rows.values() for value in topic.values()}
