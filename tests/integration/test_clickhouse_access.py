"""ClickHouse's access as declared: real ClickHouse parses every statement and enforces grants, row filters and limits.

The embedded ClickHouse keeps no users of its own, but takes them from a file as a server does. So a role's grants, policies and profile are
read out of the SQL and given to the file's only user; what that one then sees is what the server would show.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from deploy.access.clickhouse import Login, render
from deploy.errors import MissingDependency, Usage
from deploy.migrate import as_kept, create_database, shipped, statements
from schemas.settings import Settings

OWN, OTHER = "990107", "990108"
STREET = f"au-{OWN}-street-001"
SETTINGS = Settings(clickhouse_database="default")
STATEMENTS = render(SETTINGS, [OWN], [f"{OWN}/{STREET}"])
USER = Path(__file__).parents[1] / "clickhouse_user.py"

Answer = list[list[Any]] | str


def asked(where: str, queries: Sequence[str]) -> list[Answer]:
    done = subprocess.run(
        [sys.executable, str(USER), where], input=json.dumps(queries), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[Answer] = json.loads(done.stdout)
    return answers


def made(where: str, queries: Sequence[str]) -> None:
    for query, answer in zip(queries, asked(where, queries), strict=True):
        assert not isinstance(answer, str), (query, answer)


class Database:
    """All tables and views of this build, with a row of two districts in every table that has districts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        views = sorted((Path(__file__).parents[2] / "deploy" / "clickhouse" / "views").glob("*.sql"))
        made(str(folder / "db"), [s for m in shipped() for s in m.statements] + [s for file in views for s in statements(file.read_text())])
        in_tables = "table IN (SELECT name FROM system.tables WHERE engine LIKE '%MergeTree')"
        query = f"SELECT table FROM system.columns WHERE database = 'default' AND name = 'district' AND {in_tables} ORDER BY table"
        (found,) = asked(str(folder / "db"), [query])
        assert isinstance(found, list), found
        self.of_districts = [str(name) for (name,) in found]
        made(str(folder / "db"), [
            *(f"INSERT INTO {table} (district) VALUES ('{OWN}'), ('{OTHER}')" for table in self.of_districts if table != "dead_letter_rows"),
            f"INSERT INTO dead_letter_rows (district, offset) VALUES ('{OWN}', 1), ('{OTHER}', 2)",  # a letter's key has no district
            *(f"INSERT INTO indicator_value_rows (district, subject_kind, subject_id) VALUES ('{OWN}', '{kind}', '{subject}')"
              for kind, subject in (("authority", STREET), ("authority", f"au-{OWN}-bureau"), ("office", f"sfs-{OWN}-001"))),
        ])  # fmt: skip

    def as_role(self, role: str, queries: Sequence[str]) -> list[Answer]:
        """The answers to a user who has this role alone."""
        (self.folder / f"{role}.users.xml").write_text(users_file(role))
        config = self.folder / f"{role}.xml"
        config.write_text(f"<clickhouse><users_config>{self.folder / role}.users.xml</users_config></clickhouse>")
        return asked(f"{self.folder / 'db'}?config-file={config}", queries)


def users_file(role: str) -> str:
    """A server's users file whose only user may what the SQL lets the role do: its grants, its row policies, its settings profile."""
    mine = [one for one in STATEMENTS if f" TO default_{role}" in one or " TO default_limited" in one]
    grants = [one.partition(" TO ")[0] for one in mine if one.startswith("GRANT") and " ON " in one]
    filters = {
        one.split(" ON default.")[1].split()[0]: one.split("USING ")[1].partition(" TO ")[0]
        for one in mine
        if "ROW POLICY" in one and "RESTRICTIVE" in one
    }
    limited = f"GRANT default_limited TO default_{role}" in STATEMENTS
    profile, constraints = limits() if limited else ("", "")
    tables = "".join(f"<{table}><filter>{escape(text)}</filter></{table}>" for table, text in filters.items())
    queries = "".join(f"<query>{one}</query>" for one in grants)
    return (
        f"<clickhouse><profiles><default>{profile}<constraints>{constraints}</constraints></default></profiles><quotas><default/></quotas>"
        f"<users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>"
        f"<grants>{queries}</grants><databases><default>{tables}</default></databases></default></users></clickhouse>"
    )


