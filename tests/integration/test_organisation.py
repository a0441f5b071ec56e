"""An organisation that changes: an office renamed, one merged into it; money paid otherwise than declared; offices that lean to one of two masters."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from consumers.clickhouse.store import Store
from consumers.dashboard.app import application
from schemas.settings import Settings
from tests.integration.asking import command
from tests.scenarios.story import BUREAU, O1, O2, O3, STREET, D, Event, Story, case, log, task
from tests.storing import store


def changing() -> list[Event]:
    """O1 is renamed in March 2024; O2 merges into it on 1 April. Declared of O1: street 70 %, bureau 30 %; paid: all by the bureau. In time of five
    tasks each: at O1 the bureau's five and one of the street's, at O3 one and five; O2 has a task of one of both only."""
    story = Story(O1, O2, O3)
    story.split(O1, "2023-01-01", {STREET: 7000, BUREAU: 3000})
    story.bureau("reg.office.opened", "2024-03-01", office=O1, name="New Street Office", opened_on="2020-01-01")
    story.add("cap.fund.disbursed", "2024-02-01", O1, authority=BUREAU, category="operating", amount_yuan="100.00", fiscal_year=2024)
    number = 0
    for office, master, in_time, late in (
        (O1, BUREAU, 5, 0),
        (O1, STREET, 1, 4),
        (O3, BUREAU, 1, 4),
        (O3, STREET, 5, 0),
        (O2, BUREAU, 1, 0),
    ):
        for n in range(in_time + late):
            number += 1
            story.add("soc.task.assigned", "2024-01-08", office, task(number), task_class="other", function_number=7, due_at="2024-01-20T18:00:00+08:00",
                      assigned_by=master)  # fmt: skip
            story.add("soc.task.completed", "2024-01-15" if n < in_time else "2024-02-15", office, task(number))
    story.accepted("2024-03-05", case(1), O2)
    story.closed(O2, "2024-04-01", merged_into=O1)
    story.tick("2024-04-30")
    return story.events


@pytest.fixture
def told(stack: Any, databases: Any) -> Iterator[Settings]:
    name = databases.take()
    settings = stack.settings.model_copy(update={"clickhouse_database": name})
    store(settings, [message[1:] for message in log(changing())])
    yield settings
    databases.give_back(name)


async def test_pages_tell_what_became_of_offices_and_how_they_lean(told: Settings) -> None:
    async with TestClient(TestServer(application(Store.of(told), "127.0.0.1"))) as client:

        async def content(path: str) -> Any:
            return (await (await client.get(f"/api/d/{D}{path}kind=quarter&start=2024-01-01")).json())["content"]

        card = await content(f"/offices/{O1}?")
        assert [one["name"] for one in card["names"]] == ["office 001", "New Street Office"]
        assert [one["id"] for one in card["merged_here"]] == [O2]
        merged = await content(f"/offices/{O2}?")
        assert (merged["office"]["merged_into"], merged["names"][0]["name"]) == (O1, "office 002")
        matrix = await content("/matrix?")
        cells = {cell["authority"]["id"]: cell for cell in matrix["blocks"][0]["cells"]}
        assert [cells[id_]["pays"] for id_ in (STREET, BUREAU)] == [7000, 3000]
        assert [Fraction(str(cells[id_]["paid"])) for id_ in (STREET, BUREAU)] == [Fraction(0), Fraction(1)]
        assert {one["office"]["id"]: one["says"] for one in matrix["leanings"]} == {O1: "department", O3: "street_cadre", O2: "nothing"}
        for lang, says in (
            ("zh", ("偏向部门业务", "偏向街道", "超过10个百分点")),
            ("en", ("Only department work", "Street cadre", "More than 10 points")),
        ):
            page = await (await client.get(f"/d/{D}/matrix?kind=quarter&start=2024-01-01&lang={lang}")).text()
            assert all(one in page for one in says)
            card = await (await client.get(f"/d/{D}/offices/{O1}?kind=quarter&start=2024-01-01&lang={lang}")).text()
            assert "office 001</a> → " in card
            assert ("并入本所" if lang == "zh" else "Merged into this office") in card


def test_the_report_keeps_a_merged_office_and_says_so(
    told: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = command(
        told, monkeypatch, capsys, "report", "--district", D, "--period", "year:2024", "--indicator", "med_accepted_cnt", "--by", "office"
    )
    _, document, _ = report("--json")
    assert [(row["subject_id"], row["numerator"]) for row in document["rows"]] == [(O2, 1), (D, 1)]
    assert document["closed_offices"] == [{"office": O2, "name": "office 002", "closed_on": "2024-04-01", "merged_into": O1}]
    _, text, _ = report("--no-compare")
    assert "closed 撤销 2024-04-01, merged into 并入 New Street Office" in text
