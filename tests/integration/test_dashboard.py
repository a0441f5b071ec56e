"""The page's application over real tables in the embedded ClickHouse: what it reads, and how it fails."""

import csv
import io
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from aiohttp.test_utils import TestClient, TestServer

from consumers.clickhouse.client import connect
from consumers.clickhouse.remembering import Remembering
from consumers.clickhouse.store import Query, Store, Unavailable
from consumers.dashboard import queries
from consumers.dashboard.app import application
from consumers.dashboard.serving import HEADERS
from deploy.migrate import migrate
from schemas.settings import Settings
from tests.browser.sample_district import AUTHORITIES, BUREAU, DISTRICT, OFFICES, TODAY, history, office, payers, street
from tests.browser.sample_tables import HOSTILE_NAME, seed, seed_hostile
from tests.browser.serving import installation
from tests.ports import free_port

Client = TestClient[Any, Any]
MAY = "kind=month&start=2025-05-01"


@pytest.fixture(scope="module")
def seeded(stack: Any) -> Iterator[Settings]:
    """A database with the sample district, gone afterwards."""
    settings = installation(stack.clickhouse_url)
    seed(settings)
    seed_hostile(settings)
    yield settings
    with connect(settings, database=False) as server:
        server.command(f"DROP DATABASE {settings.clickhouse_database} SYNC")


async def client_of(settings: Settings) -> Client:
    client: Client = TestClient(TestServer(application(Store.of(settings), "127.0.0.1")))
    await client.start_server()
    return client


@pytest.fixture
async def client(seeded: Settings) -> AsyncIterator[Client]:
    """The application over the sample district."""
    running = await client_of(seeded)
    yield running
    await running.close()


async def content(client: Client, path: str) -> Any:
    answer = await client.get(f"/api{path}")
    assert answer.status == 200, await answer.text()
    return (await answer.json())["content"]


def may() -> dict[int, Counter[str]]:
    return {number: made for (number, month), made in history().items() if str(month) == "2025-05-01"}


async def test_the_headline_is_what_the_rows_add_up_to(client: Client) -> None:
    page = await content(client, f"/d/{DISTRICT}?{MAY}")
    lines = {line["indicator"]["id"]: line for tile in page["tiles"] for line in tile}
    assert len(page["tiles"]) == 12
    made = may().values()
    success = lines["med_success_rate"]["now"]
    assert (success["numerator"], success["denominator"]) == (sum(m["agreed"] for m in made), sum(m["concluded"] for m in made))
    assert lines["leg_consult_cnt"]["now"]["value"] == sum(m["persons"] for m in made)
    april = [m for (_, month), m in history().items() if str(month) == "2025-04-01"]
    assert lines["leg_consult_cnt"]["previous"]["value"] == sum(m["persons"] for m in april)
    assert (page["state"], page["restated"]) == ("provisional", 0)


async def test_a_window_without_rows_inside_the_data_is_zero_and_before_it_nothing(client: Client) -> None:
    page = await content(client, f"/d/{DISTRICT}?kind=month&start=2023-07-01")
    line = page["tiles"][0][0]
    assert line["now"]["value"] > 0
    assert line["previous"] is None
    assert line["since_previous"] is None


async def test_share_weighted_authorities_add_up_to_the_district_to_the_last_digit(client: Client) -> None:
    """For every indicator that has the mode, in a quarter in which a payer changed."""
    sums: dict[str, list[Fraction]] = {}
    whole: dict[str, dict[str, Any]] = {}
    for authority in AUTHORITIES:
        page = await content(client, f"/d/{DISTRICT}/authorities/{authority}?kind=quarter&start=2024-07-01")
        for row in page["got"]:
            figure = row["modes"].get("share_weighted")
            if figure:
                parts = sums.setdefault(row["indicator"]["id"], [Fraction(0), Fraction(0)])
                for place, part in enumerate(("numerator", "denominator")):
                    parts[place] += Fraction(str(figure[part] or 0))
            whole[row["indicator"]["id"]] = row["district"]
    assert len(sums) > 20
    for indicator, (numerator, denominator) in sums.items():
        assert numerator == Fraction(str(whole[indicator]["numerator"])), indicator
        assert denominator == Fraction(str(whole[indicator]["denominator"] or 0)), indicator


