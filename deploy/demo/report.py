"""The district of the report that this product grew from: seven offices before and after the creation drive, two years up to now.

From the report (a district justice bureau's survey on building up its offices): before, rooms under 60 m² on average, one office with a single
room, three or four people each, managed by the streets; after, more than 150 m² and seven people, all seven at the provincial standard, five
of them excellent, one with five stars and one with four. One sentence of the report says that an office had "up to 2023 people", where a
template had put the year in the place of a number: that misprint is reported here too, and has to end in the dead letters.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from deploy.rules.file import read
from deploy.simulate.days import DAY, Calendar
from deploy.simulate.desk import Desk
from deploy.simulate.district import Plan, simulate
from deploy.simulate.offices import Office, Rating, Split, bureau_of, finance_of

DISTRICT = "990107"
RULES = Path(__file__).with_name("rules.yaml")
MISPRINT = 2023
MISPRINT_OFFICE = f"sfs-{DISTRICT}-003"
OVER_LIMIT_OFFICE = f"sfs-{DISTRICT}-004"
"""Where a person's monitoring has run on for a month beyond its limit when the demo starts."""

DAYS = 731
_LOCAL = timezone(timedelta(hours=8))
_SEED = 7
_EVERY_TYPE_FROM = DAYS - 214
"""Seven months in which everything occurs are enough for every indicator."""
_MISPRINT_DAY = 560
_MONITORED = "7ZP3C6N0V5YQX8K1R4M9T2WBDH"


class _Profile(NamedTuple):
    """One office in the figures that the demo fixes."""

    name: str
    cases_a_year: int
    staff: tuple[tuple[int, int], ...]
    area: tuple[tuple[int, str], ...]
    ratings: tuple[tuple[int, str, int | None], ...]
    success: float
    street_share: float
    on_time: tuple[float, float]
    """Share of the bureau's and of the street's tasks that are done in time."""
    caseload: int
    register: int


_STANDARD, _EXCELLENT, _STAR = "prov_standard", "prov_excellent", "city_star"
_PROFILES = (
    _Profile(
        "东街",
        620,
        ((0, 4), (150, 5), (330, 7)),
        ((0, "58.00"), (300, "212.50")),
        ((340, _STANDARD, None), (470, _EXCELLENT, None), (610, _STAR, 5)),
        0.989,
        0.25,
        (0.98, 0.95),
        31,
        118,
    ),
    _Profile(
        "南湖",
        540,
        ((0, 4), (180, 6), (340, 7)),
        ((0, "59.50"), (310, "188.00")),
        ((345, _STANDARD, None), (480, _EXCELLENT, None), (620, _STAR, 4)),
        0.985,
        0.32,
        (0.97, 0.93),
        27,
        96,
    ),
    _Profile(
        "北桥",
        480,
        ((0, 3), (200, 5), (350, 7)),
        ((0, "46.00"), (320, "163.20")),
        ((355, _STANDARD, None), (490, _EXCELLENT, None)),
        0.981,
        0.38,
        (0.95, 0.91),
        24,
        103,
    ),
    _Profile(
        "西门",
        430,
        ((0, 4), (190, 6), (360, 7)),
        ((0, "55.00"), (330, "171.00")),
        ((365, _STANDARD, None), (500, _EXCELLENT, None)),
        0.977,
        0.44,
        (0.93, 0.92),
        22,
        84,
    ),
    _Profile(
        "中和",
        380,
        ((0, 3), (210, 4), (365, 7)),
        ((0, "38.40"), (335, "156.00")),
        ((370, _STANDARD, None), (510, _EXCELLENT, None)),
        0.973,
        0.47,
        (0.92, 0.84),
        18,
        71,
    ),
    _Profile(
        "新民",
        310,
        ((0, 3), (220, 5), (370, 7)),
        ((0, "42.00"), (340, "154.80")),
        ((375, _STANDARD, None),),
        0.968,
        0.55,
        (0.88, 0.94),
        15,
        62,
    ),
    _Profile(
        "永安",
        231,
        ((0, 3), (230, 5), (380, 7)),
        ((0, "18.00"), (345, "152.00")),
        ((380, _STANDARD, None),),
        0.963,
        0.58,
        (0.97, 0.78),
        12,
        55,
    ),
)
"""2,991 cases a year together, as a district of seven offices had them in 2020."""


OFFICES = tuple(f"sfs-{DISTRICT}-{number:03d}" for number in range(1, len(_PROFILES) + 1))


