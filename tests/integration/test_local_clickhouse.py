"""The embedded ClickHouse as its clients see it: round trips, errors, many at once, restarts, and what it refuses."""

import datetime as dt
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

from deploy.local.child import as_environment, last_line, start_child, stop_children
from schemas.settings import Settings
from tests.conftest import Stack
from tests.ports import free_port_base

UTC = dt.UTC
SHANGHAI = ZoneInfo("Asia/Shanghai")


def connect(port: int, **options: object) -> Client:
    """A client without a session, as the product uses it."""
    return clickhouse_connect.get_client(host="127.0.0.1", port=port, **{"autogenerate_session_id": False, **options})  # type: ignore[arg-type]


@pytest.fixture
def port(stack: Stack) -> int:
    """Port of the session's endpoint."""
    return stack.settings.port_base + 2


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    """A client on a database of the test's own."""
    name = f"local_{time.monotonic_ns()}"
    with closing(connect(port)) as first:
        first.command(f"CREATE DATABASE {name}")
        with closing(connect(port, database=name)) as ours:
            yield ours
        first.command(f"DROP DATABASE {name}")


def test_rows_come_back_as_they_were_sent(client: Client) -> None:
    client.command(
        "CREATE TABLE t (a UInt64, b LowCardinality(String), d Date, e DateTime64(3, 'Asia/Shanghai'), n Nullable(Int64),"
        " r Array(Tuple(UInt64, UInt64)), x Decimal(12, 2)) ENGINE = ReplacingMergeTree ORDER BY a"
    )
    instant = dt.datetime(2024, 2, 29, 16, 0, 0, 123_000, tzinfo=UTC)
    rows = [
        (1, "a\tb'\\\n", dt.date(2024, 2, 29), instant, None, [(1, 2), (3, 4)], 12.5),
        (2**64 - 1, "所衡", dt.date(1970, 1, 1), instant, -(2**63), [], 0),
    ]
    summary = client.insert("t", rows)
    assert summary.written_rows == 2
    found = client.query("SELECT * FROM t ORDER BY a").result_rows
    assert found == [(*rows[0][:3], instant.astimezone(SHANGHAI), *rows[0][4:]), (*rows[1][:3], instant.astimezone(SHANGHAI), *rows[1][4:])]


@pytest.mark.parametrize("text", ["", "a\tb'\\", "x\ny\r\0z", "所衡 🧾", "\\N", "NULL", "'; DROP TABLE t; --", "{b:String}"])
def test_parameters_are_values_whatever_they_contain(client: Client, text: str) -> None:
    assert client.query("SELECT {p:String}, {l:Array(String)}", parameters={"p": text, "l": [text, "'"]}).result_rows == [
        (text, [text, "'"])
    ]


def test_a_result_without_rows_has_its_columns(client: Client) -> None:
    client.command("CREATE TABLE t (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
    empty = client.query("SELECT b, a FROM t WHERE a > 1")
    assert (empty.column_names, empty.result_rows) == (("b", "a"), [])
    assert client.query("SHOW TABLES LIKE 'nothing%'").result_rows == []
    assert client.query("SHOW TABLES").result_rows == [("t",)]


@pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", False])
def test_large_results_and_inserts_in_every_compression(client: Client, port: int, compression: str | bool) -> None:
    with closing(connect(port, database=client.database, compress=compression)) as ours:
        ours.command("CREATE TABLE big (a UInt64, b String) ENGINE = MergeTree ORDER BY a")
        ours.insert("big", [[i, f"row {i}"] for i in range(50_000)], column_names=["a", "b"])
        result = ours.query("SELECT number, toString(number) FROM numbers(300_000)")
        assert result.row_count == 300_000
        assert result.result_rows[-1] == (299_999, "299999")
        assert ours.command("SELECT count() FROM big") == 50_000


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELEC 1", 62),
        ("SELECT * FROM nowhere", 60),
        ("SELECT 1 SETTINGS no_such_setting = 1", 115),
        ("SELECT * FROM system.nothing", 60),
        ("DROP TABLE nowhere", 60),
    ],
)
def test_an_error_is_told_with_its_code_and_spoils_nothing(client: Client, statement: str, code: int) -> None:
    with pytest.raises(DatabaseError, match=f"Code: {code}[.]"):
        client.query(statement) if statement.startswith("SELECT") else client.command(statement)
    assert client.command("SELECT 1") == 1


