"""What the sink tells about itself: its metrics, whether it lives, and whether it can store."""

import threading
import time
from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, ProcessCollector

from schemas.operation.health import Behind, Condition, Health, Pulse, caught_up
from schemas.operation.instruments import counter, gauge, histogram
from schemas.operation.metrics import sink

_STILL_S = 300.0
"""One insert may take two minutes before it is given up; a loop that stands still for longer than two such does not come back."""
_SLOW_S = 60.0


class Metrics:
    """Counts what the loop and the sink report. Written by the loop's thread, read by the health server's."""

    def __init__(self, ready_lag_s: float = 60.0) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._messages = counter(sink.MESSAGES, self.registry)
        self._rows = counter(sink.ROWS, self.registry)
        self._flush_rows = histogram(sink.FLUSH_ROWS, self.registry)
        self._flush = histogram(sink.FLUSH_SECONDS, self.registry)
        self._refused = counter(sink.UNAVAILABLE, self.registry)
        self._partitions = gauge(sink.PARTITIONS, self.registry)
        self._rebalances = counter(sink.REBALANCES, self.registry)
        self._commits = counter(sink.COMMITS, self.registry)
        self._lag = gauge(sink.LAG, self.registry)
        self._lag_seconds = gauge(sink.LAG_SECONDS, self.registry)
        self._visible = histogram(sink.VISIBLE_SECONDS, self.registry)
        self._visible_at = gauge(sink.VISIBLE_AT, self.registry)
        self._lock = threading.Lock()
        self._ready_lag_s = ready_lag_s
        self._pulse = Pulse("the loop", _STILL_S)
        self._behind = Behind()
        self._behind_s = 0.0
        self._store = "the tables have not been looked for yet"
        self._share = "the group has not given out its partitions yet"

    def polled(self, messages: int) -> None:
        """A poll came back with so many messages."""
        self._messages.inc(messages)
        self._pulse.beat()

    def assigned(self, partitions: int) -> None:
        """The group gave this process so many partitions."""
        self._partitions.set(partitions)
        self._rebalances.inc()
        with self._lock:
            self._share = "" if partitions else "no partition is assigned to this process: there are more sinks than partitions"

    def rows(self, table: str, count: int) -> None:
        """So many rows were stored in a table: a flush goes on."""
        self._pulse.beat()
        self._rows.labels(table).inc(count)

    def stored(self, rows: int) -> None:
        """A flush has stored so many rows, of all tables."""
        self._flush_rows.observe(rows)

    def visible(self, appended_ms: Sequence[int]) -> None:
        """Events that were appended to the log at these times can be seen in ClickHouse."""
        self._visible.observe(max(0.0, time.time() - min(appended_ms) / 1000))
        self._visible_at.set(max(appended_ms) / 1000)

    def opened(self) -> None:
        """ClickHouse answers and has the tables."""
        with self._lock:
            self._store = ""

    def flushed(self, seconds: float) -> None:
        """Everything that waited was stored."""
        self._flush.observe(seconds)
        self.opened()

    def unavailable(self, reason: str) -> None:
        """ClickHouse did not take the rows; they wait."""
        self._refused.inc()
        self._pulse.beat()
        with self._lock:
            self._store = reason

    def committed(self) -> None:
        """Offsets were committed."""
        self._commits.inc()

    def behind(self, messages: int, read_at: float) -> None:
        """See `consumers.loop.Watch`."""
        self._behind_s = self._behind.seconds(messages, read_at)
        self._lag.set(messages)
        self._lag_seconds.set(self._behind_s)

    def health(self, ask: Callable[[], str] = lambda: "") -> Health:
        """As it is now. Called by other threads. `ask`: why ClickHouse does not answer, where the loop knows of nothing."""
        with self._lock:
            known, share = self._store, Condition("assigned", self._share)
        store = Condition("clickhouse", known or ask())
        pace = Condition("pace", self._pulse.condition(_SLOW_S).why)
        return Health("sink", (self._pulse.condition(),), (store, share, pace, caught_up(self._behind_s, self._ready_lag_s, "the sink is")))
