"""Districts made by chance, small and crowded on purpose: few offices, subjects and days, so that everything collides with everything.

About one event in five is an amendment, a retraction or something sent again; some are refused. Reproducible from the seed.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.scenarios.story import BUREAU, BUREAU_SOURCE, FINANCE, KINDS, OFFICE_SOURCE, STREET, TOWN, D, Event, case, instant, person, task

OFFICES = tuple(f"sfs-{D}-{n:03d}" for n in range(1, 5))
SOURCES = (OFFICE_SOURCE, f"/districts/{D}/office-2", BUREAU_SOURCE)
AUTHORITIES = (BUREAU, STREET, TOWN, FINANCE, f"au-{D}-dw-009")
FIRST = date(2023, 11, 20)

_SECOND_VERSION: dict[str, set[str]] = {
    "pub.activity.held": {"village_ref"},
    "cap.fund.spent": {"domain"},
    "cap.volunteer.served": {"volunteer_ref"},
    "cap.staff.snapshot": {"established", "political_posts", "law_degree", "legal_qualification", "enforcement_card", "functions"},
    "cap.premises.snapshot": {"uniform_sign"},
    "reg.office.opened": {"split_from"},
}
"""Type -> fields that its second version has."""

_OF_OFFICES = ("dat.report.", "dat.ledger.", "dat.duplicate.", "dat.period.")

Told = tuple[str, str | None, dict[str, Any]]
"""type, subject, data."""
Make = Callable[["Chance"], Told]


class Chance:
    """A log in the making; `days` is the span of local days in which things happen, `makes` what may happen."""

    def __init__(self, seed: int, days: int = 150, subjects: int = 6, makes: Sequence[Make] = (), mark: str = "e") -> None:
        self.random = Random(seed)
        self.makes = makes or _BUSINESS
        self.mark = mark
        self.days = days
        self.subjects = subjects
        self.events: list[Event] = []
        self._sequences = dict.fromkeys(SOURCES, 0)

    def day(self, beyond: int = 0) -> str:
        """A day of the span, or up to `beyond` days after it."""
        return (FIRST + timedelta(days=self.random.randrange(self.days + beyond))).isoformat()

    def moment(self) -> str:
        """An instant of the span: often nine o'clock, so that instants are shared, or near midnight in China."""
        clock = self.random.choice(["T09:00:00+08:00"] * 3 + ["T15:59:59.999999Z", "T16:00:00Z", "T00:00:00.5+08:00", "T12:30:00-05:00"])
        return self.day() + clock

    def subject(self, name: Callable[[int], str]) -> str:
        """One of the few subjects."""
        return name(self.random.randrange(self.subjects))

    def pick(self, *choices: Any) -> Any:
        """One of the choices."""
        return self.random.choice(choices)

    def shares(self) -> list[dict[str, Any]]:
        """A complete split; ties are frequent, shares of nothing happen."""
        points = self.pick((10_000,), (5_000, 5_000), (4_000, 4_000, 2_000), (7_000, 3_000, 0), (3_333, 3_333, 3_334))
        payers = self.random.sample(AUTHORITIES, len(points))
        return [{"authority": payer, "bp": bp} for payer, bp in zip(payers, points, strict=True)]

    def append(self, type_: str, subject: str | None, data: dict[str, Any], **more: Any) -> None:
        """Append an event of a type at a chosen moment."""
        business = type_[:3] not in ("reg", "clk", "dat")
        source = more.pop("source", None) or (self.pick(*SOURCES) if business else BUREAU_SOURCE)
        event: Event = {
            "specversion": "1.0",
            "id": f"{self.mark}{self.random.randrange(36**4):05d}",
            "source": source,
            "type": type_,
            "time": self.moment(),
            "district": D,
        }
        if business or type_.startswith(_OF_OFFICES):
            event["office"] = self.pick(*OFFICES)
        if business:
            for name, value in (("assigned_by", self.pick(*AUTHORITIES, "self")), ("minutes", self.random.randrange(90))):
                if name not in data and self.random.random() < 0.3:
                    data = data | {name: value}
        if subject:
            event["subject"] = subject
        if self.random.random() < 0.7 and self.mark == "e":
            # One number in twenty is never used: a gap.
            self._sequences[source] += 2 if self.random.random() < 0.05 else 1
            event["sequence"] = str(self._sequences[source])
        if data.keys() & _SECOND_VERSION.get(type_, set()):
            event["dataschema"] = f"urn:suoheng:{type_}:2"
        if "correction_staff" in data:
            event["dataschema"] = f"urn:suoheng:{type_}:3"
        self.events.append(event | more | {"data": data})

    def correct(self) -> None:
        """Amend, retract or repeat something that is there, or not yet, or of another kind."""
        named = self.pick(*self.events[-40:])
        what = self.random.random()
        if what < 0.25:
            again = dict(named)
            if self.random.random() < 0.2:
                again["time"] = self.moment()
            self.events.append(again)
            return
        source = named["source"] if self.random.random() < 0.7 else BUREAU_SOURCE
        other = {} if source == named["source"] else {"targetsource": named["source"]}
        target = named["id"] if self.random.random() < 0.95 else "never"
        if what < 0.6:
            self.append("dat.event.retracted", None, {"target": target, "reason": "test"}, source=source, **other)
            return
        registry = named["type"].startswith("reg.") and self.random.random() < 0.9
        type_, subject, data = (_registry if registry else self.pick(*self.makes))(self)
        self.append(type_, subject, data, source=source, op="amend", target=target, revision=self.random.randrange(2, 6), **other)


