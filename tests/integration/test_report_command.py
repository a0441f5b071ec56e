"""`suoheng report`: what it prints, what it compares, how it groups, and how it ends."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deploy.migrate import migrate
from schemas import settings as in_force
from schemas.settings import Settings
from tests.conftest import drop_database
from tests.integration.asking import command
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import D, log
from tests.storing import store


@pytest.fixture(scope="module")
def crowded(stack: Any) -> Iterator[Settings]:
    """A crowded district over a year and a half, in a database of its own."""
    ours: Settings = stack.settings.model_copy(update={"clickhouse_database": "t_report"})
    migrate(ours)
    store(ours, [message[1:] for message in log(chance_district(7, 3_000, days=500))])
    yield ours
    drop_database(ours)


@pytest.fixture
def report(crowded: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command on the crowded district, or another one."""
    run = command(crowded, monkeypatch, capsys, "report")
    return lambda *arguments, district=D: run("--district", district, *arguments)


def published(settings: Settings, kind: str, start: str) -> dict[str, tuple[Any, ...]]:
    rows = ask(
        settings,
        "SELECT indicator, numerator, denominator, scale, value FROM indicator_values "
        f"WHERE mode = 'none' AND dimension = '' AND subject_kind = 'district' AND window_kind = '{kind}' AND window_start = '{start}'",
    )
    return {row[0]: row[1:] for row in rows}


