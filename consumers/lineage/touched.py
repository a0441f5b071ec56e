"""Which values a record's facts and stays touch, and what they give: the view `lineage` for one record, in plain code.

Every fact goes into the windows that it counts in, and from there to the office, the district and the authorities that it weighs for. A stock is
what is left of all facts so far, weighed on the window's last day; a person counts once a window, where and when it was last.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from consumers.formulas import Formula, Term
from consumers.lineage.basis import Basis
from consumers.lineage.payers import UNKNOWN_WEIGHTS
from consumers.lineage.statement import cuts
from consumers.periods import SHORT, Period, containing

NOBODY = "self"
"""The assigner of work that an office set itself."""


class Fact(NamedTuple):
    """What a record stands for on a day."""

    component: str
    day: date
    dimension: str
    office: str
    assigner: str
    amount: int


class Span(NamedTuple):
    """Days on which a person counts; `ends_on` None while a stay runs. `moment` orders those that end on one day."""

    component: str
    day: date
    ends_on: date | None
    office: str
    moment: tuple[datetime, str, str]


class Touched(NamedTuple):
    """A value and what a record gives to its parts. `rows`: how many facts, which is all that a quantile tells.
    `subject_id` '' stands for every authority that has a row: what they are set against is the whole district's."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window_kind: str
    window_start: date
    to_numerator: int
    to_denominator: int
    rows: int

    @property
    def key(self) -> tuple[Any, ...]:
        """The value's key within its district."""
        return self.indicator, self.mode, self.dimension, self.subject_id, self.window_kind, self.window_start


class _Share(NamedTuple):
    """An amount in a window, as it is given out: at which offices it counts, and whose payers of which day weigh it."""

    dimension: str
    window: Period
    office: str
    counts_at: Sequence[str]
    weighed_on: date
    assigner: str
    amount: int


def facts_touch(basis: Basis, facts: Sequence[Fact]) -> list[Touched]:
    """The values that facts touch."""
    given = _Given()
    for formula, term in _terms(basis):
        if term.of_kind != "distinct":
            told = [_as_told(fact, term) for fact in facts if _counts(fact, formula, term, basis)]
            shares = _stocks(told, formula, term, basis) if term.of_kind == "stock" else _flows(told, formula, basis.today)
            given.add(basis, formula, term, (one for one in shares if one.amount or term.kind == "histogram"))
    return given.touched()


def persons_touch(basis: Basis, spans: Sequence[Span], facts: Sequence[Fact]) -> list[Touched]:
    """The values that count a person. Presence rests on the stays alone; everything else must stand in the facts as well."""
    told = {(fact.component, fact.day, fact.office) for fact in facts}
    stand = [s for s in spans if s.component.endswith(".present") or (s.component, s.day, s.office) in told]
    given = _Given()
    for formula, term in _terms(basis):
        if term.of_kind == "distinct":
            given.add(basis, formula, term, _persons([s for s in stand if s.component == term.told_as], formula, term, basis.today))
    return given.touched()


def with_owners(touched: Iterable[Touched], there: Iterable[tuple[Any, ...]]) -> Iterator[Touched]:
    """The same with every authority in the place of '', by the keys of the values that there are; parts of one value added up."""
    subjects: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for indicator, mode, dimension, subject, kind, start in there:
        subjects[indicator, mode, dimension, kind, start].append(subject)
    added: dict[tuple[Any, ...], tuple[str, int, int, int]] = {}
    for one in touched:
        indicator, mode, dimension, subject, kind, start = one.key
        for owner in [subject] if subject else subjects[indicator, mode, dimension, kind, start]:
            key = indicator, mode, dimension, owner, kind, start
            _, a, b, n = added.get(key, ("", 0, 0, 0))
            added[key] = one.subject_kind, a + one.to_numerator, b + one.to_denominator, n + one.rows
    for (indicator, mode, dimension, subject, kind, start), (subject_kind, *given) in added.items():
        yield Touched(indicator, mode, dimension, subject_kind, subject, kind, start, *given)