def _mediation(c: Chance) -> Told:
    disputes = {
        "dispute_type": c.pick("labour", "neighbour", "other"),
        "source": c.pick("applied", "referred"),
        "is_collective": c.pick(True, False),
    } | c.pick({}, {"referred_by": c.pick("court", "police")})
    agreed: dict[str, Any] = {"form": c.pick("written", "oral")}
    if c.random.random() < 0.5:
        agreed |= {"perform_due_on": c.day(60), "amount_yuan": c.pick("0.00", "12.34", "9999999999.99")}
    kind, data = c.pick(
        ("case.accepted", disputes), ("case.accepted", disputes), ("case.agreed", agreed), ("case.agreed", agreed), ("case.failed", {}),
        ("case.withdrawn", {"reason": "x"}), ("case.transferred", {}), ("case.terminated", {}),
        ("agreement.performed", {"degree": c.pick("full", "partial", "none")}),
        ("escalation.recorded", {"kind": "petition", "persons": 2, "prevented": c.pick(True, False)}),
    )  # fmt: skip
    alone = kind == "escalation.recorded" and c.pick(True, False)
    return f"med.{kind}", None if alone else c.subject(case), data


def _aftermath(c: Chance) -> Told:
    kind, data = c.pick(
        ("agreement.confirmed", {"result": c.pick("confirmed", "refused")}), ("agreement.revoked", {}),
        ("case.followed_up", {"satisfied": "yes"}), ("session.held", {"mode": "online"}), ("file.archived", {"quality": "a", "file_kind": "full"}),
        ("case.not_accepted", {"reason": "out_of_scope"}),
        ("subsidy.paid", {"amount_yuan": c.pick("0.00", "50.00")} | c.pick({}, {"authority": c.pick(*AUTHORITIES)})),
    )  # fmt: skip
    return f"med.{kind}", c.subject(case), data


def _screening(c: Chance) -> Told:
    reason = c.pick("new_year", "spring_festival", "two_sessions", "other")
    return "med.screening.held", None, {"scope": c.pick("routine", "special"), "special_reason": reason}


def _correction(c: Chance) -> Told:
    kind, data = c.pick(
        ("subject.due", {"category": "parole", "report_by": c.day(30)}),
        *[("subject.registered", {})] * 3, ("subject.released", {}), ("subject.terminated", {}), ("subject.recalled", {}), ("subject.moved", {}),
        ("control.lost", {}), ("control.regained", {}),
        ("reoffence.recorded", {"stage": c.pick("convicted", "arrested"), "severity": "ordinary"}),
        ("monitor.started", {}), ("monitor.started", {}), ("monitor.extended", {}), ("monitor.ended", {}),
    )  # fmt: skip
    return f"cor.{kind}", c.subject(person), data


