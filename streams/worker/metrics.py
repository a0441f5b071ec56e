"""Every metric of a worker, once, with its meaning."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("suoheng_worker_events_total", "Events folded with output, by partition", ["partition"])
ROWS = Counter("suoheng_worker_rows_total", "Rows committed, by output topic without prefix", ["topic"])
DEAD_LETTERS = Counter("suoheng_worker_dead_letters_total", "Refused records committed as dead letters, by code", ["code"])
RECOVERED = Counter("suoheng_worker_recovered_events_total", "Events folded without output to bring states back")
GAP_EVENTS = Counter("suoheng_worker_gap_events_total", "Events that Faust did not deliver and the worker read from the log itself")
LOST_OFFSETS = Counter("suoheng_worker_lost_offsets_total", "Partitions whose committed offset was gone and was taken from the outputs")
TICKS = Counter("suoheng_worker_ticks_total", "Clock ticks published")

SNAPSHOTS = Counter("suoheng_worker_snapshots_total", "Snapshots written")
SNAPSHOTS_FAILED = Counter("suoheng_worker_snapshots_failed_total", "Snapshots that could not be written")
SNAPSHOTS_LOADED = Counter("suoheng_worker_snapshots_loaded_total", "Partitions whose recovery began with a snapshot")
SNAPSHOTS_IGNORED = Counter(
    "suoheng_worker_snapshots_ignored_total",
    "Snapshots passed over, by reason: damaged, unreadable (the place does not give it out), refused (its state cannot be built), "
    "build, epoch, offset (beyond the committed one), log (it was made from another log)",
    ["reason"],
)

SNAPSHOT_SECONDS = Histogram(
    "suoheng_worker_snapshot_seconds",
    "Time from the copy of the process to the snapshot in its place",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60),
)
SNAPSHOT_PAUSE_SECONDS = Histogram(
    "suoheng_worker_snapshot_pause_seconds", "Time the fold stood still for a snapshot", buckets=(0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
)
SNAPSHOT_LOAD_SECONDS = Histogram(
    "suoheng_worker_snapshot_load_seconds", "Time from reading a snapshot to its state", buckets=(0.1, 0.5, 1, 2, 5, 10, 30)
)
FOLD_SECONDS = Histogram("suoheng_worker_fold_seconds", "Time the core took for one micro-batch", buckets=(0.001, 0.01, 0.1, 0.5, 1, 2, 5))
COMMIT_SECONDS = Histogram(
    "suoheng_worker_commit_seconds", "Time one transaction took, from begin to committed", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5)
)
BATCH_EVENTS = Histogram(
    "suoheng_worker_batch_events", "Events in one micro-batch", buckets=(1, 10, 100, 1_000, 5_000, 10_000, 20_000, 40_000)
)

OWNED = Gauge("suoheng_worker_partitions_owned", "Partitions assigned to this worker")
OPEN = Gauge("suoheng_worker_partitions_open", "Assigned partitions whose state is recovered and that take events")
SNAPSHOT_BYTES = Gauge("suoheng_worker_snapshot_bytes", "Size of the last snapshot written", ["partition"])
SNAPSHOT_AT = Gauge(
    "suoheng_worker_snapshot_timestamp_seconds", "When the last snapshot was written; its age is the time since", ["partition"]
)
LAG = Gauge("suoheng_worker_lag_events", "Offsets between the last processed and the last readable record", ["partition"])
APPENDED = Gauge("suoheng_worker_last_append_timestamp_seconds", "Append time of the last processed event", ["partition"])
