"""What the sink tells about itself: each metric once, with its meaning. Also decides whether the process is ready."""

import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SILENCE_S = 60.0


class Metrics:
    """Counts what the loop and the sink report. Written by the loop's thread, read by the health server's."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter("suoheng_sink_messages", "Messages polled from the output topics", registry=self.registry)
        self._rows = Counter("suoheng_sink_rows", "Rows stored in ClickHouse, repeats included", ["table"], registry=self.registry)
        self._flush = Histogram(
            "suoheng_sink_flush_seconds",
            "Seconds that storing everything that waited took",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        self._refused = Counter("suoheng_sink_unavailable", "Flushes that failed because ClickHouse was away", registry=self.registry)
        self._partitions = Gauge("suoheng_sink_partitions", "Partitions assigned to this process", registry=self.registry)
        self._commits = Counter("suoheng_sink_commits", "Offset commits", registry=self.registry)
        self._lock = threading.Lock()
        self._trouble = "starting"
        self._polled_at = time.monotonic()

    def polled(self, messages: int) -> None:
        """A poll came back with so many messages."""
        self._messages.inc(messages)
        with self._lock:
            self._polled_at = time.monotonic()

    def assigned(self, partitions: int) -> None:
        """The group gave this process so many partitions."""
        self._partitions.set(partitions)
        with self._lock:
            self._trouble = "" if partitions else "no partition is assigned to this process"

    def rows(self, table: str, count: int) -> None:
        """So many rows were stored in a table."""
        self._rows.labels(table).inc(count)

    def flushed(self, seconds: float) -> None:
        """Everything that waited was stored."""
        self._flush.observe(seconds)
        with self._lock:
            self._trouble = ""

    def unavailable(self, reason: str) -> None:
        """ClickHouse did not take the rows; they wait."""
        self._refused.inc()
        with self._lock:
            self._trouble = reason
            self._polled_at = time.monotonic()

    def committed(self) -> None:
        """Offsets were committed."""
        self._commits.inc()

    def trouble(self) -> str:
        """Why the process is not ready, or '' when it is."""
        with self._lock:
            silent_s = time.monotonic() - self._polled_at
            if silent_s > _SILENCE_S:
                return f"the loop has not polled for {silent_s:.0f} s"
            return self._trouble

    def exposition(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self.registry)
