"""The fold alone, from bytes to rows, in slices of several sizes: CPU µs an event, rows an event."""

import gc
from time import process_time

from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition, apply
from tests.benchmark import backlog

HISTORY, MEASURED = 50_000, 20_000
SIZES = {20_000: MEASURED, 4_000: MEASURED, 100: 5_000, 1: 2_000}
APPENDED_MS = 1_900_000_000_000


def run() -> dict[str, dict[str, float]]:
    """One district with a history of 50,000 events; then what follows, in slices of each size."""
    pairs = backlog.records(HISTORY + MEASURED, backlog.DISTRICTS[:1])
    log: list[Message] = [(n, APPENDED_MS + n, key, value, ()) for n, (key, value) in enumerate(pairs)]
    results = {}
    gc.disable()
    for size, events in SIZES.items():
        partition = Partition(0, 0, lambda _key: True, Breaker(0, 0))
        for start in range(0, HISTORY, 20_000):
            apply(partition, log[start : min(start + 20_000, HISTORY)])
        rows, began = 0, process_time()
        for start in range(HISTORY, HISTORY + events, size):
            outputs = apply(partition, log[start : start + size])
            rows += sum(map(len, outputs.rows.values()))
        cpu = process_time() - began
        results[f"slices of {size:,}"] = {"cpu_us_per_event": round(cpu / events * 1e6, 1), "rows_per_event": round(rows / events, 1)}
        print(f"slices of {size:>6,}: {cpu / events * 1e6:7.1f} µs/event, {rows / events:6.1f} rows/event", flush=True)
    gc.enable()
    return results
