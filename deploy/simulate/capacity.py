"""What an office has: people, rooms, honours, money; stated at the beginning of each month, on the day of the change, or when paid."""

from typing import Any

from deploy.simulate.desk import Desk
from deploy.simulate.offices import Office, bureau_of

_BUSINESS_SHARE = 0.25
"""The bureau's grant for case business, on top of the running costs and shared with nobody. Assumption."""


def state_capacity(desk: Desk, office: Office, day: int) -> None:
    """The snapshots, awards and payments of an office that fall on a day."""
    today = desk.calendar.day(day)
    if today.day == 1 or any(since == day for since, _people in office.staff):
        people = office.staff_on(day)
        desk.enter(office, "cap.staff.snapshot", desk.working_time(day), {"staff": people, "dedicated": max(1, people - 1)})
    for since, area in office.area_m2:
        if since == day:
            desk.state(office, "cap.premises.snapshot", desk.working_time(day), {"area_m2": area, "independent": float(area) >= 60})
    for rating in office.ratings:
        if rating.day == day:
            data: dict[str, Any] = {"programme": rating.programme}
            if rating.level is not None:
                data["level"] = rating.level
            desk.state(office, "cap.rating.awarded", desk.working_time(day), data)
    if today.day == 20 and today.month % 3 == 2:
        _pay(desk, office, day, today.year)


def _pay(desk: Desk, office: Office, day: int, year: int) -> None:
    """A quarter's money: each payer its share, more or less, and the bureau's grant for case business."""
    random = desk.random
    quarter = office.budget_yuan / 4
    grants = [(authority, "operating", quarter * bp / 10_000 * (0.85 + 0.3 * random.random())) for authority, bp in office.payers_on(day)]
    grants.append((bureau_of(desk.district), "case_business", quarter * _BUSINESS_SHARE))
    for authority, category, yuan in grants:
        data = {"authority": authority, "category": category, "amount_yuan": f"{yuan:.2f}", "fiscal_year": year}
        desk.enter(office, "cap.fund.disbursed", desk.working_time(day + random.randrange(8)), data)
