"""By which definitions an epoch's values are computed: what the views say of each value, also after another build has come."""

from datetime import UTC, datetime

from consumers.clickhouse.client import Client
from deploy.catalogue.words import ENTRIES, describe

_COLUMNS = ["epoch", "id", "definition", "version", "effective_from", "written_at"]


def define(client: Client, epoch: int) -> None:
    """This build computes the epoch: its values are by this build's definitions."""
    client.command("ALTER TABLE definition_rows DELETE WHERE epoch = {epoch:UInt64} SETTINGS mutations_sync = 1", {"epoch": epoch})
    _write(client, epoch, list(ENTRIES))


def define_served(client: Client) -> list[str]:
    """Note of the served epoch what nobody has noted yet; the indicators that this build defines by another version than the served values are."""
    (epoch,) = client.query("SELECT epoch FROM served_epoch").result_rows[0]
    rows = client.query("SELECT id, version FROM definition_rows FINAL WHERE epoch = {epoch:UInt64}", {"epoch": epoch}).result_rows
    known = {str(row[0]): int(row[1]) for row in rows}
    if missing := [id_ for id_ in ENTRIES if id_ not in known]:
        _write(client, epoch, missing)
    return [id_ for id_, one in ENTRIES.items() if known.get(id_, one.version) != one.version]


def _write(client: Client, epoch: int, ids: list[str]) -> None:
    now = datetime.now(UTC)
    rows = [[epoch, id_, describe(ENTRIES[id_])["definition"], ENTRIES[id_].version, ENTRIES[id_].effective_from, now] for id_ in ids]
    client.insert("definition_rows", rows, column_names=_COLUMNS)