class _Given:
    """What has been given to which value so far."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, basis: Basis, formula: Formula, term: Term, shares: Iterable[_Share]) -> None:
        for share in shares:
            for mode, kind, subject, weight in _subjects(basis, formula, term, share):
                sums = self._sums[formula.id, mode, share.dimension, kind, subject, share.window.kind, share.window.start]
                if term.kind != "histogram":
                    sums[term.part == "denominator"] += share.amount * weight
                sums[2] += 1

    def touched(self) -> list[Touched]:
        return [Touched(*key, *sums) for key, sums in self._sums.items()]


def _terms(basis: Basis) -> Iterator[tuple[Formula, Term]]:
    return ((formula, term) for formula in basis.formulas.values() if formula.of_one_record for term in formula.terms)


def _counts(fact: Fact, formula: Formula, term: Term, basis: Basis) -> bool:
    if fact.component != term.told_as or (term.assigner_kinds and basis.kinds.get(fact.assigner) not in term.assigner_kinds):
        return False
    if term.assigner_rule == "unpaid" and (fact.assigner == NOBODY or basis.funding.on(fact.office, fact.day).pays(fact.assigner)):
        return False
    if term.told_dimension:
        return fact.dimension == term.told_dimension
    return formula.total if not fact.dimension else fact.dimension.partition("=")[0] in formula.dims


def _as_told(fact: Fact, term: Term) -> Fact:
    """The fact as it counts: facts of the one dimension that a term names count for the total."""
    return fact._replace(dimension="") if term.told_dimension else fact


def _flows(facts: Iterable[Fact], formula: Formula, today: date | None) -> Iterator[_Share]:
    for fact in facts:
        if today is not None and fact.day <= today:
            for kind in formula.windows:
                window = containing(kind, fact.day)
                yield _Share(fact.dimension, window, fact.office, [fact.office], fact.day, fact.assigner, fact.amount)


def _stocks(facts: Iterable[Fact], formula: Formula, term: Term, basis: Basis) -> Iterator[_Share]:
    at: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if basis.today is not None and fact.day <= basis.today:
            at[fact.dimension, fact.office, fact.assigner if term.assigner_rule == "held" else ""].append(fact)
    for (dimension, office, _), told in at.items():
        for window, first, last, counts in _cuts(formula, term, min(fact.day for fact in told), basis.today):
            stretches = basis.funding.stretches(office, first, last) if term.kind == "days" else [(first, last)]
            for since, until in stretches:
                so_far = [fact for fact in told if fact.day <= until]
                assigner = max(so_far, key=lambda fact: fact.day).assigner if so_far else ""
                amount = sum(fact.amount * (_days(max(fact.day, since), until) if term.kind == "days" else counts) for fact in so_far)
                yield _Share(dimension, window, office, [office], until, assigner, amount)


def _days(first: date, last: date) -> int:
    """How many days, both included."""
    return (last - first).days + 1


def _persons(spans: Sequence[Span], formula: Formula, term: Term, today: date | None) -> Iterator[_Share]:
    if not spans:
        return
    for window, first, last, counts in _cuts(formula, term, min(span.day for span in spans), today):
        there = [s for s in spans if s.day <= last and (s.ends_on is None or s.ends_on >= first)]
        if there:
            day, _, office = max((min(span.ends_on or last, last), span.moment, span.office) for span in there)
            yield _Share("", window, office, sorted({span.office for span in there}), day, "", counts)


def _cuts(formula: Formula, term: Term, day: date, today: date | None) -> Iterator[tuple[Period, date, date, int]]:
    """The windows from a day's to today's with the first and last of their days that count, for a sum over months month by month with what each counts."""
    if today is None:
        return
    for kind in formula.windows:
        for window in containing(kind, day).until(today):
            last_day = min(window.last_day, today)
            for month, first, last in cuts(window, last_day, monthly=term.monthly):
                if term.monthly == (month > 0):
                    yield window, first, last, term.weights[month - 1] if month else 1


def _subjects(basis: Basis, formula: Formula, term: Term, share: _Share) -> Iterator[tuple[str, str, str, int]]:
    """(mode, kind, subject, weight) of everyone for whom an amount counts."""
    short = share.window.kind in SHORT
    if formula.offices and not (short and share.dimension):
        yield "none", "district", basis.district, 1
        for office in share.counts_at:
            yield "none", "office", office, 1
    if short or not formula.authorities:
        return
    weights: Mapping[tuple[str, str], int] = basis.funding.on(share.office, share.weighed_on).weights
    for mode in formula.modes:
        if mode in UNKNOWN_WEIGHTS:
            for (given, authority), weight in weights.items():
                if given == mode:
                    yield mode, "authority", authority, weight
        elif term.scope == "all":
            yield mode, "authority", "", 1
        elif share.assigner not in (NOBODY, ""):
            yield mode, "authority", share.assigner, 1