def _resettlement(c: Chance) -> Told:
    kind, data = c.pick(
        ("person.released", {"class": c.pick("key", "general"), "must_fetch": True}),
        ("person.handed_over", {"mode": c.pick("fetched", "not_handed")}),
        *[("person.enrolled", {"class": "key"})] * 3, ("person.discharged", {}), ("person.moved", {}), ("person.died", {}),
        ("visit.made", {}), ("agreement.signed", {}), ("placement.made", {"kind": "job"}),
    )  # fmt: skip
    return f"res.{kind}", c.subject(person), data


def _supervision(c: Chance) -> Told:
    kind, data = c.pick(
        ("subject.admitted", {}), ("leave.granted", {"days": 3, "scope": "in_province"}), ("leave.returned", {}), ("plan.made", {}),
        *[("contact.made", {"kind": c.pick("home_visit", "phone")})] * 2,
        *[(f"{c.pick('education', 'service')}.attended", {"excused": c.pick(True, False)})] * 4,
        ("sanction.issued", {"kind": "warning"}), ("month.graded", {"grade": c.pick("good", "fail")}),
        ("investigation.requested", {"for": "court", "due_on": c.day(20)}), ("investigation.completed", {"opinion": "suitable"}),
        *[(f"help.{c.pick('needed', 'given')}", {"kind": "job"})] * 2, ("level.changed", {"from": "general", "to": "strict"}),
        ("supervision.finding", {"by": "city", "form": c.pick("suggestion", "inspection_point")} | c.pick({}, {"closed_on": c.day(20)})),
    )  # fmt: skip
    alone = kind == "supervision.finding" and c.pick(True, False)
    return f"cor.{kind}", None if alone else c.subject(person), data


def _aftercare(c: Chance) -> Told:
    kind, data = c.pick(
        ("notice.received", c.pick({}, {"due_on": c.day(20)})),
        ("identity.verified", {"result": c.pick("matched", "unmatched")}),
        ("person.lost", {}),
        ("person.found", {}),
        ("reoffence.recorded", {}),
    )
    return f"res.{kind}", c.subject(person), data


def _legal_aid(c: Chance) -> Told:
    kind, data = c.pick(
        ("received", {"matter": c.pick("civil", "criminal"), "group": "elderly"}), ("forwarded", {}),
        *[("decided", {"result": c.pick("granted", "rejected")})] * 2, ("assigned", {}), ("closed", {}),
        ("rated", {"grade": c.pick("excellent", "qualified", "unqualified")}),
    )  # fmt: skip
    return f"leg.aid.{kind}", c.subject(case), data


def _village(c: Chance) -> Told:
    village = c.pick("a", "b", "c")
    chosen: Told = c.pick(
        ("leg.contract.signed", None, {"village_ref": village, "from": c.day(), "to": c.day(60)}),
        ("leg.counsel.visited", None, {"village_ref": village, "activity": c.pick("duty", "lecture")} | c.pick({}, {"remote": True})),
        ("cap.village.snapshot", None, {"villages": c.pick(0, 2, 5)}),
        ("pub.legal_person.trained", None, {"village_ref": village, "count": 3}),
        (
            "pub.activity.held",
            None,
            {"form": "film", "theme": "x", "audience_est": 1, "purpose": "law", "village_ref": [village, c.pick("a", "d")]},
        ),
    )
    return chosen


