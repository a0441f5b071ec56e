"""A declared metric as the object that counts. Nothing else in the product makes Prometheus' objects."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from schemas.operation.metrics.metric import Metric

# `…_created` beside every counter and histogram doubles what is scraped, and says nothing that `process_start_time_seconds` does not.
disable_created_metrics()  # type: ignore[no-untyped-call]


def counter(metric: Metric, registry: CollectorRegistry = REGISTRY) -> Counter:
    """The counter that is declared so."""
    return Counter(metric.name, metric.en, metric.labels, registry=registry)


def gauge(metric: Metric, registry: CollectorRegistry = REGISTRY) -> Gauge:
    """The gauge that is declared so."""
    return Gauge(metric.name, metric.en, metric.labels, registry=registry)


def histogram(metric: Metric, registry: CollectorRegistry = REGISTRY) -> Histogram:
    """The histogram that is declared so."""
    return Histogram(metric.name, metric.en, metric.labels, registry=registry, buckets=metric.buckets)


class Asked(Collector):
    """Metrics that are read off something when Prometheus asks, so that whoever works need not count: `read` gives, for each metric,
    its samples as (label values, value). Runs in the thread that serves."""

    def __init__(self, *metrics: Metric) -> None:
        self._metrics = metrics

    def read(self) -> dict[str, Iterable[tuple[tuple[str, ...], float]]]:
        """Samples by the metric's name."""
        raise NotImplementedError

    def describe(self) -> Iterable[Any]:
        """The names, without asking."""
        return [_family(metric, ()) for metric in self._metrics]

    def collect(self) -> Iterable[Any]:
        """As Prometheus' client wants them."""
        samples = self.read()
        return [_family(metric, samples.get(metric.name, ())) for metric in self._metrics]


def _family(metric: Metric, samples: Iterable[tuple[tuple[str, ...], float]]) -> Any:
    make = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = make(metric.name, metric.en, labels=metric.labels)
    for labels, value in samples:
        family.add_metric(labels, value)
    return family
