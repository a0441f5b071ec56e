"""A person in community correction (contract, section 6, `cor_*`)."""

from typing import ClassVar

from schemas.events import TYPES
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import DAY, KIND, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.windows import months_later

_CASELOAD, _INTAKE, _RELEASE, _REOFFENDER, _LOST, _DUE, _ONTIME, _OVER, _PRESENT = (
    measure(f"cor.{name}") for name in ("caseload", "intake", "release", "reoffender", "lost", "due", "ontime", "monitor_over", "present")
)
_EXITS = frozenset(f"cor.subject.{end}" for end in ("released", "terminated", "recalled", "moved"))
MONITOR_MONTHS = 3
"""Electronic monitoring may run so many calendar months without an extension."""


class Supervised(Person):
    """The walk of one person's correction."""

    __slots__ = ("due", "limit", "registered")
    present: ClassVar[int] = _PRESENT
    stock: ClassVar[int] = _CASELOAD
    distinct: ClassVar[tuple[int, ...]] = (_REOFFENDER, _LOST)

    def begin(self) -> None:
        """Forget the walk."""
        super().begin()
        self.due: Slot | None = None
        self.registered: int | None = None
        self.limit: tuple[int, Slot] | None = None
        """While monitored: the last day allowed, and the start or extension that set it."""

    def meet(self, slot: Slot) -> None:
        """One event of the person, in order."""
        name, day = TYPES[slot[KIND]], slot[DAY]
        if name == "cor.subject.registered":
            self._register(slot)
        elif name == "cor.subject.due":
            if self.due is None:
                self.due = slot
                self.tell(_DUE, slot[PAYLOAD], slot, 1)
                self._report()
        elif name == "cor.control.lost":
            self.tell(_LOST, day, slot, 1)
        elif name == "cor.reoffence.recorded":
            if slot[PAYLOAD]:
                self.tell(_REOFFENDER, day, slot, 1)
        elif name.startswith("cor.monitor."):
            self._monitor(slot, name[len("cor.monitor.") :])
        elif name in _EXITS:
            self._exit(slot, name)

    def _register(self, slot: Slot) -> None:
        if self.since is None:
            self.enter(slot)
            self.tell(_INTAKE, slot[DAY], slot, 1)
        if self.registered is None:
            self.registered = slot[DAY]
            self._report()

    def _report(self) -> None:
        """In time if any registration lies on or before the day set by the first `due`; the first registration is the earliest."""
        if self.due is not None and self.registered is not None and self.registered <= self.due[PAYLOAD]:
            self.tell(_ONTIME, self.due[PAYLOAD], self.due, 1)

    def _monitor(self, slot: Slot, what: str) -> None:
        """A start counts when off, an extension and an end when on."""
        if (what == "started") != (self.limit is None):
            return
        if self.limit is not None:
            limit, base = self.limit
            if slot[DAY] > limit + 1:
                self.tell(_OVER, slot[DAY], slot, -1, base[OFFICE])
            else:
                self.tell(_OVER, limit + 1, base, -1)  # in time: takes the +1 back
        self.limit = None if what == "ended" else (months_later(slot[DAY], MONITOR_MONTHS), slot)
        if self.limit is not None:
            self.tell(_OVER, self.limit[0] + 1, slot, 1)

    def _exit(self, slot: Slot, name: str) -> None:
        """Any exit ends the monitoring, met in a stay or not."""
        if self.limit is not None:
            self._monitor(slot, "ended")
        if self.since is not None:
            self.leave(slot)
            if name == "cor.subject.released":
                self.tell(_RELEASE, slot[DAY], slot, 1)
