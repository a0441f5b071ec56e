"""`suoheng assess` and `suoheng programmes` on stored events: scores worked out by hand, and every point lost led back to its record."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.migrate import migrate
from schemas.settings import Settings
from tests.conftest import drop_database
from tests.integration.asking import command
from tests.scenarios.story import BUREAU, O1, O2, D, Story, case, log, person, task
from tests.storing import store

SCHEME = """
scheme: small
version: 3
name: { zh: 小方案, en: small }
effective_from: 2020-01-01
sources: [inferred]
half_weights: { first: 40, second: 60 }
domains:
  - id: all
    name: { zh: 全部, en: all }
    points: 10
    items:
      - { id: success, name: { zh: 成功率, en: success }, rules: [{ deduct_if_ratio_below: { indicator: med_success_rate, threshold: 0.9, points: 4 } }] }
      - { id: tasks, name: { zh: 任务, en: tasks }, rules: [{ deduct_per_failure: { indicator: dual_completion_bureau, points: 2 } }] }
      - { id: lost, name: { zh: 脱管, en: lost }, rules: [{ deduct_per_event: { indicator: cor_lost_cnt, points: 3 } }] }
bonuses:
  - { id: created, name: { zh: 当年达标, en: created }, points: 1.5, when: { indicator: cap_standard_rate, at_least: 1, new: true } }
