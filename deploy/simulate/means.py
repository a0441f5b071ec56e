"""What an office has beyond the core: who its staff are and how they come, go and learn; volunteers, budgets, services bought. Assumptions throughout."""

from typing import Any

from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.draws import pseudonym
from deploy.simulate.offices import Office, bureau_of

_FIELDS = ("mediation", "mediation", "correction", "publicity", "legal_aid", "resettlement")
_VILLAGES = 6


def villages(office: Office) -> tuple[str, ...]:
    """The codes of the villages of an office."""
    return tuple(f"v{office.id[-3:]}{n}" for n in range(1, _VILLAGES + 1))


def state_means(desk: Desk, office: Office, day: int, *, first: bool) -> None:
    """What falls on a day: snapshots on the second of a month, budgets in January, contracts for a year, people who come and go. `first`: nothing
    was stated before."""
    today = desk.calendar.day(day)
    if first:
        _begin(desk, office, day)
    else:
        _come_and_go(desk, office, day)
    if today.day == 2 or first:
        _state_staff(desk, office, day)
        _learn(desk, office, day)
        _spend(desk, office, day, today.year)
    if first or (today.month, today.day) == (1, 5):
        _budget(desk, office, day, today.year)
        _contract(desk, office, day)
    if desk.random.random() < 12 / 365:
        _serve(desk, office, day)
    if desk.random.random() < 0.5 / 365:
        desk.enter(office, "cap.complaint.received", desk.working_time(day), {"upheld": desk.random.random() < 0.3})
    if desk.random.random() < 3 / 365:
        desk.enter(office, "cap.inspection.done", desk.working_time(day), {"topic": "files", "points_found": desk.random.randrange(4)})
    _rate(desk, office, day)


def _rate(desk: Desk, office: Office, day: int) -> None:
    """A title is applied for a month before it is awarded, and renewed after a year."""
    for rating in office.ratings:
        stars = {} if rating.level is None else {"level": rating.level}
        for kind, after in (("applied", -30), ("renewed", 365)):
            if rating.day + after == day:
                desk.state(office, f"cap.rating.{kind}", day * DAY + 50_000, {"programme": rating.programme} | stars)


def _begin(desk: Desk, office: Office, day: int) -> None:
    at = day * DAY + 64_800
    for who in office.workers[: office.staff_on(day)]:
        joined = {"entry_route": "transfer", "professional_screened": True, "worker": who}
        since = max(office.opened, day - desk.random.randrange(60, 700))
        desk.enter_late(office, "cap.staff.joined", desk.working_time(since), at, joined)
    rooms: dict[str, Any] = {
        "area_m2": [area for since, area in office.area_m2 if since <= day][-1],
        "independent": True,
        "uniform_sign": True,
        "needs_repair": False,
    }
    desk.state(office, "cap.premises.snapshot", at, rooms, version=2)
    desk.state(office, "cap.village.snapshot", at, {"villages": _VILLAGES})
    desk.state(office, "cap.mediator.snapshot", at, {"mediators": desk.random.randrange(60, 140)})
    desk.state(office, "cap.volunteer.snapshot", at, {"active": desk.random.randrange(10, 40)})
    desk.state(office, "cap.equipment.snapshot", at, {"vehicles": desk.random.randrange(2), "computers": office.staff_on(day)})
    desk.state(office, "cap.head.appointed", at, {"by": bureau_of(desk.district), "consulted": desk.random.random() < 0.7})


def _join(desk: Desk, office: Office, at: int, who: str) -> None:
    route = desk.random.choice(("exam", "exam", "transfer", "street_assigned", "contract"))
    screened = route in ("exam", "transfer")
    desk.state(office, "cap.staff.joined", at, {"entry_route": route, "professional_screened": screened, "worker": who})


def _come_and_go(desk: Desk, office: Office, day: int) -> None:
    """Somebody new for every step of the number of staff; now and then one is replaced by another."""
    for before, (since, people) in zip(office.staff, office.staff[1:], strict=False):
        if since == day:
            for who in office.workers[before[1] : people]:
                _join(desk, office, day * DAY + 64_900, who)
            for who in office.workers[people : before[1]]:
                desk.state(office, "cap.staff.left", day * DAY + 64_900, {"reason": "transfer", "worker": who})
    if desk.random.random() < 0.12 * office.staff_on(day) / 365:
        who = desk.random.choice(office.workers[: office.staff_on(day)])
        desk.state(office, "cap.staff.left", day * DAY + 64_960, {"reason": "resigned", "worker": who})
        _join(desk, office, day * DAY + 65_100, who)


