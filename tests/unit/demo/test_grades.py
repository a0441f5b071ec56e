"""The demo's grades: of every half and year that is over, fitting the schemes they are for, written once."""

from datetime import UTC, datetime
from pathlib import Path

from consumers.assessment.library import Library
from consumers.assessment.manual import grade_of, holding, objections
from consumers.periods import parse
from consumers.report.span import Span
from deploy.demo import grades
from deploy.demo.report import DISTRICT, OFFICES

NOW = datetime(2026, 11, 24, 3, 11, tzinfo=UTC)


def test_every_half_that_is_over_is_graded_and_the_running_one_is_not(tmp_path: Path) -> None:
    reach = Library(tmp_path)
    grades.write(reach, NOW)
    for id_ in ("xiangyin", "district_2023"):
        scheme = reach.scheme(id_, NOW.date())
        assert scheme is not None
        assert objections(reach.grades(DISTRICT, id_), scheme) == []
    given = holding(reach.grades(DISTRICT, "xiangyin"))
    halves = {text: parse(text) for text in ("half:2025-H1", "half:2026-H1", "half:2026-H2")}
    found = {
        text: sum(grade_of(given, office, "publicity_quality", Span(half.start, half.last_day)) is not None for office in OFFICES)
        for text, half in halves.items()
    }
    assert found == {"half:2025-H1": 7, "half:2026-H1": 7, "half:2026-H2": 0}
    assert len(reach.confirmations(DISTRICT)) == 5
    file = tmp_path / "grades" / "demo-xiangyin.yaml"
    file.write_text(file.read_text().replace("points: '6'", "points: '1'"))
    grades.write(reach, NOW)
    assert "points: '1'" in file.read_text()
