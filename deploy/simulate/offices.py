"""The offices of a simulated district: who they are, who pays them, how much they do and how well."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from deploy.simulate import calibration
from deploy.simulate.days import Calendar
from deploy.simulate.draws import Table, between, log_normal

_PROGRAMMES = (("prov_standard", 0.85), ("prov_excellent", 0.45), ("city_star", 0.4), ("five_good", 0.5))
_STARS = Table({3: 50, 4: 35, 5: 15})
_YEARS_AHEAD = 20


@dataclass(frozen=True, slots=True)
class Split:
    """Which authorities have a role towards an office, with which shares, from a day on.

    `decided` is the day on which the district says so, sooner or later; -1: before the simulation begins.
    """

    valid_from: int
    shares: tuple[tuple[str, int], ...]
    decided: int = -1
    role: str = "funding"
    cost_category: str = "all"


@dataclass(frozen=True, slots=True)
class Rating:
    """An award of a creation programme, `level` for stars only."""

    day: int
    programme: str
    level: int | None = None


@dataclass(slots=True)
class Office:
    """One office: its identity, its payers, its size by day, and the rates of what happens there."""

    id: str
    publisher: str
    name: str
    street: str
    street_name: str
    opened: int
    splits: tuple[Split, ...]
    cases_a_year: float = 0.0
    success: float = 0.0
    oral: float = 0.0
    performed_on_time: float = 0.0
    caseload: int = 0
    register: int = 0
    consultations_a_year: float = 0.0
    activities_a_year: float = 0.0
    tasks_a_year: float = 0.0
    street_share: float = 0.0
    on_time_bureau: float = 0.0
    on_time_street: float = 0.0
    budget_yuan: int = 0
    """What the office costs to run in a year, without salaries."""
    staff: tuple[tuple[int, int], ...] = ()
    """Number of people from a day on, in order of the days."""
    area_m2: tuple[tuple[int, str], ...] = ()
    """Floor area from a day on, in order of the days."""
    ratings: tuple[Rating, ...] = ()
    workers: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.workers = tuple(f"w-{self.id[-3:]}{n}" for n in range(1, 9))

    def staff_on(self, day: int) -> int:
        """People on a day."""
        return [people for since, people in self.staff if since <= day][-1]

    def payers_on(self, day: int) -> tuple[tuple[str, int], ...]:
        """Who pays the office's running on a day, as decided in the end."""
        return [
            split.shares for split in self.splits if split.role == "funding" and split.cost_category == "all" and split.valid_from <= day
        ][-1]


def bureau_of(district: str) -> str:
    """The authority id of the district's justice bureau."""
    return f"au-{district}-sfj"


def finance_of(district: str) -> str:
    """The authority id of the district's finance office."""
    return f"au-{district}-czj"


def draw_office(random: Random, calendar: Calendar, district: str, number: int) -> Office:
    """The office of a number from 1 on, drawn from the calibration; it opened at the beginning of the year two years before."""
    street, bureau = f"au-{district}-jd-{number:03d}", bureau_of(district)
    opened = calendar.number(date(calendar.start.year - 2, 1, 1))
    return Office(
        id=f"sfs-{district}-{number:03d}",
        publisher=f"office-{number:03d}",
        name=f"第{number}司法所",
        street=street,
        street_name=f"第{number}街道办事处",
        opened=opened,
        splits=holders(opened, street, bureau) + funding_history(calendar, number - 1, opened, street, bureau, finance_of(district)),
        cases_a_year=log_normal(random, *calibration.CASES_PER_OFFICE_YEAR),
        success=between(random, calibration.SUCCESS),
        oral=between(random, calibration.ORAL),
        performed_on_time=between(random, calibration.PERFORMED_ON_TIME),
        caseload=random.randint(*calibration.CASELOAD),
        register=random.randint(*calibration.REGISTER),
        consultations_a_year=log_normal(random, *calibration.CONSULTATIONS_PER_OFFICE_YEAR),
        activities_a_year=calibration.ACTIVITIES_PER_OFFICE_YEAR * between(random, (0.6, 1.5)),
        tasks_a_year=log_normal(random, *calibration.TASKS_PER_OFFICE_YEAR),
        street_share=between(random, calibration.STREET_SHARE),
        on_time_bureau=between(random, calibration.ON_TIME_BUREAU),
        on_time_street=between(random, calibration.ON_TIME_STREET),
        budget_yuan=random.randrange(120_000, 480_000, 1_000),
        staff=_staff(random),
        area_m2=((0, f"{random.randrange(60, 380)}.{random.randrange(10)}"), (730, f"{random.randrange(120, 420)}.00")),
        ratings=_ratings(random),
    )


def holders(opened: int, street: str, bureau: str) -> tuple[Split, ...]:
    """Who has the roles besides funding: on paper the bureau's office, with the street's people in the street's building."""
    roles = {"managing": bureau, "head_appointing": bureau, "establishment": bureau, "staff_assigning": street, "premises_owner": street}
    return tuple(Split(opened, ((authority, 10_000),), role=role) for role, authority in roles.items())


def funding_history(calendar: Calendar, place: int, opened: int, street: str, bureau: str, finance: str) -> tuple[Split, ...]:
    """Who paid, in the mix found in districts, by the office's place in a round of seven.

    Two are paid by the bureau, three 70/30 by street and bureau, one three ways 50/30/20; one goes from the street to the bureau in the middle
    of the second year and back a year and a half later, and the way back is decided two months after it began.
    """
    kind = place % 7
    if kind < 2:
        return (Split(opened, ((bureau, 10_000),)),)
    if kind < 5:
        return (Split(opened, ((street, 7_000), (bureau, 3_000))),)
    if kind == 5:
        return (Split(opened, ((street, 5_000), (bureau, 3_000), (finance, 2_000))),)
    to_bureau = calendar.number(date(calendar.start.year + 1, 7, 1))
    back = calendar.number(date(calendar.start.year + 3, 1, 1))
    return (
        Split(opened, ((street, 10_000),)),
        Split(to_bureau, ((bureau, 10_000),), decided=to_bureau - 20),
        Split(back, ((street, 7_000), (bureau, 3_000)), decided=back + 60),
    )


def _staff(random: Random) -> tuple[tuple[int, int], ...]:
    people = random.randint(2, 9)
    steps = [(0, people)]
    day = 0
    while day < 365 * _YEARS_AHEAD:
        day += random.randrange(60, 500)
        people = min(12, max(1, people + random.choice((-1, 1, 1))))
        steps.append((day, people))
    return tuple(steps)


def _ratings(random: Random) -> tuple[Rating, ...]:
    ratings = []
    for programme, share in _PROGRAMMES:
        held, day, level = (random.random() < share, random.randrange(20, 700), _STARS.draw(random))
        if held:
            ratings.append(Rating(day, programme, level if programme == "city_star" else None))
    return tuple(ratings)
