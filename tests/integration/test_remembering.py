"""Kept answers over real tables: whatever is done to a table is seen at once, and what changes no answer costs no question."""

from datetime import date
from typing import Any

from prometheus_client import REGISTRY

from consumers.clickhouse.client import connect
from consumers.clickhouse.remembering import Remembering
from consumers.clickhouse.store import Query
from tests.conftest import Installation

OFFICES = Query("SELECT name FROM offices WHERE district = {district:String} ORDER BY office", {"district": "990107"})


def asked() -> float:
    return REGISTRY.get_sample_value("suoheng_dashboard_questions_total", {"answered": "clickhouse"}) or 0


async def test_writing_deleting_and_rebuilding_are_seen_and_merging_costs_nothing(installation: Installation) -> None:
    store = Remembering.of(installation)

    async def names() -> list[Any]:
        return [name for (name,) in await store.of_one_epoch(lambda: store.rows(OFFICES))]

    with connect(installation) as server:

        def opened(number: int, name: str, version: int) -> None:
            columns = ["district", "office", "name", "opened_on", "gone", "version"]
            server.insert(
                "office_rows", [("990107", f"sfs-990107-{number:03}", name, date(2020, 1, 1), False, version)], column_names=columns
            )

        assert await names() == []
        opened(1, "a", 1)
        assert await names() == ["a"]
        opened(2, "b", 2)
        opened(1, "c", 3)
        assert await names() == ["c", "b"]
        before = asked()
        server.command("OPTIMIZE TABLE office_rows FINAL")
        assert await names() == ["c", "b"]
        assert asked() == before
        server.command("ALTER TABLE office_rows DELETE WHERE name = 'b' SETTINGS mutations_sync = 1")
        assert await names() == ["c"]
        server.command("TRUNCATE TABLE office_rows SYNC")
        assert await names() == []
        opened(1, "d", 4 + (7 << 48))
        assert await names() == []
        server.insert("switch_rows", [(1, 7, 0)], column_names=["switch", "epoch", "previous"])
        assert await names() == ["d"]
    await store.close()
