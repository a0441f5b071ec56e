"""The log of a broker backed up, once more with little that is new, looked through, and brought back into another broker: events and megabytes a second."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.backup.create import Options, create
from deploy.backup.manifest import chosen
from deploy.backup.place import Place
from deploy.backup.restore import Options as Back
from deploy.backup.restore import restore
from deploy.backup.verify import verify
from deploy.watcher import Lines
from tests.benchmark import backlog, broker

EVENTS = int(os.environ.get("BENCH_EVENTS", "500000"))
LOG_ONLY = Options(tables=False)


def run() -> dict[str, Any]:
    """Wall clock and CPU seconds of this process; Kafka's own work is beside it on the same cores."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        place = Place(str(Path(folder) / "kept"))
        with broker.kafka() as source:
            broker.publish(source, backlog.records(EVENTS))
            first = _timed(lambda: create(source, place.url, LOG_ONLY, Lines()))
            broker.publish(source, backlog.records(1_000, [990_300]))
            again = _timed(lambda: create(source, place.url, LOG_ONLY, Lines()))
        manifest = chosen(place)[1]
        raw = sum(segment.file.bytes for one in manifest.partitions for segment in one.segments)
        stored = sum(segment.file.stored_bytes for one in manifest.partitions for segment in one.segments)
        looked = _timed(lambda: verify(place, manifest, Lines()))
        with broker.kafka() as target:
            back = _timed(lambda: restore(target, place, manifest, Back(tables=False, files=False), Lines()))
        result = {
            "events": manifest.records,
            "log_mb": round(raw / 1e6, 1),
            "stored_mb": round(stored / 1e6, 1),
            "backup": first | _rates(EVENTS, raw, first["s"]),
            "backup_of_1000_new": again,
            "verify": looked | _rates(manifest.records, raw, looked["s"]),
            "restore": back | _rates(manifest.records, raw, back["s"]),
        }
    for name, value in result.items():
        print(f"{name}: {value}", flush=True)
    return result


def _timed(work: Callable[[], Any]) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return {"s": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - cpu, 2)}


def _rates(events: int, size: int, seconds: float) -> dict[str, float]:
    return {"events_per_s": round(events / seconds), "mb_per_s": round(size / 1e6 / seconds, 1)}
