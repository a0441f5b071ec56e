"""Worker processes under test: start, wait, kill; feed their log; judge what they wrote by an independent count."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from deploy.local.child import as_environment, last_line, start_child
from schemas.operation.health import CAUGHT_UP
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS
from tests.ports import free_port

COUNTING = (sys.executable, str(Path(__file__).with_name("counting_worker.py")))
REAL = (sys.executable, "-m", "streams.worker")
GROUP_SUFFIX = "-e0"


def until(true: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Poll until `true()` is; its value. Fails with `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return value


class Worker:
    """One worker process with a health port of its own."""

    def __init__(self, settings: Settings, folder: Path, name: str, *, command: Sequence[str] = COUNTING, **changed: Any) -> None:
        self.port = free_port()
        self.log = folder / f"{name}.log"
        changes = {"session_timeout_ms": 6_000, "health_port": self.port, **changed}
        environment = as_environment(settings.model_copy(update=changes))
        self.process: subprocess.Popen[bytes] = start_child(command, environment, self.log)

    def health(self) -> dict[str, Any]:
        """What `/ready` says; empty while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as answer:
            with answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    def metric(self, name: str) -> float:
        """Sum of a metric over its labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def ready(self, partitions: int | None = None) -> bool:
        """Whether it takes events, with so many open partitions if told; a backlog is no matter."""
        assert self.process.poll() is None, f"worker ended with {self.process.returncode}: {last_line(self.log)}"
        health = self.health()
        lacking = {one["name"] for one in health.get("conditions", ({"name": "answer", "ok": False},)) if not one["ok"]}
        return lacking <= {CAUGHT_UP} and (partitions is None or len(health["partitions"]) == partitions)

    def wait_ready(self, partitions: int | None = None, seconds: float = 60.0) -> None:
        """Wait until it takes events."""
        until(lambda: self.ready(partitions), f"worker ready with {partitions} partitions: {self.health()}, {last_line(self.log)}", seconds)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 15.0) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def ended(self, seconds: float = 60.0) -> int:
        """Wait for its own end; the exit code."""
        return self.process.wait(seconds)


@contextmanager
def ending(workers: list[Worker]) -> Iterator[list[Worker]]:
    """Whatever happens, no worker in the list (then) is left running."""
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.process.poll() is None:
                os.kill(worker.process.pid, signal.SIGCONT)
                worker.kill()


Record = tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]


class Feed:
    """Publishes to the input topic; `sent` records so far."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        self.topic = settings.topic_prefix + OFFICE_EVENTS.name
        self._producer = KafkaProducer(bootstrap_servers=settings.kafka, acks="all", linger_ms=5, enable_idempotence=True, **options)
        self.sent = 0

    def numbers(self, count: int, keys: int = 20, bad_every: int = 0) -> None:
        """So many countable events, numbered on from the last; every `bad_every`-th is one that the counting core refuses."""
        for number in range(self.sent, self.sent + count):
            bad = bad_every and number % bad_every == bad_every - 1
            self._producer.send(self.topic, key=b"99%04d" % (number % keys), value=b"%s%012d" % (b"bad" if bad else b"", number))
        self.sent += count
        self._producer.flush()

    def records(self, records: Iterable[Record], partition: int | None = None) -> None:
        """Records as they are."""
        for key, value, headers in records:
            self._producer.send(self.topic, key=key, value=value, headers=headers, partition=partition)
        self._producer.flush()

    def close(self) -> None:
        self._producer.close()


class Stored(NamedTuple):
    """A record as a reader sees it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Outside:
    """What somebody outside of the worker sees: the topics, the group's offsets; and the verdict over them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.group = settings.app_id + GROUP_SUFFIX
        self.admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
        self._consumer = KafkaConsumer(
            bootstrap_servers=settings.kafka,
            isolation_level="read_committed",
            enable_auto_commit=False,
            max_partition_fetch_bytes=128 << 20,
            fetch_max_bytes=128 << 20,
        )

    def close(self) -> None:
        self._consumer.close()
        self.admin.close()

    def _partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(self._settings.topic_prefix + topic, number) for number in range(self._settings.partitions)]

    def read(self, topic: str) -> list[Stored]:
        """Everything that read_committed readers of a topic (named without prefix) see now, in order within each partition."""
        tps = self._partitions(topic)
        self._consumer.assign(tps)
        ends = self._consumer.end_offsets(tps)
        self._consumer.seek_to_beginning(*tps)
        found: list[Stored] = []
        while any(self._consumer.position(tp) < ends[tp] for tp in tps):
            for tp, records in self._consumer.poll(500).items():
                found += [Stored(tp.partition, r.offset, r.key, r.value, list(r.headers)) for r in records]
        return found

    def committed(self) -> dict[int, int]:
        """The group's committed offsets by partition; none while a fresh broker still makes its offsets topic."""
        try:
            offsets = self.admin.list_group_offsets({self.group: self._partitions("office-events")})[self.group]
        except KafkaError as error:
            if error.retriable:
                return {}
            raise
        return {tp.partition: found.offset for tp, found in offsets.items() if found.offset >= 0}

    def set_back(self, offset: int) -> None:
        """Have the group, which nobody may be in, believe that it has come no further than this."""
        wanted = {tp: OffsetAndMetadata(offset, "", -1) for tp in self._partitions("office-events")}
        self.admin.alter_group_offsets(self.group, wanted)

    def ends(self) -> dict[int, int]:
        """The input topic's readable ends by partition."""
        return {tp.partition: end for tp, end in self._consumer.end_offsets(self._partitions("office-events")).items()}

    def lag(self) -> int:
        """Offsets that are in the log and not in a committed transaction."""
        ends, done = self.ends(), self.committed()
        return sum(end - done.get(number, 0) for number, end in ends.items())

    def wait_drained(self, seconds: float = 90.0) -> None:
        """Wait until everything in the log is processed."""
        until(lambda: self.lag() == 0, f"everything processed, {self.lag()} left", seconds)

    def judge(self) -> None:
        """What the counting core's workers wrote equals a count of the log: every event and refusal once, and no version ever falls."""
        counts: dict[bytes, list[int]] = {}
        refused = []
        for record in self.read("office-events"):
            key, value = record.key or b"", record.value or b""
            if value.startswith((b"bad", b"flood")):
                refused.append((record.partition, record.offset))
                continue
            cell = counts.setdefault(key, [0, 0])
            cell[0] += 1
            cell[1] += int(value[:12])
        assert self._final_rows() == counts
        admitted = [record.key for record in self.read("admitted-events")]
        assert len(admitted) == len(set(admitted)) == sum(count for count, _ in counts.values())
        letters = [dict(letter.headers) for letter in self.read("dead-letters")]
        assert sorted((int(h["dl-partition"] or b""), int(h["dl-offset"] or b"")) for h in letters) == sorted(refused)

    def _final_rows(self) -> dict[bytes, list[int]]:
        rows: dict[bytes, dict[str, int]] = {}
        for record in self.read("indicator-values"):
            row, key = json.loads(record.value or b""), record.key or b""
            assert row["version"] > rows.get(key, {"version": -1})["version"], f"{key!r}: {row} comes after {rows[key]}"
            rows[key] = row
        return {key: [row["count"], row["sum"]] for key, row in rows.items()}
