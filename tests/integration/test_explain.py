"""`suoheng explain` over a crowded district: what it prints, what it ends with, and that both directions meet."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy import cli
from deploy.migrate import migrate
from schemas import settings as in_force
from schemas.settings import Settings
from tests.conftest import drop_database
from tests.integration.asking import command
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import BUREAU, D, log
from tests.storing import store

"""Exit code, the JSON document or the text, and what went to stderr."""


@pytest.fixture(scope="module")
def crowded(stack: Any) -> Iterator[Settings]:
    """A crowded district in which every indicator has values, in a database of its own."""
    ours: Settings = stack.settings.model_copy(update={"clickhouse_database": "t_explain"})
    migrate(ours)
    store(ours, [message[1:] for message in log(chance_district(24, 5_000, days=200, subjects=20))])
    yield ours
    drop_database(ours)


@pytest.fixture
def explain(crowded: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command on the crowded district."""
    return command(crowded, monkeypatch, capsys, "explain")


def value(indicator: str, *more: str, window: str = "month:2024-01") -> tuple[str, ...]:
    return ("--district", D, "--indicator", indicator, "--window", window, *more)


def test_a_value_with_its_records_and_events(explain: Any) -> None:
    code, found, _ = explain(*value("med_accepted_cnt", "--json", "--all"))
    assert (code, found["agrees"]) == (0, True)
    assert sum(row["amount"] * row["weight"] for row in found["rows"]) == found["value"]["numerator"] > 0
    for row in found["rows"]:
        live = {event["type"] for event in found["events"][row["record"]] if event["standing"] == "live"}
        assert "med.case.accepted" in live
    code, text, _ = explain(*value("med_accepted_cnt", "--limit", "1"))
    assert code == 0
    assert "受理件数" in text
    assert "equal 一致" in text
    assert "--all shows every one" in text


def test_of_an_authority_it_says_who_pays(explain: Any) -> None:
    code, found, error = explain(*value("med_accepted_cnt", "--subject", BUREAU, "--json", window="half:2024-H1"))
    assert code == 0, error
    assert found["key"]["mode"] == "share_weighted"
    shares = {bp for paid in found["payers"] for authority, bp in paid["shares"] if authority == BUREAU}
    assert {row["weight"] for row in found["rows"]} <= shares


def test_presence_is_told_from_the_stays_and_it_says_so(explain: Any) -> None:
    code, text, _ = explain(*value("res_help_rate"))
    assert code == 0
    assert "presence has no facts" in text


def test_a_value_that_does_not_follow_ends_with_1(explain: Any, crowded: Settings) -> None:
    moved = (
        "ALTER TABLE indicator_value_rows UPDATE numerator = numerator {} 1 WHERE indicator = 'leg_consult_cnt' SETTINGS mutations_sync = 1"
    )
    ask(crowded, moved.format("+"))
    code, text, error = explain(*value("leg_consult_cnt"))
    assert code == 1
    assert "NOT equal 不一致" in text
    assert "does not follow from what stands behind it" in error
    ask(crowded, moved.format("-"))
    assert explain(*value("leg_consult_cnt"))[0] == 0


def test_from_an_event_to_values_and_back(explain: Any, crowded: Settings) -> None:
    query = f"SELECT source, id, record FROM record_events(district = '{D}', records = [], family = 'leg.') WHERE standing = 'live' AND op = 'assert'"
    source, id_, record = ask(crowded, query)[0]
    code, found, _ = explain("--event", source, id_, "--json", "--all")
    assert (code, found["became"]) == (0, "live")
    (behind,) = found["records"]
    assert behind["record"] == record
    touched = [v for v in behind["values"] if v["indicator"] == "leg_consult_cnt"]
    assert {v["window_kind"] for v in touched} == {"day", "week", "month", "quarter", "half", "year"}
    for v in touched[::3]:
        more = ("--subject", v["subject_id"], "--mode", v["mode"], "--all", "--json")
        code, back, error = explain(*value(v["indicator"], *more, window=f"{v['window_kind']}:{v['window_start']}"))
        assert code == 0, error
        assert back["value"]["numerator"] == v["numerator"]
        assert sum(row["amount"] * row["weight"] for row in back["rows"] if row["record"] == record) == v["to_numerator"]