def exact(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["numerator"], row["denominator"], row["scale"], row["value"]


def test_a_month_stands_beside_the_one_before_and_that_of_the_year_before(report: Any, crowded: Settings) -> None:
    code, found, _ = report("--period", "month:2025-01", "--json")
    assert code == 0
    assert found["compared"]["previous"] == {"first_day": "2024-12-01", "last_day": "2024-12-31", "days": 31}
    now, before, year = (published(crowded, "month", start) for start in ("2025-01-01", "2024-12-01", "2024-01-01"))
    compared = told = 0
    for row in found["rows"]:
        for there, line in ((now, row), (before, row["previous"]), (year, row["last_year"])):
            if row["indicator"] in there:
                assert exact(line) == there[row["indicator"]], row
                compared += 1
        if row["unit_en"] in ("cases", "persons", "%") and None not in (row["value"], row["previous"]["value"]):
            assert row["previous"]["difference"] == pytest.approx(row["value"] - row["previous"]["value"], abs=1e-12)
            told += 1
    assert told > 15
    assert compared > 90


def test_what_runs_is_compared_with_as_much_of_the_time_before(report: Any, crowded: Settings) -> None:
    ((today,),) = ask(crowded, f"SELECT today FROM districts WHERE district = '{D}'")
    first, before = today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    code, found, _ = report("--period", f"month:{today:%Y-%m}", "--indicator", "med_accepted_cnt", "--json")
    assert code == 0
    assert found["period"]["running"]
    assert found["period"]["counted_until"] == str(today)
    assert found["compared"]["previous"]["days"] == min(today.day, (first - before).days)
    ((counted,),) = ask(
        crowded,
        "SELECT sum(amount) FROM facts WHERE component = 'med.accepted' AND dimension = '' "
        f"AND day >= '{before}' AND day <= '{found['compared']['previous']['last_day']}'",
    )
    assert found["rows"][0]["previous"]["numerator"] == counted


@pytest.mark.parametrize("period", ["ytd", "rolling-30", "rolling-90", "rolling-365", "assessment-year"])
def test_a_period_that_ends_with_a_day_counts_the_facts_of_its_days(report: Any, crowded: Settings, period: str) -> None:
    code, found, _ = report(
        "--period", period, "--on", "2024-10-17", "--first-month", "12", "--indicator", "med_accepted_cnt,cor_caseload", "--json"
    )
    assert code == 0
    first = {
        "ytd": "2024-01-01", "rolling-30": "2024-09-18", "rolling-90": "2024-07-20", "rolling-365": "2023-10-19", "assessment-year": "2023-12-01",
    }[period]  # fmt: skip
    assert (found["period"]["first_day"], found["period"]["last_day"]) == (first, "2024-10-17")
    facts = "SELECT sum(amount) FROM facts WHERE dimension = '' AND component ="
    ((accepted,),) = ask(crowded, f"{facts} 'med.accepted' AND day BETWEEN '{first}' AND '2024-10-17'")
    ((present,),) = ask(crowded, f"{facts} 'cor.caseload' AND day <= '2024-10-17'")
    assert [row["numerator"] for row in found["rows"]] == [accepted, present]


def test_parts_of_flows_add_up_and_persons_and_ratios_do_not(report: Any) -> None:
    days = ("--from", "2024-02-10", "--to", "2024-08-20", "--indicator", "med_accepted_cnt,res_help_rate")
    _, whole, _ = report(*days, "--json")
    _, parts, _ = report(*days, "--by", "month", "--json")
    assert [row["first_day"] for row in parts["rows"][:2]] == ["2024-02-10", "2024-03-01"]
    assert parts["compared"] is None
    added: dict[str, int] = defaultdict(int)
    for row in parts["rows"]:
        added[row["indicator"]] += row["denominator"] or row["numerator"]
    (accepted, helped) = whole["rows"]
    assert added["med_accepted_cnt"] == accepted["numerator"]
    assert added["res_help_rate"] > helped["denominator"]


@pytest.mark.parametrize("mode", ["share_weighted", "full", "lead", "assigned_by"])
def test_an_authoritys_value_is_told_apart_by_office(report: Any, mode: str) -> None:
    days = ("--from", "2024-02-10", "--to", "2025-02-20", "--indicator", "med,cor_lost_cnt", "--mode", mode, "--json")
    _, whole, _ = report(*days, "--by", "authority")
    _, cells, _ = report(*days, "--by", "authority,office")
    added: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in cells["rows"]:
        if row["office"]:
            assert (row["mode"], row["subject_kind"]) == (mode, "authority")
            of = added[row["indicator"], row["subject_id"]]
            of[0], of[1] = of[0] + row["numerator"], of[1] + (row["denominator"] or 0)
    expected = {
        (row["indicator"], row["subject_id"]): [row["numerator"], row["denominator"] or 0]
        for row in whole["rows"]
        if row["subject_kind"] == "authority"
    }
    assert len(expected) > 10
    assert added == expected


def test_shares_add_up_to_the_district(report: Any) -> None:
    _, found, _ = report("--from", "2024-02-10", "--to", "2024-08-20", "--indicator", "med_accepted_cnt", "--by", "authority", "--json")
    shares = [Fraction(row["numerator"], row["scale"]) for row in found["rows"] if row["subject_kind"] == "authority"]
    assert sum(shares) == found["rows"][-1]["numerator"] > 0
    assert found["rows"][-1]["subject_id"] == D


def test_csv_holds_the_same_and_no_formula(report: Any, crowded: Settings, tmp_path: Path) -> None:
    asked = ("--period", "quarter:2024-Q2", "--by", "office,dimension")
    _, found, _ = report(*asked, "--json")
    code, text, _ = report(*asked, "--csv", "-")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["indicator"], row["subject_id"], row["dimension"], int(row["numerator"])) for row in rows] == [
        (row["indicator"], row["subject_id"], row["dimension"], row["numerator"]) for row in found["rows"]
    ]
    assert {row["dimension"].partition("=")[0] for row in rows} >= {"", "dispute_type", "source"}
    ask(
        crowded,
        f"INSERT INTO office_rows SELECT * REPLACE ('=1+1' AS name, version + 1 AS version) FROM office_rows FINAL WHERE office = 'sfs-{D}-001'",
    )
    code, said, _ = report(*asked, "--csv", str(tmp_path / "q2.csv"))
    written = (tmp_path / "q2.csv").read_bytes()
    assert code == 0
    assert written.startswith(b"\xef\xbb\xbf")
    assert b",'=1+1," in written
    assert f"{len(rows)} lines" in said


def test_the_table_says_what_is_compared_and_what_is_left_out(report: Any) -> None:
    code, text, _ = report("--period", "month:2025-01")
    assert code == 0
    for said in ("2025-01-01 – 2025-01-31", "before 上期 2024-12-01 – 2024-12-31", "a year ago 上年同期 2024-01-01 – 2024-01-31", "受理件数 med_accepted_cnt",
                 "--by authority", "fund_share_actual", "--by dimension", "cap_star_cnt"):  # fmt: skip
        assert said in text
    _, text, _ = report("--period", "month:2025-01", "--by", "authority", "--indicator", "fund", "--no-compare")
    assert "own" not in text
    assert "本单位" in text
    assert "上期" not in text


