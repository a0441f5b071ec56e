"""A dispute: accepted, concluded within a month as a rule, agreed nearly always, performed mostly on time."""

from random import Random
from typing import Any

from deploy.simulate import calibration
from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.draws import log_normal, pseudonym
from deploy.simulate.offices import Office, bureau_of


def live_case(desk: Desk, office: Office, day: int) -> None:
    """One case from the day of its acceptance on."""
    random = desk.random
    case, habit, at = pseudonym(random), desk.habit(), desk.working_time(day)
    ordered = _ordered(desk, office)
    desk.enter(office, "med.case.accepted", at, _accepted(desk) | ordered, case, habit)
    if random.random() < calibration.ESCALATED:
        _escalate(desk, office, at + random.randrange(3600, 6 * DAY), case)
    if random.random() < calibration.NEVER_CONCLUDED:
        return
    passed = int(log_normal(random, *calibration.DAYS_TO_CONCLUDE))
    at = desk.working_time(day + passed) if passed else at + random.randrange(1_800, 10_800)
    if random.random() < office.success:
        _agree(desk, office, at, case, habit, ordered)
    else:
        desk.enter(office, f"med.case.{calibration.UNSUCCESSFUL.draw(random)}", at, dict(ordered), case, habit)


def _ordered(desk: Desk, office: Office) -> dict[str, str]:
    """Who told the office to take the case: the street now and then, the bureau seldom, mostly nobody."""
    fate = desk.random.random()
    if fate < calibration.ORDERED_BY_STREET:
        return {"assigned_by": office.street}
    return {"assigned_by": bureau_of(desk.district)} if fate < calibration.ORDERED_BY_STREET + calibration.ORDERED_BY_BUREAU else {}


def _accepted(desk: Desk) -> dict[str, Any]:
    random = desk.random
    source = calibration.CASE_SOURCES.draw(random)
    collective = random.random() < calibration.COLLECTIVE
    data: dict[str, Any] = {
        "dispute_type": calibration.DISPUTE_TYPES.draw(random),
        "source": source,
        "is_collective": collective,
        "party_count": random.randrange(5, 40) if collective else 2 + (random.random() < 0.15),
        "difficulty": calibration.DIFFICULTIES.draw(random),
        "committee_level": calibration.COMMITTEE_LEVELS.draw(random),
        "basis": "pm_law",
    }
    if source == "referred":
        data["referred_by"] = calibration.REFERRERS.draw(random)
    return data


def _agree(desk: Desk, office: Office, at: int, case: str, habit: str, ordered: dict[str, str]) -> None:
    random = desk.random
    immediate = random.random() < 0.35
    due = at // DAY + (0 if immediate else random.randrange(7, 91))
    data: dict[str, Any] = {
        "form": "oral" if random.random() < office.oral else "written",
        "perform_due_on": desk.calendar.dates[due],
        "immediate": immediate,
    }
    if data["form"] == "written" or random.random() < 0.3:
        data["amount_yuan"] = f"{int(log_normal(random, 6_000, 1.3))}.00"
    desk.enter(office, "med.case.agreed", at, data | ordered, case, habit)
    late = 0 if random.random() < office.performed_on_time else random.randrange(1, 120)
    when = at + 1_800 if immediate and not late else max(at + 1_800, desk.working_time(due + late - (0 if late else random.randrange(6))))
    desk.enter(office, "med.agreement.performed", when, {"degree": _degree(random, late)}, case, habit)


def _degree(random: Random, late: int) -> str:
    if not late:
        return "full"
    fate = random.random()
    return "full" if fate < 0.6 else "partial" if fate < 0.85 else "none"


def _escalate(desk: Desk, office: Office, at: int, case: str) -> None:
    random = desk.random
    data = {
        "kind": random.choice(("petition", "petition", "collective_petition", "criminal")),
        "persons": random.choice((1, 2, 3, 5, 8, 20)),
        "prevented": random.random() < calibration.ESCALATION_PREVENTED,
    }
    desk.enter(office, "med.escalation.recorded", at, data, case)