async def test_the_matrix_reads_splits_by_day_and_tasks_by_period(client: Client) -> None:
    page = await content(client, f"/d/{DISTRICT}/matrix?{MAY}")
    assert [block["office"]["id"] for block in page["blocks"]] == list(OFFICES)
    for number, block in enumerate(page["blocks"], start=1):
        cells = {cell["authority"]["id"]: cell for cell in block["cells"]}
        assert {id_: cell["pays"] for id_, cell in cells.items() if cell["pays"]} == payers(number, history_day())
        assert sum(cell["tasks"] for cell in cells.values()) == block["tasks"] == may()[number]["tasks"]
        assert cells[street(number)]["tasks"] == may()[number]["street_tasks"]
        assert cells[BUREAU]["roles"]["manages"] == 10_000


def history_day() -> Any:
    return next(month for _, month in history() if str(month) == "2025-05-01")


async def test_an_office_of_another_day_had_other_payers(client: Client) -> None:
    for start, expected in (
        ("2024-06-01", {street(7): 10_000}),
        ("2024-07-01", {BUREAU: 10_000}),
        ("2025-04-01", {street(7): 6_000, BUREAU: 4_000}),
    ):
        page = await content(client, f"/d/{DISTRICT}/offices/{office(7)}?kind=month&start={start}")
        assert {share["authority"]: share["bp"] for share in page["payers"]} == expected


async def test_money_is_the_authoritys_own(client: Client) -> None:
    page = await content(client, f"/d/{DISTRICT}/authorities?{MAY}")
    rows = {row["authority"]["id"]: row for row in page["rows"]}
    assert sum(row["paid"]["value"] for row in rows.values()) == 7 * 20_000
    assert rows[BUREAU]["offices"] == 7
    assert rows[BUREAU]["paid_share"]["numerator"] == rows[BUREAU]["paid"]["value"]
    assert sum(row["tasks"] for row in rows.values()) + sum(m["task:self"] for m in may().values()) == page["tasks"]


@pytest.mark.parametrize("kind", ["month", "quarter", "half", "year"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        f"/offices/{office(6)}",
        "/authorities",
        f"/authorities/{BUREAU}",
        f"/authorities/{BUREAU}?mode=full",
        "/matrix",
        "/catalogue",
        "/told/dq_correction_rate",
    ],
)
async def test_every_page_is_made_for_every_kind_of_period(client: Client, path: str, lang: str, kind: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = await client.get(f"/d/{DISTRICT}{path}{joint}lang={lang}&kind={kind}&start=2025-01-01")
    text = await answer.text()
    assert answer.status == 200
    assert "Undefined" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    "path",
    ["/", "/health", "/ready", "/metrics", f"/d/{DISTRICT}", "/d/1", "/nowhere", "/static/page.css", "/api/districts", "/static/../app.py"],
)
async def test_every_answer_carries_the_policy(client: Client, path: str) -> None:
    answer = await client.get(path, allow_redirects=False)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == ("no-cache" if path == "/static/page.css" else "no-store")


async def test_only_reading_is_possible(client: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await client.request(method, f"/d/{DISTRICT}")).status == 405


async def test_a_foreign_name_for_loopback_is_not_served(client: Client) -> None:
    answer = await client.get(f"/d/{DISTRICT}", headers={"Host": "evil.example"})
    assert answer.status == 421
    assert DISTRICT not in await answer.text()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/d/000000", 404, "没有区县 000000"),
        ("/d/990107'%20OR%20'1'='1", 404, "没有区县 990107&#39; OR &#39;1&#39;=&#39;1"),
        (f"/d/{DISTRICT}/offices/sfs-{DISTRICT}-999", 404, "没有司法所"),
        (f"/d/{DISTRICT}/authorities/au-{DISTRICT}-xyz", 404, "没有单位"),
        (f"/d/{DISTRICT}/authorities/%3Cscript%3E", 404, "没有单位 &lt;script&gt;"),
        (f"/d/{DISTRICT}/told/nothing", 404, "没有指标 nothing"),
        (f"/d/{DISTRICT}?kind=week", 400, "kind 应为"),
        (f"/d/{DISTRICT}?start=2025-13-01", 400, "2025-06-01"),
        (f"/d/{DISTRICT}?sort=version", 400, "不能按 version 排名"),
        (f"/d/{DISTRICT}/authorities/{BUREAU}?mode=own", 400, "没有口径 own"),
        (f"/d/{DISTRICT}/offices/{office(1)}?before=yesterday", 400, "2025-06-01"),
        ("/nowhere", 404, "地址有误"),
    ],
)
async def test_what_is_wrong_is_said(client: Client, path: str, status: int, says: str) -> None:
    answer = await client.get(path)
    assert answer.status == status
    assert says in await answer.text()
    if path.startswith("/d/"):
        answer = await client.get(f"/api{path}")
        assert answer.status == status
        assert (await answer.json())["error"]


