"""Life cycles: the ordered live events of a record -> its facts, by domain. Pure; nothing here knows of slices, windows or payers."""

from collections.abc import Callable, Sequence

from streams.core.lifecycles import capacity, mediation, screening, task
from streams.core.lifecycles.correction import Supervised
from streams.core.lifecycles.facts import Facts
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.resettlement import Resettled
from streams.core.lifecycles.slots import COR, MED, OFFICE_LIFE, PREMISES, RATING, RES, SCREENING, STAFF, TASK, Slot

INTERPRET: dict[int, Callable[[Sequence[Slot]], Facts]] = {
    MED: mediation.facts,
    TASK: task.facts,
    OFFICE_LIFE: capacity.office,
    SCREENING: screening.facts,
}
"""Domain -> facts of a record."""
INTERPRET_UNTIL: dict[int, Callable[[Sequence[Slot], int | None], Facts]] = {
    STAFF: capacity.snapshots("cap.staff"),
    PREMISES: capacity.snapshots("cap.area"),
    RATING: capacity.rating,
}
"""Domain -> facts of a record, given the day on which its office closes."""
WALK: dict[int, type[Person]] = {COR: Supervised, RES: Resettled}
"""Domain -> a person about to be walked."""
