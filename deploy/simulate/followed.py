"""What follows from cases and persons: follow-ups, confirmations, subsidies; a month of correction; notices, losing touch, reoffence."""

from typing import Any, NamedTuple

from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.offices import Office, bureau_of

_HELP = ("job", "training", "min_living", "relief", "psychology")
_EXITS = frozenset(f"cor.subject.{how}" for how in ("released", "terminated", "recalled", "moved"))


class _Term(NamedTuple):
    office: Office
    begin: int


class Followed:
    """Hears what offices enter and keeps who is under correction; all figures here are assumptions."""

    def __init__(self, desk: Desk, first: int) -> None:
        self.desk, self.first = desk, first
        self.terms: dict[str, _Term] = {}
        self.exits: dict[str, int] = {}

    def hear(self, office: Office, kind: str, at: int, data: dict[str, Any], subject: str | None) -> None:
        """One event that is being entered, at an instant that may lie ahead."""
        if subject is None:
            return
        if kind == "cor.subject.registered":
            self.terms[subject] = _Term(office, at // DAY)
        elif kind in _EXITS:
            self.exits[subject] = at // DAY
        if at // DAY < self.first:
            return
        if kind == "med.case.accepted":
            self._sessions(office, at, subject)
        elif kind == "med.case.agreed":
            self._agreement(office, at, data, subject)
        elif kind == "med.agreement.performed" and data["degree"] == "full":
            self._performed(office, at, subject)
        elif kind == "cor.subject.registered":
            self._admission(office, at, subject)
        elif kind == "res.person.released":
            self._notice(office, at, subject)

    def _sessions(self, office: Office, at: int, case: str) -> None:
        random = self.desk.random
        if random.random() < 0.3:
            data: dict[str, Any] = {"mode": random.choice(("on_site", "office", "office", "online"))}
            if random.random() < 0.2:
                data["co_handlers"] = [random.choice(("police", "street", "court", "petitions"))]
            self.desk.enter(office, "med.session.held", at + 1_200, data, case)

    def _agreement(self, office: Office, at: int, data: dict[str, Any], case: str) -> None:
        desk, random, day = self.desk, self.desk.random, at // DAY
        if data["form"] == "written":
            if random.random() < 0.04:
                desk.enter(
                    office, "med.agreement.confirmed", desk.working_time(day + random.randrange(3, 29)), {"result": "confirmed"}, case
                )
            elif random.random() < 0.002:
                desk.enter(office, "med.agreement.revoked", desk.working_time(day + random.randrange(60, 200)), {}, case)
        if random.random() < 0.3:
            paid = {
                "amount_yuan": f"{random.choice((50, 80, 100, 150))}.00",
                "authority": random.choice((office.street, bureau_of(desk.district))),
            }
            desk.enter(office, "med.subsidy.paid", desk.working_time(day + random.randrange(20, 95)), paid, case)

    def _performed(self, office: Office, at: int, case: str) -> None:
        desk, random, day = self.desk, self.desk.random, at // DAY
        if random.random() < 0.7:
            satisfied = random.choice(("yes",) * 9 + ("no",))
            desk.enter(office, "med.case.followed_up", desk.working_time(day + random.randrange(1, 20)), {"satisfied": satisfied}, case)
        if random.random() < 0.4:
            filed = {"quality": random.choice("aabbc"), "file_kind": random.choice(("full", "simple_register"))}
            desk.enter(office, "med.file.archived", desk.working_time(day + random.randrange(21, 40)), filed, case)

    def _admission(self, office: Office, at: int, person: str) -> None:
        desk, random = self.desk, self.desk.random
        desk.enter(office, "cor.subject.admitted", at + 5_400, {}, person)
        desk.enter(office, "cor.plan.made", at + 3 * DAY, {}, person)
        if random.random() < 0.2:
            desk.enter(office, "cor.help.needed", at + 5 * DAY, {"kind": random.choice(_HELP)}, person)
            if random.random() < 0.9:
                desk.enter(office, "cor.help.given", at + random.randrange(8, 40) * DAY, {"kind": random.choice(_HELP)}, person)

    def live_month(self, day: int) -> None:
        """A month's contacts, attendances and grade of everybody who is under correction through all of it."""
        desk, random = self.desk, self.desk.random
        for person, (office, begin) in self.terms.items():
            if not begin < day or self.exits.get(person, day + 99) < day + 28:
                continue
            if random.random() < 0.93:
                desk.enter(office, "cor.contact.made", desk.working_time(day + random.randrange(27)), {"kind": "home_visit"}, person)
            for what in ("education", "service"):
                if random.random() < 0.96:
                    told: dict[str, Any] = {"excused": True} if random.random() < 0.04 else {"hours": random.choice((4, 8))}
                    desk.enter(office, f"cor.{what}.attended", desk.working_time(day + random.randrange(27)), told, person)
            if random.random() < 0.6:
                continue
            grade = "fail" if random.random() < 0.01 else random.choice(("good", "pass"))
            desk.enter(office, "cor.month.graded", desk.working_time(day + 27), {"grade": grade}, person)
            if grade == "fail":
                desk.enter(office, "cor.sanction.issued", desk.working_time(day + 27) + 600, {"kind": "warning"}, person)

    def _notice(self, office: Office, at: int, person: str) -> None:
        desk, random, day = self.desk, self.desk.random, at // DAY
        noticed, verified = desk.working_time(day - 30), desk.working_time(day - 30 + random.randrange(1, 24))
        desk.enter_late(office, "res.notice.received", noticed, at, {"due_on": desk.calendar.dates[day - 10]}, person)
        if random.random() < 0.97:
            result = "matched" if random.random() < 0.98 else "unmatched"
            desk.enter_late(office, "res.identity.verified", verified, at + 60, {"result": result}, person)
        fate = random.random()
        if fate < 0.02:
            desk.enter(office, "res.person.lost", desk.working_time(day + 90), {}, person)
            if fate < 0.015:
                desk.enter(office, "res.person.found", desk.working_time(day + 120), {}, person)
        elif fate < 0.025:
            desk.enter(office, "res.reoffence.recorded", desk.working_time(day + 150), {}, person)