def events(now: datetime) -> Iterator[bytes]:
    """The district's history of two years up to an instant, in order of arrival."""
    local = now.astimezone(_LOCAL)
    start = local.date() - timedelta(days=DAYS - 1)
    midnight = datetime(start.year, start.month, start.day, tzinfo=_LOCAL)
    plan = Plan(
        DISTRICT, len(_PROFILES), start, DAYS, _SEED, every_type_from=_EVERY_TYPE_FROM, seconds=int((local - midnight).total_seconds())
    )
    offices = [_office(Calendar(start), number, profile) for number, profile in enumerate(_PROFILES, 1)]
    return simulate(plan, offices, also=_told(offices))


def rules() -> list[dict[str, Any]]:
    """The demo's alert rules, as an event carries them."""
    return [rule.as_published() for rule in read(RULES).rules]


def _told(offices: list[Office]) -> Callable[[Desk, int], None]:
    """What is not left to chance: the rules, the misprint, and a monitoring that nobody ended."""
    by_id = {office.id: office for office in offices}
    monitored = by_id[OVER_LIMIT_OFFICE]

    def tell(desk: Desk, day: int) -> None:
        at = day * DAY + 36_000
        if day == 0:
            desk.decide("reg.rules.published", 0, {"rules": rules()})
        elif day == _MISPRINT_DAY:
            desk.state(by_id[MISPRINT_OFFICE], "cap.staff.snapshot", at, {"staff": MISPRINT})
        elif day == DAYS - 170:
            due = {"category": "probation", "report_by": desk.calendar.dates[day + 10]}
            desk.state(monitored, "cor.subject.due", at, due, _MONITORED)
            desk.state(monitored, "cor.subject.registered", at + 7_200, {"level": "strict"}, _MONITORED)
        elif day == DAYS - 125:
            desk.state(monitored, "cor.monitor.started", at, {"ground": "left_without_leave"}, _MONITORED)

    return tell


def _office(calendar: Calendar, number: int, profile: _Profile) -> Office:
    street, opened = (f"au-{DISTRICT}-jd-{number:03d}", calendar.number(date(calendar.start.year - 2, 1, 1)))
    return Office(
        id=OFFICES[number - 1],
        publisher=f"office-{number:03d}",
        name=f"{profile.name}司法所",
        street=street,
        street_name=f"{profile.name}街道办事处",
        opened=opened,
        splits=_splits(calendar, number, opened, street),
        cases_a_year=profile.cases_a_year,
        success=profile.success,
        oral=0.4 + 0.04 * number,
        performed_on_time=0.98 - 0.008 * number,
        caseload=profile.caseload,
        register=profile.register,
        consultations_a_year=80 + profile.cases_a_year * 0.3,
        activities_a_year=42 - 3 * number,
        tasks_a_year=250,
        street_share=profile.street_share,
        on_time_bureau=profile.on_time[0],
        on_time_street=profile.on_time[1],
        budget_yuan=120_000 + 400 * profile.cases_a_year,
        staff=profile.staff,
        area_m2=profile.area,
        ratings=tuple(Rating(*rating) for rating in profile.ratings),
    )


def _splits(calendar: Calendar, number: int, opened: int, street: str) -> tuple[Split, ...]:
    """Who manages, appoints, staffs, houses and pays.

    Two offices are paid by the bureau, three 70/30 by street and bureau, one 50/30/20 by street, bureau and district finance; the seventh goes from
    the street to the bureau in the middle of the first year and back in the second, which was decided two months after it began. The
    reform moves managing and establishment to the bureau on paper, and leaves the people and the building with the street.
    """
    bureau, finance = bureau_of(DISTRICT), finance_of(DISTRICT)
    reform = calendar.number(date(calendar.start.year + 1, 5, 1))
    roles = (
        Split(opened, ((street, 10_000),), role="managing"),
        Split(reform, ((bureau, 10_000),), decided=reform - 15, role="managing"),
        Split(opened, ((street, 10_000),), role="establishment"),
        Split(reform, ((bureau, 10_000),), decided=reform - 15, role="establishment"),
        Split(opened, ((bureau, 10_000),), role="head_appointing"),
        Split(opened, ((street, 8_000), (bureau, 2_000)), role="staff_assigning"),
        Split(opened, ((bureau if number == 1 else street, 10_000),), role="premises_owner"),
    )
    payers = {
        1: ((bureau, 10_000),),
        2: ((bureau, 10_000),),
        6: ((street, 5_000), (bureau, 3_000), (finance, 2_000)),
        7: ((street, 10_000),),
    }.get(number, ((street, 7_000), (bureau, 3_000)))
    funding: tuple[Split, ...] = (Split(opened, payers), Split(opened, ((finance, 10_000),), cost_category="personnel"))
    if number == 7:
        over, back = (calendar.number(date(calendar.start.year + year, month, 1)) for year, month in ((1, 7), (2, 5)))
        funding += (Split(over, ((bureau, 10_000),), decided=over - 20), Split(back, ((street, 7_000), (bureau, 3_000)), decided=back + 60))
    return roles + funding
