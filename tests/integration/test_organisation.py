"""An organisation that changes: an office renamed, one merged into it, one split off; money paid otherwise than declared; offices that lean to one of two masters."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer

from consumers.clickhouse.store import Store
from consumers.dashboard.app import application
from schemas.settings import Settings
from tests.integration.asking import command
from tests.scenarios.story import BUREAU, O1, O2, O3, STREET, D, Event, Story, case, log, task
from tests.storing import store

O4 = f"sfs-{D}-004"


def changing() -> list[Event]:
    """O1 is renamed in March 2024; O2 merges into it on 1 April; on that day O4 comes out of O3. Declared of O1: street 70 %, bureau 30 %; paid: all by the bureau. In time of five
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
    story.opened(O4, "2024-04-01", split_from=O3, more={"dataschema": "urn:suoheng:reg.office.opened:2"})
    story.accepted("2024-04-02", case(2), O4)
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
        assert (await content(f"/offices/{O4}?"))["office"]["split_from"] == O3
        assert [(one["id"], one["opened_on"]) for one in (await content(f"/offices/{O3}?"))["split_off"]] == [(O4, "2024-04-01")]
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
            for office, of_split in ((O3, ("由本所析出", "Split off from this office")), (O4, ("析自", "Split from"))):
                card = await (await client.get(f"/d/{D}/offices/{office}?kind=quarter&start=2024-01-01&lang={lang}")).text()
                assert of_split[lang == "en"] in card


def test_the_report_keeps_a_merged_office_and_says_so(
    told: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = command(
        told, monkeypatch, capsys, "report", "--district", D, "--period", "year:2024", "--indicator", "med_accepted_cnt", "--by", "office"
    )
    _, document, _ = report("--json")
    assert [(row["subject_id"], row["numerator"]) for row in document["rows"]] == [(O2, 1), (O4, 1), (D, 2)]
    assert document["split_offices"] == [{"office": O4, "name": "office 004", "opened_on": "2024-04-01", "split_from": O3}]
    assert document["closed_offices"] == [{"office": O2, "name": "office 002", "closed_on": "2024-04-01", "merged_into": O1}]
    _, text, _ = report("--no-compare")
    assert "closed 撤销 2024-04-01, merged into 并入 New Street Office" in text
    assert f"office 004 {O4}: split from 析自 office 003 {O3} 2024-04-01" in text


def test_the_registry_file_tells_where_an_office_came_from(
    told: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text, _ = command(told, monkeypatch, capsys, "registry", "export", "--district", D)()
    offices = {one["office"]: one for one in yaml.safe_load(text)["offices"]}
    assert {ident: one["split_from"] for ident, one in offices.items() if "split_from" in one} == {O4: O3}
