"""A mediation case: its ordered live events -> its facts (contract, section 6, `med_*`)."""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure

_ACCEPTED, _CONCLUDED, _AGREED, _WRITTEN, _LATE, _DUE, _FULFILLED, _AMOUNT, _COLLECTIVE, _OPEN, _OVERDUE, _DURATION = (
    measure(f"med.{name}")
    for name in (
        "accepted", "concluded", "agreed", "agreed_written", "concluded_late", "due", "fulfilled", "amount", "collective", "open",
        "open_overdue", "duration",
    )
)  # fmt: skip
ESCALATION = measure("med.escalation")
_IS_ACCEPTED, _IS_AGREED = KINDS["med.case.accepted"], KINDS["med.case.agreed"]
_IS_PERFORMED, _IS_ESCALATION = KINDS["med.agreement.performed"], KINDS["med.escalation.recorded"]
_CONCLUSIONS = frozenset(KINDS[f"med.case.{end}"] for end in ("agreed", "failed", "withdrawn", "transferred", "terminated"))
OVERDUE_AFTER = 30
"""Days after acceptance on which a case may still be open without being overdue."""


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one case."""
    found: Facts = {}
    accepted = concluded = None
    performed = False
    for slot in slots:
        kind = slot[KIND]
        if kind == _IS_ACCEPTED:
            accepted = accepted or slot
        elif kind in _CONCLUSIONS:
            concluded = concluded or slot
        elif kind == _IS_PERFORMED:
            performed = performed or slot[PAYLOAD]
        elif kind == _IS_ESCALATION and slot[PAYLOAD]:
            add(found, (ESCALATION, slot[DAY], slot[OFFICE], slot[ASSIGNER]), 1)
        add_minutes(found, slot, core=True)
    if accepted is not None:
        _of_acceptance(found, accepted, concluded)
    if concluded is not None:
        _of_conclusion(found, concluded, performed)
        if accepted is not None:
            _of_both(found, accepted, concluded)
    return found


def _of_acceptance(found: Facts, a: Slot, concluded: Slot | None) -> None:
    where = (a[DAY], a[OFFICE], a[ASSIGNER])
    dispute, source, collective = a[PAYLOAD]
    found[_ACCEPTED, *where] = found[dispute, *where] = found[source, *where] = found[_OPEN, *where] = 1
    if collective:
        found[_COLLECTIVE, *where] = 1
    if concluded is None:
        found[_OVERDUE, a[DAY] + OVERDUE_AFTER + 1, a[OFFICE], a[ASSIGNER]] = 1


def _of_conclusion(found: Facts, c: Slot, performed: bool) -> None:
    where = (c[DAY], c[OFFICE], c[ASSIGNER])
    found[_CONCLUDED, *where] = 1
    if c[KIND] != _IS_AGREED:
        return
    written, fen, due = c[PAYLOAD]
    found[_AGREED, *where] = 1
    if written:
        found[_WRITTEN, *where] = 1
    if fen:
        found[_AMOUNT, *where] = fen
    if due is not None:
        found[_DUE, due, c[OFFICE], c[ASSIGNER]] = 1
        if performed:
            found[_FULFILLED, due, c[OFFICE], c[ASSIGNER]] = 1


def _of_both(found: Facts, a: Slot, c: Slot) -> None:
    """The open parts. What ends them is booked at the office that accepted; a conclusion before the acceptance ends them on its day."""
    day_a, day_c = a[DAY], c[DAY]
    end = c if day_c >= day_a else a
    if day_c >= day_a:
        found[_DURATION, day_c, c[OFFICE], c[ASSIGNER]] = day_c - day_a + 1
    add(found, (_OPEN, end[DAY], a[OFFICE], end[ASSIGNER]), -1)
    if day_c > day_a + OVERDUE_AFTER:
        found[_LATE, day_c, c[OFFICE], c[ASSIGNER]] = 1
        found[_OVERDUE, day_a + OVERDUE_AFTER + 1, a[OFFICE], a[ASSIGNER]] = 1
        add(found, (_OVERDUE, day_c, a[OFFICE], c[ASSIGNER]), -1)
