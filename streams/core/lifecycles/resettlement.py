"""A released person in resettlement (contract, section 6, `res_*`; domain.md 2.6 and 3.4)."""

from typing import ClassVar

from schemas.events import TYPES
from streams.core.lifecycles.payloads import HANDED_OVER
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import DAY, KIND, OFFICE, PAYLOAD, Slot
from streams.core.lifecycles.transitions import RESETTLEMENT
from streams.core.measures import measure
from streams.core.windows import END, MONTH, OF_DAY

_REGISTER, _PLACED, _HELPED, _RELEASED_KEY, _FETCHED_KEY, _PRESENT = (
    measure(f"res.{name}") for name in ("register", "placed", "helped", "released_key", "fetched_key", "present")
)
_RELEASED, _HANDED, _NOTICE, _VERIFIED, _REOFFENDER, _VISIT, _LOST = (
    measure(f"res.{name}") for name in ("released", "handed_over", "notice_due", "verified", "reoffender", "visit", "lost")
)
_HELP = frozenset(("res.visit.made", "res.agreement.signed"))
_EXITS = frozenset(f"res.person.{end}" for end in ("discharged", "moved", "died"))
_FETCHED, _SELF_REPORTED = HANDED_OVER.index("fetched"), HANDED_OVER.index("self_reported")


class Resettled(Person):
    """The walk of one person's resettlement."""

    __slots__ = ("handed", "key_release", "lost", "notice", "placed", "release", "verified")
    life = RESETTLEMENT
    present: ClassVar[int] = _PRESENT
    stock: ClassVar[int] = _REGISTER
    distinct: ClassVar[tuple[int, ...]] = (_HELPED, _REOFFENDER)

    def begin(self) -> None:
        """Forget the walk."""
        super().begin()
        self.release: Slot | None = None
        self.key_release: Slot | None = None
        """First release of class key."""
        self.handed = 0
        """The best hand-over so far."""
        self.placed: Slot | None = None
        """First placement of the running stay."""
        self.notice: tuple[Slot, int] | None = None
        """First notice, and the day by which it is to be answered."""
        self.verified: int | None = None
        """Day of the first answer."""
        self.lost = False

    def meet(self, slot: Slot) -> None:
        """One event of the person, in order."""
        name = TYPES[slot[KIND]]
        if name == "res.person.released":
            self._release(slot)
        elif name == "res.person.handed_over":
            self._hand_over(slot)
        elif name == "res.notice.received":
            self._notice(slot)
        elif name == "res.identity.verified":
            self._verify(slot)
        elif name == "res.reoffence.recorded":
            self.tell(_REOFFENDER, slot[DAY], slot, 1)
        elif self.since is not None:
            self._meet_inside(slot, name, self.since[OFFICE])
        elif name == "res.person.enrolled":
            self.enter(slot)

    def _meet_inside(self, slot: Slot, name: str, office: int) -> None:
        """An event during a stay; its facts are the office's that enrolled the person."""
        if name in _HELP:
            self.tell(_HELPED, slot[DAY], slot, 1, office)
            if name == "res.visit.made":
                self.tell(_VISIT, slot[DAY], slot, 1, office)
        elif name == "res.placement.made" and self.placed is None:
            self.placed = slot
            self.tell(_PLACED, slot[DAY], slot, 1, office)
        elif name == "res.person.lost" and not self.lost:
            self.lost = True
            self.tell(_LOST, slot[DAY], slot, 1, office)
        elif name == "res.person.found":
            self._find(slot, office)
        elif name in _EXITS:
            if self.placed is not None:
                self.tell(_PLACED, slot[DAY], slot, -1, office)
                self.placed = None
            self._find(slot, office)
            self.leave(slot)

    def _find(self, slot: Slot, office: int) -> None:
        if self.lost:
            self.lost = False
            self.tell(_LOST, slot[DAY], slot, -1, office)

    def _release(self, slot: Slot) -> None:
        """The first release, and the first of class key, each with how the person was handed over."""
        if self.release is None:
            self.release = slot
            self.tell(_RELEASED, slot[DAY], slot, 1)
            if self.handed >= _SELF_REPORTED:
                self.tell(_HANDED, slot[DAY], slot, 1)
        if slot[PAYLOAD] and self.key_release is None:
            self.key_release = slot
            self.tell(_RELEASED_KEY, slot[DAY], slot, 1)
            if self.handed == _FETCHED:
                self.tell(_FETCHED_KEY, slot[DAY], slot, 1)

    def _hand_over(self, slot: Slot) -> None:
        before, self.handed = self.handed, max(self.handed, slot[PAYLOAD])
        if before < _SELF_REPORTED <= self.handed and self.release is not None:
            self.tell(_HANDED, self.release[DAY], self.release, 1)
        if before < _FETCHED <= self.handed and self.key_release is not None:
            self.tell(_FETCHED_KEY, self.key_release[DAY], self.key_release, 1)

    def _notice(self, slot: Slot) -> None:
        if self.notice is None:
            due = END[OF_DAY[slot[DAY]][MONTH]] - 1 if slot[PAYLOAD] is None else slot[PAYLOAD]
            self.notice = slot, due
            self.tell(_NOTICE, due, slot, 1)
            self._answer()

    def _verify(self, slot: Slot) -> None:
        if self.verified is None:
            self.verified = slot[DAY]
            self._answer()

    def _answer(self) -> None:
        """In time if the first answer lies on or before the day by which the first notice is to be answered."""
        if self.notice is not None and self.verified is not None and self.verified <= self.notice[1]:
            self.tell(_VERIFIED, self.notice[1], self.notice[0], 1)
