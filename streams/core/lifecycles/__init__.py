"""Life cycles: the ordered live events of a record -> its facts, by domain. Pure; nothing here knows of slices, windows or payers."""

from collections.abc import Callable, Sequence

from streams.core.lifecycles import capacity, counsel, governance, legal_aid, mediation, report, review, screening, service, task
from streams.core.lifecycles.correction import Supervised
from streams.core.lifecycles.facts import Facts
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.resettlement import Resettled
from streams.core.lifecycles.slots import (
    AID,
    CONTRACT,
    COR,
    COUNSEL,
    INSTRUCTION,
    JOINT,
    MED,
    OFFICE_LIFE,
    RATING,
    REPORT,
    RES,
    REVIEW,
    SCREENING,
    SECONDMENT,
    SERVICE,
    SNAPSHOT,
    TASK,
    TRANSFER,
    Slot,
)
from streams.core.workdays import Calendar

INTERPRET: dict[int, Callable[[Sequence[Slot]], Facts]] = {
    MED: mediation.facts,
    TASK: task.facts,
    REVIEW: review.facts,
    INSTRUCTION: governance.instruction,
    SECONDMENT: governance.secondment,
    TRANSFER: governance.transfer,
    JOINT: governance.joint,
    SCREENING: screening.facts,
    COUNSEL: counsel.duty,
    SERVICE: service.facts,
    REPORT: report.facts,
    OFFICE_LIFE: capacity.office,
}
"""Domain -> facts of a record."""
INTERPRET_UNTIL: dict[int, Callable[[Sequence[Slot], int | None], Facts]] = {
    SNAPSHOT: capacity.snapshot,
    RATING: capacity.rating,
    CONTRACT: counsel.contract,
}
"""Domain -> facts of a record, given the day on which its office closes."""
INTERPRET_BY_CALENDAR: dict[int, Callable[[Sequence[Slot], Calendar], Facts]] = {AID: legal_aid.facts}
"""Domain -> facts of a record, given the working days."""
WALK: dict[int, type[Person]] = {COR: Supervised, RES: Resettled}
"""Domain -> a person about to be walked."""
