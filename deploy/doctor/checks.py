"""All checks in turn; what a failed connection makes pointless is left out."""

from collections.abc import Callable, Iterator

from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka.errors import KafkaError

from consumers.group import sink_group
from deploy.doctor import clickhouse, kafka, machine, places
from deploy.doctor.check import Check, Said
from deploy.epochs import served_epoch, switches
from deploy.errors import CommandError
from deploy.rebuild.places import Places, worker_group
from deploy.waiting import watching
from schemas.settings import Settings


def all_checks(given: Settings) -> Iterator[Check]:
    """Every check."""
    yield from _of_the_machine(given)
    yield from _of_kafka(given)
    yield from _of_clickhouse(given)


def _of_the_machine(given: Settings) -> Iterator[Check]:
    yield machine.settings(given)
    yield machine.python()
    yield _guarded("Java", lambda: machine.java(given))
    yield machine.disk(given)
    yield machine.ports(given)
    if said := machine.processes(given):
        yield said
    yield _guarded("secrets", lambda: machine.secrets(given))
    yield _guarded("keys", lambda: places.keys(given))
    yield _guarded("receiver", lambda: places.receiver(given))
    if said := places.alert_desk(given):
        yield said


def _of_kafka(given: Settings) -> Iterator[Check]:
    there = _guarded("Kafka", lambda: kafka.kafka(given), away=f"{given.kafka} 无应答:`suoheng up` 启动,或改正 SUOHENG_KAFKA")
    yield there
    if there.unreachable:
        return
    topics = _guarded("topics", lambda: kafka.topics(given))
    yield topics
    if topics.ok:
        yield _guarded("replicas", lambda: kafka.replicas(given))
        yield from _of_readers(given)


def _of_readers(given: Settings) -> Iterator[Check]:
    with watching(given) as watched:
        served = served_epoch(switches(watched.consumer, given), given)
        workers, sinks = kafka.group(given, worker_group(given, served)), kafka.group(given, sink_group(given))
        yield _guarded("epochs", lambda: kafka.epochs(given, Places(given, watched), served))
        yield _guarded("workers", lambda: kafka.workers(given, watched, served, workers))
        if said := places.snapshots(given, len(workers.hosts)):
            yield said
        yield _guarded("sink", lambda: kafka.sink(given, watched, sinks))
        yield _guarded("log clock", lambda: kafka.log_clock(given, watched))


def _of_clickhouse(given: Settings) -> Iterator[Check]:
    there = _guarded(
        "ClickHouse",
        lambda: clickhouse.clickhouse(given),
        away=f"{given.clickhouse_url} 无应答:`suoheng up` 启动,或改正 SUOHENG_CLICKHOUSE_URL",
    )
    yield there
    if there.unreachable:
        return
    tables = _guarded("tables", lambda: clickhouse.tables(given))
    yield tables
    if tables.ok:
        yield _guarded("letters", lambda: clickhouse.letters(given))
        yield _guarded("calendar", lambda: clickhouse.calendar(given))
    yield _guarded("clock", lambda: clickhouse.clock(given))


def _guarded(name: str, look: Callable[[], Check], *, away: str = "") -> Check:
    """A check that may not even get an answer; the error's text says what to do. `away`: what the same is in Chinese where a service is away."""
    try:
        return look()
    except CommandError as error:
        told = str(error)
    except (KafkaError, ClickHouseError, OSError) as error:
        told = " ".join(str(error).split())[:200] or type(error).__name__
    return Check(name, Said("无法检查", "cannot be checked"), Said(away or told, told), unreachable=bool(away))
