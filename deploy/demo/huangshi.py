"""A published month, to be printed back: people's mediation in Huangshi city, August 2016, from the city bureau's brief.

The brief gives 869 accepted cases with their fifteen types and three sources, and 842 agreements. It does not say how the other 27
ended: here fifteen failed within the month and twelve after it [inferred], so that the two rates (of the concluded and of the accepted)
differ. Offices, days and subjects are made up; the district's code is outside the real ones.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Final

from deploy.simulate import calibration
from deploy.simulate.days import DAY, Calendar
from deploy.simulate.desk import Desk
from deploy.simulate.draws import pseudonym
from deploy.simulate.offices import Office, Split, bureau_of
from deploy.simulate.registry import open_district

DISTRICT: Final = "990216"
MONTH: Final = date(2016, 8, 1)
ACCEPTED, AGREED, FAILED_IN_AUGUST = 869, 842, 15
_DAYS_IN_AUGUST = 31
_OFFICES = 6

Expected = tuple[int, int | None]
"""Numerator and denominator of a value, as whole numbers."""


def brief() -> dict[tuple[str, str], Expected]:
    """What ClickHouse must say of the month: (indicator, dimension) → numerator, denominator."""
    concluded = AGREED + FAILED_IN_AUGUST
    lines: dict[tuple[str, str], Expected] = {("med_accepted_cnt", ""): (ACCEPTED, None)}
    lines |= {("med_accepted_cnt", f"dispute_type={code}"): (n, None) for code, n in calibration.HUANGSHI_DISPUTE_TYPES.items()}
    lines |= {("med_accepted_cnt", f"source={code}"): (n, None) for code, n in calibration.HUANGSHI_SOURCES.items()}
    lines |= {
        ("med_concluded_cnt", ""): (concluded, None),
        ("med_success_rate_accepted", ""): (AGREED, ACCEPTED),
        ("med_success_rate", ""): (AGREED, concluded),
    }
    return lines


def differences(found: Mapping[tuple[str, str], Expected]) -> list[str]:
    """Where what was found is not the brief, one readable line each; also a type or source that the brief does not have."""
    wanted = brief()
    told = [
        f"{indicator} {dimension or '(total)'}: {_fraction(found.get((indicator, dimension)))} instead of {_fraction(value)}"
        for (indicator, dimension), value in wanted.items()
        if found.get((indicator, dimension)) != value
    ]
    more = [key for key, (numerator, _) in found.items() if key[0] == "med_accepted_cnt" and key not in wanted and numerator]
    return told + [f"{indicator} {dimension}: the brief does not have it" for indicator, dimension in more]


def events() -> Iterator[bytes]:
    """The month as events, always the same bytes."""
    random = Random("huangshi-2016-08")
    calendar = Calendar(MONTH)
    desk = Desk(random, calendar, DISTRICT, 60 * DAY)
    offices = [_office(calendar, number) for number in range(1, _OFFICES + 1)]
    open_district(desk, offices, "市司法局", "市财政局")
    types, sources = _shuffled(random, calibration.HUANGSHI_DISPUTE_TYPES), _shuffled(random, calibration.HUANGSHI_SOURCES)
    fates = _shuffled(random, {"agreed": AGREED, "failed": FAILED_IN_AUGUST, "open": ACCEPTED - AGREED - FAILED_IN_AUGUST})
    for number, (kind, source, fate) in enumerate(zip(types, sources, fates, strict=True)):
        _case(desk, offices[number % _OFFICES], number * _DAYS_IN_AUGUST // ACCEPTED, kind, source, fate)
    for day in range(60):
        yield from desk.close_day(day)


def _case(desk: Desk, office: Office, day: int, kind: str, source: str, fate: str) -> None:
    random = desk.random
    case, at = pseudonym(random), desk.working_time(day)
    accepted = {"dispute_type": kind, "source": source, "is_collective": False, "party_count": 2}
    desk.state(office, "med.case.accepted", at, accepted, case)
    if fate == "open":
        desk.state(office, "med.case.failed", desk.working_time(_DAYS_IN_AUGUST + random.randrange(20)), {}, case)
        return
    last = min(day + int(random.expovariate(1 / 5)), _DAYS_IN_AUGUST - 1)
    end = at + 5_400 if last == day else desk.working_time(last)
    desk.state(office, f"med.case.{fate}", end, {"form": random.choice(("written", "oral"))} if fate == "agreed" else {}, case)


def _office(calendar: Calendar, number: int) -> Office:
    bureau, opened = bureau_of(DISTRICT), calendar.number(date(2016, 1, 1))
    street = f"au-{DISTRICT}-jd-{number:03d}"
    return Office(
        id=f"sfs-{DISTRICT}-{number:03d}",
        publisher=f"office-{number:03d}",
        name=f"第{number}司法所",
        street=street,
        street_name=f"第{number}街道办事处",
        opened=opened,
        splits=(Split(opened, ((street, 6_000), (bureau, 4_000))), Split(opened, ((bureau, 10_000),), role="managing")),
    )


def _shuffled(random: Random, counts: Mapping[str, int]) -> list[str]:
    """Each name as often as its count, in an order of chance."""
    names = [name for name, n in counts.items() for _ in range(n)]
    random.shuffle(names)
    return names


def _fraction(value: Expected | None) -> str:
    if value is None:
        return "nothing"
    numerator, denominator = value
    return str(numerator) if denominator is None else f"{numerator}/{denominator}"
