"""Duties: what an office must have done by a day, read from the live events of a record (domain.md 3.11; the limits as in `lifecycles/`).

Each has a beginning, a last day, and the day on which it was met or fell away, all days of events. So how many were open on a past day is as
much a function of the events as today's number, and a correction corrects both. Sources of the limits: the Mediation Law and the ministry's
rules [S58 S60], the Community Correction Law art. 29 [S39], the ministry's notice on resettlement [S21].
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from schemas.rules import Deadline
from streams.core.instants import local_day
from streams.core.lifecycles.correction import MONITOR_MONTHS
from streams.core.lifecycles.mediation import FOLLOW_UP_AFTER, OVERDUE_AFTER
from streams.core.lifecycles.payloads import HANDED_OVER
from streams.core.lifecycles.slots import COR, DAY, KIND, KINDS, MED, OFFICE, PAYLOAD, RATING, REPORT, RES, SERVICE, TASK, Slot
from streams.core.lifecycles.transitions import VALUES
from streams.core.windows import END, MONTH, OF_DAY, months_later

CONFIRM_WITHIN = 30
"""Days after a written agreement in which both parties may ask a court to confirm it (Mediation Law art. 33 [S58])."""


class Duty(NamedTuple):
    """One thing that is to be done; open on the days from `begins` until the day before `ends`. Days as in `windows`."""

    office: int
    begins: int
    due: int
    """Last day on which it is in time."""
    ends: int | None
    """Day on which it was met or fell away; None while it is open. On or before `begins`: it never was."""


Duties = Callable[[Sequence[Slot]], Iterator[Duty]]


def _kinds(*names: str) -> frozenset[int]:
    return frozenset(KINDS[name] for name in names)


def _first(slots: Iterable[Slot], kinds: frozenset[int]) -> Slot | None:
    return next((slot for slot in slots if slot[KIND] in kinds), None)


def _day(slots: Iterable[Slot], kinds: frozenset[int]) -> int | None:
    found = _first(slots, kinds)
    return None if found is None else found[DAY]


def _earliest(*days: int | None) -> int | None:
    return min((day for day in days if day is not None), default=None)


_ACCEPTED, _AGREED = _kinds("med.case.accepted"), _kinds("med.case.agreed")
_CONCLUDED = _kinds(*(f"med.case.{end}" for end in ("agreed", "failed", "withdrawn", "transferred", "terminated")))
_PERFORMED, _REVOKED = _kinds("med.agreement.performed"), _kinds("med.agreement.revoked")
_CONFIRMED, _FOLLOWED_UP = _kinds("med.agreement.confirmed"), _kinds("med.case.followed_up")
_FULL = VALUES["med.agreement.performed"].index("full") + 1


def _conclude(slots: Sequence[Slot]) -> Iterator[Duty]:
    """An accepted case is concluded within 30 days."""
    accepted = _first(slots, _ACCEPTED)
    if accepted is not None:
        yield Duty(accepted[OFFICE], accepted[DAY], accepted[DAY] + OVERDUE_AFTER, _day(slots, _CONCLUDED))


def _agreement(slots: Sequence[Slot]) -> Slot | None:
    """The conclusion, if it is an agreement."""
    concluded = _first(slots, _CONCLUDED)
    return concluded if concluded is not None and concluded[KIND] in _AGREED else None


def _performed(slots: Sequence[Slot]) -> int | None:
    return next((slot[DAY] for slot in slots if slot[KIND] in _PERFORMED and slot[PAYLOAD] == _FULL), None)


def _confirm(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A written agreement that is not performed may be confirmed within 30 days; after them there is nothing left to do."""
    agreed = _agreement(slots)
    if agreed is not None and agreed[PAYLOAD][0]:
        last = agreed[DAY] + CONFIRM_WITHIN
        done = _earliest(_day(slots, _CONFIRMED), _performed(slots), _day(slots, _REVOKED), last + 1)
        yield Duty(agreed[OFFICE], agreed[DAY], last, done)


def _perform(slots: Sequence[Slot]) -> Iterator[Duty]:
    """An agreement is performed by the day that it names."""
    agreed = _agreement(slots)
    if agreed is not None and agreed[PAYLOAD][2] is not None:
        yield Duty(agreed[OFFICE], agreed[DAY], agreed[PAYLOAD][2], _earliest(_performed(slots), _day(slots, _REVOKED)))


def _follow_up(slots: Sequence[Slot]) -> Iterator[Duty]:
    """The parties of an agreement are asked within 60 days how things went."""
    agreed = _agreement(slots)
    if agreed is not None:
        yield Duty(agreed[OFFICE], agreed[DAY], agreed[DAY] + FOLLOW_UP_AFTER, _day(slots, _FOLLOWED_UP))


_DUE, _REGISTERED = _kinds("cor.subject.due"), _kinds("cor.subject.registered")
_EXITS = _kinds(*(f"cor.subject.{end}" for end in ("released", "terminated", "recalled", "moved")))
_MONITOR_ON, _MONITOR_LONGER, _MONITOR_OFF = (_kinds(f"cor.monitor.{what}") for what in ("started", "extended", "ended"))
_LOST, _REGAINED = _kinds("cor.control.lost"), _kinds("cor.control.regained")
_ASKED, _ANSWERED = _kinds("cor.investigation.requested"), _kinds("cor.investigation.completed")


