"""The worker put together: one Faust application with one agent over the input topic, and what stands beside it."""

from collections.abc import Callable
from tempfile import gettempdir
from typing import Any

import faust
from aiokafka.partitioner import murmur2
from faust.auth import Credentials, SASLCredentials, SSLCredentials
from faust.types import TP
from yarl import URL

from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name
from streams.seal_keys import read_keys
from streams.worker import transport
from streams.worker.agents import slices_agent
from streams.worker.clock import Clock
from streams.worker.commit import Names
from streams.worker.epochs import Epochs
from streams.worker.failpoints import FailPoints
from streams.worker.handover import Handover
from streams.worker.log import Log
from streams.worker.opening import Opening
from streams.worker.ownership import Ownership
from streams.worker.partition import Wiring
from streams.worker.recovery import Recovery
from streams.worker.room import Room
from streams.worker.snapshots import Snapshots, wanted
from streams.worker.state import Codec, Fold
from streams.worker.tasks import Failed
from streams.worker.watchdog import Watchdog

FETCH_BYTES = 4 << 20  # a partition's share of one fetch: some 8,000 events; slices grow up to it under load
SLICES_A_BATCH = 5  # small slices fill the room up while a batch is in hand, so that the next one is full too
NEVER_S = 86_400.0


def belongs_to(partition: int, partitions: int) -> Callable[[bytes], bool]:
    """Whether Kafka's default partitioner puts a key on this partition of so many."""

    return lambda key: bool((murmur2(key) & 0x7FFF_FFFF) % partitions == partition)


class WorkerApp(faust.App):
    """The Faust application with its partitions, clock and watchdog. Built by `make_app`, started and stopped by `__main__`."""

    ownership: Ownership[Any]
    snapshots: Snapshots[Any] | None
    clock: Clock
    epochs: Epochs
    watchdog: Watchdog


def make_app(
    settings: Settings,
    partitions: int,
    fold: Fold[Any],
    new_state: Callable[[int], Any],
    codec: Codec[Any] | None,
    failed: Failed,
) -> WorkerApp:
    """Wire a worker for a topic of so many partitions. `fold` is the core's `apply`, `new_state` an empty partition of the core by its
    number, `codec` makes snapshots of it (None: none are made); `failed` must end the process."""
    names = Names.of(settings)
    fail_points = FailPoints(settings.fail_point)
    log = Log(settings.kafka, names.group, names.source)
    snapshots = wanted(settings, names.source, partitions, codec, log, fail_points)
    recovery = Recovery(log, fold, new_state, fail_points, snapshots)
    wiring = Wiring(log, fold, fail_points, Room(settings.micro_batch_events))
    epochs = Epochs(settings.kafka, topic_name(EPOCHS, settings))
    handover = Handover(settings, names, log, epochs, fail_points)
    opening = Opening(settings, names, recovery, wiring, handover)
    ownership = Ownership(opening.open, failed, fail_points)

    app = _faust_app(settings, names, ownership)
    app.ownership, app.snapshots, app.epochs = ownership, snapshots, epochs
    app.agent(app.topic(names.source, schema=transport.SliceSchema(), acks=False), concurrency=1)(slices_agent(ownership))
    app.clock = _clock(settings, names, ownership)
    app.watchdog = Watchdog(
        ownership,
        lambda number: _fetched_end(app, names.source, number),
        log.ends,
        lambda: recovery.events + handover.rows,
        settings.stall_timeout_s,
        failed,
    )
    _follow_rebalances(app, names.source)
    return app


def _faust_app(settings: Settings, names: Names, ownership: Ownership[Any]) -> WorkerApp:
    """Faust with everything off that this worker does itself: tables, offset commits, topic creation, leader election, web."""
    app = WorkerApp(
        names.group,
        broker=[URL(f"kafka://{address.strip()}") for address in settings.kafka.split(",")],
        broker_credentials=_credentials(settings),
        store="memory://",
        datadir=gettempdir(),
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_buffer_maxsize=1,
        stream_recovery_delay=0.0,
        broker_max_poll_records=-(-settings.micro_batch_events // SLICES_A_BATCH),
        broker_max_poll_interval=NEVER_S,  # the watchdog judges stalls; a long recovery is none
        broker_session_timeout=settings.session_timeout_ms / 1000,
        broker_heartbeat_interval=min(1.0, settings.session_timeout_ms / 4000),
        broker_request_timeout=max(40.0, settings.session_timeout_ms / 500),
        consumer_max_fetch_size=FETCH_BYTES,
    )
    consumer = type("OpenSliceConsumer", (transport.SliceConsumer,), {"is_open": staticmethod(ownership.is_open), "kafka": settings})
    kafka = type("OpenSliceTransport", (transport.SliceTransport,), {"Consumer": consumer})
    app.transport = kafka(app.conf.broker_consumer, app)
    return app


def _credentials(settings: Settings) -> Credentials | None:
    """TLS and login for the producer that Faust starts by itself; the worker's own clients take them from `kafka_options`."""
    options = kafka_options(settings)
    context = options.get("ssl_context")
    if "sasl_mechanism" in options:
        return SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            ssl_context=context,
            mechanism=options["sasl_mechanism"],
        )
    return SSLCredentials(context) if context else None


def _follow_rebalances(app: WorkerApp, source: str) -> None:
    async def revoked(*_: Any, **__: Any) -> None:
        await app.ownership.revoked()

    async def assigned(*args: Any, **_: Any) -> None:
        _app, partitions = args
        await app.ownership.assigned(tp.partition for tp in partitions if tp.topic == source)

    app.on_partitions_revoked.connect(revoked, weak=False)
    app.on_partitions_assigned.connect(assigned, weak=False)


def _clock(settings: Settings, names: Names, ownership: Ownership[Any]) -> Clock:
    def districts(number: int) -> Any:
        partition = ownership.get(number)
        return partition.state.districts if partition else None

    clock = Clock(
        settings.kafka, names.source, districts, lambda: [partition.number for partition in ownership], seal_keys=read_keys(settings)
    )
    ownership.opened.append(lambda partition: clock.opened(partition.number))
    return clock


def _fetched_end(app: WorkerApp, topic: str, number: int) -> int | None:
    consumer = app.consumer
    return consumer.stable_end(TP(topic, number)) if isinstance(consumer, transport.SliceConsumer) else None
