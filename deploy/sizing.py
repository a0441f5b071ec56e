"""How large an installation must be, from what was measured: a calculation on paper, with its inputs and where they come from.

Volumes are those of the domain (an office sends some 7,270 events a year); costs of an event are this project's own benchmarks.
"""

from dataclasses import dataclass
from math import ceil

EVENTS_PER_OFFICE_YEAR = 7_270
OFFICES_PER_DISTRICT = 14
BURST = 10
"""A peak is so many times a working day's load, in its eight hours."""
WORKING_DAYS, WORKING_HOURS = 250, 8
DEFAULT_PARTITIONS, MOST_PARTITIONS = 12, 64
STATE_PER_PARTITION_MIB = 4_096
"""More partitions are taken before a partition's state grows beyond this: a take-over loads it."""
GIB_PER_WORKER = 32
BUSY = 0.5
"""A core is planned to be busy so much at the peak."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Costs of an event, all from `make bench` on two shared cores (tests/benchmark/results: end-to-end, worker, snapshots)."""

    worker_us: float = 68.0
    """CPU of the worker, in a backlog: rows are told once a micro-batch."""
    worker_live_us: float = 214.0
    """CPU of the fold at a slice of one: an event that comes alone."""
    sink_us: float = 36.0
    clickhouse_us: float = 40.0
    kafka_us: float = 17.0
    state_bytes: float = 830.0
    """Memory of the worker's state."""
    snapshot_bytes: float = 45.0
    log_bytes: float = 444.0
    """The event in the log, not compressed."""
    outputs_bytes: float = 280.0
    """What follows from it, compressed, before compaction."""
    clickhouse_bytes: float = 230.0


@dataclass(frozen=True, slots=True)
class Prices:
    """Assumptions, in yuan a month; change them to yours."""

    core: float = 60.0
    memory_gib: float = 20.0
    disk_gib: float = 0.6


@dataclass(frozen=True, slots=True)
class Size:
    """What an installation needs. Units stand in the names; disk counts every replica."""

    offices: int
    years: float
    districts: int
    events_a_year: int
    events_kept: int
    peak_events_a_second: float
    partitions: int
    worker_cores: int
    other_cores: int
    state_gib: float
    kafka_disk_gib: float
    clickhouse_disk_gib: float
    snapshots_gib: float
    rebuild_hours: float
    yuan_a_month: int
    breaks_first: str


def sized(offices: int, years: float, *, replicas: int = 3, measured: Measured | None = None, prices: Prices | None = None) -> Size:
    """Size an installation of so many offices that keeps so many years (both at least 1 office, more than 0 years).

    There are as many worker cores as the peak needs, and one for each 32 GiB of state; a rebuild reads the whole log with all of them. With
    more than one replica of the log ClickHouse has two, and each store a core to spare.
    """
    m, p = measured or Measured(), prices or Prices()
    a_year = offices * EVENTS_PER_OFFICE_YEAR
    kept = round(a_year * years)
    peak = BURST * a_year / WORKING_DAYS / (WORKING_HOURS * 3600)
    state_gib = _gib(kept * m.state_bytes)
    districts = ceil(offices / OFFICES_PER_DISTRICT)
    partitions = min(MOST_PARTITIONS, max(DEFAULT_PARTITIONS, ceil(state_gib * 1024 / STATE_PER_PARTITION_MIB)))
    workers = min(partitions, max(ceil(peak * m.worker_live_us / 1e6 / BUSY), ceil(state_gib / GIB_PER_WORKER)))
    others = ceil(peak * (m.sink_us + m.clickhouse_us + m.kafka_us) / 1e6 / BUSY) + (replicas > 1) * 2
    stores = 2 if replicas > 1 else 1
    kafka = _gib(kept * (m.log_bytes + m.outputs_bytes)) * replicas
    clickhouse, snapshots = _gib(kept * m.clickhouse_bytes) * stores, _gib(kept * m.snapshot_bytes) * 3
    memory = state_gib * 1.3 + 2 * replicas + 8 * stores
    yuan = (workers + others) * p.core + memory * p.memory_gib + (kafka + clickhouse + snapshots) * p.disk_gib
    return Size(
        offices=offices,
        years=years,
        districts=districts,
        events_a_year=a_year,
        events_kept=kept,
        peak_events_a_second=round(peak, 1),
        partitions=partitions,
        worker_cores=workers,
        other_cores=others,
        state_gib=round(state_gib, 1),
        kafka_disk_gib=round(kafka, 1),
        clickhouse_disk_gib=round(clickhouse, 1),
        snapshots_gib=round(snapshots, 1),
        rebuild_hours=round(kept * m.worker_us / 1e6 / 3600 / workers, 1),
        yuan_a_month=round(yuan),
        breaks_first=_breaks_first(state_gib / partitions, peak / partitions, m),
    )


def _gib(size_bytes: float) -> float:
    return size_bytes / (1 << 30)


def _breaks_first(state_gib: float, peak: float, m: Measured) -> str:
    """What of a partition is nearer to its limit, its state or the core that folds it."""
    state, load = state_gib * 1024 / STATE_PER_PARTITION_MIB, peak * m.worker_live_us / 1e6
    return "memory 内存" if state > load else "core 处理器"


SCOPES = {"district 区县": 14, "city 市": 140, "province 省": 2_460, "nation 全国": 39_000}
"""Usual sizes: name -> offices."""
