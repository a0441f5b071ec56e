"""What if: values and grades of offices changed before they are assessed, so that points and places can be seen before and after. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, cast

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs, Part, Values
from consumers.assessment.manual import Entry, Given

FORM = (
    "[OFFICE:]INDICATOR[{DIMENSION}][@first|@second]=VALUE or [OFFICE:]grade.ITEM[@first|@second]=POINTS, VALUE as 12, 0.98, 98% or 490/500"
)
_CHANGE = re.compile(
    r"(?:(?P<office>sfs-\d{6}-\d{3}):)?(?P<grade>grade\.)?(?P<what>[a-z][a-z0-9_.]*)(?:\{(?P<dimension>[a-z_]+=[a-z0-9_]+)\})?(?:@(?P<part>first|second))?=(?P<value>\S+)",
    re.ASCII,
)
_NUMBER = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)(?:(%)|/(\d{1,12}(?:\.\d{1,6})?))?", re.ASCII)


class Change(NamedTuple):
    """One change. `office` '': of every office; `part` '': of every part that has begun. `whole`: of a share given as 490/500 its denominator."""

    office: str
    part: str
    asked: Asked | None
    grade: str
    value: Fraction
    numerator: Fraction
    whole: Fraction | None


def parse_change(text: str) -> Change:
    """A change as people write it. Raises ValueError."""
    said = _CHANGE.fullmatch(text.strip())
    number = _NUMBER.fullmatch(said["value"]) if said else None
    if said is None or number is None or (said["grade"] and (said["dimension"] or number[2] or number[3])):
        raise ValueError(f"{text!r} is no change: write {FORM}")
    if number[3] and not Fraction(number[3]):
        raise ValueError(f"{text!r}: a share of nothing is no value")
    numerator, whole = Fraction(number[1]), Fraction(number[3]) if number[3] else None
    value = numerator / 100 if number[2] else numerator if whole is None else numerator / whole
    asked = None if said["grade"] else Asked(said["what"], said["dimension"] or "")
    return Change(said["office"] or "", said["part"] or "", asked, said["what"] if said["grade"] else "", value, numerator, whole)


def changed(inputs: Iterable[Inputs], changes: Sequence[Change], parts: Sequence[Part]) -> list[Inputs]:
    """The inputs with the changes made, in their order; a later change of the same value holds."""
    found = []
    for one in inputs:
        for change in changes:
            if change.office in ("", one.office):
                one = _graded(one, change, parts) if change.asked is None else _valued(one, change, change.asked, parts)  # noqa: PLW2901
        found.append(one)
    return found


def _valued(one: Inputs, change: Change, asked: Asked, parts: Sequence[Part]) -> Inputs:
    own = [_with(values, asked, change) if _meant(change, part) else values for values, part in zip(one.parts, parts, strict=True)]
    if not change.part:
        return replace(one, parts=own, whole=_with(one.whole, asked, change))
    return replace(one, parts=own, whole=_moved(one.whole, asked, one.parts, own))


def _meant(change: Change, part: Part) -> bool:
    return part.state != "ahead" and change.part in ("", part.id)


def _with(values: Values, asked: Asked, change: Change) -> Values:
    if asked not in values:
        return values
    return {**values, asked: _set(values[asked], change)}


def _set(was: Measured, change: Change) -> Measured:
    """The new value. Of a share that is given as one number the whole stays, so that what is counted of it follows."""
    if change.whole is not None:
        return Measured(change.value, change.numerator, change.whole)
    if was.denominator is None:
        return Measured(change.value, change.value, None)
    whole = was.denominator or Fraction(1)
    return Measured(change.value, change.value * whole, whole)


def _moved(whole: Values, asked: Asked, before: Sequence[Values], after: Sequence[Values]) -> Values:
    """The value of the whole span when parts of it have changed: it moves by what its parts have moved, as sums do."""
    was = whole.get(asked)
    if was is None:
        return whole
    pairs = [(old[asked], new[asked]) for old, new in zip(before, after, strict=True) if asked in old]
    numerator = was.numerator + sum((new.numerator - old.numerator for old, new in pairs), Fraction(0))
    if was.denominator is None:
        return {**whole, asked: Measured(numerator, numerator, None)}
    denominator = was.denominator + sum(((new.denominator or 0) - (old.denominator or 0) for old, new in pairs), Fraction(0))
    return {**whole, asked: Measured(numerator / denominator if denominator else None, numerator, denominator)}


def _graded(one: Inputs, change: Change, parts: Sequence[Part]) -> Inputs:
    """With a grade that nobody has given; it stands in the place of any that was, in every part that is meant."""
    new = [Given(_entry(one.office, change), part.span, 0) for part in parts if _meant(change, part)]
    spans = {given.span for given in new}
    kept = [given for given in one.given if (given.entry.office, given.entry.of) != (one.office, change.grade) or given.span not in spans]
    return replace(one, given=[*new, *kept])


def _entry(office: str, change: Change) -> Entry:
    return Entry.model_construct(
        office=office,
        of=change.grade,
        period="",
        points=cast("Decimal", change.value),
        by="what-if",
        day=date.min,
        evidence="what-if",
        revision=1,
    )
