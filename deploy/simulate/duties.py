"""What an office does beyond the core: legal aid, village counsel, surveys, rule-of-law work, dual leadership, reports. Assumptions throughout."""

from datetime import date
from typing import Any

from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.draws import count, pseudonym
from deploy.simulate.means import villages
from deploy.simulate.offices import Office, bureau_of

_FESTIVALS = {(12, 25): "new_year", (1, 20): "spring_festival", (2, 25): "two_sessions", (4, 24): "may_day", (9, 24): "national_day"}
_REPORTS = {"med_monthly": ("accepted", "agreed", "persons"), "cor_monthly": ("caseload", "persons"), "pub_monthly": ("activities",)}
_A_YEAR = {
    "aid": 40, "review": 8, "meeting": 24, "lawsuit": 2, "advice": 6, "instruction": 30, "oncall": 12, "joint": 5, "secondment": 0.7,
    "transfer": 0.4, "police": 3, "investigation": 6, "finding": 0.8,
}  # fmt: skip


def do_duties(desk: Desk, office: Office, day: int) -> None:
    """Everything of a day."""
    today = desk.calendar.day(day)
    for what, rate in _A_YEAR.items():
        for _ in range(count(desk.random, rate / 365)):
            _DO[what](desk, office, day)
    if today.day == 3:
        desk.enter(
            office,
            "med.screening.held",
            desk.working_time(day),
            {"scope": "routine", "villages_covered": 6, "found": desk.random.randrange(5)},
        )
        _counsel(desk, office, day)
    if (reason := _FESTIVALS.get((today.month, today.day))) and desk.random.random() < 0.95:
        desk.enter(office, "med.screening.held", desk.working_time(day), {"scope": "special", "special_reason": reason})
    if today.day == 20 and today.month in (5, 11):
        _survey(desk, office, day)
    if today.day == 28:
        _reach_villages(desk, office, day)
    if today.day in (1, 10):
        _report(desk, office, day, today)


def _aid(desk: Desk, office: Office, day: int) -> None:
    random, case = desk.random, pseudonym(desk.random)
    matter = random.choice(("civil", "civil", "civil", "criminal", "administrative"))
    group = random.choice(("migrant_worker", "migrant_worker", "elderly", "minor", "disabled", "women", "other"))
    desk.enter(office, "leg.aid.received", desk.working_time(day), {"matter": matter, "group": group, "basis": "la_law"}, case)
    desk.enter(office, "leg.aid.forwarded", desk.working_time(day + 1), {}, case)
    decided = day + random.choice((3, 4, 5, 6, 7, 8, 9, 14))
    result = random.choice(("granted",) * 9 + ("rejected",))
    desk.enter(office, "leg.aid.decided", desk.working_time(decided), {"result": result}, case)
    if result == "granted":
        assigned = decided + random.choice((1, 2, 3, 4, 5, 12))
        desk.enter(office, "leg.aid.assigned", desk.working_time(assigned), {}, case)
        closed = assigned + random.randrange(20, 150)
        desk.enter(office, "leg.aid.closed", desk.working_time(closed), {"outcome": "settled"}, case)
        if random.random() < 0.2:
            grade = random.choice(("excellent", "good", "good", "qualified", "qualified"))
            desk.enter(office, "leg.aid.rated", desk.working_time(closed + 30), {"grade": grade}, case)


def _review(desk: Desk, office: Office, day: int) -> None:
    random, matter = desk.random, pseudonym(desk.random)
    desk.enter(
        office,
        "gov.review.requested",
        desk.working_time(day),
        {"kind": random.choice(("contract", "contract", "normative_document"))},
        matter,
    )
    if random.random() < 0.97:
        items = random.randrange(1, 6)
        data = {"opinion_items": items, "adopted_items": items - (random.random() < 0.3)}
        desk.enter(office, "gov.review.issued", desk.working_time(day + random.randrange(1, 9)), data, matter)


def _meeting(desk: Desk, office: Office, day: int) -> None:
    desk.enter(office, "gov.meeting.attended", desk.working_time(day), {"attended": desk.random.random() < 0.9})


