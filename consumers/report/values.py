"""Sums into values, exactly: integers under the formula's shape, nothing divided but for display.

The rules of the contract's section 6, as the view `period_values` has them in SQL; tests hold both to each other and to the published rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from consumers.formulas import Formula, Term
from consumers.report.span import Span
from consumers.report.sums import Sum

_BASIS_POINTS = 10_000
_QUANTILES = {"p50": 50, "p90": 90}

Place = tuple[str, int]
"""Part and place of a term."""


class Key(NamedTuple):
    """Whose value of what, and of which days. `office`: of an authority's value the part from work there, where that is told apart."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    office: str
    span: Span


class Value(NamedTuple):
    """As a row of `indicator_values`: sums have no denominator; null ratios have 0 as theirs, quantiles of nothing no value at all."""

    numerator: int
    denominator: int | None
    scale: int
    value: float | None


def nothing(formula: Formula, mode: str) -> Value:
    """The value where there is no row."""
    if formula.shape == "sum":
        return Value(0, None, _scale(formula, mode), 0.0)
    return Value(0, None if formula.shape in _QUANTILES else 0, _scale(formula, mode), None)


def values(formulas: Mapping[str, Formula], sums: Iterable[Sum], today: date) -> dict[Key, Value]:
    """The values that the sums give; what comes to nothing is left out."""
    terms: dict[tuple[str, str], list[tuple[Formula, Term]]] = defaultdict(list)
    for formula in formulas.values():
        for term in formula.terms:
            terms[term.told_as, term.kind].append((formula, term))
    own: dict[Key, dict[Place, int]] = defaultdict(lambda: defaultdict(int))
    spread: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    whole: dict[tuple[str, Span], dict[Place, int]] = defaultdict(lambda: defaultdict(int))
    for one in sums:
        for formula, term in terms[one.component, one.kind]:
            if not _counts(formula, term, one):
                continue
            amount = one.amount * (term.weights[one.month - 1] if term.kind == "months" else 1)
            span, place = Span(one.first, one.last), (term.part, term.place)
            if term.scope == "all":
                whole[formula.id, span][place] += amount
                continue
            dimension = "" if term.told_dimension else one.dimension
            key = Key(formula.id, one.mode, dimension, one.subject_kind, one.subject_id, one.office, span)
            if term.kind == "histogram":
                spread[key][one.value] += one.amount
            else:
                own[key][place] += amount
    found = {key: _value(formulas[key.indicator], key, {**whole[key.indicator, key.span], **parts}, today) for key, parts in own.items()}
    found |= {key: Value(_quantile(counts, _QUANTILES[formulas[key.indicator].shape]), None, 1, None) for key, counts in spread.items()}
    return {key: _divided(formulas[key.indicator], value) for key, value in found.items() if value is not None}


def _counts(formula: Formula, term: Term, one: Sum) -> bool:
    """Whether a sum counts for a term, and the formula has rows of its subject, mode and dimension."""
    if one.dimension != term.told_dimension if term.told_dimension else not formula.shows(one.dimension):
        return False
    if term.assigner_kinds and one.assigner_kind not in term.assigner_kinds:
        return False
    if term.assigner_rule == "unpaid" and one.assigner_rule != "unpaid":
        return False
    if term.scope == "all":
        return one.subject_kind == "district"
    return (formula.authorities and one.mode in formula.modes) if one.subject_kind == "authority" else formula.offices


def _value(formula: Formula, key: Key, parts: Mapping[Place, int], today: date) -> Value | None:
    """Undivided; None where it is as if there were no row."""
    passed = (min(key.span.last, today) - key.span.first).days + 1
    numerator, denominator = formula.parts(parts, passed)
    return Value(numerator, denominator, _scale(formula, key.mode), None) if numerator or denominator else None


def _divided(formula: Formula, value: Value) -> Value:
    if value.denominator is None:
        return value._replace(value=value.numerator / value.scale)
    if not value.denominator:
        return value
    return value._replace(value=value.numerator / value.denominator / formula.divisor)


def _quantile(counts: Mapping[int, int], percent: int) -> int:
    """The smallest value with at least ceil(percent/100 × n) of all at or below it."""
    need, seen = -(-percent * sum(counts.values()) // 100), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= need:
            return value
    return 0


def _scale(formula: Formula, mode: str) -> int:
    return formula.divisor * (_BASIS_POINTS if mode == "share_weighted" else 1)
