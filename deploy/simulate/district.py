"""The district as a whole: day by day, what begins at each office, and the events as they arrive."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from deploy.simulate import calibration
from deploy.simulate.capacity import state_capacity
from deploy.simulate.correction import live_term
from deploy.simulate.days import DAY, Calendar
from deploy.simulate.desk import Desk
from deploy.simulate.draws import count
from deploy.simulate.mediation import live_case
from deploy.simulate.offices import Office, draw_office
from deploy.simulate.registry import close_periods, decide_splits, open_district
from deploy.simulate.resettlement import live_return
from deploy.simulate.services import consult, hold_activity, order_task
from deploy.simulate.wider import Wider

LARGEST = 999
"""An office's id has three digits for its number in the district."""

_MIGRATED_DAYS = 700
"""The registers that an office starts with go back so far at most; it opened two years before."""

_MEAN_TERM = sum(calibration.TERM_DAYS) / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. Equal plans give equal bytes."""

    district: str
    offices: int
    start: date
    days: int
    seed: int
    disorder: bool = False
    """Whether a third of the events come days or weeks out of order, amendments before their targets among them."""
    every_type_from: int | None = None
    """The day from which on (nearly) every type of event occurs, and not only those that the core indicators need."""
    seconds: int | None = None
    """Length in seconds from the start, when the last day is not whole."""

    @property
    def end(self) -> int:
        """The first instant that is no longer simulated."""
        return self.days * DAY if self.seconds is None else self.seconds


def simulate(plan: Plan, offices: Sequence[Office] = (), also: Callable[[Desk, int], None] = lambda _desk, _day: None) -> Iterator[bytes]:
    """The events of a district as JSON texts in order of arrival; the registry comes first.

    `offices` stands in for drawn ones; `also` is called with the desk on each day before it is closed and may enter more.
    """
    calendar = Calendar(plan.start)
    random = Random(f"{plan.district}/{plan.seed}/{plan.offices}")
    desk = Desk(random, calendar, plan.district, plan.end, disorder=plan.disorder)
    living = list(offices) or [draw_office(random, calendar, plan.district, n) for n in range(1, plan.offices + 1)]
    wider = (
        Wider(desk, living, f"{plan.district}/{plan.seed}/every type", plan.every_type_from) if plan.every_type_from is not None else None
    )
    open_district(desk, living)
    for office in living:
        _take_over(desk, office)
    for day in range(plan.days):
        _live(desk, living, day)
        also(desk, day)
        if wider:
            wider.live(day)
        yield from desk.close_day(day)


def _take_over(desk: Desk, office: Office) -> None:
    """The people whom an office already has when the simulation begins, some way into their time."""
    random = desk.random
    for _ in range(office.caseload):
        live_term(desk, office, 0, passed=random.randrange(16, _MIGRATED_DAYS))
    for _ in range(office.register):
        live_return(desk, office, 0, passed=random.randrange(16, _MIGRATED_DAYS))


def _live(desk: Desk, offices: list[Office], day: int) -> None:
    today = desk.calendar.day(day)
    weekday = calibration.WEEKEND if today.weekday() >= 5 else (7 - 2 * calibration.WEEKEND) / 5
    busy = weekday * calibration.SEASON.get(today.month, 1.0) / 365
    lively = weekday * calibration.ACTIVITY_PEAKS.get(today.month, 0.75) / 365
    close_periods(desk, day)
    for office in offices:
        decide_splits(desk, office, day)
        state_capacity(desk, office, day)
        _begin(desk, office, day, live_case, office.cases_a_year * busy)
        _begin(desk, office, day, consult, office.consultations_a_year * busy)
        _begin(desk, office, day, order_task, office.tasks_a_year * busy)
        _begin(desk, office, day, hold_activity, office.activities_a_year * lively)
        _begin(desk, office, day, live_term, office.caseload / _MEAN_TERM)
        _begin(desk, office, day, live_return, office.register / calibration.RESETTLEMENT_DAYS)


def _begin(desk: Desk, office: Office, day: int, what: Callable[[Desk, Office, int], None], rate: float) -> None:
    for _ in range(count(desk.random, rate)):
        what(desk, office, day)