def test_an_error_in_the_middle_of_a_result_is_not_taken_for_its_end(client: Client) -> None:
    with pytest.raises(ClickHouseError, match="throwIf"):
        # The client reads a result when its rows are asked for.
        len(client.query("SELECT throwIf(number = 3_000_000) FROM numbers(4_000_000)").result_rows)


def test_an_insert_that_cannot_be_read_stores_nothing(client: Client) -> None:
    client.command("CREATE TABLE t (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
    with pytest.raises(DatabaseError, match="Code: "):
        client.raw_insert("t", ["a", "b"], b'{"a":1,"b":"good"}\n{"a":"no number","b":""}\n', fmt="JSONEachRow")
    assert client.command("SELECT count() FROM t") == 0
    client.raw_insert("t", ["a", "b"], b'{"a":1,"b":"has FORMAT CSV\\nin it"}\n', fmt="JSONEachRow")
    client.command("INSERT INTO t VALUES (2, ' FORMAT CSV\n3,4')")
    assert client.query("SELECT b FROM t ORDER BY a").result_rows == [("has FORMAT CSV\nin it",), (" FORMAT CSV\n3,4",)]


def test_one_request_is_one_part(client: Client) -> None:
    client.command("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
    client.command("SYSTEM STOP MERGES t")
    for part in range(3):
        client.insert("t", [[part * 30_000 + i] for i in range(30_000)], column_names=["a"])
    assert client.command("SELECT count() FROM system.parts WHERE active AND table = 't' AND database = currentDatabase()") == 3


def test_settings_and_databases_of_a_request_end_with_it(client: Client, port: int) -> None:
    assert client.query("SELECT getSetting('max_threads')", settings={"max_threads": 1}).result_rows == [(1,)]
    with closing(connect(port)) as other:
        assert other.query("SELECT currentDatabase()").result_rows == [("default",)]
        assert other.query("SELECT getSetting('max_block_size')").result_rows == [(65_409,)]


def test_a_session_keeps_what_it_sets_and_is_alone(client: Client, port: int) -> None:
    with closing(connect(port, session_id=f"s{time.monotonic_ns()}")) as session:
        session.command("SET max_block_size = 77")
        session.command("CREATE TEMPORARY TABLE notes (a UInt8)")
        session.command("INSERT INTO notes VALUES (1), (2)")
        assert session.query("SELECT getSetting('max_block_size'), count() FROM notes").result_rows == [(77, 2)]
        with pytest.raises(DatabaseError, match="Code: 60"):
            client.query("SELECT * FROM notes")


def test_inserts_and_readers_at_once_lose_nothing(client: Client, port: int) -> None:
    client.command("CREATE TABLE t (k UInt64, v UInt64) ENGINE = ReplacingMergeTree(v) ORDER BY k")
    done = threading.Event()
    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(_count_until, done, port, client.database) for _ in range(3)]
        writers = [pool.submit(_insert_batches, first * 10_000, port, client.database) for first in range(3)]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        for reader in readers:
            counts = reader.result()
            assert counts == sorted(counts), "rows went away between two looks"
    assert client.command("SELECT count() FROM t FINAL") == 4_500


def _insert_batches(first: int, port: int, database: str | None) -> None:
    with closing(connect(port, database=database)) as ours:
        for batch in range(15):
            ours.insert("t", [[first + batch * 100 + i, 1] for i in range(100)], column_names=["k", "v"])


def _count_until(done: threading.Event, port: int, database: str | None) -> list[int]:
    counts: list[int] = []
    with closing(connect(port, database=database)) as ours:
        while not done.is_set():
            counts.append(int(str(ours.command("SELECT count() FROM t FINAL"))))
    return counts


def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(client: Client, port: int) -> None:
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/", b"SELECT number, repeat('x', 1000) FROM numbers(10_000_000) FORMAT TSV")
        connection.getresponse().read(10_000)
        connection.close()
    assert client.command("SELECT 1") == 1
    # All connections were given back: more statements than may run at once still do.
    for _ in range(20):
        assert client.query("SELECT count() FROM numbers(10)").result_rows == [(10,)]


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """One plain request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_plain_http(port: int) -> None:
    assert ask(port, "GET", "/ping") == (200, "Ok.\n")
    assert ask(port, "GET", "/health")[0] == 200
    assert ask(port, "POST", "/", b"SELECT 1, 'a'") == (200, "1\ta\n")
    assert ask(port, "GET", "/?query=" + quote("SELECT 2 FORMAT CSV")) == (200, "2\n")
    assert ask(port, "POST", "/") == (200, "Ok.\n")


def test_what_is_refused(port: int) -> None:
    assert ask(port, "GET", "/?query=" + quote("DROP DATABASE default"))[0] == 403
    assert ask(port, "POST", "/", b"SELECT 1", X_ClickHouse_User="somebody")[0] == 403
    assert ask(port, "POST", "/", b"SELECT 1", Authorization="Basic ???")[0] == 403
    assert ask(port, "POST", "/", b"SELECT 1", Origin="http://evil.example")[0] == 403
    assert ask(port, "POST", "/", b"SELECT 1", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(port, "POST", "/", b"SELECT 1", Host="rebound.example")[0] == 403
    assert ask(port, "POST", "/", b"not lz4", Content_Encoding="lz4")[0] == 400
    assert ask(port, "POST", "/?bad-name=1", b"SELECT 1")[0] == 404


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings of an endpoint of this test's own."""
    return Settings(port_base=free_port_base(), data=tmp_path)


def run(settings: Settings) -> subprocess.Popen[bytes]:
    """Start an endpoint and wait until it answers."""
    log = settings.data / "clickhouse.log"
    child = start_child([sys.executable, "-m", "deploy.local.clickhouse"], as_environment(settings), log)
    deadline = time.monotonic() + 60
    while True:
        with suppress(OSError):
            if ask(settings.port_base + 2, "GET", "/health")[0] == 200:
                return child
        assert child.poll() is None, last_line(log)
        assert time.monotonic() < deadline, "not ready after 60 s"
        time.sleep(0.1)


def test_acknowledged_inserts_survive_kills(own: Settings) -> None:
    acknowledged = 0
    for life in range(3):
        child = run(own)
        try:
            with closing(connect(own.port_base + 2, query_retries=0)) as client:
                client.command("CREATE TABLE IF NOT EXISTS t (a UInt64) ENGINE = MergeTree ORDER BY a")
                stored = int(str(client.command("SELECT count() FROM t")))
                assert acknowledged <= stored <= acknowledged + 100 * life, "the insert in hand at a kill may be there or not, whole"
                assert stored % 100 == 0
                acknowledged = stored
                killer = threading.Timer(1.0, child.kill)
                killer.start()
                with suppress(ClickHouseError, OSError):
                    for _ in range(10_000):
                        client.insert("t", [[i] for i in range(100)], column_names=["a"])
                        acknowledged += 100
                killer.join()
        finally:
            stop_children([child], patience_s=30)
    assert acknowledged > 0


def test_a_stop_waits_for_what_runs_and_keeps_everything(own: Settings) -> None:
    child = run(own)
    try:
        with closing(connect(own.port_base + 2)) as client:
            client.command("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
            answers: list[object] = []
            slow = threading.Thread(
                target=lambda: answers.append(client.command("SELECT count() FROM (SELECT sleepEachRow(0.01) FROM numbers(200))"))
            )
            slow.start()
            time.sleep(0.5)
            child.send_signal(signal.SIGTERM)
            slow.join()
        assert child.wait(30) == 0
        assert answers == [200]
        child = run(own)
        with closing(connect(own.port_base + 2)) as client:
            assert client.command("SELECT count() FROM t") == 0
    finally:
        stop_children([child], patience_s=30)


def test_a_second_process_on_the_folder_or_port_says_so(own: Settings, tmp_path: Path) -> None:
    child = run(own)
    try:
        command = [sys.executable, "-m", "deploy.local.clickhouse"]
        same = own.model_copy(update={"port_base": free_port_base()})
        done = subprocess.run(command, env=as_environment(same), capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, "is another `suoheng up` running on it?" in done.stderr) == (3, True), done.stderr
        other = own.model_copy(update={"data": tmp_path / "other"})
        done = subprocess.run(command, env=as_environment(other), capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, "SUOHENG_PORT_BASE" in done.stderr) == (3, True), done.stderr
    finally:
        stop_children([child], patience_s=30)


def test_a_password_is_asked_when_one_is_set(own: Settings) -> None:
    guarded = own.model_copy(update={"clickhouse_user": "bureau", "clickhouse_password": "sesame"})
    child = run(guarded)
    try:
        port = guarded.port_base + 2
        assert ask(port, "POST", "/", b"SELECT 1")[0] == 403
        with closing(connect(port, username="bureau", password="sesame")) as client:
            assert client.command("SELECT 1") == 1
        assert "sesame" not in Path(f"/proc/{child.pid}/cmdline").read_text()
    finally:
        stop_children([child], patience_s=30)
    assert not Path(f"/proc/{child.pid}").exists()
    assert os.environ.get("SUOHENG_CLICKHOUSE_PASSWORD") is None
