"""From two looks at the processes to figures: rates between them, lag, freshness, memory. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deploy.watching.scrape import Seen
from schemas.operation.metrics import Metric, alerts, dashboard, gateway, sink, worker

_MIB = 2**20


class Row(NamedTuple):
    """A process. None: it does not tell that."""

    process: str
    address: str
    why: str
    memory_mib: float | None
    cpu_percent: float | None
    partitions: float | None
    lag: float | None
    lag_seconds: float | None
    per_second: float | None
    """Events of a worker and of the gateway, messages of a sink, notices and messages of the deliverer, answers of the page."""


class Flow(NamedTuple):
    """The installation as a whole. Rates are a second; None: nobody tells it."""

    admitted: float | None
    duplicates: float | None
    dead_letters: float | None
    taken: float | None
    refused: float | None
    rows_stored: float | None
    visible_p95_seconds: float | None
    """From publishing to being visible in ClickHouse, between the two looks; before, when nothing came between them."""
    since_last_event_seconds: float | None
    letters_open: float | None
    oldest_letter_seconds: float | None
    told: float | None
    """Notices and messages delivered since the deliverer began."""
    not_told: float | None
    """Attempts to deliver that failed."""


_PROBES = frozenset({"/health", "/ready", "/metrics"})
"""Routes that nobody but a watcher asks for: what `top` itself asks is no work of the page."""
_LAG = {"worker": worker.LAG, "sink": sink.LAG, "alerts": alerts.LAG}
_LAG_SECONDS = {"worker": worker.LAG_SECONDS, "sink": sink.LAG_SECONDS}
_PARTITIONS = {"worker": worker.OWNED, "sink": sink.PARTITIONS}
_TOLD, _NOT_TOLD = (alerts.DELIVERED, alerts.MESSAGES), (alerts.ATTEMPTS_FAILED, alerts.MESSAGES_FAILED)
"""Without a plan of alerting, and with one."""
_WORK = {
    "worker": (worker.EVENTS,),
    "sink": (sink.MESSAGES,),
    "alerts": _TOLD,
    "gateway": (gateway.TAKEN,),
    "dashboard": (dashboard.ANSWERS,),
}


def rows(before: Sequence[Seen], now: Sequence[Seen]) -> list[Row]:
    """Each process of the second look."""
    earlier = {seen.address: seen for seen in before}
    return [_row(earlier.get(seen.address), seen) for seen in now]


def _row(before: Seen | None, now: Seen) -> Row:
    memory, cpu = now.total("process_resident_memory_bytes"), rate(before, now, "process_cpu_seconds_total")
    lag, seconds, partitions = (one.get(now.process) for one in (_LAG, _LAG_SECONDS, _PARTITIONS))
    return Row(
        now.process,
        now.address,
        now.why,
        memory / _MIB if memory is not None else None,
        100 * cpu if cpu is not None else None,
        now.total(partitions.name) if partitions else None,
        now.total(lag.name) if lag else None,
        now.most(seconds.name) if seconds else None,
        _added(rate(before, now, one.name) for one in _WORK.get(now.process, ())),
    )


def flow(before: Sequence[Seen], now: Sequence[Seen], wall: float) -> Flow:
    """All together; `wall`: the time of the second look, seconds since 1970."""
    earlier = {seen.address: seen for seen in before}
    pairs = [(earlier.get(seen.address), seen) for seen in now]

    def rate_of(process: str, metric: Metric, **labels: str) -> float | None:
        return _added(rate(old, new, metric.name, **labels) for old, new in pairs if new.process == process)

    def total_of(process: str, metric: Metric) -> float | None:
        return _added(seen.total(metric.name) or 0.0 for seen in now if seen.process == process)

    newest = [seen.most(worker.APPENDED.name) for seen in now] + [seen.most(sink.VISIBLE_AT.name) for seen in now]
    last = max((at for at in newest if at), default=None)
    oldest = next((at for seen in now if (at := seen.most(dashboard.OLDEST_LETTER_AT.name))), None)
    return Flow(
        admitted=rate_of("worker", worker.VERDICTS, verdict="admitted"),
        duplicates=rate_of("worker", worker.VERDICTS, verdict="duplicate"),
        dead_letters=rate_of("worker", worker.VERDICTS, verdict="dead_letter"),
        taken=rate_of("gateway", gateway.TAKEN),
        refused=rate_of("gateway", gateway.REFUSED),
        rows_stored=rate_of("sink", sink.ROWS),
        visible_p95_seconds=quantile(0.95, pairs, sink.VISIBLE_SECONDS.name),
        since_last_event_seconds=max(0.0, wall - last) if last else None,
        letters_open=total_of("dashboard", dashboard.LETTERS_OPEN),
        oldest_letter_seconds=max(0.0, wall - oldest) if oldest else None,
        told=_added(total_of("alerts", one) for one in _TOLD),
        not_told=_added(total_of("alerts", one) for one in _NOT_TOLD),
    )


def rate(before: Seen | None, now: Seen, name: str, **labels: str) -> float | None:
    """How much a counter grew a second, series by series: one that fell began anew, one that is new came with what it had. None: first seen."""
    if before is None or now.at <= before.at:
        return None
    then = {_key(sample.labels.items()): sample.value for sample in before.of(name, **labels)}
    grown = 0.0
    for sample in now.of(name, **labels):
        if sample.labels.get("route") in _PROBES:
            continue
        was = then.get(_key(sample.labels.items()), sample.value)
        grown += sample.value - was if sample.value >= was else sample.value
    return grown / (now.at - before.at)


def quantile(q: float, pairs: Iterable[tuple[Seen | None, Seen]], name: str) -> float | None:
    """A quantile of what a histogram took in between the looks, or ever if nothing; interpolated in its bucket, as Prometheus does it."""
    counts: dict[float, float] = {}
    ever: dict[float, float] = {}
    for before, now in pairs:
        for sample in now.of(f"{name}_bucket"):
            bound = float(sample.labels["le"])
            was = before.total(f"{name}_bucket", le=sample.labels["le"]) if before else None
            ever[bound] = ever.get(bound, 0.0) + sample.value
            counts[bound] = counts.get(bound, 0.0) + sample.value - (was or 0.0)
    return _quantile(q, counts) if counts and max(counts.values()) > 0 else _quantile(q, ever)


def _quantile(q: float, cumulative: dict[float, float]) -> float | None:
    bounds = sorted(cumulative)
    if not bounds or cumulative[bounds[-1]] <= 0:
        return None
    rank, below, under = q * cumulative[bounds[-1]], 0.0, 0.0
    for bound in bounds:
        if cumulative[bound] >= rank:
            if bound == float("inf"):
                return below
            return below + (bound - below) * (rank - under) / (cumulative[bound] - under)
        below, under = bound, cumulative[bound]
    return below


def _key(labels: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels))


def _added(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