def _report(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A person is registered by the day named in the first notice, unless registered before or gone."""
    due = _first(slots, _DUE)
    if due is not None:
        later = slots[slots.index(due) :]
        yield Duty(due[OFFICE], due[DAY], due[PAYLOAD], _earliest(_day(slots, _REGISTERED), _day(later, _EXITS)))


def _spans(
    slots: Sequence[Slot], begins: frozenset[int], goes_on: frozenset[int], ends: frozenset[int]
) -> Iterator[tuple[Slot, int | None]]:
    """Each slot that begins something while nothing runs, or that goes on with it while it does, and the day on which the next one takes over."""
    running: Slot | None = None
    for slot in slots:
        if slot[KIND] in (begins if running is None else goes_on | ends):
            if running is not None:
                yield running, slot[DAY]
            running = None if slot[KIND] in ends else slot
    if running is not None:
        yield running, None


def _monitor(slots: Sequence[Slot]) -> Iterator[Duty]:
    """Monitoring is ended or extended within three months."""
    for slot, ends in _spans(slots, _MONITOR_ON, _MONITOR_LONGER, _MONITOR_OFF | _EXITS):
        yield Duty(slot[OFFICE], slot[DAY], months_later(slot[DAY], MONITOR_MONTHS), ends)


def _control(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A person who was lost is found the same day."""
    for slot, ends in _spans(slots, _LOST, frozenset(), _REGAINED | _EXITS):
        yield Duty(slot[OFFICE], slot[DAY], slot[DAY], ends)


def _investigation(slots: Sequence[Slot]) -> Iterator[Duty]:
    """An investigation is completed by the day that was named."""
    for number, slot in enumerate(slots):
        if slot[KIND] in _ASKED:
            yield Duty(slot[OFFICE], slot[DAY], slot[PAYLOAD], _day(slots[number:], _ANSWERED))


_RELEASED, _HANDED = _kinds("res.person.released"), _kinds("res.person.handed_over")
_NOTICE, _VERIFIED = _kinds("res.notice.received"), _kinds("res.identity.verified")
_SELF_REPORTED = HANDED_OVER.index("self_reported")


def _handover(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A key person who is released is handed over the same day."""
    release = next((slot for slot in slots if slot[KIND] in _RELEASED and slot[PAYLOAD]), None)
    if release is not None:
        handed = next((slot[DAY] for slot in slots if slot[KIND] in _HANDED and slot[PAYLOAD] >= _SELF_REPORTED), None)
        yield Duty(release[OFFICE], release[DAY], release[DAY], handed)


def _verify(slots: Sequence[Slot]) -> Iterator[Duty]:
    """The first notice before a release is answered by its day, or by the end of its month."""
    notice = _first(slots, _NOTICE)
    if notice is not None:
        due = END[OF_DAY[notice[DAY]][MONTH]] - 1 if notice[PAYLOAD] is None else notice[PAYLOAD]
        yield Duty(notice[OFFICE], notice[DAY], due, _day(slots, _VERIFIED))


_TASK, _TASK_DONE = _kinds("soc.task.assigned"), _kinds("soc.task.completed")
_WANTED, _SUBMITTED = _kinds("dat.report.requested"), _kinds("dat.report.submitted")
_CONTRACTED, _TERMINATED = _kinds("cap.service.contracted"), _kinds("cap.service.terminated")


def _task(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A task is completed by its local day."""
    assigned = _first(slots, _TASK)
    if assigned is not None:
        yield Duty(assigned[OFFICE], assigned[DAY], local_day(assigned[PAYLOAD][0]), _day(slots, _TASK_DONE))


def _table(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A report that was asked for is submitted by its local day."""
    wanted = _first(slots, _WANTED)
    if wanted is not None:
        yield Duty(wanted[OFFICE], wanted[DAY], local_day(wanted[PAYLOAD][0]), _day(slots, _SUBMITTED))


def _contract(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A contract for services is renewed before it runs out; once it has run out nothing is open."""
    signed = _first(slots, _CONTRACTED)
    if signed is not None:
        _, _, first, last = signed[PAYLOAD]
        yield Duty(signed[OFFICE], max(first, signed[DAY]), last, _earliest(_day(slots, _TERMINATED), last + 1))


_AWARDED, _RENEWED = _kinds("cap.rating.awarded"), _kinds("cap.rating.renewed")
_TITLE = _AWARDED | _RENEWED | _kinds("cap.rating.withdrawn")


def _title(slots: Sequence[Slot]) -> Iterator[Duty]:
    """A title is confirmed or awarded again by the last day on which it holds, or withdrawn; an application alone does not do it."""
    life = [slot for slot in slots if slot[KIND] in _TITLE]
    for number, slot in enumerate(life):
        last = slot[PAYLOAD] if slot[KIND] in _RENEWED else slot[PAYLOAD][2]
        if last is not None:
            yield Duty(slot[OFFICE], slot[DAY], last, life[number + 1][DAY] if number + 1 < len(life) else None)


DEADLINES: dict[Deadline, tuple[int, Duties]] = {
    "med_conclude": (MED, _conclude),
    "med_confirm": (MED, _confirm),
    "med_perform": (MED, _perform),
    "med_follow_up": (MED, _follow_up),
    "cor_report": (COR, _report),
    "cor_monitor": (COR, _monitor),
    "cor_control": (COR, _control),
    "cor_investigation": (COR, _investigation),
    "res_handover": (RES, _handover),
    "res_verify": (RES, _verify),
    "soc_task": (TASK, _task),
    "dat_report": (REPORT, _table),
    "svc_contract": (SERVICE, _contract),
    "cap_rating": (RATING, _title),
}
"""Name -> the domain of the records that tell it, and how it is read from one."""
