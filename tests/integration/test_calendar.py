"""`suoheng calendar`: what is decided goes through Kafka and the core into ClickHouse, and everything that has a limit is counted anew."""

from pathlib import Path
from typing import Any

import pytest

from deploy.doctor.clickhouse import calendar as years
from streams.core.message import Message
from tests.integration.asking import command, messages
from tests.integration.sink_stage import ask
from tests.scenarios.story import O1, D, Story, case, log
from tests.storing import store

YEARS = (
    "SELECT year, state, doc_no, length(off), length(worked) FROM working_years WHERE district = '990107' AND year >= 2026 ORDER BY year"
)
OVERDUE = "SELECT day FROM facts WHERE component = 'leg.aid_assign_due'"


def told() -> list[Message]:
    """A district whose today is in 2027, with one application for legal aid granted on Friday, 5 February."""
    story = Story()
    story.add("leg.aid.received", "2027-02-01", O1, case(1), matter="criminal", group="minor")
    story.add("leg.aid.decided", "2027-02-05", O1, case(1), result="granted")
    story.tick("2027-03-01")
    return [message[1:] for message in log(story.events)]


@pytest.fixture
def calendar(installation: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command."""
    return command(installation, monkeypatch, capsys, "calendar")


def published(installation: Any) -> list[Message]:
    return messages(installation, after=100)


def test_a_year_is_provisional_until_it_is_decided_and_counted_anew_then(installation: Any, calendar: Any, tmp_path: Path) -> None:
    store(installation, told())
    code, shown, _ = calendar("show", "--district", D)
    assert code == 0
    assert "2027 990107 PROVISIONAL 暂定: 261 working days" in shown
    assert ask(installation, YEARS) == [(2026, "shipped", "", 33, 6)]
    assert [str(day) for (day,) in ask(installation, OVERDUE)] == ["2027-02-10"]

    file = tmp_path / "2027.csv"
    file.write_text("日期,安排\n2027/02/08,休\n2027-02-09,off\n\n# to make up\n2027-02-13,班\n", encoding="gb18030")
    code, dry, _ = calendar("import", str(file), "--district", D, "--doc-no", "国办发明电〔2026〕9号")
    assert code == 0
    assert "2027-02-08 off 休, was 原为 worked 班" in dry
    assert "nothing was published" in dry
    assert published(installation) == []
    code, done, _ = calendar("import", str(file), "--district", D, "--doc-no", "国办发明电〔2026〕9号", "--yes", "--json")
    assert (code, done["published"]) == (0, True)
    assert done["years"][0]["working_days"] == 260

    store(installation, [*told(), *published(installation)], slice_events=len(told()))
    assert ask(installation, YEARS)[1] == (2027, "decided", "国办发明电〔2026〕9号", 2, 1)
    assert [str(day) for (day,) in ask(installation, OVERDUE)] == ["2027-02-12"]
    days = ask(
        installation, "SELECT day, working, state FROM working_days(district = '990107', first_day = '2027-02-08', last_day = '2027-02-13')"
    )
    assert [working for _, working, _ in days] == [False, False, True, True, True, True]
    assert {state for _, _, state in days} == {"decided"}

    code, again, _ = calendar("import", str(file), "--district", D, "--doc-no", "x")
    assert (code, again) == (0, "nothing to decide: it is so already 无需变更\n")
    code, edited, _ = calendar(
        "edit", "--district", D, "--year", "2027", "--clear", "2027-02-13", "--off", "2027-05-03..2027-05-05", "--doc-no", "10", "--json"
    )
    assert (code, edited["published"]) == (0, False)
    assert edited["years"][0]["changes"] == [
        "2027-02-13 off 休, was 原为 worked 班", *(f"2027-05-0{day} off 休, was 原为 worked 班" for day in (3, 4, 5)),
    ]  # fmt: skip


def test_the_package_tells_years_that_are_not_shipped(installation: Any, calendar: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer package than the one of the build."""
    from chinese_calendar import constants

    store(installation, told())
    assert "nothing to decide" in calendar("import", "--package", "--district", D)[1]
    day = type(next(iter(constants.holidays)))(2027, 2, 8)
    monkeypatch.setitem(constants.holidays, day, "Spring Festival")
    code, shown, _ = calendar("import", "--package", "--district", D)
    assert code == 0
    assert "2027: 260 working days 工作日, 1 days change" in shown


def test_the_doctor_says_what_is_provisional(installation: Any) -> None:
    assert years(installation).finding("en").startswith("working days of")
    store(installation, told())
    ask(installation, "ALTER TABLE shipped_calendar_rows DELETE WHERE 1 SETTINGS mutations_sync = 1")
    check = years(installation)
    assert check.ok
    assert f"of {D}" in check.finding("en")
    assert "PROVISIONAL" in check.finding("en")
    assert "暂按周一至周五" in check.finding("zh")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "--district", "99"), 2, "six-digit code"),
        (("show", "--district", "990999"), 1, "no district 990999"),
        (("show", "--year", "1980"), 2, "greater than or equal to 1990"),
        (("import",), 2, "say from where"),
        (("import", "x.csv", "--package", "--district", D), 2, "say from where"),
        (("import", "/nowhere.csv", "--district", D), 3, "cannot be read"),
        (("edit", "--district", D, "--year", "2027"), 2, "say which days"),
        (("edit", "--district", D, "--year", "2027", "--off", "2026-02-08", "--doc-no", "1"), 2, "is no day of 2027"),
        (("edit", "--district", D, "--year", "2027", "--off", "2027-02-30", "--doc-no", "1"), 2, "there is no such day"),
        (("edit", "--district", D, "--year", "2027", "--off", "tomorrow", "--doc-no", "1"), 2, "write a day such as"),
        (("edit", "--district", D, "--year", "2027", "--off", "2027-02-09..2027-02-08", "--doc-no", "1"), 2, "lies before the first"),
        (("edit", "--district", D, "--year", "2027", "--off", "2027-02-08", "--work", "2027-02-08", "--doc-no", "1"), 2, "named twice"),
        (("edit", "--district", D, "--year", "2027", "--off", "2027-02-08"), 2, "give --doc-no"),
        (("edit", "--district", D, "--year", "2027", "--off", "2027-02-08", "--doc-no", "13812345678"), 2, "TEXT_PRIVATE"),
    ],
)
def test_what_cannot_be_decided_ends_with_one_line(
    installation: Any, calendar: Any, arguments: tuple[str, ...], code: int, said: str
) -> None:
    if "999" not in "".join(arguments):
        store(installation, told())
    ended, _, error = calendar(*arguments)
    assert ended == code
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-08,maybe", ":2: after the day say off"),
        ("2027-02-08", ":2: after the day say off"),
        ("2027-02-38,off", ":2: '2027-02-38' is no day"),
        ("2027-02-07,work", ":2: 2027-02-07 is told twice"),
        ("1980-02-08,off", "1980: years from 1990"),
    ],
)
def test_a_file_that_cannot_be_read_names_the_line(installation: Any, calendar: Any, tmp_path: Path, line: str, said: str) -> None:
    store(installation, told())
    file = tmp_path / "days.csv"
    file.write_text(f"2027-02-07,off\n{line}\n", encoding="utf-8-sig")
    code, _, error = calendar("import", str(file), "--district", D, "--doc-no", "1")
    assert code == 2
    assert said in error
