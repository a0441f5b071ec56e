"""What all tests share: markers from folders, and the real services, started once a session and left by nobody.

A test that needs Kafka or ClickHouse asks for `installation`: topics and tables of its own on the session's services. Services that cannot
start fail the tests with the reason; nothing is skipped.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Before anything reads the settings: a developer's own settings must not reach the tests; Java and the folder of program files may.
for _name in [name for name in os.environ if name.startswith("SUOHENG_") and name not in {"SUOHENG_CACHE", "SUOHENG_JAVA"}]:
    del os.environ[_name]
os.environ["SUOHENG_CONFIG"] = os.devnull
os.environ.setdefault("SUOHENG_CACHE", str(Path(__file__).parent.parent / ".data" / "cache"))
# Nor what a demo has left in the working copy's own folder: its plan of telling, its journal, its keys.
_DATA = Path(tempfile.gettempdir(), f"suoheng-tests-{os.getpid()}")
os.environ["SUOHENG_DATA"] = str(_DATA)

from deploy.errors import CommandError
from deploy.local.child import as_environment, last_line, start_child, stop_children
from schemas.settings import Settings
from tests.ports import free_port_base

FOLDERS = ("unit", "property", "integration", "fault", "browser", "contracts", "benchmark")
START_SECONDS = 90
TRIES = 3

# Shared machines stall for longer than any sensible deadline for one generated case.
hypothesis.settings.register_profile("suoheng", deadline=None, print_blob=True)
hypothesis.settings.load_profile("suoheng")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test with the folder it lies in; real services get more time."""
    root = config.rootpath / "tests"
    for item in items:
        folder = item.path.relative_to(root).parts[0] if item.path.is_relative_to(root) else ""
        if folder in FOLDERS:
            item.add_marker(folder)


def pytest_sessionfinish() -> None:
    """Take away what tests of default settings have written."""
    shutil.rmtree(_DATA, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Stack:
    """The services of this test session."""

    settings: Settings
    pids: dict[str, int]

    @property
    def kafka(self) -> str:
        """Address of the broker."""
        return self.settings.kafka

    @property
    def clickhouse_url(self) -> str:
        """Address of ClickHouse's HTTP interface."""
        return self.settings.clickhouse_url


class Installation(Settings):
    """Settings of an installation with topics and tables of its own; usable wherever settings are."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment that starts a process with these settings."""
        return as_environment(self)


class Databases:
    """Migrated databases for one test after the other: making one anew takes longer than most tests do with it.

    One that comes back is emptied and used again if it is as it was made: the same tables and views, the catalogue's rows untouched.
    Otherwise, as after a test of migrations, it is dropped.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free: list[str] = []
        self._made: list[Any] = []
        """What a database holds that nothing was done to: name, definition, and number of rows, of each table and view."""

    def take(self) -> str:
        """The name of one that nobody else has."""
        from deploy.migrate import migrate

        if self._free:
            return self._free.pop()
        name = f"t{uuid.uuid4().hex[:12]}"
        migrate(self._of(name))
        self._made = self._made or self._held(name)
        return name

    def give_back(self, name: str) -> None:
        """Empty one and keep it, or drop it when more was done to it than rows were written."""
        if self._emptied(name):
            self._free.append(name)
        else:
            drop_database(self._of(name))

    def drop(self) -> None:
        """Drop those that are kept."""
        for name in self._free:
            drop_database(self._of(name))

    def _emptied(self, name: str) -> bool:
        catalogue = {table for table, _, rows in self._made if rows}
        filled = [table for table, _, rows in self._held(name) if rows and table not in catalogue]
        with self._client(name) as client:
            for table in filled:
                client.command(f"TRUNCATE TABLE {table} SYNC")
        return self._held(name) == self._made

    def _held(self, name: str) -> list[Any]:
        query = (
            "SELECT name, replaceAll(create_table_query, database, ''), coalesce(total_rows, 0) FROM system.tables "
            "WHERE database = currentDatabase() ORDER BY name"
        )
        with self._client(name) as client:
            return list(client.query(query).result_rows)

    def _client(self, name: str) -> Any:
        from consumers.clickhouse.client import connect

        return connect(self._of(name))

    def _of(self, name: str) -> Settings:
        return self._settings.model_copy(update={"clickhouse_database": name})


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real Kafka and the embedded ClickHouse on free ports of loopback, for the whole session."""
    from deploy.local.kafka import kafka_node

    for attempt in range(1, TRIES + 1):
        settings = Settings(port_base=free_port_base(), data=tmp_path_factory.mktemp("stack"))
        log = settings.data / "logs"
        try:
            kafka = start_child(kafka_node(settings).command, as_environment(settings), log / "kafka.log")
        except CommandError as error:
            pytest.fail(f"Kafka cannot start: {error}", pytrace=False)
        clickhouse = start_child([sys.executable, "-m", "deploy.local.clickhouse"], as_environment(settings), log / "clickhouse.log")
        children = {"kafka": kafka, "clickhouse": clickhouse}
        try:
            problem = _wait_for_services(settings, children)
            if not problem:
                yield Stack(settings, {name: child.pid for name, child in children.items()})
                return
        finally:
            stop_children(list(children.values()), patience_s=20)
        # Another session may have taken the ports between our look and the services' start.
        if attempt == TRIES:
            pytest.fail(problem, pytrace=False)


def _wait_for_services(settings: Settings, children: dict[str, subprocess.Popen[bytes]]) -> str:
    from deploy.local.kafka import kafka_answers

    deadline = time.monotonic() + START_SECONDS
    port = settings.port_base + 2
    while time.monotonic() < deadline:
        for name, child in children.items():
            if child.poll() is not None:
                return f"{name} ended with exit code {child.returncode}: {last_line(settings.data / 'logs' / f'{name}.log')}"
        if _listens(port) and kafka_answers(settings.kafka):
            return ""
        time.sleep(0.1)
    return f"Kafka and ClickHouse were not ready in {START_SECONDS} s; logs: {settings.data / 'logs'}"


@pytest.fixture(scope="session")
def databases(stack: Stack) -> Iterator[Databases]:
    """Databases with this build's tables, empty but for the catalogue."""
    pool = Databases(stack.settings)
    yield pool
    pool.drop()


@pytest.fixture
def installations(stack: Stack, databases: Databases, request: pytest.FixtureRequest) -> Iterator[Callable[[], Installation]]:
    """Makes installations for one test: four partitions each, topics and tables (unless marked `topics_only`); gone afterwards."""
    from deploy.topics import create_topics, delete_topics

    with_tables = not request.node.get_closest_marker("topics_only")
    made: list[Installation] = []

    def make() -> Installation:
        name = f"t{uuid.uuid4().hex[:12]}"
        database = databases.take() if with_tables else name
        ours = Installation(
            **(
                stack.settings.model_dump() | {"topic_prefix": f"{name}.", "app_id": name, "clickhouse_database": database, "partitions": 4}
            ),
        )
        create_topics(ours)
        made.append(ours)
        return ours

    yield make
    for ours in made:
        delete_topics(ours)
        if with_tables:
            databases.give_back(ours.clickhouse_database)
        else:
            drop_database(ours)


@pytest.fixture
def installation(installations: Callable[[], Installation]) -> Installation:
    """An installation of its own for one test."""
    return installations()


def drop_database(settings: Settings) -> None:
    """Remove an installation's tables."""
    from consumers.clickhouse.client import connect

    client = connect(settings, database=False)
    try:
        client.command(f"DROP DATABASE IF EXISTS {settings.clickhouse_database} SYNC")
    finally:
        client.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