def _rule_of_law(c: Chance) -> Told:
    survey = {"instrument": c.pick("awareness", "satisfaction", "safety"), "asked_of": c.pick("public", "officials")}
    kind, subject, data = c.pick(
        ("gov.review.requested", c.subject(case), {"kind": "contract"}),
        ("gov.review.issued", c.subject(case), c.pick({}, {"opinion_items": 4, "adopted_items": 3})),
        ("gov.meeting.attended", None, {"attended": c.pick(True, False)}),
        ("gov.litigation.closed", None, {"result": c.pick("won", "lost"), "official_attended": c.pick(True, False)}),
        ("pub.survey.completed", None, survey | {"sample": 20, "positive": c.pick(0, 15, 20)}),
    )
    return kind, subject, data


def _activity(c: Chance) -> Told:
    chosen: Told = c.pick(
        ("leg.consultation.given", None, {"channel": "phone", "persons": c.pick(1, 7)}),
        ("pub.activity.held", None, {"form": "film", "theme": "labour", "audience_est": c.pick(0, 40), "purpose": "law"}),
        (
            "cap.fund.disbursed",
            None,
            {
                "authority": c.pick(*AUTHORITIES),
                "category": "operating",
                "amount_yuan": c.pick("0.00", "3.33", "10.00"),
                "fiscal_year": 2024,
            },
        ),
    )
    return chosen


def _task(c: Chance) -> Told:
    number = c.pick(1, 6, 7, 8, 9, "outside_list")
    data = {"task_class": "petition", "function_number": number, "due_at": instant(c.day(30)), "assigned_by": c.pick(*AUTHORITIES, "self")}
    chosen: Told = c.pick(("soc.task.assigned", c.subject(task), data), ("soc.task.completed", c.subject(task), {}))
    return chosen


def _capacity(c: Chance) -> Told:
    programme = c.pick("prov_standard", "prov_excellent", "city_star", "five_good")
    award = {"programme": programme} | ({"level": c.pick(3, 4, 5)} if programme == "city_star" else {})
    chosen: Told = c.pick(
        ("cap.staff.snapshot", None, {"staff": c.pick(0, 3, 7)}),
        ("cap.premises.snapshot", None, {"area_m2": c.pick("58.5", "60", "150.25"), "independent": True}),
        ("cap.rating.awarded", None, award),
        ("cap.rating.withdrawn", None, {"programme": programme}),
    )
    return chosen


def _registry(c: Chance) -> Told:
    """An event of the registry or the clock."""
    office = c.pick(*OFFICES)
    authority = c.pick(*AUTHORITIES)
    role = c.pick("funding", "funding", "funding", "managing", "staff_assigning")
    split = {"office": office, "role": role, "cost_category": c.pick("operating", "operating", "all", "personnel"), "valid_from": c.day(60),
             "shares": c.shares(), "doc_no": "99-1"}  # fmt: skip
    kind, data = c.pick(
        *[("reg.split.decided", split)] * 6,
        ("reg.office.opened", {"office": office, "name": "an office", "opened_on": c.day()} | ({"split_from": f"sfs-{D}-009"} if office == OFFICES[1] else {})),
        ("reg.office.closed", {"office": office, "closed_on": c.day(30)}),
        ("reg.authority.registered", {"authority": authority, "name": "an authority", "kind": c.pick("district_bureau", "street_office", "town_government", "other_department")}),
        ("reg.period.closed", {"window_kind": "month", "window_start": "2024-01-01"}),
        ("clk.ticked", {}),
    )  # fmt: skip
    return kind, None, data


_BUSINESS: tuple[Make, ...] = (
    *(_mediation, _mediation, _mediation, _correction, _correction, _resettlement, _resettlement, _activity, _task, _task, _capacity) * 3,
    *(_aftermath, _aftermath, _screening, _supervision, _supervision, _aftercare, _legal_aid, _village, _rule_of_law),
)


def _instruction(c: Chance) -> Told:
    limit = c.pick({}, {"due_at": instant(c.day(30))})
    issued = {"assigned_by": c.pick(*AUTHORITIES, "self")} | limit
    kind, data = c.pick(("issued", issued), ("issued", issued), ("acknowledged", {}), ("answered", {}))
    return f"soc.instruction.{kind}", c.subject(task), data