async def test_payments_that_nobody_was_named_for_have_a_card_of_their_own(client: Client) -> None:
    answer = await client.get(f"/d/{DISTRICT}/authorities/au-{DISTRICT}-unknown?lang=en&{MAY}")
    assert answer.status == 200
    assert "Not registered" in await answer.text()


@pytest.mark.parametrize("path", [f"/offices/{office(6)}?", f"/authorities/{BUREAU}?", "/matrix?", "/letters?"])
async def test_a_page_is_a_file_too_of_both_kinds_and_in_both_languages(client: Client, path: str) -> None:
    answer = await client.get(f"/csv/d/{DISTRICT}{path}&lang=zh&{MAY}")
    assert answer.status == 200
    assert ["数据截至", str(TODAY)] in csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig")))
    book = openpyxl.load_workbook(io.BytesIO(await (await client.get(f"/xlsx/d/{DISTRICT}{path}&lang=en&{MAY}")).read()))
    assert any(row[0].value == "Figures as of" and row[1].value.date() == TODAY for row in book.worksheets[0].iter_rows())
    assert any(isinstance(one.value, int | float) for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2) for one in row)


async def test_a_file_holds_the_exact_values_of_the_page_and_says_what_it_is_of(client: Client) -> None:
    answer = await client.get(f"/xlsx/d/{DISTRICT}?lang=en&{MAY}")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(await answer.read()))
    about = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert (about["District code"], about["Period"], str(about["First day"])[:10]) == (DISTRICT, "May 2025", "2025-05-01")
    tiles = {row[0]: row[1:] for row in book.worksheets[1].iter_rows(values_only=True)}
    told = {one["indicator"]["id"]: one["now"] for tile in (await content(client, f"/d/{DISTRICT}?{MAY}"))["tiles"] for one in tile}
    rate = told["med_success_rate"]
    assert tiles["Success rate"][:3] == (rate["value"], rate["numerator"], rate["denominator"])
    assert any(row[1] == "med_success_rate" for row in book["Definitions"].iter_rows(values_only=True))


async def test_a_hostile_name_is_no_formula_in_a_file(client: Client, seeded: Settings) -> None:
    with connect(seeded) as server:
        server.command(
            "INSERT INTO office_rows SELECT * REPLACE ('=cmd|calc' AS name, version + 1 AS version) FROM office_rows WHERE district = '990199' LIMIT 1"
        )
    told = (await (await client.get(f"/csv/d/990199/matrix?{MAY}")).read()).decode("utf-8-sig")
    assert "'=cmd|calc" in told
    assert all(not cell.startswith("=") for row in csv.reader(io.StringIO(told)) for cell in row)


async def test_what_is_wrong_with_a_file_is_said_as_a_page(client: Client) -> None:
    assert (await client.get(f"/csv/d/{DISTRICT}/offices/none")).status == 404
    assert (await client.get("/xlsx/d/000000")).status == 404


async def test_hostile_names_are_escaped_everywhere(client: Client) -> None:
    for path in (
        "",
        "/matrix",
        "/catalogue",
        "/authorities",
        "/offices/sfs-990199-001",
        "/authorities/au-990199-sfj",
        "/offices/sfs-990199-001?after=2025-05-02",
    ):
        text = await (await client.get(f"/d/990199{path}{'&' if '?' in path else '?'}{MAY}")).text()
        assert HOSTILE_NAME not in text
        assert "<img" not in text
        assert "<script>" not in text
        assert "&lt;script&gt;alert(&#39;所&#39;)" in text


async def test_the_pulse_moves_when_events_were_counted(client: Client, seeded: Settings) -> None:
    before = await (await client.get(f"/api/d/{DISTRICT}/pulse")).json()
    assert before == await (await client.get(f"/api/d/{DISTRICT}/pulse")).json()
    with connect(seeded) as server:
        columns = ["district", "partition", "read", "admitted", "duplicates", "dead_letters", "pending", "version"]
        server.insert("conservation_rows", [(DISTRICT, 3, 101_205, 99_121, 2_061, 21, 2, 10)], column_names=columns)
    assert before != await (await client.get(f"/api/d/{DISTRICT}/pulse")).json()


