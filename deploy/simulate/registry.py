"""What the bureau puts into the registry: authorities, offices, who pays, supplies and appoints, and which periods are closed."""

from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.offices import Office, Split, bureau_of, finance_of

_CLOSED_AFTER = 2
"""A month is closed on the third of the next, as half-yearly returns are due on the second."""


def open_district(desk: Desk, offices: list[Office], bureau_name: str = "区司法局", finance_name: str = "区财政局") -> None:
    """Authorities, offices and what was decided before the first day; everything else needs these first."""
    at = -DAY + 32_400
    authorities = [
        (bureau_of(desk.district), bureau_name, "district_bureau"),
        (finance_of(desk.district), finance_name, "district_finance"),
    ]
    authorities += [(office.street, office.street_name, "street_office") for office in offices]
    for authority, name, kind in authorities:
        desk.decide("reg.authority.registered", at, {"authority": authority, "name": name, "kind": kind})
    for office in offices:
        desk.decide("reg.office.opened", at, {"office": office.id, "name": office.name, "opened_on": desk.calendar.dates[office.opened]})
        for split in office.splits:
            if split.decided < 0:
                _split(desk, office, split, at)


def decide_splits(desk: Desk, office: Office, day: int) -> None:
    """The decisions of a day about an office, for dates that lie ahead or behind."""
    for split in office.splits:
        if split.decided == day:
            _split(desk, office, split, day * DAY + 36_000)


def close_periods(desk: Desk, day: int) -> None:
    """Close the month, quarter, half-year and year that ended two days ago, unless the simulation began after they ended."""
    today = desk.calendar.day(day)
    if today.day != 1 + _CLOSED_AFTER or day <= _CLOSED_AFTER:
        return
    month = today.month - 1 or 12
    year = today.year - (today.month == 1)
    for kind, months in (("month", 1), ("quarter", 3), ("half", 6), ("year", 12)):
        if month % months == 0:
            start = f"{year}-{month - months + 1:02d}-01"
            desk.decide("reg.period.closed", day * DAY + 36_000, {"window_kind": kind, "window_start": start})


def _split(desk: Desk, office: Office, split: Split, at: int) -> None:
    data = {
        "office": office.id,
        "role": split.role,
        "cost_category": split.cost_category,
        "valid_from": desk.calendar.dates[split.valid_from],
        "shares": [{"authority": authority, "bp": bp} for authority, bp in split.shares],
        "doc_no": f"{desk.calendar.day(at // DAY).year}-{office.id[-3:]}-{split.role}",
    }
    desk.decide("reg.split.decided", at, data)