def _joint_work(c: Chance) -> Told:
    shared = c.pick({}, {"info_shared": c.pick(True, False)})
    kind, data = c.pick(
        ("secondment.started", {"to": c.pick(*AUTHORITIES)}), ("secondment.ended", {}), ("transfer.ordered", {}), ("transfer.effected", {}),
        ("joint.opened", shared), ("joint.closed", shared | {"result": c.pick("solved", "unsolved")}),
    )  # fmt: skip
    return f"soc.{kind}", c.subject(task), data


def _help(c: Chance) -> Told:
    chosen: Told = c.pick(
        ("soc.oncall.checked", None, {"reached": c.pick(True, False)}),
        ("soc.incident.handled", None, {"persons_band": "over_50", "minutes": 30}),
        ("soc.police_help.requested", None, {"reason": "search"} | c.pick({}, {"minutes_to_arrive": c.pick(0, 9, 40)})),
        ("med.session.held", c.subject(case), {"mode": "online", "co_handlers": c.pick([], ["police"])}),
        (f"soc.task.{c.pick('accepted', 'declined', 'reassigned', 'overdue')}", c.subject(task), c.pick({}, {"co_handlers": ["police"]})),
    )
    return chosen


def _team(c: Chance) -> Told:
    stated = ("bureau_supplied", "political_posts", "law_degree", "legal_qualification", "established", "enforcement_card", "functions")
    staff = {"staff": c.pick(0, 3, 7)} | {name: c.pick(0, 1, 2, 9) for name in stated if c.random.random() < 0.7}
    rooms = {"area_m2": c.pick("119.99", "120"), "independent": c.pick(True, False)} | c.pick({}, {"uniform_sign": True})
    money = {"authority": c.pick(*AUTHORITIES), "category": c.pick("operating", "legal_aid", "purchased_service"),
             "amount_yuan": c.pick("0.00", "7.00"), "fiscal_year": 2024}  # fmt: skip
    kind, data = c.pick(
        *[("staff.snapshot", staff)] * 6, ("premises.snapshot", rooms), ("premises.snapshot", rooms),
        (f"rating.{c.pick('awarded', 'withdrawn')}", {"programme": c.pick("five_good", "city_model", "fengqiao")}),
        ("staff.joined", {"entry_route": "exam", "professional_screened": c.pick(True, False)}), ("staff.left", {}),
        ("fund.budgeted", money), ("fund.spent", money), ("fund.spent", money),
        ("volunteer.served", {"domain": c.pick("mediation", "correction"), "hours": c.pick(1, 8), "supervisor_present": c.pick(True, False)}),
    )  # fmt: skip
    return f"cap.{kind}", None, data


def _role(c: Chance) -> Told:
    role = c.pick("head_appointing", "staff_assigning", "premises_owner", "establishment")
    data = {"office": c.pick(*OFFICES), "role": role, "cost_category": c.pick("operating", "all"), "valid_from": c.day(60)}
    return "reg.split.decided", None, data | {"shares": c.shares(), "doc_no": "99-2"}


def _service(c: Chance) -> Told:
    agreed = {"buyer": c.pick(*AUTHORITIES), "domain": "correction", "units_agreed": c.pick(1, 10, 365), "amount_yuan": "9.00", "from": c.day(),
              "to": c.day(400)}  # fmt: skip
    kind, data = c.pick(
        ("contracted", agreed), ("contracted", agreed), ("delivered", {"units_delivered": 3}), ("accepted", {"units_accepted": c.pick(0, 4, 9)}),
        ("paid", {"amount_yuan": c.pick("0.00", "7.50")}), ("terminated", {}),
    )  # fmt: skip
    return f"cap.service.{kind}", c.subject(task), data


def _report(c: Chance) -> Told:
    of = {"report_code": c.pick("a", "b", "c"), "period": c.pick("p1", "p2")}
    asked = of | {"due_at": instant(c.day(30)), "fields": [c.pick("x", "y", "z"), c.pick("x", "w")]}
    kind, data = c.pick(
        ("report.requested", asked), ("report.submitted", of | {"due_at": instant(c.day(30))}), ("report.submitted", of | {"due_at": instant(c.day(30))}),
        ("report.returned", of), ("ledger.inspected", {"sampled": c.pick(5, 20), "mismatched": c.pick(0, 5)}),
        ("duplicate.resolved", {"merged": c.pick(1, 3)}),
    )  # fmt: skip
    return f"dat.{kind}", None, data


