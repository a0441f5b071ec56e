"""Ledgers into the log and out again as values: imported, corrected, imported again, vanished, retracted; keys; the bureau's word."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from deploy import cli
from deploy.local.child import as_environment
from deploy.migrate import migrate
from deploy.topics import create_topics, delete_topics
from schemas import settings as in_force
from schemas.settings import Settings
from schemas.topics import TOPICS, topic_name
from streams.ingest import pseudonym
from tests.browser.serving import system_browser
from tests.conftest import Installation, drop_database
from tests.integration.ledger_topics import everything
from tests.integration.sink_stage import ask
from tests.integration.test_gateway import Door, until
from tests.integration.whole_way import publish, visible, whole_way
from tests.ledgers import ACCEPTED, AGREED, DISTRICT, accepted, xlsx
from tests.ports import free_port
from tests.scenarios.story import BUREAU_SOURCE, Story

Import = Callable[..., dict[str, Any]]
SOURCE = "/districts/990107/ledger-{}"


def send(settings: Settings, events: Sequence[Any]) -> None:
    publish(settings, [(DISTRICT.encode(), json.dumps(event).encode(), ()) for event in events])


@pytest.fixture(scope="module")
def district(stack: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A district of ten offices, with a worker and the sink; each test has an office and so a ledger of its own."""
    folder = tmp_path_factory.mktemp("ledgers")
    ours = Installation(
        **(
            stack.settings.model_dump()
            | {"topic_prefix": "t-ledger.", "app_id": "t-ledger", "clickhouse_database": "t_ledger", "partitions": 2, "data": folder}
        )
    )
    create_topics(ours)
    migrate(ours)
    with whole_way(ours, folder):
        send(ours, Story(*(f"sfs-{DISTRICT}-{number:03}" for number in range(1, 11))).events)
        yield ours
    delete_topics(ours)
    drop_database(ours)


