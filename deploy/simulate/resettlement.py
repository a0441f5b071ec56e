"""A released person: fetched, enrolled, visited, placed, and discharged after five years."""

from deploy.simulate import calibration
from deploy.simulate.desk import Desk
from deploy.simulate.draws import pseudonym
from deploy.simulate.offices import Office


def live_return(desk: Desk, office: Office, day: int, passed: int = 0) -> None:
    """One person released on a day; of a time that has begun before the simulation, `passed` days are over on `day`."""
    random = desk.random
    person, habit, begin = pseudonym(random), desk.habit(), day - passed
    kind = "key" if random.random() < calibration.KEY_PERSONS else "general"
    fetched = kind == "key" and random.random() < 0.97
    mode = "fetched" if fetched else calibration.HAND_OVERS.draw(random)
    at = desk.working_time(begin)
    desk.enter(office, "res.person.released", at, {"class": kind, "must_fetch": kind == "key"}, person, habit)
    desk.enter(office, "res.person.handed_over", at + 7_200, {"mode": mode}, person, habit)
    enrolled = begin + random.randrange(1, 8)
    desk.enter(office, "res.person.enrolled", desk.working_time(enrolled), {"class": kind}, person, habit)
    exit_kind = calibration.LIFE_EXITS.draw(random)
    leaving = enrolled + (
        calibration.RESETTLEMENT_DAYS if exit_kind == "discharged" else random.randrange(60, calibration.RESETTLEMENT_DAYS)
    )
    leaving = max(leaving, day + 15)
    if random.random() < 0.9:
        desk.enter(office, "res.agreement.signed", desk.working_time(enrolled + random.randrange(0, 20)), {}, person, habit)
    if random.random() < 0.88:
        placement = {"kind": calibration.PLACEMENTS.draw(random)}
        desk.enter(office, "res.placement.made", desk.working_time(enrolled + random.randrange(3, 150)), placement, person, habit)
    _visit(desk, office, person, enrolled, leaving, every=45 if kind == "key" else 100)
    desk.enter(office, f"res.person.{exit_kind}", desk.working_time(leaving), {}, person, habit)


def _visit(desk: Desk, office: Office, person: str, enrolled: int, leaving: int, every: int) -> None:
    """Visits at about equal distances, those before the first day left in the old ledgers."""
    random = desk.random
    day, last = enrolled + random.randrange(3, 30), min(leaving, desk.end // 86_400 + 1)
    while day < last:
        if day >= 0 and random.random() < 0.93:
            desk.enter(
                office,
                "res.visit.made",
                desk.working_time(day),
                {"mode": random.choice(("home", "home", "phone", "office"))},
                person,
                desk.habit(),
            )
        day += random.randrange(every // 2, every * 3 // 2)
