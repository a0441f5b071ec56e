"""Schemes and grades as files: mistakes are told with their place, versions and revisions hold as they must, shipped files fit the catalogue."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumers.assessment.fields import FileError
from consumers.assessment.library import SHIPPED, Library, Unreadable
from consumers.assessment.manual import grade_of, holding, objections, parse_confirmations, parse_grades, within
from consumers.assessment.programme import parse_programme
from consumers.assessment.scheme import Scheme, parse_scheme
from consumers.report.span import Span
from streams.core.catalogue import BY_ID
from streams.core.catalogue.sources import SOURCES
from tests.assessing import DISTRICT, HALVES, YEAR, given, office, shipped

FILES = sorted([*SHIPPED.glob("schemes/*.yaml"), *SHIPPED.glob("programmes/*.yaml")])
W = {"zh": "某", "en": "so"}


def scheme(**changes: Any) -> dict[str, Any]:
    item = {"id": "lost", "name": W, "rules": [{"deduct_per_event": {"indicator": "cor_lost_cnt", "points": 1}}]}
    document = {
        "scheme": "own", "version": 1, "name": W, "effective_from": date(2024, 1, 1), "sources": ["S15"],
        "domains": [{"id": "all", "name": W, "points": 100, "items": [item]}],
    }  # fmt: skip
    return document | changes


def item(**changes: Any) -> dict[str, Any]:
    return scheme(domains=[{"id": "all", "name": W, "points": 100, "items": [{"id": "one", "name": W} | changes]}])


def rule(**changes: Any) -> dict[str, Any]:
    return item(rules=[changes])


EVENT = {"indicator": "cor_lost_cnt", "points": 1}


@pytest.mark.parametrize(
    ("document", "place", "said"),
    [
        ([], "", "must be a mapping"),
        (scheme(colour="red"), "colour", "Extra inputs"),
        (scheme(effective_from="2024-01-01"), "effective_from", "valid date"),
        (scheme(half_weights={"first": 40, "second": 50}), "half_weights", "sum to 100"),
        (scheme(domains=[]), "domains", "at least 1"),
        (scheme(vetoes=[{"id": "v", "name": W, "on_finding": True, "grade": "bad"}]), "", "no grade 'bad'"),
        (scheme(bonuses=[{"id": "lost", "name": W, "granted": {"city": 2}}]), "", "'lost' is there twice"),
        (scheme(bonuses=[{"id": "b", "name": W, "by_rank": {"points": [1], "grades": {"a": 50}}}]), "bonuses[0].by_rank", "sum to 100"),
        (item(manual_grade=True), "domains[0].items[0]", "needs points"),
        (item(), "domains[0].items[0]", "either rules or manual_grade"),
        (item(manual_grade=True, points=90), "domains[0]", "its items have 90 points together, the domain 100"),
        (rule(), "domains[0].items[0].rules[0]", "needs exactly one of"),
        (rule(deduct_per_event=EVENT, gain_per_event=EVENT), "domains[0].items[0].rules[0]", "has 2"),
        (rule(deduct_per_event=EVENT | {"points": "1e3"}), "domains[0].items[0].rules[0].deduct_per_event.points", "must be a decimal"),
        (rule(deduct_per_event=EVENT | {"points": -1}), "domains[0].items[0].rules[0].deduct_per_event.points", "greater than or equal"),
        (rule(deduct_per_event=EVENT | {"indicator": "; DROP"}), "domains[0].items[0].rules[0].deduct_per_event.indicator", "pattern"),
        (rule(deduct_if_ratio_below=EVENT | {"threshold": 1, "step": 0}), "domains[0].items[0].rules[0].deduct_if_ratio_below.step", "greater than 0"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(document: Any, place: str, said: str) -> None:
    with pytest.raises(FileError) as told:
        parse_scheme(document)
    assert any(problem.place == place and said in problem.what for problem in told.value.problems), told.value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_file_fits_the_catalogue_and_says_what_is_assumed(file: Path) -> None:
    document = yaml.safe_load(file.read_text())
    made = parse_scheme(document) if "scheme" in document else parse_programme(document)
    if isinstance(made, Scheme):
        lines: list[Any] = [item for domain in made.domains for item in domain.items]
        parts = [*lines, *made.domains, *made.bonuses, *made.penalties, *made.vetoes, *made.rules()]
        asked = made.asks()
    else:
        lines = parts = list(made.criteria())
        asked = {one.when.asked for one in made.criteria() if one.when}
    assert {one.indicator for one in asked} <= set(BY_ID)
    assert all(one.dimension.partition("=")[0] in BY_ID[one.indicator].dims for one in asked if one.dimension)
    assert {*made.sources, *(source for part in parts for source in part.sources)} <= set(SOURCES)
    assert [line.id for line in lines if not line.sources and not line.assumption] == []
    assert made.assumptions


def entry(**changes: Any) -> dict[str, Any]:
    about = {
        "office": office(1),
        "of": "publicity_quality",
        "period": "half:2025-H1",
        "by": "基层科",
        "day": date(2025, 7, 1),
        "evidence": "表2",
    }
    return about | ({"points": 5} if not {"count", "mark", "level"} & changes.keys() else {}) | changes


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"period": "ytd"}, "entries[0].period", "stand still"),
        ({"period": "2025-06-30..2025-01-01"}, "entries[0].period", "lies before"),
        ({"period": "2025-06-31..2025-07-01"}, "entries[0].period", "day is out of range"),
        ({"period": "half:2025-H3"}, "entries[0].period", "no period"),
        ({"period": "day:9999-12-31"}, "entries[0].period", "no such day"),
        ({"office": "sfs-990108-001"}, "entries[0].office", "not of district"),
        ({"evidence": ""}, "entries[0].evidence", "at least 1"),
        ({"mark": 3, "points": 4}, "entries[0]", "exactly one of points, mark, count, level"),
    ],
)
def test_a_wrong_grade_is_told(changes: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(FileError) as told:
        parse_grades({"grades_of": DISTRICT, "scheme": "xiangyin", "entries": [entry(**changes)]})
    assert any(problem.place == place and said in problem.what for problem in told.value.problems), told.value


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"of": "beauty"}, "'beauty' is nothing that xiangyin has graded"),
        ({"of": "premises.untidy"}, "takes count, not points"),
        ({"points": 7}, "7 is more than the 6"),
    ],
)
def test_a_grade_that_the_scheme_cannot_take_is_told(changes: dict[str, Any], said: str) -> None:
    grades = parse_grades({"grades_of": DISTRICT, "scheme": "xiangyin", "entries": [entry(**changes)]})
    assert [said in problem.what for problem in objections(grades, shipped("xiangyin"))] == [True]


def test_of_a_grade_the_greatest_revision_holds_and_says_how_many_it_replaced() -> None:
    found = given("xiangyin", entry(points=5), entry(points=4, revision=3), entry(points=6, revision=2))
    grade = grade_of(found, office(1), "publicity_quality", HALVES[0])
    assert grade is not None
    assert (str(grade.entry.points), grade.earlier) == ("4", 2)
    with pytest.raises(FileError, match="says again"):
        given("xiangyin", entry(), entry(points=4))


def test_a_grade_of_the_year_serves_its_halves_unless_they_have_their_own_and_findings_lie_within() -> None:
    found = given("xiangyin", entry(period="year:2025", points=3), entry(points=5))
    assert [grade.entry.points for half in HALVES if (grade := grade_of(found, office(1), "publicity_quality", half))] == [5, 3]
    counts = given(
        "xiangyin", entry(of="premises.untidy", count=1, period="month:2025-03"), entry(of="premises.untidy", count=2, period="year:2025")
    )
    assert [[one.entry.count for one in within(counts, office(1), "premises.untidy", span)] for span in (*HALVES, YEAR)] == [
        [1],
        [],
        [2, 1],
    ]


def test_a_half_of_an_assessment_year_is_named_by_its_days() -> None:
    half = Span(date(2024, 12, 1), date(2025, 5, 31))
    found = given("xiangyin", entry(period="2024-12-01..2025-05-31"))
    assert grade_of(found, office(1), "publicity_quality", half) is not None
    assert grade_of(found, office(1), "publicity_quality", HALVES[0]) is None
    december = holding(parse_grades({"grades_of": DISTRICT, "scheme": "xiangyin", "entries": [entry(period="assessment-year:2025")]}), 12)
    assert december[0].span == Span(date(2024, 12, 1), date(2025, 11, 30))


def test_own_files_stand_beside_those_shipped(tmp_path: Path) -> None:
    reach = Library(tmp_path)
    assert [(one.scheme, one.version) for one in reach.schemes()] == [("district_2023", 1), ("shangcheng_2022", 1), ("xiangyin", 1)]
    (tmp_path / "schemes").mkdir()
    newer = scheme(scheme="xiangyin", version=2, effective_from=date(2026, 1, 1))
    (tmp_path / "schemes" / "own.yaml").write_text(yaml.safe_dump(newer))
    versions = [reach.scheme("xiangyin", day) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert [one and one.version for one in versions] == [1, 2]
    assert [one and one.version for one in (reach.scheme("xiangyin", date(2026, 1, 1), 1), reach.scheme("nobody", date(2026, 1, 1)))] == [
        1,
        None,
    ]
    (tmp_path / "schemes" / "own.yaml").write_text("scheme: [")
    with pytest.raises(Unreadable, match=r"own\.yaml is no YAML"):
        reach.schemes()


def test_words_on_criteria_have_revisions_too(tmp_path: Path) -> None:
    (tmp_path / "confirmations").mkdir()
    word = {
        "office": office(1),
        "programme": "five_good",
        "criterion": "leadership",
        "met": True,
        "by": "局",
        "day": date(2025, 1, 1),
        "evidence": "表",
    }
    whole = {"confirmations_of": DISTRICT, "entries": [word, word | {"met": False, "revision": 2}]}
    (tmp_path / "confirmations" / "a.yaml").write_text(yaml.safe_dump(whole))
    assert [one.met for one in Library(tmp_path).confirmations(DISTRICT)] == [False]
    assert Library(tmp_path).confirmations("990108") == []
    with pytest.raises(FileError, match="says again"):
        parse_confirmations({"confirmations_of": DISTRICT, "entries": [word, word]})
