"""Bringing an installation back: the log to the offsets that it had, then what is not in it; at last the log is opened for new events.

Until it is opened no command or process of ours takes it for whole. Cut off at any moment, the same call goes on where the log ends.
Numbers are computed by the workers afterwards, from the log, as always.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kafka import KafkaAdminClient

from consumers.clickhouse.client import connect
from deploy.asking_clickhouse import asking_clickhouse, clickhouse_errors_told
from deploy.asking_kafka import asking_kafka
from deploy.backup import log
from deploy.backup.create import ALIKE
from deploy.backup.files import DATA, target, write
from deploy.backup.manifest import File, Manifest, Partition
from deploy.backup.parts import damage_told, fetched, fetched_all
from deploy.backup.place import Place
from deploy.backup.refill import Refill, filling, set_filling
from deploy.backup.segments import digest, unpacked
from deploy.backup.tables import HISTORY, NEWEST, bring_back, empty, filled
from deploy.backup.verify import records
from deploy.errors import Finding, MissingDependency, Usage
from deploy.migrate import migrate
from deploy.topics import administration, create_topics, delete_topics
from deploy.watcher import Watcher
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, topic_name


class Options(NamedTuple):
    """What to bring back. `replace`: what is there is deleted first."""

    replace: bool = False
    tables: bool = True
    files: bool = True


class Restored(NamedTuple):
    """What was done: events and partitions, files and rows of tables; `notes` say what is another than it was."""

    records: int
    partitions: int
    files: int
    rows: int
    notes: tuple[str, ...]


def restore(settings: Settings, place: Place, manifest: Manifest, options: Options, watcher: Watcher) -> Restored:
    """Restore a backup into the installation of the settings, which must be empty.

    Raises Usage for settings that cannot hold it, Finding where the installation is not empty, is at work, or the backup is damaged.
    """
    if len(manifest.partitions) != settings.partitions:
        raise Usage(f"the log has {len(manifest.partitions)} partitions, the settings say {settings.partitions}: set SUOHENG_PARTITIONS="
                    f"{len(manifest.partitions)} for all processes of the installation")  # fmt: skip
    topic = topic_name(OFFICE_EVENTS, settings)
    with asking_kafka(settings):
        resumed = _prepare(settings, manifest, options, topic)
        watcher.step(
            ("going on with" if resumed else "restoring") + f" {manifest.records:,} events into {topic}, {settings.partitions} partitions"
        )
        with damage_told():
            asyncio.run(_log(settings, place, manifest, watcher))
            rows = _tables(settings, place, manifest, topic, watcher) if options.tables else 0
            brought = sum(_file(settings, place, file) for file in manifest.files) if options.files else 0
        with administration(settings) as admin:
            set_filling(admin, topic, on=False)
    return Restored(manifest.records, settings.partitions, brought, rows, tuple(_notes(settings, manifest, topic)))


def _require_no_rows(settings: Settings) -> None:
    with asking_clickhouse(settings) as client:
        if names := filled(client):
            raise Finding(
                f"tables {', '.join(names)} of database {settings.clickhouse_database} have rows: --no-tables leaves them, --replace deletes them"
            )


def _prepare(settings: Settings, manifest: Manifest, options: Options, topic: str) -> bool:
    """Make sure that the installation is empty and nobody works on it, and mark that it is being filled; whether it had been so before."""
    with administration(settings) as admin:
        _require_nobody(admin, settings)
        there = topic in admin.list_topics()
        if there and not options.replace and filling(admin, topic):
            return True
    if options.replace:
        _empty(settings, tables=options.tables)
    create_topics(settings)
    if any(bound.end for bound in asyncio.run(log.bounds(settings.kafka, topic, range(settings.partitions))).values()):
        raise Finding(
            f"{topic} at {settings.kafka} is not empty: restore into an empty installation, or let --replace delete this one's topics and tables"
        )
    if options.tables:
        migrate(settings)
        _require_no_rows(settings)
    if options.files and not options.replace:
        _require_free(settings, manifest)
    with administration(settings) as admin:
        set_filling(admin, topic, on=True)
    return False


def _require_nobody(admin: KafkaAdminClient, settings: Settings) -> None:
    groups = [one["group_id"] for one in admin.list_groups() if one["group_id"].startswith(f"{settings.app_id}-e")]
    members = sum(len(one["members"]) for one in admin.describe_groups(groups).values()) if groups else 0
    if members:
        raise Finding(f"{members} workers are at work on {settings.kafka}: stop them, the gateway and all publishers first (or restore with --to-data "
                      "DIR into a stack of its own)")  # fmt: skip


def _empty(settings: Settings, *, tables: bool) -> None:
    delete_topics(settings)
    if tables:
        with clickhouse_errors_told(settings), connect(settings, database=False) as server:
            cluster = f" ON CLUSTER {settings.clickhouse_cluster}" if settings.clickhouse_cluster else ""
            server.command(f"DROP DATABASE IF EXISTS {settings.clickhouse_database}{cluster} SYNC")


def _require_free(settings: Settings, manifest: Manifest) -> None:
    taken = [str(path) for file in manifest.files if (path := target(settings, file.place, file.path)).exists()]
    if taken:
        raise Finding(
            f"{', '.join(taken[:3])}{' and others' * (len(taken) > 3)} exist already: move them away, or leave files out with --no-files"
        )


async def _log(settings: Settings, place: Place, manifest: Manifest, watcher: Watcher) -> None:
    whole, done = sum(one.end for one in manifest.partitions), 0
    with _kafka_told(settings):
        async with Refill(settings) as refill:
            for partition in manifest.partitions:
                end = await refill.end(partition.number)
                await _require_prefix(settings, refill.topic, place, partition, end)
                for segment in partition.segments:
                    if segment.end > end:
                        found = [record for record in records(place, partition, segment) if record[0] >= end]
                        start = max(segment.start, end)
                        await refill.write(partition.number, found, start, segment.end)
                    watcher.progress(f"partition {partition.number}", done + segment.end, whole)
                done += partition.end
        await _switches(settings, place, manifest)


async def _require_prefix(settings: Settings, topic: str, place: Place, partition: Partition, end: int) -> None:
    """Raises Finding unless what a partition holds, up to `end`, is the beginning of what is to come into it."""
    if end > partition.end:
        raise Finding(
            f"{topic}/{partition.number} ends at offset {end}, the backup at {partition.end}: another restore was begun; --replace begins anew"
        )
    for segment in reversed([one for one in partition.segments if one.start < end]):
        if found := [record for record in records(place, partition, segment) if record[0] < end]:
            there = await log.record_at(settings.kafka, topic, partition.number, found[-1][0])
            if there is None or digest(there) != digest(found[-1]):
                raise Finding(f"{topic}/{partition.number} has another record at offset {found[-1][0]} than the backup: another restore was begun; --replace "
                              "begins anew")  # fmt: skip
            return


async def _switches(settings: Settings, place: Place, manifest: Manifest) -> None:
    """Topic `epochs`: which epochs were served. Its offsets do not matter; the keys make a repetition harmless."""
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(**kafka_options(settings), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for _, _, key, value, headers in unpacked(fetched(place, manifest.epochs)):
            await producer.send_and_wait(topic_name(EPOCHS, settings), value, key, partition=0, headers=list(headers))
    finally:
        await producer.stop()


def _tables(settings: Settings, place: Place, manifest: Manifest, topic: str, watcher: Watcher) -> int:
    watcher.step("tables that do not follow from the log")
    migrate(settings)
    with asking_clickhouse(settings) as client:
        empty(client, [*(table.name for table in manifest.tables), *HISTORY, NEWEST])
        return bring_back(client, place, manifest.all_tables(), (manifest.topic, topic))


def _file(settings: Settings, place: Place, file: File) -> int:
    write(target(settings, file.place, file.path), fetched_all(place, file.parts), file.mode)
    return 1


def _notes(settings: Settings, manifest: Manifest, topic: str) -> Iterator[str]:
    """What a user should know about the restored installation."""
    for name in ALIKE:
        before, now = manifest.settings.get(name), getattr(settings, name)
        if str(before) != str(now):
            yield f"SUOHENG_{name.upper()} was {before} and is {now} now: numbers or decisions may differ by it"
    if manifest.topic != topic:
        yield f"the log was called {manifest.topic} and is called {topic} now"
    for path in manifest.left_out:
        yield f"not in the backup, for it is secret: {path}; put it back by hand"
    for file in manifest.files:
        if "restored" in target(settings, file.place, file.path).parts and file.place != DATA:
            yield f"no setting names a place for {file.place}: it lies in {target(settings, file.place, file.path)}"


@contextmanager
def _kafka_told(settings: Settings) -> Iterator[None]:
    from aiokafka.errors import KafkaError

    try:
        yield
    except KafkaError as error:
        raise MissingDependency(
            f"Kafka at {settings.kafka} cannot be asked: {error or type(error).__name__}; run the same command again"
        ) from error