def _lawsuit(desk: Desk, office: Office, day: int) -> None:
    random = desk.random
    data = {"result": "lost" if random.random() < 0.12 else "won", "official_attended": random.random() < 0.93}
    desk.enter(office, "gov.litigation.closed", desk.working_time(day), data)


def _advice(desk: Desk, office: Office, day: int) -> None:
    desk.enter(office, "gov.advice.given", desk.working_time(day), {"topic": "contract"})


def _instruction(desk: Desk, office: Office, day: int) -> None:
    random, instruction, at = desk.random, pseudonym(desk.random), desk.working_time(day)
    assigner = office.street if random.random() < office.street_share else bureau_of(desk.district)
    due = {"due_at": desk.calendar.instant(at + 3 * DAY), "assigned_by": assigner}
    desk.enter(office, "soc.instruction.issued", at, due, instruction)
    desk.enter(office, "soc.instruction.acknowledged", at + 60 + int(random.expovariate(1 / 1_500)), {"assigned_by": assigner}, instruction)
    answered = at + random.randrange(3_600, 3 * DAY) if random.random() < 0.94 else at + 4 * DAY
    desk.enter(office, "soc.instruction.answered", answered, {"assigned_by": assigner}, instruction)


def _oncall(desk: Desk, office: Office, day: int) -> None:
    desk.enter(office, "soc.oncall.checked", desk.working_time(day), {"reached": desk.random.random() < 0.96})


def _joint(desk: Desk, office: Office, day: int) -> None:
    random, matter = desk.random, pseudonym(desk.random)
    desk.enter(office, "soc.joint.opened", desk.working_time(day), {"lead": "petitions", "info_shared": random.random() < 0.7}, matter)
    result = "solved" if random.random() < 0.85 else "unsolved"
    desk.enter(office, "soc.joint.closed", desk.working_time(day + random.randrange(5, 40)), {"result": result}, matter)


def _secondment(desk: Desk, office: Office, day: int) -> None:
    random, person = desk.random, pseudonym(desk.random)
    days = random.randrange(10, 60)
    desk.enter(office, "soc.secondment.started", desk.working_time(day), {"to": office.street, "planned_days": days}, person)
    desk.enter(office, "soc.secondment.ended", desk.working_time(day + days), {}, person)


def _transfer(desk: Desk, office: Office, day: int) -> None:
    random, order = desk.random, pseudonym(desk.random)
    desk.enter(office, "soc.transfer.ordered", desk.working_time(day), {"assigned_by": bureau_of(desk.district)}, order)
    desk.enter(office, "soc.transfer.effected", desk.working_time(day + random.choice((5, 9, 14, 30))), {}, order)


def _police(desk: Desk, office: Office, day: int) -> None:
    random = desk.random
    data = {"reason": random.choice(("no_coercive_power", "violence", "search")), "minutes_to_arrive": random.randrange(4, 30)}
    desk.enter(office, "soc.police_help.requested", desk.working_time(day), data)


def _investigation(desk: Desk, office: Office, day: int) -> None:
    random, person = desk.random, pseudonym(desk.random)
    asked: dict[str, Any] = {"for": random.choice(("court", "prison")), "due_on": desk.calendar.dates[day + 10]}
    desk.enter(office, "cor.investigation.requested", desk.working_time(day), asked, person)
    done = day + (random.randrange(2, 10) if random.random() < 0.96 else 12)
    desk.enter(
        office,
        "cor.investigation.completed",
        desk.working_time(done),
        {"opinion": random.choice(("suitable", "suitable", "unsuitable"))},
        person,
    )


def _finding(desk: Desk, office: Office, day: int) -> None:
    random = desk.random
    data = {"by": random.choice(("prosecutor", "bureau")), "form": random.choice(("suggestion", "inspection_point", "inspection_point"))}
    closed = {"closed_on": desk.calendar.dates[day + random.choice((1, 2, 3, 8))]}
    desk.enter(office, "cor.supervision.finding", desk.working_time(day), data | closed)