async def test_after_a_write_the_last_page_says_that_it_is_behind_until_the_newest_is_made(seeded: Settings) -> None:
    client: Client = TestClient(TestServer(application(Remembering.of(seeded), "127.0.0.1")))
    await client.start_server()
    path, says = f"/d/{DISTRICT}/letters?lang=en", re.compile(r'class="behind" role="status">Figures as of \d\d:\d\d:\d\d')
    try:
        assert not says.search(await (await client.get(path)).text())
        assert (await content(client, path))["total"] > 0
        with connect(seeded) as server:
            server.insert("district_rows", [(DISTRICT, TODAY, False, 2)], column_names=["district", "today", "gone", "version"])
        older = await client.get(path)
        assert int(older.headers["Age"]) >= 0
        assert says.search(await older.text())
        assert (await (await client.get(f"/api{path}")).json())["behind"] is True
        assert not says.search(await (await client.get(path, headers={"Cache-Control": "no-cache"})).text())
        assert not says.search(await (await client.get(path)).text())
    finally:
        await client.close()


async def test_an_empty_installation_has_a_page(stack: Any) -> None:
    settings = installation(stack.clickhouse_url)
    migrate(settings)
    client = await client_of(settings)
    try:
        answer = await client.get("/?lang=en")
        assert answer.status == 200
        assert "No data yet" in await answer.text()
        assert (await client.get("/ready")).status == 200
    finally:
        await client.close()


async def test_a_district_whose_office_is_registered_but_has_done_nothing_yet(stack: Any) -> None:
    settings = installation(stack.clickhouse_url)
    migrate(settings)
    with connect(settings) as server:
        server.command("INSERT INTO district_rows VALUES ('990111', '2025-01-01', false, 1)")
    client = await client_of(settings)
    try:
        answer = await client.get("/d/990111")
        assert answer.status == 200
        assert "该区尚无可统计的月份" in await answer.text()
    finally:
        await client.close()


async def test_its_metrics_tell_how_the_installation_stands(stack: Any) -> None:
    settings = installation(stack.clickhouse_url)
    migrate(settings)
    with connect(settings) as server:
        server.command(
            "INSERT INTO dead_letter_rows (code, topic, partition, offset, received_at) VALUES ('NUM_RANGE', 'office-events', 0, 7, 1700000000)"
        )
        server.command(
            "INSERT INTO reconciliations (ran_at, compared, rows_different) VALUES (1700000100, 'facts', 2), (1700000100, 'values', 1)"
        )
        server.command("INSERT INTO reconciliations (ran_at, compared, rows_different) VALUES (1700000000, 'facts', 9)")
    client = await client_of(settings)
    try:
        told = dict(line.rsplit(" ", 1) for line in (await (await client.get("/metrics")).text()).splitlines() if line[0] != "#")
    finally:
        await client.close()
    assert told["suoheng_dashboard_letters_open"] == "1.0"
    assert float(told["suoheng_dashboard_letters_oldest_timestamp_seconds"]) == 1_700_000_000
    assert float(told["suoheng_dashboard_reconciled_timestamp_seconds"]) == 1_700_000_100
    assert told["suoheng_dashboard_reconciled_rows_different"] == "3.0"
    assert told['suoheng_dashboard_alerts_firing{severity="high"}'] == "0.0"


async def test_without_tables_the_page_says_which_command_makes_them(stack: Any) -> None:
    settings = installation(stack.clickhouse_url)
    client = await client_of(settings)
    try:
        answer = await client.get(f"/d/{DISTRICT}")
        assert answer.status == 503
        assert "suoheng migrate" in await answer.text()
        assert (await client.get("/ready")).status == 503
    finally:
        await client.close()


async def test_without_clickhouse_it_is_said_and_a_later_answer_is_right(seeded: Settings) -> None:
    away = Store(Settings(clickhouse_url=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(Unavailable, match="does not answer"):
        await away.rows(queries.districts())
    away._settings, away._database = seeded, seeded.clickhouse_database
    assert (DISTRICT in {code for code, _ in await away.rows(queries.districts())}) is True
    await away.close()


async def test_a_refused_query_is_not_mistaken_for_an_absent_server(seeded: Settings) -> None:
    reader = Store.of(seeded)
    with pytest.raises(Unavailable, match="refused a query"):
        await reader.rows(Query("SELECT throwIf(1)"))
    assert await reader.rows(queries.districts())
    await reader.close()


async def test_a_page_is_made_again_when_another_epoch_came_to_be_served_between_its_questions(seeded: Settings) -> None:
    asking = Store.of(seeded)
    seen: list[list[Any]] = []

    async def make() -> list[Any]:
        seen.append(await asking.rows(queries.districts()))
        if len(seen) == 1:
            with connect(seeded) as server:
                server.command("INSERT INTO switch_rows (switch, epoch) VALUES (1, 7)")
        return seen[-1]

    try:
        assert await asking.of_one_epoch(make) == []
    finally:
        with connect(seeded) as server:
            server.command("TRUNCATE TABLE switch_rows")
        await asking.close()
    assert [bool(rows) for rows in seen] == [True, False]
