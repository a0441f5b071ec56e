"""What an assessment is asked for on the command line, made sure of before anything is counted."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from consumers.assessment.library import Library, Unreadable
from consumers.assessment.reading import Ground, read_ground
from consumers.assessment.scheme import Scheme
from consumers.assessment.whatif import Change, parse_change
from consumers.clickhouse.store import Rows, Store
from consumers.report.report import FIRST_DAY
from consumers.report.span import Span, parse
from deploy.asking_clickhouse import ask_store
from deploy.errors import Finding, Usage
from deploy.explain.question import likely

Answer = TypeVar("Answer")
_ANSWER_SECONDS = 300.0


async def ground(store: Rows, district: str) -> Ground:
    """What is known of a district. Raises Finding for one that the log does not know."""
    found = await read_ground(store, district)
    if found is None:
        raise Finding(f"there is no district {district} in this database; `suoheng wait` waits until all of the log is in it")
    return found


def scheme(reach: Library, named: str, day: date) -> Scheme:
    """The scheme that `ID:VERSION` names, or `ID` in the version in force on a day. Raises Usage, Unreadable."""
    id_, _, version = named.partition(":")
    if version and not version.isdecimal():
        raise Usage(f"--scheme {named!r}: a version is a whole number, e.g. {id_}:1")
    found = reach.scheme(id_, day, int(version or 0))
    if found is None:
        known = [f"{one.scheme}:{one.version}" for one in reach.schemes()]
        raise Usage(f"there is no scheme {named!r}{likely(id_, [one.partition(':')[0] for one in known])}; there are {', '.join(known)}")
    return found


def span(scheme: Scheme, ground: Ground, period: str, first_month: int) -> Span:
    """The days that a period names; default: the assessment year that holds the district's today. Raises Usage, Finding."""
    month = scheme.year_begins(first_month)
    try:
        if not period:
            running = parse("assessment-year", ground.today, month)[0].first
            return Span(running, Span(*parse(f"assessment-year:{running.year + (month > 6)}", ground.today, month)[0]).last)
        found = parse(period, ground.today, month)[0]
    except ValueError as error:
        raise Usage(f"--period {error}") from None
    if found.first < FIRST_DAY:
        raise Usage(f"periods begin on {FIRST_DAY} or later")
    if found.first > ground.today:
        raise Finding(f"nothing can be assessed yet: {period} begins on {found.first}, after the district's today, {ground.today}")
    return found


def require_office(ground: Ground, office: str, span: Span) -> None:
    """Raises Usage for an office that is not registered, Finding for one that does not exist at the span's end."""
    if office not in ground.offices:
        raise Usage(f"there is no office {office!r}{likely(office, list(ground.offices))}; there are {', '.join(ground.offices)}")
    last = min(span.last, ground.today)
    if not ground.offices[office].open_on(last):
        raise Finding(f"office {office} does not exist on {last}: only offices that exist at the end are assessed")


def changes(texts: Sequence[str], scheme: Scheme, ground: Ground) -> list[Change]:
    """The changes that are to be tried. Raises Usage."""
    found = []
    asked = {one.indicator: one for one in scheme.asks()}
    graded = [of for of, kind in scheme.gradable().items() if kind == "points"]
    for text in texts:
        try:
            one = parse_change(text)
        except ValueError as error:
            raise Usage(f"--what-if {error}") from None
        if one.office and one.office not in ground.offices:
            raise Usage(f"--what-if {text!r}: there is no office {one.office}")
        if one.asked is not None and one.asked not in scheme.asks():
            raise Usage(
                f"--what-if {text!r}: {scheme.scheme} does not ask {one.asked.indicator}{likely(one.asked.indicator, list(asked))}; it asks {', '.join(sorted(asked))}"
            )
        if one.asked is None and one.grade not in graded:
            raise Usage(f"--what-if {text!r}: {scheme.scheme} has nobody grade {one.grade!r}; it has {', '.join(graded) or 'no grades'}")
        if one.part and scheme.half_weights is None:
            raise Usage(f"--what-if {text!r}: {scheme.scheme} has no halves")
        found.append(one)
    return found


def asking(question: Callable[[Store], Awaitable[Answer]]) -> Answer:
    """The answer of a function of a connection, of one epoch. Raises Finding for a file that is not what it must be."""
    try:
        return ask_store(question, _ANSWER_SECONDS)
    except Unreadable as error:
        raise Finding(str(error)) from None
