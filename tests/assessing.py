"""Offices for assessments, written as tables: perfect in everything that a scheme asks, but for what a test says."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from consumers.assessment.assessment import Assessment, assess
from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs, parts_of
from consumers.assessment.library import Library
from consumers.assessment.manual import Given, holding, parse_grades
from consumers.assessment.scheme import Scheme
from consumers.report.span import Span

DISTRICT = "990107"
YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))
HALVES = Span(date(2025, 1, 1), date(2025, 6, 30)), Span(date(2025, 7, 1), date(2025, 12, 31))
AFTER = date(2026, 1, 10)
"""A today on which the year is over."""
PERFECT = {
    "med_success_rate": "100/100", "med_handling_rate": "100/100", "med_screening_ok": "8/8", "med_fulfilment_rate": "50/50", "med_overdue_rate": "0/100",
    "cor_report_ontime_rate": "10/10", "res_key_handover_rate": "4/4", "res_help_rate": "80/80", "res_placement_rate": "80/80",
    "dual_completion_bureau": "60/60", "pub_activity_cnt": "30", "leg_consult_cnt": "200", "cor_investigation_ontime_rate": "9/9",
}  # fmt: skip
"""What is not here counts bad events, of which there are none."""
Told = Mapping[str, str]


def shipped(scheme: str) -> Scheme:
    found = Library(Path("/nowhere")).scheme(scheme, YEAR.last)
    assert found is not None
    return found


def office(number: int) -> str:
    return f"sfs-{DISTRICT}-{number:03d}"


def value(text: str) -> Measured:
    """`12`, or a share as `95/100`; of `0/0` there is no value."""
    part, _, whole = text.partition("/")
    if not whole:
        return Measured(Fraction(part), Fraction(part), None)
    return Measured(Fraction(part) / Fraction(whole) if int(whole) else None, Fraction(part), Fraction(whole))


def values(scheme: Scheme, told: Told) -> dict[Asked, Measured]:
    """All that the scheme asks; `indicator` or `indicator{dimension=code}` as told, else perfect."""
    named = {one: f"{one.indicator}{{{one.dimension}}}" if one.dimension else one.indicator for one in scheme.asks()}
    assert set(told) <= set(named.values()), "the scheme does not ask that"
    return {one: value(told.get(name, PERFECT.get(one.indicator, "0"))) for one, name in named.items()}


def inputs(
    scheme: Scheme,
    number: int,
    *parts: Told,
    whole: Told | None = None,
    before: Told | None = None,
    given: Sequence[Given] = (),
    span: Span = YEAR,
    today: date = AFTER,
) -> Inputs:
    """An office with what is not perfect in each part; one table serves every part."""
    split = parts_of(scheme, span, today)
    tables = parts if len(parts) == len(split) else [parts[0] if parts else {}] * len(split)
    return Inputs(
        office(number),
        [values(scheme, told) for told in tables],
        values(scheme, whole if whole is not None else tables[-1]),
        values(scheme, before or {}),
        given,
    )


def given(scheme: str, *entries: Mapping[str, Any]) -> list[Given]:
    """Grades as a file would say them."""
    said = [{"by": "基层科", "day": date(2025, 12, 31), "evidence": "考核记录1号", **entry} for entry in entries]
    return holding(parse_grades({"grades_of": DISTRICT, "scheme": scheme, "entries": said}))


def judged(scheme: Scheme, offices: Sequence[Inputs], span: Span = YEAR, today: date = AFTER) -> Assessment:
    return assess(scheme, span, today, offices)
