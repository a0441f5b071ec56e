"""Traces of batches: a tree a batch when they are on, nothing at all when they are off."""

import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from consumers.clickhouse.metrics import Metrics
from consumers.clickhouse.sink import ClickHouseSink
from consumers.loop import Loop, Pace
from schemas import topics
from schemas.operation import traces
from schemas.settings import Settings
from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.core.rows import Row
from streams.worker.failpoints import FailPoints
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.room import Room
from streams.worker.state import Restored
from tests.unit.clickhouse.test_sink_loop import Broker, Quiet, Said


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    traces.use("test", SimpleSpanProcessor(exporter))
    yield exporter
    traces.close()


def trees(exporter: InMemorySpanExporter) -> list[tuple[Any, list[Any]]]:
    """Each span that has no parent, with its children in the order of their beginnings."""
    spans = exporter.get_finished_spans()
    roots = sorted((span for span in spans if span.parent is None), key=lambda span: span.start_time or 0)

    def children(of: Any) -> list[Any]:
        found = [span for span in spans if span.parent and span.parent.span_id == of.context.span_id]
        return sorted(found, key=lambda span: span.start_time or 0)

    return [(root, children(root)) for root in roots]


class Writer:
    """Takes everything."""

    def insert(self, *_: object) -> None:
        """Nothing is kept."""


ROW = b'{"district":"990101","source":"s","high_water":1,"gaps":[],"gaps_first_seen":[],"last_seen":"2026-01-01T00:00:00Z","version":1}'


def test_a_flush_of_the_sink_is_a_tree(exporter: InMemorySpanExporter) -> None:
    stop = Event()
    sources = Said(topics.SOURCES.name, 0, 0, value=ROW)
    broker = Broker([sources], [], stop=stop)
    writer: Any = Writer()
    sink = ClickHouseSink(writer, Metrics(), Settings())
    Loop(broker, sink, Pace(), Quiet(), clock=lambda: broker.now).run([topics.SOURCES.name], stop)
    ((batch, inside),) = trees(exporter)
    assert (batch.name, batch.attributes["rows"]) == ("batch", 1)
    assert [span.name for span in inside] == ["poll", "insert", "commit"]
    assert dict(inside[1].attributes) == {"table": "source_rows", "rows": 1}
    assert batch.resource.attributes["service.name"] == "suoheng-test"


class Outbox:
    """Commits at once."""

    def outputs(self) -> Outputs:
        return Outputs(list[Row])

    async def commit(self, outputs: Outputs, messages: list[Message], next_offset: int) -> None:
        """Nothing is written."""


async def test_a_batch_of_a_worker_is_a_tree(exporter: InMemorySpanExporter) -> None:
    def fold(state: None, messages: Any, outputs: Outputs) -> None:
        time.sleep(0.01)

    log: Any = None
    outbox: Any = Outbox()
    partition = OwnedPartition[None](3, Restored(None, 7, None), outbox, Wiring(log, fold, FailPoints(""), Room(100)))
    before = time.time_ns()
    await partition.deliver([(7, 1_000, b"990101", b"{}", []), (8, 1_000, b"990101", b"{}", [])])
    await partition.process([(7, 1_000, b"990101", b"{}", []), (8, 1_000, b"990101", b"{}", [])])
    ((batch, inside),) = trees(exporter)
    assert dict(batch.attributes) == {"partition": 3, "events": 2, "offset": 7}
    assert [span.name for span in inside] == ["poll", "fold", "commit"]
    assert before <= batch.start_time <= inside[1].start_time
    assert inside[1].end_time - inside[1].start_time >= 10_000_000
    assert "990101" not in "".join(span.to_json() for span in exporter.get_finished_spans())


def test_off_they_import_nothing() -> None:
    program = (
        "import sys; import consumers.loop, streams.worker.partition; from schemas.operation import traces; traces.configure('worker', '')\n"
        "with traces.span('batch', rows=1): traces.past('poll', 1)\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_without_the_extra_it_is_said_and_work_goes_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    traces.configure("worker", "http://127.0.0.1:9")
    with traces.span("batch"):
        pass
    assert "pip install suoheng[otel]" in capsys.readouterr().out
