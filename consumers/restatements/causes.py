"""What moved a closed value in one step: the events of the records whose facts touch it, or what was decided about payers, working days or offices.

Pure. A step lies between two events of the log. Whatever came in between, of a record that has or had a fact that counts for the value, moved it;
so did decisions about who pays, for an authority. Exact as far as facts tell: a person's stay has none, so that of persons every event counts that
lies before the window's end.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from consumers.formulas import Formula, Term
from consumers.lineage import Basis, RecordEvent
from consumers.lineage.payers import UNKNOWN_WEIGHTS
from consumers.lineage.record import PERSONS
from consumers.restatements.moves import Restated

_UP_TO = frozenset(("stock", "distinct"))
"""Ways of counting in which a fact counts from its day on, or a person's earlier events matter."""
_DECISIONS = {
    "reg.split.decided": "split",
    "reg.office.opened": "office",
    "reg.office.closed": "office",
    "reg.authority.registered": "authority",
    "reg.calendar.decided": "calendar",
}
CLOCK = "clk.ticked"


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


class Own(NamedTuple):
    """The records among whose facts one counts for a value: for an authority by the payers of now, and whoever pays, for others may have paid then."""

    now: Collection[str] = frozenset()
    ever: Collection[str] = frozenset()


def touching(value: Restated, facts: Iterable[Fact], basis: Basis) -> Own:
    """The records that touch a value."""
    formula = basis.formulas[value.indicator]
    ever = [fact for fact in facts if any(_counts(value, formula, term, fact, basis) for term in formula.terms)]
    return Own({fact.record for fact in ever if _is_paid(value, fact, basis)}, {fact.record for fact in ever})


def counts_persons(formula: Formula, prefix: str) -> bool:
    """Whether the stays of such persons count for it."""
    return any(term.of_kind == "distinct" and f"{term.told_as.partition('.')[0]}:" == prefix for term in formula.terms)


def causes(value: Restated, between: tuple[int, int], own: Own, events: Mapping[str, Sequence[RecordEvent]], basis: Basis) -> list[Cause]:
    """What moved a value in a step between two offsets, the second included. `own`: the records that touch it; `events`: of all records."""
    found = _between(value, between, own.now, events, basis) or _between(value, between, own.ever, events, basis)
    return found or [Cause("time" if value.closed_early else "unknown")]


def _between(
    value: Restated, between: tuple[int, int], own: Collection[str], events: Mapping[str, Sequence[RecordEvent]], basis: Basis
) -> list[Cause]:
    formula = basis.formulas[value.indicator]
    found, decided = [], []
    for record, told in events.items():
        for event in told:
            if not between[0] < event.offset <= between[1]:
                continue
            if kind := _decision(event, told):
                if _decides(kind, value, formula):
                    decided.append(Cause(kind, event))
            elif record in own or (
                record[:4] in PERSONS and counts_persons(formula, record[:4]) and _before(told, event, value.period.end)
            ):
                found.append(Cause("event", event))
    return _in_order(found) + _in_order(one for one in decided if not found or one.kind == "split")


def _counts(value: Restated, formula: Formula, term: Term, fact: Fact, basis: Basis) -> bool:
    if fact.component != term.told_as or not _of_dimension(value, formula, term, fact):
        return False
    if term.assigner_kinds and basis.kinds.get(fact.assigner) not in term.assigner_kinds:
        return False
    if fact.day > value.period.last_day or (fact.day < value.period.start and term.of_kind not in _UP_TO):
        return False
    if term.scope == "all" or value.subject_kind == "district":
        return True
    if value.subject_kind == "office":
        return fact.office == value.subject_id
    return value.mode in UNKNOWN_WEIGHTS or fact.assigner == value.subject_id


def _is_paid(value: Restated, fact: Fact, basis: Basis) -> bool:
    """Whether the authority whose value it is pays for the fact's office on some day that counts; of other values always."""
    if value.mode not in UNKNOWN_WEIGHTS:
        return True
    first = min(max(fact.day, value.period.start), value.period.last_day)
    stretches = basis.funding.between(fact.office, first, value.period.last_day)
    return any(stretch.weights.get((value.mode, value.subject_id)) for stretch in stretches)


def _of_dimension(value: Restated, formula: Formula, term: Term, fact: Fact) -> bool:
    if term.told_dimension:
        return fact.dimension == term.told_dimension
    return term.of_kind == "named" or (fact.dimension == value.dimension and formula.shows(fact.dimension))


def _decision(event: RecordEvent, told: Sequence[RecordEvent]) -> str:
    """The kind of decision that an event of the registry, its amendment or its retraction is; '' of other events."""
    type_ = told[0].type if event.standing == "retraction" else event.type
    return _DECISIONS.get(type_, "-" if type_.startswith("reg.") or type_ == CLOCK else "")


def _decides(kind: str, value: Restated, formula: Formula) -> bool:
    """Whether such a decision can move such a value."""
    match kind:
        case "split":
            return value.subject_kind == "authority" or any(term.component.startswith("reg.") for term in formula.terms)
        case "authority":
            return any(term.assigner_kinds for term in formula.terms)
        case "office" | "calendar":
            return True
        case _:
            return False


def _before(told: Sequence[RecordEvent], event: RecordEvent, end: date) -> bool:
    """Whether the event, or one that it stands in for or takes away, is of a day before that one."""
    day = min(
        (one.time.date() for one in told if (one.source, one.id) == (event.stands_as_source, event.stands_as_id)), default=event.time.date()
    )
    if event.standing == "retraction":
        return any(one.time.date() < end for one in told if one.standing == "retracted")
    return min(day, event.time.date()) < end


def _in_order(found: Iterable[Cause]) -> list[Cause]:
    return sorted(found, key=lambda one: one.event.offset if one.event else 0)


def ranges(value: Restated, before: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The offsets between which each step of a value lies; `before`: of a step's offset the newest one on which rows rest before it."""
    last = value.closed_offset
    for step in value.steps:
        yield max(last, before.get(step.offset, 0)), step.offset
        last = step.offset
