"""What moved a closed value in one step: the events of the records whose facts touch it, or what was decided about payers, working days or offices.

Pure. A step lies between two events of the log. Whatever came in between, of a record that has or had a fact that counts for the value, moved it;
so did decisions about who pays, for an authority. Exact as far as facts tell: a person's stay has none, so that of persons every event counts that
lies before the window's end.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from consumers.formulas import Formula, Term
from consumers.lineage import Basis, RecordEvent
from consumers.lineage.payers import UNKNOWN_WEIGHTS
from consumers.restatements.late import Arrived, Late
from consumers.restatements.moves import Restated

UP_TO = frozenset(("stock", "distinct"))
"""Ways of counting in which a fact counts from its day on, or a person's earlier events matter."""
_DECISIONS = {
    "reg.split.decided": "split",
    "reg.office.opened": "office",
    "reg.office.closed": "office",
    "reg.authority.registered": "authority",
    "reg.calendar.decided": "calendar",
}


class Fact(NamedTuple):
    """What a record stood for, or stands for, on a day; it changed after the closing."""

    record: str
    component: str
    day: date
    dimension: str
    office: str
    assigner: str


class Cause(NamedTuple):
    """Why a value moved. `kind`: `event` of the value's own records; `split`, `office`, `authority`, `calendar`: a decision learned late;
    `time`: it was closed before its days were over; `definition`: another epoch came to be served; `unknown`: something between the offsets."""

    kind: str
    event: RecordEvent | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """What came late and can have moved a value, in log order. `now`: events of a type that the indicator's facts are told by, of records with a fact
    that counts by the payers of now; `ever`: of any type, and whoever pays, for others may have paid then; `decided`: decisions."""

    now: Sequence[Cause]
    ever: Sequence[Cause]
    decided: Sequence[Cause]

    def between(self, after: int, until: int) -> list[Cause]:
        """What moved it between two offsets, the second included: decisions other than shares only where no event did."""
        found, decided = _cut(self.now, after, until), _cut(self.decided, after, until)
        if not found and not decided:
            return _cut(self.ever, after, until)
        return found + [one for one in decided if not found or one.kind == "split"]


def moving(value: Restated, facts: Mapping[str, Iterable[Fact]], came: Arrived, basis: Basis, told_by: Collection[str]) -> Moving:
    """What can have moved a value. `facts`: by component, those of the records of which anything came late; `came`: all that came late; `told_by`: the
    types of event that the indicator's facts are told by, `med.*` for all of a family."""
    formula = basis.formulas[value.indicator]
    counting = [fact for term in formula.terms for fact in _counting(value, formula, term, facts.get(term.told_as, ()), basis)]
    persons = [
        one for prefix, told in came.persons.items() if counts_persons(formula, prefix) for one in told if one.first_day < value.period.end
    ]
    ever = {fact.record for fact in counting}
    paid = _payments(value, basis)
    now = ever if value.mode not in UNKNOWN_WEIGHTS else {fact.record for fact in counting if paid(fact)}
    decided = [Cause(kind, one.event) for one in came.registry if (kind := _decision(one)) and _decides(kind, value, formula)]
    return Moving(_events(now, persons, came, told_by), _events(ever, persons, came, ("*",)), decided)


def causes(value: Restated, between: tuple[int, int], told: Moving) -> list[Cause]:
    """What moved a value in a step between two offsets, the second included."""
    return told.between(*between) or [Cause("time" if value.closed_early else "unknown")]


def _events(records: Iterable[str], persons: Iterable[Late], came: Arrived, types: Collection[str]) -> list[Cause]:
    """The events of the records and persons that are, or were said to be, of such types, each once; decisions move a value otherwise."""
    families = tuple(type_[:-1] for type_ in types if type_.endswith("*"))
    found = {one.event.offset: one for record in records for one in came.by_record.get(record, ())}
    found |= {one.event.offset: one for one in persons}
    return [
        Cause("event", found[offset].event)
        for offset in sorted(found)
        if not found[offset].types[0].startswith("reg.")
        and any(type_ in types or type_.startswith(families) for type_ in found[offset].types)
    ]


def _cut(told: Sequence[Cause], after: int, until: int) -> list[Cause]:
    first, last = (bisect_right(told, offset, key=_offset) for offset in (after, until))
    return list(told[first:last])


def _offset(cause: Cause) -> int:
    return cause.event.offset if cause.event else 0


def counts_persons(formula: Formula, prefix: str) -> bool:
    """Whether the stays of such persons count for it."""
    return any(term.of_kind == "distinct" and f"{term.told_as.partition('.')[0]}:" == prefix for term in formula.terms)


def _counting(value: Restated, formula: Formula, term: Term, facts: Iterable[Fact], basis: Basis) -> Iterator[Fact]:
    """Those of a component's facts that count for a term of the value, whoever pays."""
    last = value.period.last_day
    first = date.min if term.of_kind in UP_TO else value.period.start
    whole = term.scope == "all" or value.subject_kind == "district" or (value.subject_kind == "authority" and value.mode in UNKNOWN_WEIGHTS)
    for fact in facts:
        if not first <= fact.day <= last or not (
            whole or value.subject_id == (fact.office if value.subject_kind == "office" else fact.assigner)
        ):
            continue
        if _of_dimension(value, formula, term, fact) and (not term.assigner_kinds or basis.kinds.get(fact.assigner) in term.assigner_kinds):
            yield fact


def _payments(value: Restated, basis: Basis) -> Callable[[Fact], bool]:
    """Tells whether the authority whose value it is pays for a fact's office on some day that counts."""
    start, last, key = value.period.start, value.period.last_day, (value.mode, value.subject_id)
    known: dict[tuple[str, date], bool] = {}

    def pays(fact: Fact) -> bool:
        at = fact.office, min(max(fact.day, start), last)
        if at not in known:
            known[at] = any(stretch.weights.get(key) for stretch in basis.funding.between(*at, last))
        return known[at]

    return pays


def _of_dimension(value: Restated, formula: Formula, term: Term, fact: Fact) -> bool:
    if term.told_dimension:
        return fact.dimension == term.told_dimension
    return term.of_kind == "named" or (fact.dimension == value.dimension and formula.shows(fact.dimension))


def _decision(one: Late) -> str:
    """The kind of decision that an event of the registry, its amendment or its retraction is; '' of closings and rules."""
    return next((_DECISIONS[type_] for type_ in (one.event.type, *one.types) if type_ in _DECISIONS), "")


def _decides(kind: str, value: Restated, formula: Formula) -> bool:
    """Whether such a decision can move such a value."""
    match kind:
        case "split":
            return value.subject_kind == "authority" or any(term.component.startswith("reg.") for term in formula.terms)
        case "authority":
            return any(term.assigner_kinds for term in formula.terms)
        case _:
            return True


def ranges(value: Restated, before: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The offsets between which each step of a value lies; `before`: of a step's offset the newest one on which rows rest before it."""
    last = value.closed_offset
    for step in value.steps:
        yield max(last, before.get(step.offset, 0)), step.offset
        last = step.offset
