"""Whether there is what a rule wants to judge: a rule without values would be silent for ever."""

from collections.abc import Iterator
from difflib import get_close_matches

from schemas.codes import CODES
from schemas.rules import Rule
from streams.core.catalogue import BY_ID, Indicator


def objections(rule: Rule) -> Iterator[tuple[str, str]]:
    """Field and reason of everything about the rule that the catalogue does not have."""
    if strange := [code for code in rule.refusals or () if code not in CODES]:
        near = get_close_matches(strange[0], CODES, 1)
        yield "refusals", f"there is no code {strange[0]}" + (f"; did you mean {near[0]}?" if near else "")
    if rule.indicator is None:
        return
    indicator = BY_ID.get(rule.indicator)
    if indicator is None:
        near = get_close_matches(rule.indicator, BY_ID, 1)
        yield (
            "indicator",
            f"there is no {rule.indicator!r}" + (f"; did you mean {near[0]!r}?" if near else "; `suoheng indicators` lists them"),
        )
        return
    yield from _subject(rule, indicator)
    yield from _dimension(rule, indicator)
    if rule.window not in indicator.windows:
        yield "window", f"{indicator.id} has no values by {rule.window}, only by {' '.join(indicator.windows)}"
    if rule.min_denominator and not indicator.den:
        yield "min_denominator", f"{indicator.id} is no ratio; leave it out"
    if rule.unstated == "no_data" and not indicator.snapshots:
        yield "unstated", f"{indicator.id} rests on no snapshot that an office could have left out; leave it out"
    if rule.confidence and (indicator.shape != "ratio" or indicator.divisor != 1):
        yield "confidence", f"{indicator.id} is no ratio of counts; leave it out"


def _subject(rule: Rule, indicator: Indicator) -> Iterator[tuple[str, str]]:
    if rule.subjects != "authority" and indicator.subjects == "authority":
        yield "subjects", f"{indicator.id} has values of authorities only"
    elif rule.subjects == "authority" and indicator.subjects == "office_district":
        yield "subjects", f"{indicator.id} has values of offices and the district only"
    elif rule.subjects == "authority" and rule.mode not in indicator.attribution:
        yield "mode", f"{indicator.id} has no {rule.mode}, only {' '.join(indicator.attribution)}"


def _dimension(rule: Rule, indicator: Indicator) -> Iterator[tuple[str, str]]:
    name = rule.dimension.partition("=")[0]
    if name and name not in indicator.dims:
        yield "dimension", f"{indicator.id} is not shown by {name}" + (f", only by {' '.join(indicator.dims)}" if indicator.dims else "")
    if not name and not indicator.total:
        yield "dimension", f"{indicator.id} has values by dimension only: {' '.join(indicator.dims)}"
