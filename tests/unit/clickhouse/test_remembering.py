"""Which answers are used again, and which are not: by what the tables under a question were like when a page began."""

import asyncio
from collections.abc import Awaitable

import pytest

from consumers.clickhouse.remembering import Remembering, Rows
from consumers.clickhouse.store import Query, Store, Unavailable
from schemas.settings import Settings

TABLES = [
    ("value_rows", "CREATE TABLE value_rows …", True),
    ("fact_rows", "CREATE TABLE fact_rows …", True),
    ("switch_rows", "CREATE TABLE switch_rows …", True),
    ("epochs", "CREATE VIEW epochs AS SELECT * FROM switch_rows", False),
    ("facts", "CREATE VIEW facts AS SELECT * FROM fact_rows WHERE epoch = (SELECT epoch FROM epochs)", False),
    ("hidden", "CREATE VIEW hidden AS SELECT * FROM somebody_elses", False),
]


class Server:
    """Answers like ClickHouse: what tables there are, what parts they have, and counts how often it was really asked."""

    def __init__(self) -> None:
        self.parts = {name: 1 for name, _, stored in TABLES if stored}
        self.asked: list[str] = []
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def rows(self, query: Query) -> Rows:
        if "system.parts" in query.sql:
            return [(name, "0", newest, 0, 0) for name, newest in self.parts.items()]
        if "create_table_query" in query.sql:
            return list(TABLES)
        if "system.tables" in query.sql:
            return [(len(TABLES),)]
        self.asked.append(query.sql)
        await self.answers.wait()
        if self.fails:
            raise Unavailable("gone")
        return [(len(self.asked),)]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """What the store under the memory reaches."""
    made = Server()
    monkeypatch.setattr(Store, "rows", made.rows)
    return made


def page(store: Store, query: Query) -> Awaitable[Rows]:
    return store.of_one_epoch(lambda: store.rows(query))


FACTS, VALUES = Query("SELECT count() FROM facts"), Query("SELECT count() FROM value_rows WHERE x = {x:String}", {"x": "1"})


async def test_nothing_is_asked_twice_until_a_table_under_it_is_written(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    assert [await page(store, FACTS) for _ in range(3)] == [[(1,)]] * 3
    server.parts["value_rows"] += 1
    assert await page(store, FACTS) == [(1,)]
    server.parts["fact_rows"] += 1
    assert await page(store, FACTS) == [(2,)]
    server.parts["switch_rows"] += 1  # under the view that names the epoch
    assert await page(store, FACTS) == [(3,)]


async def test_other_parameters_are_another_question(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    await page(store, VALUES)
    await page(store, Query(VALUES.sql, {"x": "2"}))
    assert len(server.asked) == 2


async def test_what_lies_on_tables_that_cannot_be_seen_is_asked_each_time(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    for _ in range(2):
        await page(store, Query("SELECT * FROM hidden"))
        await page(store, Query("SELECT * FROM facts, hidden"))
    assert len(server.asked) == 4


async def test_outside_of_a_page_everything_is_asked(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    await page(store, FACTS)
    await store.rows(FACTS)
    await store.rows(FACTS)
    assert len(server.asked) == 3


async def test_the_same_question_at_once_is_asked_once(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    assert await asyncio.gather(*(page(store, FACTS) for _ in range(4))) == [[(1,)]] * 4
    assert len(server.asked) == 1


async def test_a_failure_is_told_to_all_who_wait_and_not_kept(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    server.fails = True
    told = await asyncio.gather(page(store, FACTS), page(store, FACTS), return_exceptions=True)
    assert [type(one) for one in told] == [Unavailable, Unavailable]
    server.fails = False
    assert await page(store, FACTS) == [(2,)]


async def test_one_who_goes_away_takes_nobody_elses_answer_along(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    server.answers.clear()
    first, second = asyncio.ensure_future(page(store, FACTS)), asyncio.ensure_future(page(store, FACTS))
    await asyncio.sleep(0.01)
    first.cancel()
    server.answers.set()
    assert await second == [(1,)]


async def test_where_an_older_answer_will_do_it_is_given_while_a_new_one_is_made(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("consumers.clickhouse.remembering.monotonic", lambda: now)
    store, slow = (
        Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d")),
        Query("SELECT count() FROM facts, value_rows", {}, may_lag_s=30),
    )
    await page(store, slow)
    server.parts["fact_rows"] += 1
    now += 14
    assert await page(store, slow) == [(1,)]
    assert len(server.asked) == 1
    now += 2
    assert await page(store, slow) == [(1,)]
    await asyncio.sleep(0.01)
    assert await page(store, slow) == [(2,)]
    server.parts["fact_rows"] += 1
    now += 31
    assert await page(store, slow) == [(3,)]


async def test_a_page_is_made_again_when_another_epoch_came_to_be_served_meanwhile(server: Server) -> None:
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    made = []

    async def make() -> Rows:
        made.append(await store.rows(FACTS))
        if len(made) == 1:
            server.parts["switch_rows"] += 1
        return made[-1]

    assert await store.of_one_epoch(make) == [(2,)]
    assert len(made) == 2


async def test_no_more_is_kept_than_there_is_room_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.clickhouse.remembering._KEPT_ROWS", 2)
    store = Remembering(Settings(clickhouse_url="http://x", clickhouse_database="d"))
    questions = [Query(VALUES.sql, {"x": str(n)}) for n in range(3)]
    for question in (*questions, questions[2], questions[1], questions[0]):
        await page(store, question)
    assert [int(sql == VALUES.sql) for sql in server.asked] == [1] * 4