@pytest.mark.parametrize("standing", ["live", "amended", "superseded", "retracted", "retraction"])
def test_what_became_of_an_event(explain: Any, crowded: Settings, standing: str) -> None:
    if standing == "retraction":
        event = ask(crowded, "SELECT source, id FROM events WHERE type = 'dat.event.retracted'")[0]
    else:
        event = ask(
            crowded, f"SELECT source, id FROM record_events(district = '{D}', records = [], family = '') WHERE standing = '{standing}'"
        )[0]
    code, found, _ = explain("--event", *event, "--json")
    assert (code, found["became"]) == (0, standing)
    assert [found["event"]["source"], found["event"]["id"]] == list(event)


def test_an_office_that_closes_ends_what_it_had(explain: Any, crowded: Settings) -> None:
    query = f"SELECT source, id FROM record_events(district = '{D}', records = [], family = 'reg.office.closed')"
    for event in ask(crowded, f"{query} LIMIT 2"):
        code, found, _ = explain("--event", *event, "--json")
        assert code == 0
        assert found["records"][0]["record"].startswith("reg.office:")
        assert all(behind["record"].startswith(("cap.", "leg.contract:", "reg.roles:")) for behind in found["records"][1:])


def test_a_record_for_people(explain: Any, crowded: Settings) -> None:
    ((record,),) = ask(crowded, "SELECT record FROM facts WHERE component = 'med.accepted' LIMIT 1")
    code, text, _ = explain("--district", D, "--record", record, "--limit", "2")
    assert code == 0
    assert f"record 记录 {record}" in text
    assert "values touched now" in text


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "say what to explain"),
        (value("med_succes_rate"), 2, "did you mean med_success_rate"),
        (value("med_accepted_cnt", window="march"), 2, "month:2026-03"),
        (value("med_accepted_cnt", window="month:2024-13"), 2, "there is no such day"),
        (value("med_accepted_cnt", "--mode", "own", "--subject", BUREAU), 2, "share_weighted"),
        (value("fund_share_actual"), 2, "--subject au-"),
        (value("dual_balance_gap_pp", "--subject", BUREAU), 2, "offices and the district only"),
        (value("med_accepted_cnt", window="month:2031-01"), 1, "With another window there is: month:20"),
        (value("med_accepted_cnt", "--dimension", "source=x"), 1, "With another dimension there is: "),
        (value("med_accepted_cnt", "--subject", f"sfs-{D}-099"), 1, "With another subject there is: "),
        (("--district", "123456", "--indicator", "cor_caseload", "--window", "year:2024"), 1, f"With another district there is: {D}"),
        (("--district", "1", "--indicator", "cor_caseload", "--window", "year:2024"), 2, "six-digit"),
        (("--event", "office-1", "x"), 2, "is no source"),
        (("--event", f"/districts/{D}/office-1", "never"), 1, "is not known here"),
        (("--event", f"/districts/{D}/office-1", "x", "--record", "y"), 2, "stands alone"),
        (("--district", D, "--record", "med:nobody"), 1, "records are named"),
    ],
)
def test_what_is_wrong_is_said(explain: Any, arguments: tuple[str, ...], code: int, says: str) -> None:
    ended, _, error = explain(*arguments)
    assert ended == code
    assert says in error


def test_without_clickhouse_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(in_force, "settings", lambda: Settings(clickhouse_url="http://127.0.0.1:1"))
    assert cli.run(["explain", *value("med_accepted_cnt")]) == 3
    assert "does not answer" in capsys.readouterr().err
