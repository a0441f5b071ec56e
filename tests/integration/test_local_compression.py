"""Inserts of any size arrive whole from clients that compress, and results without rows keep nested types."""

import clickhouse_connect
import pytest

from tests.conftest import Installation

ROWS = 200_000


@pytest.mark.parametrize("compress", [False, True, "lz4", "zstd", "gzip"])
def test_every_row_arrives(installation: Installation, compress: bool | str) -> None:
    host, port = installation.clickhouse_url.removeprefix("http://").split(":")
    client = clickhouse_connect.get_client(host=host, port=int(port), compress=compress, database=installation.clickhouse_database)
    try:
        client.command("CREATE TABLE many (n UInt64, text String) ENGINE = MergeTree ORDER BY n")
        client.insert("many", [[n, f"row {n}"] for n in range(ROWS)], column_names=["n", "text"])
        assert client.query("SELECT count(), sum(n) FROM many").result_rows == [(ROWS, ROWS * (ROWS - 1) // 2)]
    finally:
        client.close()


def test_nested_types_without_rows(installation: Installation) -> None:
    host, port = installation.clickhouse_url.removeprefix("http://").split(":")
    client = clickhouse_connect.get_client(host=host, port=int(port), database=installation.clickhouse_database)
    try:
        found = client.query("SELECT source, gaps FROM sources WHERE district = 'none'")
        assert found.column_names == ("source", "gaps")
        assert found.result_rows == []
    finally:
        client.close()