_DO = {
    "aid": _aid, "review": _review, "meeting": _meeting, "lawsuit": _lawsuit, "advice": _advice, "instruction": _instruction, "oncall": _oncall,
    "joint": _joint, "secondment": _secondment, "transfer": _transfer, "police": _police, "investigation": _investigation, "finding": _finding,
}  # fmt: skip


def _counsel(desk: Desk, office: Office, day: int) -> None:
    """Contracts of half a year for nearly every village, and two days on duty in each a month."""
    for n, village in enumerate(villages(office)):
        today = desk.calendar.day(day)
        if n < 5 and today.month in (1, 7):
            first, last = today.isoformat(), today.replace(month=12 if today.month == 7 else 7, day=31).isoformat()
            desk.enter(office, "leg.contract.signed", desk.working_time(day), {"village_ref": village, "from": first, "to": last})
        for after in (2, 14):
            if desk.random.random() < 0.93:
                desk.enter(
                    office, "leg.counsel.visited", desk.working_time(day + after), {"village_ref": village, "activity": "duty", "hours": 4}
                )


def _survey(desk: Desk, office: Office, day: int) -> None:
    for instrument, asked_of, share in (("awareness", "public", 0.78), ("awareness", "officials", 0.66), ("satisfaction", "public", 0.95)):
        positive = sum(desk.random.random() < share for _ in range(60))
        data = {"instrument": instrument, "asked_of": asked_of, "sample": 60, "positive": positive}
        desk.enter(office, "pub.survey.completed", desk.working_time(day), data)


def _reach_villages(desk: Desk, office: Office, day: int) -> None:
    random, of = desk.random, villages(office)
    chosen = random.sample(of, random.randrange(1, 4))
    data: dict[str, Any] = {
        "form": "lecture",
        "theme": "civil_code",
        "audience_est": random.randrange(20, 90),
        "purpose": "law",
        "village_ref": chosen,
    }
    desk.enter(office, "pub.activity.held", desk.working_time(day), data, version=2)
    if random.random() < 0.3:
        desk.enter(
            office, "pub.legal_person.trained", desk.working_time(day), {"village_ref": random.choice(of), "count": random.randrange(1, 4)}
        )
    desk.enter(office, "pub.media.published", desk.working_time(day), {"channel": "wechat", "views": random.randrange(100, 3_000)})


def _report(desk: Desk, office: Office, day: int, today: date) -> None:
    """Asked for on the first, due on the fifth; on the tenth a ledger is inspected, and what was entered twice is merged."""
    random, month = desk.random, f"{today.year}_{today.month:02d}"
    if today.day == 1:
        for code, fields in _REPORTS.items():
            of = {"report_code": code, "period": month}
            due = {"due_at": desk.calendar.instant((day + 4) * DAY + 64_800)}
            asked = of | due | {"requested_by": bureau_of(desk.district), "fields": list(fields)}
            desk.state(office, "dat.report.requested", day * DAY + 36_000, asked)
            late = random.random() < 0.06
            desk.state(office, "dat.report.submitted", desk.working_time(day + (6 if late else random.randrange(1, 4))), of | due)
            if random.random() < 0.05:
                desk.state(office, "dat.report.returned", desk.working_time(day + 7), of | {"errors": random.randrange(1, 4)})
        return
    if today.month % 3 == 1:
        desk.state(office, "dat.ledger.inspected", desk.working_time(day), {"sampled": 30, "mismatched": int(random.expovariate(1.2))})
    if random.random() < 0.3:
        desk.state(office, "dat.duplicate.resolved", desk.working_time(day), {"merged": random.randrange(1, 3)})
    first = today.replace(day=1) if today.month > 1 else today.replace(year=today.year - 1, month=12, day=1)
    closed = first.replace(month=first.month - 1) if today.month > 1 else first
    desk.state(office, "dat.period.closed", desk.working_time(day), {"window_kind": "month", "window_start": closed.isoformat()})
