"""What a request to the embedded ClickHouse asks for."""

import pytest

from deploy.local.clickhouse.statement import ClickHouseError, parse, without_format


@pytest.mark.parametrize(
    ("query", "body", "sql", "data", "form"),
    [
        (b"", b"INSERT INTO t FORMAT Native\n\x01\x02", b"INSERT INTO t", b"\x01\x02", "Native"),
        (b"INSERT INTO t FORMAT JSONEachRow", b'{"a":1}\n', b"INSERT INTO t", b'{"a":1}\n', "JSONEachRow"),
        (b"INSERT INTO d.t (a, `b c`) FORMAT CSV", b"1,2\n", b"INSERT INTO d.t (a, `b c`)", b"1,2\n", "CSV"),
        (
            b"",
            b"-- why\nINSERT INTO `d`.`t` (`a`) SETTINGS async_insert=0 FORMAT CSV 1\n",
            b"-- why\nINSERT INTO `d`.`t` (`a`) SETTINGS async_insert=0",
            b" 1\n",
            "CSV",
        ),
        (b"", b'INSERT INTO t FORMAT JSONEachRow {"a":" FORMAT CSV\\n"}', b"INSERT INTO t", b' {"a":" FORMAT CSV\\n"}', "JSONEachRow"),
    ],
)
def test_an_insert_is_split_into_statement_and_data(query: bytes, body: bytes, sql: bytes, data: bytes, form: str) -> None:
    statement = parse(query, body, "TabSeparated")
    assert (statement.sql, statement.data, statement.format, statement.answers) == (sql, data, form, False)


@pytest.mark.parametrize(
    "text",
    [
        b"INSERT INTO t (a) VALUES (' FORMAT CSV\n1')",
        b"INSERT INTO t SELECT * FROM s",
        b"INSERT INTO t SELECT 'INSERT INTO t FORMAT CSV\n'",
        b"CREATE TABLE t (a String DEFAULT ' FORMAT CSV\n') ENGINE = Memory",
        b"ALTER TABLE t DELETE WHERE a = 1",
    ],
)
def test_what_brings_its_data_inline_or_none_goes_to_the_engine_whole(text: bytes) -> None:
    statement = parse(b"", text, "TabSeparated")
    assert (statement.sql, statement.data, statement.answers) == (text, None, False)


def test_the_body_continues_the_query_parameter() -> None:
    assert parse(b"INSERT INTO t VALUES", b"(1),(2)", "TSV").sql == b"INSERT INTO t VALUES\n(1),(2)"
    assert parse(b"SELECT a FROM", b"t", "TSV").sql == b"SELECT a FROM\nt"


@pytest.mark.parametrize(
    ("text", "form", "streams"),
    [
        (b"SELECT 1", "TSV", True),
        (b"select 1 format JSON", "JSON", True),
        (b"/* a */ (SELECT 1) FORMAT Native;\n", "Native", True),
        (b"WITH 1 AS x SELECT x FORMAT CSV SETTINGS max_threads=1", "CSV", True),
        (b"SELECT 'FORMAT CSV'", "TSV", True),
        (b"SHOW TABLES FORMAT Native", "Native", False),
        (b"DESCRIBE TABLE t", "TSV", False),
    ],
)
def test_the_format_of_an_answer(text: bytes, form: str, *, streams: bool) -> None:
    statement = parse(b"", text, "TSV")
    assert (statement.format, statement.streams, statement.answers) == (form, streams, True)


def test_a_query_without_its_format_can_stand_in_parentheses() -> None:
    assert without_format(b"SELECT 1 FORMAT Native;\n") == b"SELECT 1"


def test_an_error_keeps_its_code_and_gets_a_status() -> None:
    error = ClickHouseError("chdb said: Code: 60. DB::Exception: Unknown table (UNKNOWN_TABLE)")
    assert (error.code, error.status, error.text[:9]) == (60, 404, "Code: 60.")
    assert ClickHouseError("no code at all").status == 500