"""
GRADES = "grades_of: 'D'\nscheme: small\nentries:\n  - {office: sfs-990107-001, of: beauty, period: half:2024-H1, points: 1, by: x, day: 2024-07-01, evidence: y}\n"


def district() -> Story:
    """Office 1, first half of 2024: three cases of which one fails, two tasks of the bureau of which one is late, one person lost; of provincial standard
    since March. Office 2: one case, settled; of provincial standard since 2023; 100 m²."""
    story = Story(O1, O2)
    for number in (1, 2, 3):
        story.accepted("2024-02-01", case(number))
    story.agreed("2024-02-05", case(1))
    story.agreed("2024-02-06", case(2))
    story.failed("2024-02-07", case(3))
    story.accepted("2024-03-01", case(4), O2)
    story.agreed("2024-03-02", case(4), O2)
    for number, done in ((1, "2024-03-09"), (2, "2024-03-12")):
        story.add(
            "soc.task.assigned", "2024-03-01", O1, task(number),
            task_class="inspection", function_number=1, due_at="2024-03-10T18:00:00+08:00", assigned_by=BUREAU,
        )  # fmt: skip
        story.add("soc.task.completed", done, O1, task(number))
    story.add("cor.subject.due", "2024-01-10", O1, person(1), category="probation", report_by="2024-01-20")
    story.add("cor.subject.registered", "2024-01-12", O1, person(1))
    story.add("cor.control.lost", "2024-04-01", O1, person(1))
    story.add("cap.rating.awarded", "2024-03-15", O1, programme="prov_standard")
    story.add("cap.rating.awarded", "2023-05-01", O2, programme="prov_standard")
    story.add("cap.rating.awarded", "2024-06-20", O1, programme="city_star", level=3)
    story.add("cap.premises.snapshot", "2024-01-05", O1, area_m2="130", independent=True)
    story.add("cap.premises.snapshot", "2024-01-05", O2, area_m2="100", independent=True)
    story.add("cap.staff.snapshot", "2024-01-05", O1, staff=4)
    story.tick("2024-09-30")
    return story


@pytest.fixture(scope="module")
def installed(stack: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    ours: Settings = stack.settings.model_copy(update={"clickhouse_database": "t_assess", "data": tmp_path_factory.mktemp("assess")})
    migrate(ours)
    store(ours, [message[1:] for message in log(district().events)])
    folder = ours.data / "assessment" / "schemes"
    folder.mkdir(parents=True)
    (folder / "small.yaml").write_text(SCHEME)
    yield ours
    drop_database(ours)


@pytest.fixture
def run(installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return command(installed, monkeypatch, capsys)


def test_scores_are_those_worked_out_by_hand_and_lead_to_their_records(run: Any, installed: Settings) -> None:
    # Office 1, first half: success 2/3 < 90 %: -4; one task late: -2; one person lost: -3: 1 of 10. Second half, running: nothing is lost: 10.
    #   0.4 x 1 + 0.6 x 10 = 6.4, and of standard since this year: +1.5 = 7.9.  Office 2: 10; its standard is of last year.
    code, told, _ = run("assess", "--district", D, "--scheme", "small", "--period", "year:2024", "--office", O1, "--json")
    assert code == 0
    assert [(part["id"], part["state"]) for part in told["parts"]] == [("first", "over"), ("second", "running")]
    (one,) = told["offices"]
    assert (one["score"], one["place"], one["best"], one["worst"]) == (7.9, 2, 2, 2)
    lost = {(item["part"], item["item"]): (item["lost"], item["rules"][0]["records"]) for item in one["items"]}
    assert {key: value[0] for key, value in lost.items() if value[0] != "0"} == {
        ("first", "success"): "4",
        ("first", "tasks"): "2",
        ("first", "lost"): "3",
    }
    records = {item: [record["record"] for record in lost["first", item][1]] for item in ("success", "tasks", "lost")}
    assert records == {"success": [f"med:{case(3)}"], "tasks": [f"task:{task(2)}"], "lost": [f"cor:{person(1)}"]}
    assert [event["type"] for event in lost["first", "tasks"][1][0]["events"]] == ["soc.task.assigned", "soc.task.completed"]
    assert one["items"][0]["rules"][0]["why"]["en"] == "Success rate 66.67% (2/3) < 90%"
    newer = installed.data / "assessment" / "schemes" / "newer.yaml"
    newer.write_text(SCHEME.replace("version: 3", "version: 4").replace("2020-01-01", "2024-09-15"))
    versions = [
        run("assess", "--district", D, "--scheme", "small", "--period", period, "--json")[1]["scheme"]["version"]
        for period in ("half:2024-H1", "year:2024")
    ]
    newer.unlink()
    assert versions == [3, 4]
    _, whole, _ = run("assess", "--district", D, "--scheme", "small:3", "--json")
    assert [(o["office"], o["score"], o["place"]) for o in whole["offices"]] == [(O2, 10.0, 1), (O1, 7.9, 2)]


def test_what_if_tells_points_and_places_before_and_after(run: Any) -> None:
    # With 95 % in the first half office 1 loses 4 x 0.4 = 1.6 less: 9.5; with the person not lost 1.2 less still: 10.7, the first.
    changes = ["--what-if", f"{O1}:med_success_rate@first=95%", "--what-if", f"{O1}:cor_lost_cnt=0"]
    _, told, _ = run("assess", "--district", D, "--scheme", "small", *changes, "--json")
    tried = {one["office"]: (one["score"], one["place"], one["what_if"]["score"], one["what_if"]["place"]) for one in told["offices"]}
    assert tried == {O2: (10.0, 1, 10.0, 2), O1: (7.9, 2, 10.7, 1)}


def test_it_is_told_as_a_table_a_document_and_csv(run: Any) -> None:
    asked = ("assess", "--district", D, "--scheme", "small", "--period", "half:2024-H1", "--office", O1)
    code, table, _ = run(*asked)
    assert code == 0
    assert f"med:{case(3)}" in table
    assert "66.67% (2/3)" in table
    _, document, _ = run(*asked, "--markdown", "en")
    assert "| 2 | office 001 | 2.50 | – |" in document
    _, lines, _ = run(*asked, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert [(row["office"], row["item"], row["lost"]) for row in rows if row["lost"] != "0"] == [
        (O1, "success", "4"),
        (O1, "tasks", "2"),
        (O1, "lost", "3"),
    ]


def test_titles_tell_what_is_held_what_is_missing_and_who_is_nearest(run: Any) -> None:
    code, told, _ = run("programmes", "--district", D, "--json")
    assert code == 0
    by = {(one["programme"], one["office"]): one for one in told["readiness"]}
    held = by["prov_standard", O1]["held"]
    assert (held["since"], held["awarded_on"], held["record"]) == ("2024-03-15", "2024-03-15", f"cap.rating:{O1}:prov_standard")
    assert by["prov_standard", O2]["next"] is None
    star = by["city_star", O1]
    assert (star["held"]["level"], star["next"]["level"]) == (3, 4)
    area = next(one for one in star["criteria"] if one["criterion"] == "area")
    assert (area["verdict"], area["value"], area["away"]) == ("missing", 130.0, 20.0)
    assert by["city_star", O2]["next"]["level"] == 3
    # Office 2 lacks 20 m² of 120 and has stated no staff; of agreements none was due, so that nobody can tell. 2 of 5.
    assert (by["city_star", O2]["met"], len(by["city_star", O2]["criteria"])) == (2, 5)
    # Excellent: office 1 is of standard, and short of rooms, staff, success, tasks and nobody lost: 1 of 6. Office 2: of standard, 1/1 settled, nobody
    # lost; short of rooms, has stated no staff and had no tasks: 3 of 6.
    excellent = [(one["office"], one["place"], one["met"]) for one in told["readiness"] if one["programme"] == "prov_excellent"]
    assert excellent == [(O2, 1, 3), (O1, 2, 1)]
    code, table, _ = run("programmes", "--district", D, "--office", O2, "--programme", "city_star")
    assert code == 0
    assert "100 ㎡" in table


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--district", D), 2, "say by which scheme"),
        (("--district", D, "--scheme", "smal"), 2, "did you mean small?"),
        (("--district", D, "--scheme", "small:9"), 2, "small:3"),
        (("--district", "990199", "--scheme", "small"), 1, "there is no district 990199"),
        (("--district", D, "--scheme", "small", "--period", "year:2031"), 1, "nothing can be assessed yet"),
        (("--district", D, "--scheme", "small", "--period", "never"), 2, "no period"),
        (("--district", D, "--scheme", "small", "--office", "sfs-990107-009"), 2, "there is no office"),
        (("--district", D, "--scheme", "small", "--what-if", "pub_activity_cnt=3"), 2, "does not ask pub_activity_cnt"),
        (("--district", D, "--scheme", "small", "--what-if", "med_success_rate=much"), 2, "is no change"),
        (("--district", D, "--scheme", "small", "--what-if", "grade.beauty=3"), 2, "has nobody grade"),
    ],
)
def test_what_cannot_be_assessed_is_told(run: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, told = run("assess", *arguments)
    assert (ended, told.count("\n")) == (code, 1)
    assert said in told


def test_a_form_of_what_is_missing_is_a_file_once_it_is_filled_in(run: Any, installed: Settings, tmp_path: Path) -> None:
    code, form, _ = run("assess", "form", "--district", D, "--scheme", "shangcheng_2022", "--period", "half:2024-H1")
    assert code == 0
    lines = [line for line in form.splitlines() if f"office: {O1}" in line]
    assert f"  - {{ office: {O1}, of: rest, period: half:2024-H1, points: , by: , day: , evidence: }}" in lines
    assert len(lines) == 10  # nine inspections, one grade
    filled = tmp_path / "filled.yaml"
    for empty, said in (
        ("points:", "points: 12"),
        ("count:", "count: 0"),
        ("by:", "by: 矫正科"),
        ("day:", "day: 2024-07-02"),
        ("evidence:", "evidence: 表1"),
    ):
        form = form.replace(f"{empty} ", f"{said} ")
    filled.write_text(form.replace("points: 12 ,", "points: 12,"))
    assert run("assess", "check", str(filled))[0] == 0
    folder = installed.data / "assessment" / "grades"
    folder.mkdir(exist_ok=True)
    (folder / "filled.yaml").write_text(filled.read_text())
    _, told, _ = run("assess", "--district", D, "--scheme", "shangcheng_2022", "--period", "half:2024-H1", "--json")
    assert [(one["score"], one["place"]) for one in told["offices"]] == [(24.0, 1), (24.0, 1)]
    assert f"office: {O1}" not in run("assess", "form", "--district", D, "--scheme", "shangcheng_2022", "--period", "half:2024-H1")[1]
    (folder / "filled.yaml").unlink()


def test_files_are_checked_by_line(run: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SCHEME.replace("indicator: cor_lost_cnt", "indicator: cor_lots").replace("first: 40", "first: 50"))
    code, told, ended = run("assess", "check", str(wrong))
    assert code == 1
    assert f"{wrong}:7: half_weights: first and second must sum to 100" in told
    assert "has 1 mistake" in ended
    wrong.write_text(SCHEME.replace("indicator: cor_lost_cnt", "indicator: cor_lots"))
    assert "there is no indicator 'cor_lots'" in run("assess", "check", str(wrong))[1]
    wrong.write_text(GRADES.replace("'D'", f"'{D}'"))
    assert f"{wrong}:4: entries[0].of: 'beauty' is nothing that small has graded" in run("assess", "check", str(wrong))[1]
    assert run("assess", "schemes", "small", "--json")[1][0]["version"] == 3