def limits() -> tuple[str, str]:
    """The reading profile's settings and their bounds, as elements of a users file."""
    (text,) = (one for one in STATEMENTS if "default_reading SETTINGS" in one)
    found = [line.strip(" ,").split() for line in text.partition("reading SETTINGS")[2].partition("\nTO ")[0].strip().splitlines()]
    values = "".join(f"<{name}>{value.strip(chr(39))}</{name}>" for name, _, value, *_ in found)
    bounds = "".join(f"<{name}><max>{more[1]}</max></{name}>" for name, _, _, *more in found if more[:1] == ["MAX"])
    return values, bounds


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("access"))


def test_a_district_sees_its_own_rows_of_every_table(database: Database) -> None:
    told = database.as_role(f"district_{OWN}", [
        *(f"SELECT DISTINCT district FROM {table}" for table in database.of_districts),
        "SELECT count() FROM indicators", "SELECT count() FROM offices", "SELECT DISTINCT district FROM indicator_values",
        "SELECT count() FROM proposal_rows", "INSERT INTO proposal_rows (id) VALUES ('x')", "SELECT 1 SETTINGS max_execution_time = 600",
        "DROP TABLE fact_rows", "SELECT count() FROM system.users",
    ])  # fmt: skip
    for table, answer in zip(database.of_districts, told, strict=False):
        assert answer == [[OWN]], f"{table}: give it a policy in deploy/clickhouse/access/2_district.sql"
    *readable, proposals, write, slow, drop, users = told[len(database.of_districts) :]
    assert not any(isinstance(answer, str) for answer in readable), readable
    assert proposals in ([["0"]], [[0]])
    assert "ACCESS_DENIED" in write or "READONLY" in write
    assert "SETTING_CONSTRAINT_VIOLATION" in slow
    assert "ACCESS_DENIED" in drop or "READONLY" in drop
    assert "ACCESS_DENIED" in users


def test_a_street_sees_its_own_values_and_no_event(database: Database) -> None:
    values, events, facts, letters, offices = database.as_role(f"street_{STREET.replace('-', '_')}", [
        "SELECT DISTINCT district, subject_kind, subject_id FROM indicator_values", "SELECT count() FROM events", "SELECT count() FROM fact_rows",
        "SELECT count() FROM dead_letters", "SELECT DISTINCT district FROM office_rows",
    ])  # fmt: skip
    assert values == [[OWN, "authority", STREET]]
    assert all("ACCESS_DENIED" in answer for answer in (events, facts, letters))
    assert offices == [[OWN]]


def test_a_street_sees_no_few_persons_nor_what_gives_them_away(database: Database) -> None:
    """By hand; of two versions the newer one counts, and is small."""
    said = [
        ("cor_caseload", "lead", "", "quarter", 7, "NULL", 1),
        ("cor_caseload", "full", "", "quarter", 12, "NULL", 1),
        ("cor_caseload", "lead", "", "month", 7, "NULL", 1),
        ("res_register", "lead", "", "quarter", 4, "NULL", 1),
        ("cor_lost_cnt", "lead", "", "quarter", 0, "NULL", 1),
        ("cor_intake_cnt", "lead", "category=parole", "quarter", 9, "NULL", 1),
        ("cor_regain_hours_p50", "lead", "", "quarter", 30, "NULL", 1),
        ("cor_report_ontime_rate", "lead", "", "quarter", 9, "12", 1),
        ("res_help_rate", "lead", "", "quarter", 20, "20", 1),
        ("res_placement_rate", "lead", "", "quarter", 3, "30", 1),
        ("cor_release_cnt", "lead", "", "quarter", 8, "NULL", 1),
        ("cor_release_cnt", "lead", "", "quarter", 2, "NULL", 2),
        ("med_escalation_cnt", "full", "", "month", 1, "NULL", 1),
    ]
    rows = ", ".join(
        f"('{OWN}', 'authority', '{STREET}', '{indicator}', '{mode}', '{dimension}', '{kind}', '2026-01-01', {numerator}, {denominator}, 1, {version})"
        for indicator, mode, dimension, kind, numerator, denominator, version in said
    )
    columns = (
        "district, subject_kind, subject_id, indicator, mode, dimension, window_kind, window_start, numerator, denominator, scale, version"
    )
    made(str(database.folder / "db"), [f"INSERT INTO indicator_value_versions ({columns}) VALUES {rows}"])
    answers = database.as_role(f"street_{STREET.replace('-', '_')}", [
        f"SELECT indicator, numerator FROM {view} WHERE window_start = '2026-01-01' ORDER BY indicator, numerator"
        for view in ("indicator_values", "indicator_history")
    ])  # fmt: skip
    shown = [["cor_caseload", 7], ["cor_lost_cnt", 0], ["med_escalation_cnt", 1], ["res_help_rate", 20]]
    seen, history = ([[indicator, int(number)] for indicator, number in answer] for answer in answers if isinstance(answer, list))
    assert seen == shown
    assert history == sorted([*seen, ["cor_release_cnt", 8]])


