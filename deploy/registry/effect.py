"""Which published values registry events would move, before they are said: the district's log folded once with them at its end.

By the workers' own code, so it is exact for whatever a change can reach: shares, closed offices, limits in working days. It reads the log of the
district's partition; nothing is written. What moves because days have passed since the district's last event is not counted: today comes first.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from orjson import dumps, loads

from consumers.reconcile.log import Log, Unreachable, opened
from consumers.reconcile.partitioner import partition_of
from deploy.deciding import bureau_event
from deploy.errors import MissingDependency, Usage
from schemas.settings import Settings
from streams.core.message import Message
from streams.core.pipeline import Breaker, Outputs, Partition, apply
from streams.core.seal import SealKeyError
from streams.core.windows import KIND_NAMES
from streams.seal_keys import read_recheck

SLICE = 20_000
Progress = Callable[[int, int], None]
"""Told how far the log is read: offset and end."""


class Moved(NamedTuple):
    """A value that would be another one; None: there was none, or would be none."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window_kind: str
    window_start: str
    scale: int
    before: tuple[int, int | None] | None
    after: tuple[int, int | None]
    closed: bool
    """Its window is closed, so it would be a restatement."""


def effect(settings: Settings, district: str, events: Sequence[bytes], progress: Progress = lambda _at, _end: None) -> list[Moved]:
    """The values that the events would move, the longest windows first. Raises Usage for an event that would be refused."""
    try:
        recheck = read_recheck(settings)
    except SealKeyError as error:
        raise MissingDependency(str(error)) from error
    partition = Partition(0, 0, lambda _key: True, Breaker(0, 0), recheck)
    published = _Published()
    try:
        with opened(settings) as log:
            end, last_ms = _fold(log, district, partition, published, progress)
    except Unreachable as error:
        raise MissingDependency(str(error)) from error
    partition.recheck = None  # what is said here gets its seal when it is published
    now_ms = max(int(time.time() * 1000), last_ms)
    published.take(apply(partition, [(end, now_ms, district.encode(), _tick(district, now_ms), ())]))
    outputs = apply(partition, [(end + number, now_ms, district.encode(), event, ()) for number, event in enumerate(events, 1)])
    if outputs.dead:
        raise Usage(f"would be refused: {outputs.dead[0].code}: {outputs.dead[0].detail}")
    return sorted(published.moved(outputs), key=lambda one: (-KIND_NAMES.index(one.window_kind), one[:7]))


def _tick(district: str, now_ms: int) -> bytes:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    return dumps(bureau_event(district, "clk.ticked", "registry-today", {}, now))


def _fold(log: Log, district: str, partition: Partition, published: "_Published", progress: Progress) -> tuple[int, int]:
    """Fold what the log holds of the district; the log's end, and when its last message came."""
    key = district.encode()
    number = partition_of(key, len(log.partitions()))
    end, last_ms = log.end(number), 0
    slice_: list[Message] = []
    for _, offset, appended_ms, of, value, headers in log.read(number, 0, end):
        last_ms = appended_ms
        if of == key:
            slice_.append((offset, appended_ms, of, value, tuple(headers)))
        if len(slice_) >= SLICE:
            published.take(apply(partition, slice_))
            slice_ = []
        if offset % SLICE == 0:
            progress(offset, end)
    if slice_:
        published.take(apply(partition, slice_))
    progress(end, end)
    return end, last_ms


class _Published:
    """The rows of values as they stand, and the windows that are closed."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._closed: set[tuple[str, str]] = set()

    def take(self, outputs: Outputs) -> None:
        self._values.update(outputs.rows["indicator-values"])
        for _, value in outputs.rows["registry"]:
            row = loads(value)
            if row["kind"] == "period":
                (self._closed.discard if row.get("gone") else self._closed.add)((row["window_kind"], row["window_start"]))

    def moved(self, outputs: Outputs) -> list[Moved]:
        """What differs in rows that come after those taken."""
        found = []
        for key, value in dict(outputs.rows["indicator-values"]).items():
            row, was = loads(value), self._values.get(key)
            before, after = _parts(loads(was)) if was else None, _parts(row)
            if before != after and not (before is None and not any(after)):
                found.append(self._moved(row, before, after))
        return found

    def _moved(self, row: dict[str, Any], before: tuple[int, int | None] | None, after: tuple[int, int | None]) -> Moved:
        window = row["window_kind"], row["window_start"]
        return Moved(row["indicator"], row["mode"], row["dimension"], row["subject_kind"], row["subject_id"], *window, row["scale"],
                     before, after, window in self._closed)  # fmt: skip


def _parts(row: dict[str, Any]) -> tuple[int, int | None]:
    return row["numerator"], row["denominator"]
