"""A released person in resettlement (contract, section 6, `res_*`)."""

from typing import ClassVar

from schemas.events import TYPES
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import DAY, KIND, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure

_REGISTER, _PLACED, _HELPED, _RELEASED_KEY, _FETCHED_KEY, _PRESENT = (
    measure(f"res.{name}") for name in ("register", "placed", "helped", "released_key", "fetched_key", "present")
)
_HELP = frozenset(("res.visit.made", "res.agreement.signed"))
_EXITS = frozenset(f"res.person.{end}" for end in ("discharged", "moved", "died"))


class Resettled(Person):
    """The walk of one person's resettlement."""

    __slots__ = ("fetched", "key_release", "placed")
    present: ClassVar[int] = _PRESENT
    stock: ClassVar[int] = _REGISTER
    distinct: ClassVar[tuple[int, ...]] = (_HELPED,)

    def begin(self) -> None:
        """Forget the walk."""
        super().begin()
        self.key_release: Slot | None = None
        self.fetched = False
        self.placed: Slot | None = None
        """First placement of the running stay."""

    def meet(self, slot: Slot) -> None:
        """One event of the person, in order."""
        name = TYPES[slot[KIND]]
        if name == "res.person.released":
            self._release(slot)
        elif name == "res.person.handed_over":
            self._hand_over(slot)
        elif self.since is not None:
            self._meet_inside(slot, name, self.since[OFFICE])
        elif name == "res.person.enrolled":
            self.enter(slot)

    def _meet_inside(self, slot: Slot, name: str, office: int) -> None:
        """An event during a stay; its facts are the office's that enrolled the person."""
        if name in _HELP:
            self.tell(_HELPED, slot[DAY], slot, 1, office)
        elif name == "res.placement.made" and self.placed is None:
            self.placed = slot
            self.tell(_PLACED, slot[DAY], slot, 1, office)
        elif name in _EXITS:
            if self.placed is not None:
                self.tell(_PLACED, slot[DAY], slot, -1, office)
                self.placed = None
            self.leave(slot)

    def _release(self, slot: Slot) -> None:
        if slot[PAYLOAD] and self.key_release is None:
            self.key_release = slot
            self.tell(_RELEASED_KEY, slot[DAY], slot, 1)
            if self.fetched:
                self.tell(_FETCHED_KEY, slot[DAY], slot, 1)

    def _hand_over(self, slot: Slot) -> None:
        if slot[PAYLOAD] and not self.fetched:
            self.fetched = True
            if self.key_release is not None:
                self.tell(_FETCHED_KEY, self.key_release[DAY], self.key_release, 1)
