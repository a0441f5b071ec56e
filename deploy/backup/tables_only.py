"""ClickHouse was lost and the log was not: what ClickHouse alone knew comes back, the rest from the topics (`suoheng migrate --from-topics`)."""

import asyncio

from deploy.asking_clickhouse import asking_clickhouse
from deploy.asking_kafka import asking_kafka
from deploy.backup import log
from deploy.backup.manifest import Manifest
from deploy.backup.parts import damage_told
from deploy.backup.place import Place
from deploy.backup.segments import digest
from deploy.backup.tables import bring_back, has_rows, replaces
from deploy.errors import Finding
from deploy.migrate import migrate
from deploy.watcher import Watcher
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name


def restore_tables(settings: Settings, place: Place, manifest: Manifest, watcher: Watcher) -> int:
    """Bring back only what ClickHouse alone knew, into an installation whose log is there; how many rows. It may be at work meanwhile.

    Rows that are there stay; of a table that would take the same row twice nothing is brought back once it has rows.
    Raises Finding where the log is not the one of the backup.
    """
    topic = topic_name(OFFICE_EVENTS, settings)
    with asking_kafka(settings):
        asyncio.run(_require_this_log(settings, topic, manifest))
    migrate(settings)
    watcher.step("tables that do not follow from the log")
    with asking_clickhouse(settings) as client, damage_told():
        tables = [table for table in manifest.all_tables() if replaces(client, table.name) or not has_rows(client, table.name)]
        return bring_back(client, place, tables, (manifest.topic, topic))


async def _require_this_log(settings: Settings, topic: str, manifest: Manifest) -> None:
    for partition in manifest.partitions:
        last = partition.last
        there = await log.record_at(settings.kafka, topic, partition.number, last.offset) if last else None
        if last and (there is None or digest(there) != last.digest):
            raise Finding(
                f"{topic}/{partition.number} has another record at offset {last.offset} than the backup: its rows belong to another log"
            )
