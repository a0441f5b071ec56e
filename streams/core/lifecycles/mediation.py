"""A mediation case: its ordered live events -> its facts (contract, section 6, `med_*`)."""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, WORK, Slot
from streams.core.lifecycles.transitions import MEDIATION, VALUES, flag
from streams.core.lifecycles.work import SHARED
from streams.core.measures import measure

_ACCEPTED, _CONCLUDED, _AGREED, _WRITTEN, _LATE, _DUE, _FULFILLED, _AMOUNT, _COLLECTIVE, _OPEN, _OVERDUE, _DURATION = (
    measure(f"med.{name}")
    for name in (
        "accepted", "concluded", "agreed", "agreed_written", "concluded_late", "due", "fulfilled", "amount", "collective", "open",
        "open_overdue", "duration",
    )
)  # fmt: skip
_CONFIRMED, _REVOKED, _REVISIT_DUE, _REVISITED, _SUBSIDY, _SUBSIDISED = (
    measure(f"med.{name}") for name in ("confirmed", "revoked", "followup_due", "followed_up", "subsidy", "subsidised")
)
_SHARED = measure("med.shared")
_ESCALATION, _PREVENTED, _PREVENTED_PERSONS = (measure(f"med.{name}") for name in ("escalation", "prevented", "prevented_persons"))
_IS_ACCEPTED, _IS_AGREED = KINDS["med.case.accepted"], KINDS["med.case.agreed"]
_IS_PERFORMED, _IS_ESCALATION = KINDS["med.agreement.performed"], KINDS["med.escalation.recorded"]
_IS_CONFIRMED, _IS_REVOKED = KINDS["med.agreement.confirmed"], KINDS["med.agreement.revoked"]
_IS_REVISITED, _IS_SUBSIDY = KINDS["med.case.followed_up"], KINDS["med.subsidy.paid"]
_FULL = VALUES["med.agreement.performed"].index("full") + 1
_GRANTED = VALUES["med.agreement.confirmed"].index("confirmed") + 1
_CONCLUSIONS = frozenset(KINDS[f"med.case.{end}"] for end in ("agreed", "failed", "withdrawn", "transferred", "terminated"))
OVERDUE_AFTER = 30
"""Days after acceptance on which a case may still be open without being overdue."""
FOLLOW_UP_AFTER = 60
"""Days after an agreement by which the parties are asked how things went."""


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one case."""
    found: Facts = {}
    accepted = concluded = None
    performed = False
    work = 0
    others: list[Slot] = []
    flag(found, MEDIATION, slots)
    for slot in slots:
        kind = slot[KIND]
        if kind == _IS_ACCEPTED:
            accepted = accepted or slot
        elif kind in _CONCLUSIONS:
            concluded = concluded or slot
        elif kind == _IS_PERFORMED:
            performed = performed or slot[PAYLOAD] == _FULL
        else:
            others.append(slot)
        work |= slot[WORK]
        add_minutes(found, slot, core=True)
    if others:
        _of_others(found, others, concluded)
    if accepted is not None:
        _of_acceptance(found, accepted, concluded)
        if work & SHARED:
            found[_SHARED, accepted[DAY], accepted[OFFICE], accepted[ASSIGNER]] = 1
    if concluded is not None:
        _of_conclusion(found, concluded, performed)
        if accepted is not None:
            _of_both(found, accepted, concluded)
    return found


def _of_acceptance(found: Facts, a: Slot, concluded: Slot | None) -> None:
    day, office, who = a[DAY], a[OFFICE], a[ASSIGNER]
    dispute, source, collective, referrer = a[PAYLOAD]
    for measured in (_ACCEPTED, dispute, source, _OPEN):
        found[measured, day, office, who] = 1
    if referrer >= 0:
        found[referrer, day, office, who] = 1
    if collective:
        found[_COLLECTIVE, day, office, who] = 1
    if concluded is None:
        found[_OVERDUE, day + OVERDUE_AFTER + 1, office, who] = 1


def _of_conclusion(found: Facts, c: Slot, performed: bool) -> None:
    day, office, who = c[DAY], c[OFFICE], c[ASSIGNER]
    found[_CONCLUDED, day, office, who] = 1
    if c[KIND] != _IS_AGREED:
        return
    written, fen, due = c[PAYLOAD]
    found[_AGREED, day, office, who] = 1
    found[_REVISIT_DUE, day + FOLLOW_UP_AFTER, office, who] = 1
    if written:
        found[_WRITTEN, day, office, who] = 1
    if fen:
        found[_AMOUNT, day, office, who] = fen
    if due is not None:
        found[_DUE, due, office, who] = 1
        if performed:
            found[_FULFILLED, due, office, who] = 1


def escalated(found: Facts, slot: Slot) -> None:
    """One escalation, of a case or of none: what it was prevented from, or what it came to."""
    where = (slot[DAY], slot[OFFICE], slot[ASSIGNER])
    if slot[PAYLOAD]:
        add(found, (_PREVENTED, *where), 1)
        add(found, (_PREVENTED_PERSONS, *where), slot[PAYLOAD])
    else:
        add(found, (_ESCALATION, *where), 1)


def _of_others(found: Facts, slots: Sequence[Slot], concluded: Slot | None) -> None:
    """What happens beside and after: of confirmations, revocations, follow-ups and payments the first counts, of escalations each."""
    seen: set[int] = set()
    for slot in slots:
        kind, where = slot[KIND], (slot[DAY], slot[OFFICE], slot[ASSIGNER])
        if kind == _IS_ESCALATION:
            escalated(found, slot)
        elif kind == _IS_SUBSIDY:
            payer, fen = slot[PAYLOAD]
            add(found, (_SUBSIDY, slot[DAY], slot[OFFICE], payer), fen)
            if kind not in seen:
                found[_SUBSIDISED, slot[DAY], slot[OFFICE], payer] = 1
            seen.add(kind)
        elif kind in seen or (kind == _IS_CONFIRMED and slot[PAYLOAD] != _GRANTED):
            continue
        else:
            seen.add(kind)
            if kind == _IS_CONFIRMED:
                found[_CONFIRMED, *where] = 1
            elif kind == _IS_REVOKED:
                found[_REVOKED, *where] = 1
            elif kind == _IS_REVISITED and concluded is not None and concluded[KIND] == _IS_AGREED:
                _follow_up(found, slot, concluded)


def _follow_up(found: Facts, slot: Slot, agreed: Slot) -> None:
    """In time if it lies on or before the sixtieth day after the agreement; the first follow-up is the earliest."""
    if slot[DAY] <= agreed[DAY] + FOLLOW_UP_AFTER:
        found[_REVISITED, agreed[DAY] + FOLLOW_UP_AFTER, agreed[OFFICE], agreed[ASSIGNER]] = 1


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
