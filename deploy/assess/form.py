"""A form for grades: everything of a period that nobody has graded or inspected yet, as YAML to be filled in and put into DATA/assessment/grades."""

from collections.abc import Iterator

from consumers.assessment.assessment import Assessment, OfficeResult
from consumers.assessment.reading import Ground
from consumers.report.span import Span


def form(found: Assessment, ground: Ground) -> str:
    """The form."""
    return "\n".join(_lines(found, ground)) + "\n"


def _lines(found: Assessment, ground: Ground) -> Iterator[str]:
    scheme = found.scheme
    yield f"# {scheme.name.zh} {scheme.name.en}, {found.span.first} – {found.span.last}"
    yield "# Fill in and put it into DATA/assessment/grades; `suoheng assess check FILE` tells mistakes. 填写后放入 DATA/assessment/grades"
    yield "# A correction is the same entry once more with a greater `revision`; several findings of one period need a `key` each. 更正请加 revision"
    yield f'grades_of: "{ground.district}"'
    yield f"scheme: {scheme.scheme}"
    if not any(True for one in found.results for _ in _missing(one, found)):
        yield "entries: []  # nothing is missing 均已评分"
        return
    yield "entries:"
    for one in sorted(found.results, key=lambda one: one.office):
        yield f"  # {ground.name(one.office)}"
        for of, what, span in _missing(one, found):
            yield f"  - {{ office: {one.office}, of: {of}, period: {_period(span)}, {what}: , by: , day: , evidence: }}"


def _missing(one: OfficeResult, found: Assessment) -> Iterator[tuple[str, str, Span]]:
    """What of an office is missing: what it is about, the field that it goes into, its days."""
    for part in one.parts:
        if part.part.state == "ahead":
            continue
        for item in (item for domain in part.domains for item in domain.items):
            for applied in item.applied:
                if applied.verdict == "missing" and applied.asked is None:
                    rule = f".{applied.rule.id}" if applied.rule else ""
                    yield f"{item.item.id}{rule}", "count" if applied.rule else "points", part.part.span
    for claim in one.bonus.claims:
        if claim.verdict == "missing" and claim.bonus.by_rank is not None:
            told = {given.entry.of for given in claim.given}
            wanted = [f"{claim.bonus.id}.{name}" for name in claim.bonus.by_rank.grades]
            yield from ((of, "mark", found.span) for of in wanted if of not in told)


def _period(span: Span) -> str:
    """The days as an entry names them: a year or half of the calendar, else from – to."""
    first, months = span.first, span.months
    if months == 12 and first.month == 1:
        return f"year:{first.year}"
    if months == 6 and first.month in (1, 7):
        return f"half:{first.year}-H{1 if first.month == 1 else 2}"
    return f"{span.first}..{span.last}"
