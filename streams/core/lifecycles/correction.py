"""A person in community correction (contract, section 6, `cor_*`; domain.md 2.5 and 3.3)."""

from collections.abc import Callable
from typing import ClassVar

from streams.core.lifecycles.findings import found_fault
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot, T
from streams.core.lifecycles.transitions import CORRECTION
from streams.core.measures import measure
from streams.core.windows import MONTH_OF, months_later

_CASELOAD, _INTAKE, _RELEASE, _REOFFENDER, _LOST, _DUE, _ONTIME, _OVER, _PRESENT = (
    measure(f"cor.{name}") for name in ("caseload", "intake", "release", "reoffender", "lost", "due", "ontime", "monitor_over", "present")
)
_MISSED, _MISSED_OPEN, _REGAIN_HOURS, _VISITED, _SANCTION, _GRADED, _FAILED, _NEED, _MET_NEED, _ASKED, _ANSWERED = (
    measure(f"cor.{name}")
    for name in (
        "missed", "missed_open", "regain_hours", "visited", "sanction", "graded", "graded_fail", "need", "need_met", "investigation_due",
        "investigation_done",
    )
)  # fmt: skip
_ATTENDED = {
    KINDS[f"cor.{what}.attended"]: (what, measure(f"cor.{what}"), measure(f"cor.{what}_excused")) for what in ("education", "service")
}
_RELEASED = KINDS["cor.subject.released"]
MONITOR_MONTHS = 3
"""Electronic monitoring may run so many calendar months without an extension."""
_HOUR_US = 3_600_000_000