@pytest.fixture
def ledger(district: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Import:
    """Import sheets as the ledger of an office; the outcome, with `exit` and `said`."""
    monkeypatch.setattr(in_force, "settings", lambda: district)

    def run(office: str, sheets: Any, *arguments: str) -> dict[str, Any]:
        file = xlsx(tmp_path / "台账.xlsx", sheets)
        code = cli.run(["ledger", "import", str(file), "--office", f"sfs-{DISTRICT}-{office}", "--json", *arguments])
        said = capsys.readouterr()
        return (json.loads(said.out) if said.out else {}) | {"exit": code, "said": said.err}

    return run


def value(settings: Settings, indicator: str, office: str, month: str = "2025-03-01") -> int:
    """The office's value of a month once everything is visible."""
    visible(settings)
    rows = ask(
        settings,
        f"SELECT numerator FROM indicator_values WHERE indicator = '{indicator}' AND subject_id = 'sfs-{DISTRICT}-{office}' "
        f"AND mode = 'none' AND dimension = '' AND window_kind = 'month' AND window_start = '{month}'",
    )
    return rows[0][0] if rows else 0


def counts(outcome: dict[str, Any]) -> tuple[int, int, int, int]:
    return outcome["new"], outcome["amended"], outcome["unchanged"], len(outcome["vanished"])


def cases(office: str, *lines: tuple[str, str]) -> dict[str, Any]:
    """The ledger of accepted cases with these numbers and days."""
    return {"受理": [ACCEPTED, *(accepted(number, day, office=f"sfs-{DISTRICT}-{office}") for number, day in lines)]}


def test_a_ledger_is_imported_corrected_imported_again_and_shortened(district: Settings, ledger: Import) -> None:
    first = cases("001", ("调-1", "2025-3-1"), ("调-2", "2025年3月2日"), ("调-3", "2025/03/03"))
    first["达成协议"] = [AGREED, ["调-1", "office 001", "2025-03-05", "书面协议", "1.2万元"]]
    dry = ledger("001", first)
    assert (dry["exit"], counts(dry), dry["published"]) == (0, (4, 0, 0, 0), 0)
    assert value(district, "med_accepted_cnt", "001") == 0
    done = ledger("001", first, "--yes")
    assert (done["exit"], counts(done), done["published"]) == (0, (4, 0, 0, 0), 4)
    assert value(district, "med_accepted_cnt", "001") == 3
    assert value(district, "med_amount_yuan", "001") == 1_200_000
    assert counts(ledger("001", first, "--yes")) == (0, 0, 4, 0)

    corrected = cases("001", ("调-1", "2025-3-1"), ("调-2", "2025-4-2"), ("调-3", "2025-3-3"), ("调-4", "2025-3-4"))
    corrected["达成协议"] = first["达成协议"]
    outcome = ledger("001", corrected, "--yes")
    assert (counts(outcome), outcome["published"]) == ((1, 1, 3, 0), 2)
    assert value(district, "med_accepted_cnt", "001") == 3
    assert value(district, "med_accepted_cnt", "001", "2025-04-01") == 1
    again = ledger("001", corrected, "--yes")
    assert (counts(again), again["published"]) == ((0, 0, 5, 0), 0)

    shorter = cases("001", ("调-1", "2025-3-1"), ("调-3", "2025-3-3"), ("调-4", "2025-3-4"))
    shorter["达成协议"] = first["达成协议"]
    offered = ledger("001", shorter, "--yes")
    assert (counts(offered), offered["published"], offered["retracted"]) == ((0, 0, 4, 1), 0, 0)
    assert value(district, "med_accepted_cnt", "001", "2025-04-01") == 1
    wrong = ledger("001", shorter, "--yes", "--retract", "2")
    assert (wrong["exit"], wrong["said"].count("\n")) == (2, 1)
    assert ledger("001", shorter, "--yes", "--retract", "1")["retracted"] == 1
    assert value(district, "med_accepted_cnt", "001", "2025-04-01") == 0

    assert counts(ledger("001", corrected, "--yes")) == (1, 0, 4, 0)
    assert value(district, "med_accepted_cnt", "001", "2025-04-01") == 1
    assert ask(district, "SELECT count() FROM dead_letters") == [(0,)]


def test_a_revision_and_an_office_by_name(district: Settings, ledger: Import) -> None:
    assert SOURCE.format("001") in ledger("002", {"受理": [ACCEPTED, accepted("A", "2025-3-1", office="office 002")]})["other_ledgers"]
    for day, revision in (("2025-3-1", None), ("2025-3-2", 2)):
        lines = {"受理": [ACCEPTED, accepted("A", day, office="office 002")]}
        assert ledger("002", lines, "--yes")["published"] == 1
        visible(district)
        rows = ask(district, f"SELECT max(revision) FROM events WHERE source = '{SOURCE.format('002')}'")
        assert rows == [(revision,)]
    assert value(district, "med_accepted_cnt", "002") == 1


def test_a_form_offers_the_offices_of_the_district_by_name(district: Settings, ledger: Import, tmp_path: Path) -> None:
    visible(district)
    assert cli.run(["ledger", "template", "leg", "--district", DISTRICT, "--out", str(tmp_path / "leg.xlsx")]) == 0
    offered = {cell.value for row in openpyxl.load_workbook(tmp_path / "leg.xlsx")["代码"] for cell in row}
    assert {"office 001", "office 009", "来访"} <= offered


def test_with_faults_nothing_is_published_unless_asked(district: Settings, ledger: Import, tmp_path: Path) -> None:
    lines = cases("003", ("A", "2025-3-1"), ("B", "2025-2-30"), ("C", "2025-3-3"))
    refused = ledger("003", lines, "--yes")
    assert (refused["exit"], refused["published"], refused["said"].count("\n")) == (1, 0, 1)
    assert [(one["line"], one["column"], one["code"]) for one in refused["faults"]] == [(3, "日期", "TIME_FORMAT")]
    assert Path(refused["files"][0]["copy"]) == tmp_path / "台账.错误.xlsx"
    part = ledger("003", lines, "--yes", "--partial")
    assert (part["exit"], part["published"]) == (1, 2)
    assert Path(part["files"][0]["copy"]) == tmp_path / "台账.错误-2.xlsx"
    assert value(district, "med_accepted_cnt", "003") == 2
    assert ledger("003", cases("003", ("A", "2025-3-1"), ("B", "2025-2-28"), ("C", "2025-3-3")), "--yes")["published"] == 1


def test_what_the_bureau_has_corrected_or_retracted_stays_so(district: Settings, ledger: Import) -> None:
    lines = cases("004", ("A", "2025-3-1"), ("B", "2025-3-2"))
    ledger("004", lines, "--yes")
    visible(district)
    source = SOURCE.format("004")
    (first, subject), (second, _) = ask(district, f"SELECT id, subject FROM events WHERE source = '{source}' ORDER BY time")
    given = {"dispute_type": "labour", "source": "applied", "is_collective": True}
    by_bureau = {
        "specversion": "1.0",
        "source": BUREAU_SOURCE,
        "targetsource": source,
        "district": DISTRICT,
        "time": "2025-05-01T09:00:00+08:00",
    }
    amends = {
        "op": "amend",
        "target": first,
        "revision": 2,
        "type": "med.case.accepted",
        "office": f"sfs-{DISTRICT}-004",
        "subject": subject,
    }
    retracts = {"type": "dat.event.retracted", "data": {"target": second, "reason": "test"}}
    send(district, [by_bureau | amends | {"id": "fix-1", "data": given}, by_bureau | retracts | {"id": "fix-2"}])
    again = ledger("004", lines, "--yes")
    assert (counts(again), again["corrected_elsewhere"], again["published"]) == ((0, 0, 1, 0), 1, 0)
    assert [one["line"] for one in again["withdrawn"]] == [3]
    assert value(district, "med_accepted_cnt", "004", "2025-05-01") == 1
    changed = ledger("004", cases("004", ("A", "2025-3-7")), "--yes")
    assert counts(changed) == (0, 1, 0, 0)
    assert value(district, "med_accepted_cnt", "004", "2025-05-01") == 0
    assert value(district, "med_accepted_cnt", "004") == 1


def test_after_a_rotation_old_cases_go_on_and_new_ones_get_the_new_key(
    district: Settings, ledger: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger("005", cases("005", ("A", "2025-3-1")), "--yes")
    assert cli.run(["ledger", "keys", "--rotate"]) == 0
    assert capsys.readouterr().out.count("made") == 2
    more = cases("005", ("A", "2025-3-1"), ("B", "2025-3-2"))
    more["达成协议"] = [AGREED, ["A", None, "2025-3-9", "口头协议", None]]
    assert counts(ledger("005", more, "--yes")) == (2, 0, 1, 0)
    visible(district)
    rows = ask(
        district,
        f"SELECT subject, groupUniqArray(splitByChar(':', id)[2]) FROM events WHERE source = '{SOURCE.format('005')}' GROUP BY subject",
    )
    assert sorted(len(keys) for _, keys in rows) == [1, 2]
    assert value(district, "med_concluded_cnt", "005") == 1
    assert counts(ledger("005", more)) == (0, 0, 3, 0)


def test_another_key_file_cannot_double_a_ledger(
    district: Settings, ledger: Import, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = cases("006", ("A", "2025-3-1"))
    ledger("006", lines, "--yes")
    elsewhere = district.model_copy(update={"pseudonym_keys": tmp_path / "other.toml"})
    monkeypatch.setattr(in_force, "settings", lambda: elsewhere)
    for made in (False, True):
        if made:
            pseudonym.create(tmp_path / "other.toml")
        outcome = ledger("006", lines, "--yes")
        assert (outcome["exit"], outcome["said"].count("\n")) == (3, 1)
        assert "copy the key file" in outcome["said"]
    assert value(district, "med_accepted_cnt", "006") == 1


def test_neither_number_nor_name_leaves_the_machine(district: Settings, ledger: Import) -> None:
    heading = (*ACCEPTED, "经办人", "姓名")
    lines = [[*accepted(f"秘密字第{n}号", "2025-3-1", office=f"sfs-{DISTRICT}-007"), "王某某", "李某某"] for n in range(3)]
    assert ledger("007", {"受理": [heading, *lines]}, "--yes")["published"] == 3
    visible(district)
    told = everything(district, [topic_name(one, district) for one in TOPICS])
    assert told.count(b"ledger-007") >= 3
    for secret in ("秘密字第", "王某某", "李某某"):
        for spelling in (secret.encode(), json.dumps(secret)[1:-1].encode(), secret.encode("gb18030"), secret.encode("utf-16-le")):
            assert spelling not in told
    assert [one["zh"] for one in ledger("007", {"受理": [heading, *lines]})["files"][0]["sheets"][0]["remarks"]] == ["未使用的列:姓名"]


def test_without_clickhouse_only_the_lines_are_checked(district: Settings, ledger: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    away = district.model_copy(update={"clickhouse_url": "http://127.0.0.1:1"})
    monkeypatch.setattr(in_force, "settings", lambda: away)
    refused = ledger("008", cases("008", ("A", "2025-3-1")))
    assert refused["exit"] == 3
    assert "--offline" in refused["said"]
    assert ledger("008", cases("008", ("A", "2025-3-1")), "--offline")["exit"] == 0


def test_an_office_that_is_not_registered_or_not_open_is_told_at_once(district: Settings, ledger: Import) -> None:
    lines = {"受理": [ACCEPTED, accepted("A", "2025-3-1", office=f"sfs-{DISTRICT}-077"), accepted("B", "2019-3-1", office="office 009")]}
    outcome = ledger("009", lines)
    assert [(one["line"], one["column"], one["code"]) for one in outcome["faults"]] == [
        (2, "司法所", "DOMAIN_UNKNOWN_OFFICE"),
        (3, "司法所", "DOMAIN_OFFICE_CLOSED"),
    ]


@contextmanager
def ledger_page(settings: Settings, gateway: int, log: Path) -> Iterator[str]:
    """`suoheng ledger page` as a process of its own; its address."""
    port = free_port()
    command = [sys.executable, "-m", "deploy", "ledger", "page", "--port", str(port), "--to", f"http://127.0.0.1:{gateway}"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=as_environment(settings), stdout=out, stderr=out)
    try:
        until(lambda: "http://" in log.read_text(), "the page is served")
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = system_browser()
    assert found
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


def test_a_clerk_drops_a_ledger_sees_its_faults_and_publishes_it_under_the_offices_key(
    district: Settings, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against the real gateway: the key tells the office; again, it changes nothing; nothing but pseudonyms leaves the page; other keys do not do."""
    monkeypatch.setattr(in_force, "settings", lambda: district)
    office = f"sfs-{DISTRICT}-010"

    def key(publisher: str) -> str:
        assert cli.run(["credentials", "add", "--office", office, "--publisher", publisher, "--json"]) == 0
        return str(json.loads(capsys.readouterr().out)["token"])

    token, other = key("ledger-010"), key("office-10")
    bad = xlsx(tmp_path / "秘密.xlsx", cases("010", ("秘密字第1号", "2025-3-1"), ("秘密字第2号", "2025-13-2")))
    good = xlsx(tmp_path / "台账.xlsx", {"受理": [ACCEPTED, *(accepted(f"秘密字第{n}号", f"2025-3-{n}", office="") for n in (1, 2))]})
    door = Door(as_environment(district), tmp_path / "gateway.log")
    with door.running(), ledger_page(district, door.port, tmp_path / "page.log") as address:
        page = browser.new_context(locale="en-GB").new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "422" not in said.text else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None)
        page.goto(address)
        for wrong, why in (("", "AUTH_MISSING"), ("x.aaaaaaaaaaaaaaaaaaaa", "AUTH_UNKNOWN"), (other, "--publisher ledger-010")):
            page.fill("#key", wrong)
            page.set_input_files("#file", good)
            page.keyboard.press("Tab")
            page.locator("#check").press("Enter")
            expect(page.locator("#status.bad")).to_contain_text(why)
        page.fill("#key", token)
        dropped = page.evaluate_handle(
            "bytes => { const all = new DataTransfer(); all.items.add(new File([new Uint8Array(bytes)], '秘密.xlsx')); return all }",
            list(bad.read_bytes()),
        )
        page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
        expect(page.locator("#result")).to_contain_text("没有这一天或这个时刻")
        expect(page.locator("#result-title")).to_be_focused()
        with page.expect_download() as download:
            page.click("a[href^='/copy/']")
        download.value.save_as(tmp_path / "copy.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx")["受理"]
        assert [cell.value for cell in sheet[1]][-1] == "错误"
        assert "日期" in str(sheet.cell(3, sheet.max_column).value)
        expect(page.locator("#publish")).to_be_disabled()

        for published in (2, 0):
            page.goto(f"{address}/?lang=en")
            page.fill("#key", token)
            page.set_input_files("#file", good)
            page.click("#check")
            if published:
                page.click("#publish")
                expect(page.locator("#status.good")).to_contain_text("Published 2, retracted 0")
                assert value(district, "med_accepted_cnt", "010") == 2
            else:
                expect(page.locator("#result")).to_contain_text("There is nothing to publish.")
        assert complaints == []
        page.context.close()
    told = everything(district, [topic_name(one, district) for one in TOPICS])
    assert b"ledger-010" in told
    assert "秘密字第1号".encode() not in told
    assert [row[0] for row in ask(district, f"SELECT DISTINCT office FROM events WHERE source = '{SOURCE.format('010')}'")] == [office]