def _state_staff(desk: Desk, office: Office, day: int) -> None:
    staff = office.staff_on(day)
    established = max(1, staff * 2 // 3)
    data = {
        "staff": staff, "dedicated": max(1, staff - 1), "bureau_supplied": max(1, staff // 3), "established": established,
        "political_posts": max(1, established - 1), "law_degree": staff // 2, "legal_qualification": staff // 3,
        "enforcement_card": max(1, established - 1), "functions": staff * 3 + 2, "correction_staff": max(1, staff // 3),
        "resettlement_staff": int(office.register > 80),
    }  # fmt: skip
    desk.state(office, "cap.staff.snapshot", day * DAY + 64_800, data, version=3)


def _learn(desk: Desk, office: Office, day: int) -> None:
    random, at = desk.random, desk.working_time(day + 9)
    training: dict[str, Any] = {"hours": random.choice((4, 8, 8)), "audience": "staff", "kind": random.choice(("annual", "special"))}
    desk.enter(office, "cap.training.attended", at, training | {"persons": max(1, office.staff_on(day) - random.randrange(2))})
    if random.random() < 0.2:
        desk.enter(office, "cap.training.held", at, training | {"audience": "mediator"})


def _serve(desk: Desk, office: Office, day: int) -> None:
    random = desk.random
    who = random.sample([f"v_{office.id[-3:]}_{n:02d}" for n in range(20)], random.randrange(1, 5))
    data = {
        "domain": random.choice(_FIELDS),
        "hours": random.choice((2, 3, 4)) * len(who),
        "supervisor_present": random.random() < 0.75,
        "volunteer_ref": who,
    }
    desk.enter(office, "cap.volunteer.served", desk.working_time(day), data, version=2)


def _budget(desk: Desk, office: Office, day: int, year: int) -> None:
    shares = [(authority, "operating", office.budget_yuan * bp / 10_000) for authority, bp in office.payers_on(day)]
    bureau = bureau_of(desk.district)
    for authority, category, yuan in (*shares, (bureau, "legal_aid", 20_000.0), (bureau, "purchased_service", 48_000.0)):
        data = {"authority": authority, "category": category, "amount_yuan": f"{yuan:.2f}", "fiscal_year": year}
        desk.enter(office, "cap.fund.budgeted", desk.working_time(day), data)


def _spend(desk: Desk, office: Office, day: int, year: int) -> None:
    random, month = desk.random, office.budget_yuan / 12
    payer = max(office.payers_on(day), key=lambda share: share[1])[0]
    for domain, share in (("mediation", 0.4), ("correction", 0.25), ("publicity", 0.15), ("", 0.12)):
        data = {
            "authority": payer,
            "category": "operating",
            "amount_yuan": f"{month * share * (0.8 + 0.4 * random.random()):.2f}",
            "fiscal_year": year,
        }
        desk.enter(office, "cap.fund.spent", desk.working_time(day + 15), data | ({"domain": domain} if domain else {}), version=2)
    for category, yuan in (("legal_aid", 1_500), ("purchased_service", 3_900)):
        data = {
            "authority": bureau_of(desk.district),
            "category": category,
            "amount_yuan": f"{yuan * (0.8 + 0.3 * random.random()):.2f}",
            "fiscal_year": year,
        }
        desk.enter(office, "cap.fund.spent", desk.working_time(day + 16), data)


def _contract(desk: Desk, office: Office, day: int) -> None:
    """A year of purchased help with correction: so many units, delivered, accepted and paid for month by month."""
    random, contract = desk.random, pseudonym(desk.random)
    today = desk.calendar.day(day)
    last = today.replace(month=12, day=31)
    months = 12 - today.month + 1
    data: dict[str, Any] = {
        "buyer": bureau_of(desk.district), "domain": "correction", "units_agreed": 20 * months, "amount_yuan": f"{4_000 * months}.00",
        "from": today.isoformat(), "to": last.isoformat(), "staff_count": 1,
    }  # fmt: skip
    desk.enter(office, "cap.service.contracted", desk.working_time(day), data, contract)
    for n in range(1, months + 1):
        at = desk.working_time(day + 30 * n - 3)
        units = min(20, max(8, 20 - int(random.expovariate(0.6))))
        desk.enter(office, "cap.service.delivered", at, {"units_delivered": units}, contract)
        desk.enter(
            office,
            "cap.service.accepted",
            at + DAY,
            {"units_accepted": units - (random.random() < 0.2), "score": random.randrange(80, 100)},
            contract,
        )
        desk.enter(office, "cap.service.paid", at + 2 * DAY, {"amount_yuan": f"{190 * units}.00"}, contract)
