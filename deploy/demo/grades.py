"""What nobody's events tell of the demo's district: grades, inspections and words on criteria, made up, so that its assessments can be seen whole.

Every half-year and year that is over has been graded; the running one has not, which shows what is open. Files are written once and never again.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import yaml

from consumers.assessment.library import Library
from consumers.periods import Period, containing
from deploy.demo.report import DAYS, DISTRICT, OFFICES
from deploy.errors import MissingDependency

_LOCAL = timezone(timedelta(hours=8))
_QUALITY = ("6", "5.5", "5.5", "5", "5", "4.5", "4")
_MANAGEMENT = ("11.5", "11", "10.5", "10.5", "10", "9", "9.5")
_LEADERS = ("95", "92", "90", "86", "86", "80", "84")
_SECTIONS = ("93", "94", "88", "87", "85", "82", "80")
_REPORTS = ("61", "48", "55", "30", "30", "12", "25")
_FOUND: dict[tuple[int, str], int] = {
    (3, "premises.signs"): 1,
    (5, "archives.disorder"): 1,
    (6, "plans.vague"): 1,
    (7, "premises.untidy"): 1,
    (7, "plans.absent"): 1,
}
"""Findings by office and inspection, the same every half-year; whatever is not here was looked at and found in order."""


class _Plain(yaml.SafeDumper):
    """Writes what is there twice twice, as people do."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


_HEAD = "# Made up for the demo 演示数据,并非真实评分\n"


def write(library: Library, now: datetime) -> None:
    """The demo's files of grades and confirmations, where they are not there yet. Raises MissingDependency when they cannot be written."""
    today = now.astimezone(_LOCAL).date()
    first = today - timedelta(days=DAYS - 1)
    contents = {
        "grades/demo-xiangyin.yaml": {"grades_of": DISTRICT, "scheme": "xiangyin", "entries": list(_xiangyin(library, first, today))},
        "grades/demo-district-2023.yaml": {"grades_of": DISTRICT, "scheme": "district_2023", "entries": list(_district_2023(first, today))},
        "confirmations/demo.yaml": {"confirmations_of": DISTRICT, "entries": list(_words(first))},
    }
    try:
        for name, content in contents.items():
            file = library.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_text(_HEAD + yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False), encoding="utf-8")
    except OSError as error:
        raise MissingDependency(f"the demo's grades cannot be written to {library.folder}: {error.strerror or error}") from error


def _over(kind: str, first: date, today: date) -> list[Period]:
    """The windows of a kind that end before today, from the one that holds the first day."""
    return [period for period in containing(kind, first).until(today) if period.end <= today]


def _xiangyin(library: Library, first: date, today: date) -> Iterator[dict[str, Any]]:
    scheme = library.scheme("xiangyin", today)
    assert scheme is not None, "it is shipped"
    inspections = [of for of, kind in scheme.gradable().items() if kind == "count"]
    for period in _over("half", first, today):
        named = f"half:{period.start.year}-H{1 if period.start.month == 1 else 2}"
        for number, office in enumerate(OFFICES, 1):
            about = _about(office, named, "基层股", period.end)
            yield {**about, "of": "publicity_quality", "points": _QUALITY[number - 1]}
            yield from ({**about, "of": of, "count": _FOUND.get((number, of), 0)} for of in inspections)


def _district_2023(first: date, today: date) -> Iterator[dict[str, Any]]:
    for period in _over("year", first, today):
        for number, office in enumerate(OFFICES):
            about = _about(office, f"year:{period.start.year}", "考核领导小组", period.end)
            yield {**about, "of": "management", "points": _MANAGEMENT[number]}
            for of, marks in (("peer_review.leaders", _LEADERS), ("peer_review.sections", _SECTIONS), ("information.reports", _REPORTS)):
                yield {**about, "of": of, "mark": marks[number]}
        about = _about(OFFICES[0], f"year:{period.start.year}", "考核领导小组", period.end)
        yield {**about, "of": "fengqiao_selected", "level": "selected"}
        yield {**about, "of": "superior", "level": "city", "matter": "mediation_contest"}
        yield {**_about(OFFICES[5], f"month:{period.start.year}-09", "督查室", period.end), "of": "conduct_bureau.rule", "count": 1}


def _words(first: date) -> Iterator[dict[str, Any]]:
    for office in OFFICES[:5]:
        said = {"programme": "five_good", "criterion": "leadership", "met": True, "by": "政治处", "day": first, "evidence": "演示:班子考察"}
        yield {"office": office, **said}


def _about(office: str, period: str, by: str, day: date) -> dict[str, Any]:
    return {"office": office, "period": period, "by": by, "day": day, "evidence": "演示:考核记录"}
