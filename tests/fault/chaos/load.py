"""The load: three simulated districts in disorder, some of it twice, some of it cut short, without end until told; and records by hand.

A fourth partition carries no load: what is sent there stands in a row. The publisher may send twice or out of order after a broker's death;
nothing here relies on what was sent, the judge reads the log.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from random import Random
from threading import Event, Lock, Thread

from kafka import KafkaProducer
from kafka.errors import KafkaError

from deploy.simulate.district import Plan, simulate
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import key_of
from tests.fault.workers import Record

DISTRICTS = ("990107", "990101", "990102")
"""On partitions 0, 1 and 2 of four; the first is also that of the records in `tests.bad_input`."""
APART, APART_PARTITION = "990108", 3
STEPS_PER_S = 10


class Load:
    """Publishes `rate` events a second in the background; `paused` halts it."""

    def __init__(self, settings: Settings, seed: int, rate: int) -> None:
        self._topic, self._kafka = topic_name(OFFICE_EVENTS, settings), settings.kafka
        self._records, self._lock = _events(seed), Lock()
        self._step = rate // STEPS_PER_S
        self._producer = self._made()
        self.sent: list[Record] = []
        self.paused, self._stop = Event(), Event()
        self._thread = Thread(target=self._run, name="load")
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()
        self._producer.close(timeout=5)

    def publish(self, records: Iterable[Record], partition: int | None = None) -> None:
        """Send, and wait for the broker as long as a producer waits; what it gives up is not sent again."""
        with self._lock:
            try:
                sent = [self._producer.send(self._topic, v, key=k, headers=h, partition=partition) for k, v, h in records]
                self._producer.flush(timeout=15)
                for future in sent:
                    future.get(timeout=15)
            except KafkaError:
                self._producer.close(timeout=0)
                self._producer = self._made()

    def more(self, count: int) -> list[Record]:
        """The next events, not sent yet."""
        with self._lock:
            taken = list(islice(self._records, count))
        self.sent = [*self.sent[-20_000:], *taken]
        return taken

    def _run(self) -> None:
        while not self._stop.wait(1 / STEPS_PER_S):
            if not self.paused.is_set():
                self.publish(self.more(self._step))

    def _made(self) -> KafkaProducer:
        while True:
            try:
                return KafkaProducer(
                    bootstrap_servers=self._kafka, acks="all", linger_ms=2, retries=3, enable_idempotence=False, request_timeout_ms=5_000,
                    delivery_timeout_ms=10_000, max_block_ms=5_000, max_request_size=2_000_000,
                )  # fmt: skip
            except KafkaError:
                if self._stop.wait(0.5):
                    raise


def _events(seed: int) -> Iterator[Record]:
    chance = Random(seed)
    sources = [simulate(Plan(district, 3, date(2019, 1, 1), 2_500, seed, disorder=True)) for district in DISTRICTS]
    for turn in zip(*sources, strict=False):
        for line in turn:
            key = key_of(line)
            yield key, line, []
            if chance.random() < 0.02:
                yield key, line, []
            if chance.random() < 0.01:
                yield key, line[: chance.randrange(len(line))], []
