"""The record of a person: long, so it is walked event by event and walked on from where it stands.

Anything that comes out of order walks afresh; walking on and walking afresh end the same. A stay runs from an entry met while
outside to the next exit.
"""

from typing import ClassVar, NamedTuple

from streams.core.lifecycles.facts import ALL_MINUTES, CORE_MINUTES, FactKey, Facts
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, OFFICE, WORK, Slot
from streams.core.lifecycles.transitions import Life, step
from streams.core.lifecycles.work import MINUTES
from streams.core.workdays import Calendar

Span = tuple[int, int, int]
"""First day, last day (both included), office: when a person counts in the windows of a distinct measure."""
Stay = tuple[int, int | None, int]
"""First day, last day or None while it runs, office of the entry."""


class Standing(NamedTuple):
    """All that decides in which windows a person counts, besides today."""

    stays: tuple[Stay, ...]
    counted: tuple[FactKey, ...]
    """Facts of distinct measures, those told last at the end."""

    @property
    def inside(self) -> int | None:
        """The office of the stay that runs; None outside."""
        return self.stays[-1][2] if self.stays and self.stays[-1][1] is None else None

    def awaits(self, day: int | None) -> bool:
        """Whether a fact lies beyond a day, so that the person counts otherwise after it though nothing happens."""
        return day is None or any(key[1] > day for key in self.counted)


class Person:
    """Slots in order, the facts they stand for, and where the walk stands. Subclasses say what an event means."""

    __slots__ = ("calendar", "changed", "counted", "facts", "met", "since", "slots", "state", "stays")
    life: ClassVar[Life]
    """What leads to what in the life of such a person."""
    present: ClassVar[int]
    """Measure of presence."""
    stock: ClassVar[int]
    """Stock that a stay stands in."""
    distinct: ClassVar[tuple[int, ...]]
    """Measures that count persons by their facts."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        """The district's, whatever it says by now."""
        self.slots: list[Slot] = []
        self.begin()

    def begin(self) -> None:
        """Forget the walk, keep the slots."""
        self.facts: Facts = {}
        self.counted: dict[FactKey, None] = {}
        """The facts of distinct measures, in the order in which they were last told."""
        self.changed: Facts | None = None
        """What readers were last told of every fact that the walk touched since; None: nothing was touched."""
        self.stays: tuple[Stay, ...] = ()
        self.since: Slot | None = None
        """The slot that began the running stay."""
        self.state = 0
        """Where the life cycle stands."""
        self.met: dict[str, int] = {}
        """What was met before -> the month, or the number of the stay, in which: for what counts once in each."""

    def step(self, slot: Slot) -> None:
        """Walk one event further."""
        minutes = slot[WORK] & MINUTES
        if minutes:
            self.tell(ALL_MINUTES, slot[DAY], slot, minutes)
            self.tell(CORE_MINUTES, slot[DAY], slot, minutes)
        if slot[KIND] in self.life.kinds:
            to = step(self.life, self.state, slot)
            if to >= 0:
                self.state = to
            else:
                self.tell(self.life.out_of_place, slot[DAY], slot, 1)
        self.meet(slot)

    def meet(self, slot: Slot) -> None:
        """What the event means for the person; each subclass says so."""
        raise TypeError(f"{type(self).__name__} does not say what {slot!r} means")

    def walk_afresh(self) -> None:
        """Walk all slots from the first; `changed` then holds what readers were last told of every fact that differs."""
        was = {**self.facts, **(self.changed or {})}
        self.begin()
        for slot in self.slots:
            self.step(slot)
        self.changed = {k: was.get(k, 0) for k in {**was, **self.facts} if was.get(k, 0) != self.facts.get(k, 0)}

    def tell(self, measure: int, day: int, slot: Slot, amount: int, office: int | None = None) -> None:
        """Add to a fact of the slot's assigner, at the slot's office unless another is named; a distinct fact stands once."""
        key: FactKey = (measure, day, slot[OFFICE] if office is None else office, slot[ASSIGNER])
        was = self.facts.get(key, 0)
        if measure in self.distinct:
            # Told again it moves to the end: among facts of one day the last told decides the office.
            self.counted.pop(key, None)
            self.counted[key] = None
            if was:
                return
        if self.changed is None:
            self.changed = {key: was}
        else:
            self.changed.setdefault(key, was)
        if was + amount:
            self.facts[key] = was + amount
        else:
            self.facts.pop(key, None)

    def put(self, measure: int, day: int, slot: Slot, amount: int) -> None:
        """Set a fact; an amount of 0 takes it away."""
        key: FactKey = (measure, day, slot[OFFICE], slot[ASSIGNER])
        was = self.facts.pop(key, 0)
        self.counted.pop(key, None)
        if self.changed is None:
            self.changed = {}
        self.changed.setdefault(key, was)
        if amount:
            self.facts[key] = amount
            if measure in self.distinct:
                self.counted[key] = None

    def foreseen(self) -> int | None:
        """Day on which the person will count although nothing happens then; None if there is none."""
        return None

    def first_of(self, what: str, when: int) -> bool:
        """Whether this is the first time that `what` is met in a month or stay."""
        first = self.met.get(what) != when
        self.met[what] = when
        return first

    def enter(self, slot: Slot) -> None:
        """Begin a stay."""
        self.since = slot
        self.tell(self.stock, slot[DAY], slot, 1)
        self.stays += ((slot[DAY], None, slot[OFFICE]),)

    def leave(self, slot: Slot) -> None:
        """End the running stay, at the office of its entry."""
        first_day, _, office = self.stays[-1]
        self.stays = (*self.stays[:-1], (first_day, slot[DAY], office))
        self.tell(self.stock, slot[DAY], slot, -1, office)
        self.since = None

    def standing(self) -> Standing:
        """How the person stands now."""
        return Standing(self.stays, tuple(self.counted))

    def spans(self, standing: Standing, today: int | None) -> dict[int, list[Span]]:
        """For each distinct measure when somebody who stands so counts, in order; nothing after today."""
        out: dict[int, list[Span]] = {m: [] for m in (self.present, *self.distinct)}
        if today is not None:
            out[self.present] = [(a, today if b is None or b > today else b, o) for a, b, o in standing.stays if a <= today]
            for measure, day, office, _ in standing.counted:
                if day <= today:
                    out[measure].append((day, day, office))
        return out