class Supervised(Person):
    """The walk of one person's correction."""

    __slots__ = ("asked", "due", "excused", "limit", "lost", "missing", "need", "registered")
    life = CORRECTION
    present: ClassVar[int] = _PRESENT
    stock: ClassVar[int] = _CASELOAD
    distinct: ClassVar[tuple[int, ...]] = (_REOFFENDER, _LOST, _MISSED)

    def begin(self) -> None:
        """Forget the walk."""
        super().begin()
        self.due: Slot | None = None
        self.registered: Slot | None = None
        """The first registration of all."""
        self.missing = False
        """Due, and neither registered nor gone."""
        self.limit: tuple[int, Slot] | None = None
        """While monitored: the last day allowed, and the start or extension that set it."""
        self.lost: Slot | None = None
        """While out of control: the loss."""
        self.asked: list[Slot] = []
        """Investigations asked for and not answered."""
        self.need: Slot | None = None
        """First need of the running stay, until it is met."""
        self.excused: dict[int, tuple[Slot, int]] = {}
        """Kind of attendance -> the excuse that stands for its month, and the office of the stay."""

    def meet(self, slot: Slot) -> None:
        """One event of the person, in order."""
        handle = _HANDLES.get(slot[KIND])
        if handle is not None:
            handle(self, slot)

    def foreseen(self) -> int | None:
        """The day from which a person who does not report is missing."""
        return self.due[PAYLOAD] + 1 if self.missing and self.due is not None else None

    def register(self, slot: Slot) -> None:
        """A stay begins, unless one runs; the first registration of all answers the duty to report."""
        if self.since is None:
            self.enter(slot)
            self.tell(_INTAKE, slot[DAY], slot, 1)
        if self.registered is None:
            self.registered = slot
            self._report()
        self._appear(slot)

    def fall_due(self, slot: Slot) -> None:
        """The first duty to report counts."""
        if self.due is None:
            self.due = slot
            self.tell(_DUE, slot[PAYLOAD], slot, 1)
            self._report()
            self.missing = True
            self.put(_MISSED, slot[PAYLOAD] + 1, slot, 1)
            self.tell(_MISSED_OPEN, slot[PAYLOAD] + 1, slot, 1)
            if self.registered is not None:
                self._appear(self.registered)

    def _report(self) -> None:
        """In time if any registration lies on or before the day set by the first `due`; the first registration is the earliest."""
        if self.due is not None and self.registered is not None and self.registered[DAY] <= self.due[PAYLOAD]:
            self.tell(_ONTIME, self.due[PAYLOAD], self.due, 1)

    def _appear(self, slot: Slot) -> None:
        """Registered or gone: no longer missing; on or before the day set it never was."""
        if not self.missing or self.due is None:
            return
        self.missing = False
        overdue = self.due[PAYLOAD] + 1
        if slot[DAY] < overdue:
            self.put(_MISSED, overdue, self.due, 0)
            self.tell(_MISSED_OPEN, overdue, self.due, -1)
        else:
            self.tell(_MISSED_OPEN, slot[DAY], slot, -1, self.due[OFFICE])

    def lose(self, slot: Slot) -> None:
        """Out of control; the hours run from the first loss that nobody regained."""
        self.tell(_LOST, slot[DAY], slot, 1)
        self.lost = self.lost or slot

    def regain(self, slot: Slot) -> None:
        """Found; of several on one day the last tells its hours."""
        if self.lost is not None:
            self.put(_REGAIN_HOURS, slot[DAY], slot, (slot[T] - self.lost[T]) // _HOUR_US + 1)
            self.lost = None

    def reoffend(self, slot: Slot) -> None:
        """A conviction counts."""
        if slot[PAYLOAD]:
            self.tell(_REOFFENDER, slot[DAY], slot, 1)

    def monitor_start(self, slot: Slot) -> None:
        """A start counts when off."""
        if self.limit is None:
            self._limit(slot)

    def monitor_extend(self, slot: Slot) -> None:
        """An extension counts when on."""
        if self.limit is not None:
            self._turn(slot, *self.limit)
            self._limit(slot)

    def monitor_end(self, slot: Slot) -> None:
        """An end counts when on."""
        if self.limit is not None:
            self._turn(slot, *self.limit)
            self.limit = None

    def _limit(self, slot: Slot) -> None:
        self.limit = (months_later(slot[DAY], MONITOR_MONTHS), slot)
        self.tell(_OVER, self.limit[0] + 1, slot, 1)

    def _turn(self, slot: Slot, limit: int, base: Slot) -> None:
        if slot[DAY] > limit + 1:
            self.tell(_OVER, slot[DAY], slot, -1, base[OFFICE])
        else:
            self.tell(_OVER, limit + 1, base, -1)  # in time: takes the +1 back

    def visit(self, slot: Slot) -> None:
        """The first home visit of a month during a stay."""
        if slot[PAYLOAD] and self.since is not None and self.first_of("visit", MONTH_OF[slot[DAY]]):
            self.tell(_VISITED, slot[DAY], slot, 1, self.since[OFFICE])

    def attend(self, slot: Slot) -> None:
        """The first attendance of a month during a stay; a month with nothing but excuses is not asked for."""
        if self.since is None:
            return
        what, attended, excused = _ATTENDED[slot[KIND]]
        office, month = self.since[OFFICE], MONTH_OF[slot[DAY]]
        if slot[PAYLOAD]:
            if self.met.get(what) != month and self.first_of(f"{what} excused", month):
                self.excused[slot[KIND]] = slot, office
                self.tell(excused, slot[DAY], slot, -1, office)
        elif self.first_of(what, month):
            self.tell(attended, slot[DAY], slot, 1, office)
            if self.met.get(f"{what} excused") == month:
                excuse, at = self.excused[slot[KIND]]
                self.tell(excused, excuse[DAY], excuse, 1, at)

    def sanction(self, slot: Slot) -> None:
        """Each sanction counts."""
        self.tell(_SANCTION, slot[DAY], slot, 1)

    def grade(self, slot: Slot) -> None:
        """Each grade counts."""
        self.tell(_GRADED, slot[DAY], slot, 1)
        if slot[PAYLOAD]:
            self.tell(_FAILED, slot[DAY], slot, 1)

    def needs(self, slot: Slot) -> None:
        """The first need of a stay."""
        if self.since is not None and self.first_of("need", len(self.stays)):
            self.need = slot
            self.tell(_NEED, slot[DAY], slot, 1, self.since[OFFICE])

    def helped(self, _: Slot) -> None:
        """The first help after the need, in the same stay."""
        if self.need is not None and self.since is not None:
            self.tell(_MET_NEED, self.need[DAY], self.need, 1, self.since[OFFICE])
            self.need = None

    def ask(self, slot: Slot) -> None:
        """An investigation is asked for by a day."""
        self.tell(_ASKED, slot[PAYLOAD], slot, 1)
        self.asked.append(slot)

    def answer(self, slot: Slot) -> None:
        """One answer does for all that was asked before it."""
        for asked in self.asked:
            if slot[DAY] <= asked[PAYLOAD]:
                self.tell(_ANSWERED, asked[PAYLOAD], asked, 1)
        self.asked.clear()

    def fault(self, slot: Slot) -> None:
        """Somebody who inspects finds a fault."""
        for key, amount in found_fault(slot, self.calendar).items():
            self.tell(key[0], key[1], slot, amount)

    def leave_register(self, slot: Slot) -> None:
        """Any exit ends the monitoring and the missing, met in a stay or not."""
        self.monitor_end(slot)
        self._appear(slot)
        self.lost = None
        if self.since is not None:
            self.leave(slot)
            self.need = None
            if slot[KIND] == _RELEASED:
                self.tell(_RELEASE, slot[DAY], slot, 1)


_HANDLES: dict[int, Callable[[Supervised, Slot], None]] = {
    KINDS[name]: handle
    for name, handle in {
        "cor.subject.due": Supervised.fall_due,
        "cor.subject.registered": Supervised.register,
        **{f"cor.subject.{end}": Supervised.leave_register for end in ("released", "terminated", "recalled", "moved")},
        "cor.control.lost": Supervised.lose,
        "cor.control.regained": Supervised.regain,
        "cor.reoffence.recorded": Supervised.reoffend,
        "cor.monitor.started": Supervised.monitor_start,
        "cor.monitor.extended": Supervised.monitor_extend,
        "cor.monitor.ended": Supervised.monitor_end,
        "cor.contact.made": Supervised.visit,
        "cor.education.attended": Supervised.attend,
        "cor.service.attended": Supervised.attend,
        "cor.sanction.issued": Supervised.sanction,
        "cor.month.graded": Supervised.grade,
        "cor.help.needed": Supervised.needs,
        "cor.help.given": Supervised.helped,
        "cor.investigation.requested": Supervised.ask,
        "cor.investigation.completed": Supervised.answer,
        "cor.supervision.finding": Supervised.fault,
    }.items()
}
