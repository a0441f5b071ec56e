"""Traces of batches by OpenTelemetry, where somebody wants them: the extra `suoheng[otel]` and `SUOHENG_OTLP_ENDPOINT`. Else nothing is imported
and a span costs a function call.

A worker's batch: `poll` (its first slice waits for the batch before it) → `fold` → `commit` (the Kafka transaction). The sink's: `poll` (rows
gather) → `insert`, one a table → `commit` (its offsets). Spans carry numbers and names of topics and tables, nothing of an event. An event's own
`traceparent` is kept as it came and never interpreted.
"""

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog

logger = structlog.get_logger(__name__)

_OFF: AbstractContextManager[Any] = nullcontext()


class _Tracing:
    """The tracer of this process; None: traces are off."""

    tracer: Any = None
    provider: Any = None


def configure(process: str, endpoint: str) -> None:
    """Send this process's spans by OTLP over HTTP to `endpoint` (`http://host:4318`); empty: off. Without the extra it is said, and work goes on."""
    if not endpoint:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        logger.error("no traces: SUOHENG_OTLP_ENDPOINT is set, but the extra is not there; pip install suoheng[otel]", error=str(error))
        return
    use(process, BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))


def use(process: str, processor: Any) -> None:
    """Hand spans to a span processor of OpenTelemetry's SDK."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    _Tracing.provider = TracerProvider(resource=Resource.create({"service.name": f"suoheng-{process}", "service.namespace": "suoheng"}))
    _Tracing.provider.add_span_processor(processor)
    _Tracing.tracer = _Tracing.provider.get_tracer("suoheng")


def close() -> None:
    """Send what is still here, and be off."""
    if _Tracing.provider:
        _Tracing.provider.shutdown()
    _Tracing.tracer = _Tracing.provider = None


def span(name: str, start_ns: int | None = None, **attributes: str | int) -> AbstractContextManager[Any]:
    """A span around a block, within the one around it; `start_ns`: when it really began, nanoseconds since 1970."""
    if _Tracing.tracer is None:
        return _OFF
    traced: AbstractContextManager[Any] = _Tracing.tracer.start_as_current_span(name, start_time=start_ns, attributes=attributes)
    return traced


def past(name: str, start_ns: int) -> None:
    """A span that began at `start_ns` and ends now, within the one around it."""
    if _Tracing.tracer is not None:
        _Tracing.tracer.start_span(name, start_time=start_ns).end(max(start_ns, time.time_ns()))
