"""Migrations on the embedded ClickHouse: once each, in order, never a changed one; and views that read what they need only."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.clickhouse.client import connect
from consumers.clickhouse.rows import SWITCHES, TABLES
from deploy.cli import run as command
from deploy.errors import Finding, MissingDependency
from deploy.migrate import Migration, migrate, shipped, statements
from schemas.settings import Settings
from streams.core.catalogue import INDICATORS
from tests.conftest import drop_database
from tests.integration.sink_stage import ask

PUBLIC = [
    "indicator_values",
    "indicator_history",
    "facts",
    "events",
    "splits",
    "offices",
    "authorities",
    "dead_letters",
    "sources",
    "alerts",
    "reconciliations",
    "conservation",
    "periods",
    "districts",
    "indicators",
    "indicator_parts",
    "proposals",
]


@pytest.fixture
def empty(stack: Any) -> Iterator[Settings]:
    """Settings of a database that is not there."""
    ours = stack.settings.model_copy(update={"clickhouse_database": "t_migrate"})
    yield ours
    drop_database(ours)


def test_it_makes_the_database_and_every_public_object_once(empty: Settings) -> None:
    told: list[str] = []
    first = migrate(empty, told.append)
    assert len(first.applied) == first.in_force == len(shipped())
    assert told == [f"applying {m.name}" for m in shipped()]
    assert {name for (name,) in ask(empty, "SHOW TABLES")} > set(PUBLIC)
    for name in PUBLIC:
        assert ask(empty, f"SELECT count() FROM {name}")
    assert migrate(empty).applied == ()
    assert ask(empty, "SELECT count(), max(number) FROM migrations") == [(len(shipped()), len(shipped()))]


def test_it_writes_the_catalogue_and_what_changed_in_it(empty: Settings) -> None:
    assert migrate(empty).indicators == len(INDICATORS)
    assert ask(empty, "SELECT count(), countIf(definition = '' OR zh = '' OR en = '') FROM indicators") == [(len(INDICATORS), 0)]
    ask(empty, "INSERT INTO indicator_rows (id, zh, definition, written_at) VALUES ('med_accepted_cnt', 'old', 'old', now64(3))")
    migrate(empty)
    assert ask(empty, "SELECT count(), countIf(definition = 'old') FROM indicators FINAL") == [(len(INDICATORS), 0)]
    ask(empty, "INSERT INTO formula_rows (id, shape, written_at) VALUES ('med_accepted_cnt', 'old', now64(3))")
    migrate(empty)
    assert ask(empty, "SELECT uniq(id), countIf(shape = 'old') FROM indicator_parts") == [(len(INDICATORS), 0)]


def test_a_changed_migration_is_refused(empty: Settings) -> None:
    one = Migration(1, "0001_one.sql", "CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;\n")
    migrate(empty, migrations=[one])
    with pytest.raises(Finding, match=r"0001_one\.sql was changed after it was applied .* new migration"):
        migrate(empty, migrations=[Migration(1, "0001_one.sql", one.text + "-- only a comment\n")])
    with pytest.raises(Finding, match="newer build"):
        migrate(empty, migrations=[])


def test_the_missing_ones_are_applied_in_order_and_a_broken_one_is_not_recorded(empty: Settings) -> None:
    one = Migration(1, "0001_one.sql", "CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;\n")
    broken = Migration(
        2, "0002_two.sql", "CREATE TABLE IF NOT EXISTS two (a UInt8) ENGINE = MergeTree ORDER BY a;\nALTER TABLE nowhere DROP COLUMN a;\n"
    )
    with pytest.raises(Exception, match="nowhere"):
        migrate(empty, migrations=[one, broken])
    mended = Migration(2, "0002_two.sql", broken.text.replace("ALTER TABLE nowhere DROP COLUMN a;\n", ""))
    assert migrate(empty, migrations=[one, mended]).applied == ("0002_two.sql",)


def test_statements_end_at_a_semicolon_at_the_end_of_a_line() -> None:
    text = "-- a; comment\nSELECT ';' AS a;\n\n  -- more\nSELECT 1,\n  2;   \nSELECT 3"
    assert Migration(1, "", text).statements == ["SELECT ';' AS a", "SELECT 1,\n  2", "SELECT 3"]


def test_every_migration_can_be_repeated_and_keeps_the_rows(empty: Settings) -> None:
    """One that was cut off is applied again from its beginning, with rows of before and after in the tables; then those that follow it."""
    migrate(empty, migrations=shipped()[:11])
    for epoch in (0, 1):
        version = epoch << 48 | 5
        ask(empty, f"INSERT INTO fact_rows (district, record, amount, version) VALUES ('990101', 'med:X', {epoch}, {version})")
        ask(
            empty,
            f"INSERT INTO indicator_value_versions (district, indicator, numerator, version) VALUES ('990101', 'i', {epoch}, {version})",
        )
        ask(empty, f"INSERT INTO dead_letter_rows (topic, offset, letter_topic, epoch) VALUES ('t', 5, 'letters-e{epoch}', {epoch})")
        ask(empty, f"INSERT INTO office_rows (district, office, opened_on, version) VALUES ('990101', 'o', '1956-01-01', {version})")
    with connect(empty) as client:
        for migration in shipped():
            for statement in migration.statements * 2 if migration.number == 11 else ():
                client.command(statement)
            for statement in migration.statements * 2 if migration.number > 11 else ():
                client.command(statement)
    migrate(empty)
    for view, column in (("facts", "amount"), ("indicator_values", "numerator"), ("offices", "version"), ("dead_letters", "letter_topic")):
        for epoch in (0, 1):
            ask(empty, f"INSERT INTO switch_rows (switch, epoch) VALUES ({2 * epoch + 1}, {epoch})")
            seen = {"version": epoch << 48 | 5, "letter_topic": f"letters-e{epoch}"}.get(column, epoch)
            assert ask(empty, f"SELECT {column} FROM {view}") == [(seen,)]
        ask(empty, "TRUNCATE TABLE switch_rows")


def test_whatever_the_sink_stores_is_kept_apart_by_epoch(installation: Any) -> None:
    """A table of which a rebuilt epoch's rows take the place of those that are served would show both; one without partitions cannot drop them."""
    found = dict(ask(installation, "SELECT name, partition_key FROM system.tables WHERE database = currentDatabase()"))
    assert {found[table.name] for table in TABLES if table is not SWITCHES} == {"bitShiftRight(version, 48)", "epoch"}


