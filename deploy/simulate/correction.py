"""A person in community correction: due, registered, supervised for months or years, released; some monitored, few lost, fewer reoffending."""

from deploy.simulate import calibration
from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.draws import pseudonym
from deploy.simulate.offices import Office


def live_term(desk: Desk, office: Office, day: int, passed: int = 0) -> None:
    """One person whose report is due around a day; of a term that has begun before the simulation, `passed` days are over on `day`."""
    random = desk.random
    person, habit = pseudonym(random), desk.habit()
    term = max(passed + 20, random.randint(*calibration.TERM_DAYS))
    begin = day - passed
    report_by = begin + 10
    registered = begin + (random.randrange(11, 16) if random.random() < calibration.REPORT_LATE else random.randrange(0, 10))
    category = calibration.CATEGORIES.draw(random)
    desk.enter(
        office,
        "cor.subject.due",
        desk.working_time(begin) - 1_800,
        {"category": category, "report_by": desk.calendar.dates[report_by]},
        person,
        habit,
    )
    desk.enter(
        office,
        "cor.subject.registered",
        desk.working_time(registered),
        {"level": random.choice(("general", "general", "strict")), "basis": "cc_law"},
        person,
        habit,
    )
    if random.random() < calibration.MONITORED:
        _monitor(desk, office, person, registered + random.randrange(10, 60), begin + term)
    _incidents(desk, office, person, registered, begin + term)
    leaving = calibration.LEAVINGS.draw(random)
    if leaving in ("recalled", "terminated"):
        term = random.randrange(40, term) if term > 40 else term
    desk.enter(office, f"cor.subject.{leaving}", desk.working_time(begin + max(term, registered - begin + 1)), {}, person, habit)


def _monitor(desk: Desk, office: Office, person: str, day: int, until: int) -> None:
    """Positioning for three months, extended once in a while in time; the one that is forgotten runs over the limit."""
    random = desk.random
    desk.enter(office, "cor.monitor.started", desk.working_time(day), {"ground": calibration.MONITOR_GROUNDS.draw(random)}, person)
    end = day + random.randrange(30, 88)
    if random.random() < calibration.MONITOR_FORGOTTEN:
        end = day + random.randrange(94, 115)
    elif random.random() < 0.3:
        extended = day + random.randrange(70, 88)
        desk.enter(office, "cor.monitor.extended", desk.working_time(extended), {}, person)
        end = extended + random.randrange(30, 88)
    if end < until:
        desk.enter(office, "cor.monitor.ended", desk.working_time(end), {}, person)


def _incidents(desk: Desk, office: Office, person: str, day: int, until: int) -> None:
    random = desk.random
    years = max(1, until - day) / 365
    if random.random() < calibration.LOST_A_YEAR * years:
        lost = random.randrange(day + 1, until)
        desk.enter(office, "cor.control.lost", desk.working_time(lost), {}, person)
        desk.enter(office, "cor.control.regained", desk.working_time(lost + 1 + int(random.expovariate(1 / 2.2))), {}, person)
    if random.random() < calibration.REOFFENDING_A_YEAR * years:
        at = desk.working_time(random.randrange(day + 1, until))
        for stage, after in (("suspected", 0), ("arrested", 9 * DAY), ("convicted", 130 * DAY)):
            desk.enter(office, "cor.reoffence.recorded", at + after, {"stage": stage, "severity": "ordinary"}, person)
