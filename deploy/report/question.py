"""What a report is asked for on the command line, made sure of before anything is counted."""

import re
from collections.abc import Sequence
from datetime import date

from consumers.report.ground import Ground
from consumers.report.report import FIRST_DAY, GROUPS, Grouping
from consumers.report.span import FORMS, PARTS, Asked, Span, asked, parse
from deploy.errors import Finding, Usage
from deploy.explain.question import likely

_LAST_YEAR = 2148
"""ClickHouse's dates end in 2149."""


def grouping(ground: Ground, by: Sequence[str], indicators: Sequence[str], modes: Sequence[str], *, compare: bool) -> Grouping:
    """The grouping that words ask for; each may hold several, with commas. Raises Usage."""
    groups, wanted, ways = _split(by), _split(indicators), _split(modes)
    if wrong := [group for group in groups if group not in GROUPS]:
        raise Usage(f"--by {wrong[0]!r} is no grouping{likely(wrong[0], list(GROUPS))}; there are {', '.join(GROUPS)}")
    if len(cuts := [group for group in groups if group in PARTS]) > 1:
        raise Usage(f"--by {' and '.join(cuts)} exclude each other: a period is cut in one way")
    if ways and "authority" not in groups:
        raise Usage("--mode says how work is given to funding authorities: add --by authority")
    chosen = [id_ for word in wanted for id_ in _indicators(ground, word)]
    allowed = {mode for id_ in chosen or ground.catalogue for mode in ground.catalogue[id_].modes}
    if wrong := [mode for mode in ways if mode not in allowed]:
        raise Usage(f"--mode {wrong[0]!r}: there is no such mode here; there are {', '.join(sorted(allowed)) or 'none'}")
    return Grouping(groups, chosen, ways, compare)


def period(ground: Ground, name: str, first: str, last: str, on: str, first_month: int) -> Asked:
    """The days that words ask for. Raises Usage, and Finding where they lie after the district's today."""
    if bool(name) == bool(first or last) or bool(first) != bool(last):
        raise Usage(f"say which days: --from DAY --to DAY, or --period with one of {FORMS}")
    if on and not name:
        raise Usage("--on is the day on which a --period ends; --from and --to say themselves which days")
    until = day("--on", on) if on else ground.today
    try:
        span, kind = parse(name, until, first_month) if name else (Span(day("--from", first), day("--to", last)), "plain")
    except ValueError as error:
        raise Usage(f"--period {error}") from None
    if span.last < span.first:
        raise Usage(f"--to {last} lies before --from {first}")
    if span.first < FIRST_DAY or span.last.year > _LAST_YEAR:
        raise Usage(f"periods lie between {FIRST_DAY} and {_LAST_YEAR}-12-31")
    try:
        return asked(name or f"{span.first} to {span.last}", span, ground.today, kind)
    except ValueError as error:
        raise Finding(f"nothing can be counted yet: {error}") from None


def _split(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(part.strip() for word in words for part in word.split(",") if part.strip()))


def _indicators(ground: Ground, word: str) -> list[str]:
    """One indicator by its id, or all of a family by its first word."""
    if word in ground.catalogue:
        return [word]
    if family := [id_ for id_ in ground.catalogue if id_.partition("_")[0] == word]:
        return family
    raise Usage(f"there is no indicator {word!r}{likely(word, list(ground.catalogue))}; `suoheng indicators` lists them")


def day(option: str, text: str) -> date:
    """A day that an option takes. Raises Usage."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise Usage(f"{option} takes a day such as 2026-03-01, not {text!r}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Usage(f"{option} {text}: there is no such day ({error})") from None