def _means(c: Chance) -> Told:
    served = {"domain": "publicity", "hours": 2, "supervisor_present": True, "volunteer_ref": [c.pick("a", "b"), c.pick("b", "c")]}
    staff = {"staff": c.pick(0, 3, 7), "correction_staff": c.pick(0, 2, 9), "resettlement_staff": c.pick(0, 1)}
    spent = {"authority": c.pick(*AUTHORITIES), "category": c.pick("operating", "legal_aid"), "amount_yuan": c.pick("0.00", "6.00"),
             "fiscal_year": 2024}  # fmt: skip
    kind, data = c.pick(
        ("staff.snapshot", staff), ("staff.snapshot", staff), ("mediator.snapshot", {"mediators": c.pick(0, 4)}), ("volunteer.snapshot", {"active": c.pick(0, 9)}),
        ("equipment.snapshot", {"vehicles": 1, "computers": 2}), ("volunteer.served", served), ("volunteer.served", served),
        ("staff.left", {"worker": c.pick("w-aaaa", "w-bbbb")}), ("staff.joined", {"entry_route": "exam", "professional_screened": True, "worker": c.pick("w-aaaa", "w-bbbb")}),
        ("training.attended", {"hours": 8, "audience": c.pick("staff", "mediator"), "kind": "annual"} | c.pick({}, {"persons": 3})),
        ("complaint.received", {"upheld": c.pick(True, False)}), ("fund.disbursed", spent),
        ("fund.spent", spent | {"domain": c.pick("mediation", "correction", "publicity", "legal_aid")}),
        (f"rating.{c.pick('applied', 'renewed')}", {"programme": c.pick("city_star", "five_good")}),
        ("head.appointed", {"by": c.pick(*AUTHORITIES), "consulted": False}),
    )  # fmt: skip
    return f"cap.{kind}", None, data


_LATEST: tuple[Make, ...] = (_service, _service, _report, _report, _means, _means)
_LATER: tuple[Make, ...] = (_instruction, _instruction, _joint_work, _joint_work, _joint_work, _help, _help, _role, _team, _team)


def _among(chance: Chance, told: list[Event], makes: Sequence[Make], mark: str, events: int) -> list[Event]:
    """The events told so far, and about so many of types that came later among them, which leave those as they are."""
    more = Chance(chance.random.randrange(10**9), chance.days, chance.subjects, makes, mark)
    while len(more.events) < events:
        if more.events and more.random.random() < 0.15:
            more.correct()
        else:
            more.append(*more.pick(*makes)(more))
    found, first = list(told), 3 + len(KINDS)
    for event in more.events:
        found.insert(more.random.randrange(first, len(found) + 1), event)
    return found


def chance_district(seed: int, events: int, days: int = 150, subjects: int = 6) -> list[Event]:
    """About so many events of a district, in log order; the first open the offices and register the authorities.

    Of new families of types make a stream of their own in `_among`: where the events of the others stay as they are, so do tests that rest on
    some seed's.
    """
    chance = Chance(seed, days, subjects)
    for office in OFFICES[:3]:
        chance.append("reg.office.opened", None, {"office": office, "name": "an office", "opened_on": "2023-10-01"})
    for authority, kind in KINDS.items():
        chance.append("reg.authority.registered", None, {"authority": authority, "name": "an authority", "kind": kind})
    while len(chance.events) < events:
        what = chance.random.random()
        if what < 0.2:
            chance.correct()
        else:
            chance.append(*(_registry if what < 0.25 else chance.pick(*_BUSINESS))(chance))
    later = _among(chance, chance.events, _LATER, "g", events // 6)
    return _among(chance, later, _LATEST, "h", events // 6)
