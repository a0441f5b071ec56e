"""The sink's process: `python -m consumers.clickhouse`. SIGTERM flushes, commits and ends with 0; a defect ends with 70."""

import gc
import signal
import socket
import sys
from threading import Event

import structlog
from clickhouse_connect.driver import options
from kafka.errors import KafkaError

from consumers.clickhouse.metrics import Metrics
from consumers.clickhouse.pinging import Pinging
from consumers.clickhouse.rows import UnreadableRow
from consumers.clickhouse.sink import ClickHouseSink
from consumers.clickhouse.writer import Writer
from consumers.group import sink_group, subscriber
from consumers.loop import Loop, Pace, Unavailable
from schemas.operation import logs, traces
from schemas.operation.ending import RESTART, end_when_dead
from schemas.operation.serving import serve
from schemas.settings import Settings, settings

_CHATTY = ("kafka.net.selector", "urllib3.connectionpool")
"""They warn of a long parse, and of what is tried again and told once it fails for good."""

log = structlog.get_logger()


def main() -> int:
    """Run until SIGTERM or SIGINT; the exit code."""
    # Rows go over as lists. Without this the first insert would import pandas to ask whether they are a data frame: seconds, and 60 MB.
    vars(options).update(pd=None, np=None)
    # Rows that wait are many objects without cycles: looking for some among them at Python's usual pace took a third of the time.
    gc.freeze()
    gc.set_threshold(500_000, 20, 20)
    given = settings()
    logs.configure(given.log_level, given.log_format, _CHATTY)
    traces.configure("sink", given.otlp_endpoint)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    metrics = Metrics(given.ready_lag_s)
    server, pinging = None, Pinging(given)
    try:
        server = (
            serve(given.health_host, given.health_port, lambda: metrics.health(pinging.why), metrics.registry)
            if given.health_port
            else None
        )
        end_when_dead(metrics.health)
        run(given, metrics, stop)
    except UnreadableRow as error:
        log.error("unreadable_row", reason=str(error))
    except (KafkaError, OSError) as error:
        log.error("cannot_go_on", reason=f"{type(error).__name__}: {error}", kafka=given.kafka, health_port=given.health_port)
    except Exception:
        log.exception("defect")
    else:
        return 0
    finally:
        traces.close()
        if server:
            server.shutdown()
    return RESTART


def run(given: Settings, metrics: Metrics, stop: Event) -> None:
    """Carry the output topics into ClickHouse until `stop` is set. Raises UnreadableRow, KafkaError, and whatever is our defect."""
    writer = Writer(given)
    sink = ClickHouseSink(writer, metrics, given)
    _wait_for_tables(writer, metrics, stop)
    consumer = subscriber(given, sink_group(given), member=_member(given))
    try:
        log.info(
            "sink_started", group=sink_group(given), kafka=given.kafka, clickhouse=given.clickhouse_url, database=given.clickhouse_database
        )
        Loop(consumer, sink, Pace(linger_s=given.sink_linger_ms / 1000), metrics).run(sink.topics, stop)
        log.info("sink_stopped")
    finally:
        consumer.close(autocommit=False, timeout_ms=5_000)
        writer.close()


def _member(given: Settings) -> str | None:
    """A name for this place in the group that outlives the process. The health port makes it unique on a machine: no two can hold it."""
    return f"{sink_group(given)}-{socket.gethostname()}-{given.health_port}" if given.health_port else None


def _wait_for_tables(writer: Writer, metrics: Metrics, stop: Event) -> None:
    """Join the group only when rows can be stored; until then say what is missing."""
    while not stop.is_set():
        try:
            writer.open()
        except Unavailable as error:
            metrics.unavailable(str(error))
            log.warning("store_unavailable", reason=str(error))
            stop.wait(1.0)
        else:
            metrics.opened()
            return


if __name__ == "__main__":
    sys.exit(main())