def test_the_sink_writes_and_the_reader_does_not(database: Database) -> None:
    insert = f"INSERT INTO indicator_value_versions (district, version) VALUES ('{OWN}', 7)"
    both = [
        insert,
        "SELECT count() > 1 FROM (SELECT DISTINCT district FROM indicator_value_rows)",
        "CREATE TABLE x (a Int8) ENGINE = Memory",
    ]
    written, _, ddl = database.as_role("writer", both)
    assert written == []
    assert "ACCESS_DENIED" in ddl
    refused, read, ddl = database.as_role("reader", both)
    assert isinstance(refused, str)
    assert read in ([[1]], [["1"]])
    assert isinstance(ddl, str)


def test_every_statement_is_one_that_clickhouse_reads(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse battery\n")
    logins = [Login.of(f"page:reader:{file}")]
    clustered = Settings(clickhouse_cluster="bureau")
    wanted = [
        *render(Settings(), [OWN], [f"{OWN}/{STREET}"], logins),
        *render(clustered, [OWN], [f"{OWN}/{STREET}"], logins),
        create_database(clustered),
        *(as_kept(statement, clustered) for migration in shipped() for statement in migration.statements),
    ]
    for statement, answer in zip(wanted, asked(":memory:", [f"EXPLAIN AST {statement}" for statement in wanted]), strict=True):
        assert not isinstance(answer, str), (statement, answer)
    assert "correct horse" not in "\n".join(wanted)


def test_a_cluster_keeps_every_table_replicated() -> None:
    clustered = Settings(clickhouse_cluster="bureau")
    tables = [as_kept(s, clustered) for m in shipped() for s in m.statements if "ENGINE" in s]
    assert len(tables) > 30
    assert all("ENGINE = Replicated" in statement for statement in tables)
    assert as_kept(tables[0], Settings()) == tables[0]
    assert "ON CLUSTER 'bureau' ENGINE = Replicated(" in create_database(clustered)
    assert all("ON CLUSTER 'bureau'" in statement for statement in render(clustered, [OWN], []))


@pytest.mark.parametrize("wrong", [(["99010"], []), ([], [STREET]), ([], [f"{OWN}/x' OR 1"])])
def test_what_is_no_district_or_street_is_refused(wrong: tuple[list[str], list[str]]) -> None:
    with pytest.raises(Usage):
        render(Settings(), *wrong)


def test_a_password_comes_from_a_file_and_is_no_word(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="cannot read the password of page"):
        render(Settings(), [], [], [Login.of(f"page:reader:{tmp_path / 'none'}")])
    (tmp_path / "short").write_text("secret")
    with pytest.raises(Usage, match="fewer than 12"):
        render(Settings(), [], [], [Login.of(f"page:reader:{tmp_path / 'short'}")])
    with pytest.raises(Usage, match="NAME:ROLE:FILE"):
        Login.of("page")