def test_nothing_is_said_of_times_before_all_that_is_known(report: Any) -> None:
    _, found, _ = report("--period", "month:2024-01", "--indicator", "med_accepted_cnt", "--json")
    assert found["rows"][0]["last_year"] is None
    _, text, _ = report("--period", "month:2024-01", "--indicator", "med_accepted_cnt")
    assert "no data 无数据" in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "say which days"),
        (("--from", "2024-01-01"), 2, "say which days"),
        (("--from", "2024-01-01", "--to", "2024-01-31", "--period", "ytd"), 2, "say which days"),
        (("--from", "2024-02-30", "--to", "2024-03-31"), 2, "there is no such day"),
        (("--from", "20240201", "--to", "2024-03-31"), 2, "--from takes a day"),
        (("--from", "2024-03-01", "--to", "2024-02-01"), 2, "lies before"),
        (("--from", "1960-03-01", "--to", "2024-02-01"), 2, "periods lie between"),
        (("--period", "month:2024-13"), 2, "there is no such day"),
        (("--period", "fortnight:2024"), 2, "is no period"),
        (("--period", "year:2140"), 1, "after the district's today"),
        (("--from", "2024-01-01", "--to", "2024-01-31", "--on", "2024-01-31"), 2, "--on"),
        (("--period", "ytd", "--by", "ofice"), 2, "did you mean office"),
        (("--period", "ytd", "--by", "day,month"), 2, "exclude each other"),
        (("--period", "ytd", "--mode", "lead"), 2, "add --by authority"),
        (("--period", "ytd", "--by", "authority", "--mode", "led"), 2, "there is no such mode"),
        (("--period", "ytd", "--indicator", "med_acepted_cnt"), 2, "did you mean med_accepted_cnt"),
        (("--from", "2000-01-01", "--to", "2024-12-31", "--by", "day"), 2, "parts by day"),
        (("--period", "ytd", "--json", "--csv", "-"), 2, "exclude each other"),
        (("--period", "ytd", "--csv", "/nowhere/x.csv"), 3, "cannot be written"),
    ],
)
def test_what_cannot_be_answered_ends_with_one_line(report: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, out, error = report(*arguments)
    assert (ended, out) == (code, "")
    assert said in error
    assert error.count("\n") == 1


def test_a_district_that_is_not_known(report: Any, crowded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert report("--period", "ytd", district="990999")[0] == 1
    assert report("--period", "ytd", district="99")[0] == 2
    nowhere = crowded.model_copy(update={"clickhouse_url": "http://127.0.0.1:9"})
    monkeypatch.setattr(in_force, "settings", lambda: nowhere)
    code, _, error = report("--period", "ytd")
    assert (code, "cannot be asked" in error) == (3, True)


def test_today_is_the_day_on_which_periods_end_by_default(report: Any, crowded: Settings) -> None:
    ((today,),) = ask(crowded, f"SELECT today FROM districts WHERE district = '{D}'")
    _, found, _ = report("--period", "ytd", "--indicator", "leg", "--json")
    assert (found["period"]["first_day"], found["period"]["last_day"]) == (str(date(today.year, 1, 1)), str(today))


def test_what_is_for_publication_has_bounds_and_no_small_cell_of_persons(report: Any) -> None:
    code, found, _ = report("--period", "year:2024", "--by", "office", "--publish", "--json")
    assert code == 0
    rows = found["rows"]
    told, hidden = ([row for row in rows if row["withheld"] == withheld] for withheld in (False, True))
    assert told
    assert hidden
    assert all(row["numerator"] is None and row["denominator"] is None and row["value"] is None for row in hidden)
    assert not [row for row in told if row["indicator"] == "res_register" and 0 < row["numerator"] < 5]
    assert not [row for row in told if row["low"] is not None and not row["low"] <= row["value"] <= row["high"]]
    assert [row for row in told if row["low"] is not None]
    assert "previous" not in rows[0]


@pytest.mark.parametrize("arguments", [("--by", "office,authority"), ("--by", "dimension"), ("--by", "authority", "--mode", "full,lead")])
def test_what_would_give_small_cells_away_is_not_published(report: Any, arguments: tuple[str, ...]) -> None:
    code, _, error = report("--period", "year:2024", "--publish", *arguments)
    assert code == 2
    assert "--publish" in error
