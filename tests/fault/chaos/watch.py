"""Who looks on: a reader that polls ClickHouse through everything (I4), and the times until what stood in the log at a fault is visible."""

import time
from collections.abc import Mapping
from itertools import cycle
from threading import Event, Lock, Thread
from typing import Any

from consumers.clickhouse.client import Client, connect
from schemas.settings import Settings
from tests.fault.chaos.load import DISTRICTS

_POLLED = """
SELECT indicator, mode, dimension, subject_kind, subject_id, window_start, version, numerator, denominator, scale
FROM indicator_values WHERE district = %(district)s AND window_kind = %(kind)s
"""
_VISIBLE = "SELECT partition, max(bitAnd(version, 281474976710655)) FROM conservation_rows GROUP BY partition"
KINDS = ("year", "half", "month", "year", "quarter", "week")


class Watch:
    """Polls until closed. `broken` is what no reader may ever see."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._pending: list[tuple[str, float, Mapping[int, int]]] = []
        self._lock, self._stop = Lock(), Event()
        self.visible: dict[int, int] = {}
        self.broken: list[str] = []
        self.polls = self.rows = self.unanswered = 0
        self.recovered: dict[str, list[float]] = {}
        self._thread = Thread(target=self._run, name="watch")
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()

    def expect(self, kind: str, began: float, ends: Mapping[int, int]) -> None:
        """A fault has landed at this monotonic time; measure until everything below these ends of the log is visible."""
        with self._lock:
            self._pending.append((kind, began, {number: end for number, end in ends.items() if end}))

    def fresh(self) -> dict[int, int]:
        """Partition -> offset of the last event that is visible right now. Raises ClickHouse's errors."""
        client = connect(self._settings, timeout_s=5)
        try:
            return _visible(client)
        finally:
            client.close()

    @property
    def waiting(self) -> int:
        """Faults whose time still runs."""
        return len(self._pending)

    def _run(self) -> None:
        client: Client | None = None
        turns = cycle((district, kind) for kind in KINDS for district in DISTRICTS)
        while not self._stop.wait(0.4):
            try:
                client = client or connect(self._settings, timeout_s=5)
                self._look(client)
                self._poll(client, *next(turns))
            except Exception:  # noqa: BLE001 - ClickHouse has been struck; how a client tells is its own affair
                self.unanswered += 1
                client = None

    def _look(self, client: Client) -> None:
        self.visible = _visible(client)
        now = time.monotonic()
        with self._lock:
            for one in list(self._pending):
                kind, at, ends = one
                if all(self.visible.get(number, -1) >= end - 1 for number, end in ends.items()):
                    self._pending.remove(one)
                    self.recovered.setdefault(kind, []).append(now - at)

    def _poll(self, client: Client, district: str, kind: str) -> None:
        rows = client.query(_POLLED, parameters={"district": district, "kind": kind}).result_rows
        self.polls += 1
        self.rows += len(rows)
        for row in rows:
            key, now = (district, kind, *row[:6]), tuple(row[6:])
            before = self._seen.get(key)
            if before and (now[0] < before[0] or (now[0] == before[0] and now != before)):
                self.broken.append(f"{key}: {before} became {now}")
            self._seen[key] = now
        if len(rows) < sum(1 for key in self._seen if key[:2] == (district, kind)):
            self.broken.append(f"rows of {district} {kind} are gone")


def _visible(client: Client) -> dict[int, int]:
    return {int(number): int(offset) for number, offset in client.query(_VISIBLE).result_rows}