def test_only_the_base_views_and_comparisons_read_rows_of_all_epochs() -> None:
    """Whoever reads a table past the views mixes epochs while two stand side by side."""
    tables = {name for text in (one.text for one in shipped()) for name in re.findall(r"CREATE OR REPLACE TABLE (\w+)", text)}
    assert {"fact_rows", "event_rows", "indicator_value_rows", "indicator_value_versions", "dead_letter_rows"} < tables
    views = Path(__file__).parents[2] / "deploy" / "clickhouse" / "views"
    for file in sorted(views.glob("*.sql")):
        for statement in statements(file.read_text("utf-8")):
            if not statement.startswith("ALTER TABLE") and (found := tables & set(re.findall(r"\w+", statement))):
                assert "epoch" in statement or "bitShiftRight" in statement, f"{file.name}: {statement.splitlines()[0]} reads {found}"


def test_without_clickhouse_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingDependency, match=r"ClickHouse at http://127.0.0.1:1 does not answer: .*SUOHENG_CLICKHOUSE_URL"):
        migrate(Settings(clickhouse_url="http://127.0.0.1:1"))


def test_the_command_prints_what_it_did(installation: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation)
    assert command(["migrate"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert command(["migrate", "--json"]) == 0
    assert f'"in_force": {len(shipped())}' in capsys.readouterr().out


def test_a_districts_month_is_read_by_the_key_through_the_view(installation: Any) -> None:
    """What makes a page fast, without a clock: of 200,000 rows, filters on the view reach the key, and a month costs a granule or two a part."""
    ask(
        installation,
        """
        INSERT INTO indicator_value_versions
            (district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, numerator, scale, empty, version, computed_at)
        SELECT '99010' || toString(number % 4), 'i' || toString(intDiv(number, 4) % 40), 'none', '', 'office', 's' || toString(intDiv(number, 160) % 10),
            ['day', 'month'][1 + intDiv(number, 1600) % 2], toDate('2024-01-01') + intDiv(number, 3200), 1, 1, 0, number, now64(3)
        FROM numbers(200000)
        """,
    )
    for view in ("indicator_values", "indicator_history"):
        where = "WHERE district = '990101' AND window_kind = 'month' AND window_start = '2024-01-11'"
        assert ask(installation, f"SELECT count() FROM {view} {where}") == [(400,)]
        plan = [line.strip(" │├└─") for (line,) in ask(installation, f"EXPLAIN indexes = 1 SELECT * FROM {view} {where}")]
        by_key = [plan[plan.index("PrimaryKey", at) :] for at, line in enumerate(plan) if line.startswith("ReadFromMergeTree")]
        reads = [next(line for line in steps if line.startswith("Granules: ")) for steps in by_key]
        assert [line for line in reads if int(line.split("/")[1]) > 1], plan
        assert all(int(line.removeprefix("Granules: ").split("/")[0]) <= 4 for line in reads), plan
