"""Forgetting an epoch that is not served: its topics beside, its rows, its groups and its snapshots. What was published of it stays history."""

from kafka import KafkaAdminClient

from consumers.clickhouse.client import Client
from consumers.clickhouse.rows import SWITCHES, TABLES, VALUES
from consumers.group import sink_group
from deploy.asking_kafka import asking_kafka
from deploy.errors import Finding, Usage
from deploy.rebuild.clickhouse import ask
from deploy.rebuild.places import places, worker_group
from deploy.rebuild.run import alone
from deploy.topics import delete_beside, epochs_beside
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.worker.snapshot_store import Store

_HISTORY = VALUES.name
_TABLES = (*(table.name for table in TABLES if table not in (SWITCHES, VALUES)), "indicator_value_rows", "restated_rows")
_COMPARED = ("comparison_rows", "difference_rows")


def drop(settings: Settings, epoch: int) -> None:
    """Forget an epoch, and the copies that the served one left beside when it came to be served. Harmless to repeat.

    Raises Usage when it is served or there is no such epoch, Finding while something still works for it or its rows still stand in the topics.
    """
    with alone(settings):
        with places(settings) as found:
            served = found.served()
            left = found.unfinished(served)
        if epoch == served:
            raise Usage(f"epoch {epoch} is served and cannot be dropped")
        if left:
            raise Finding(f"the switch to epoch {served} is not finished on {len(left)} partitions: nothing can be dropped before")
        if epoch not in epochs_beside(settings):
            raise Usage(f"there is no epoch {epoch} beside; `suoheng rebuild status` lists those that are")
        _delete_groups(settings, epoch)
        _delete_snapshots(settings, epoch)
        ask(settings, lambda client: _delete_rows(client, epoch))
        delete_beside(settings, served, letters=False)
        delete_beside(settings, epoch, letters=True)  # last: it is what tells that there is something to drop


def _delete_groups(settings: Settings, epoch: int) -> None:
    groups = [worker_group(settings, epoch), sink_group(settings.model_copy(update={"epoch": epoch, "shadow": True}))]
    with asking_kafka(settings):
        admin = KafkaAdminClient(**kafka_options(settings))
        try:
            answers = admin.delete_groups(groups)
        finally:
            admin.close()
    for group, answer in answers.items():
        if answer not in {"OK", "GroupIdNotFoundError"}:
            raise Finding(f"group {group} cannot be deleted ({answer}): if something still works for epoch {epoch}, stop it first")


def _delete_snapshots(settings: Settings, epoch: int) -> None:
    folder = settings.data.resolve() / "snapshots"
    store = Store(settings.snapshot_path or str(folder), topic_name(OFFICE_EVENTS, settings), folder)
    for number in range(settings.partitions):
        store.forget(number, epoch)


def _delete_rows(client: Client, epoch: int) -> None:
    published = client.query("SELECT count() FROM published_epochs WHERE epoch = {epoch:UInt64}", {"epoch": epoch}).result_rows[0][0]
    for table in _TABLES if published else (*_TABLES, _HISTORY):
        client.command(f"ALTER TABLE {table} DROP PARTITION {epoch:d}")
    for table in _COMPARED:
        for (run,) in client.query(f"SELECT DISTINCT run FROM {table} WHERE to_epoch = {epoch:d}").result_rows:  # noqa: S608 - a number
            client.command(f"ALTER TABLE {table} DROP PARTITION ({epoch:d}, {run:d})")
