"""What the facts need of an event's `data`, by type: kept in the slot instead of the data itself."""

from collections.abc import Callable
from typing import Any

from schemas.rules import parse_rules
from streams.core.lifecycles.activities import TELLS, Told
from streams.core.lifecycles.slots import KINDS
from streams.core.lifecycles.snapshots import SAYS, hundredths
from streams.core.lifecycles.transitions import VALUES
from streams.core.measures import measure, measure_of
from streams.core.windows import to_day
from streams.core.workdays import decision

Intern = Callable[[str], int]
"""Authority id -> its number in the district."""
Payload = Callable[[dict[str, Any], Intern, int], Any]
"""Data, authority numbers, offset of the event -> payload."""

CORE_FUNCTIONS = (1, 2, 3, 4, 5, 6, 8)
"""Function numbers of tasks whose minutes are core time (contract, `dual_core_time_share`)."""
WITHDRAWN = -1
HANDED_OVER = ("not_handed", "self_reported", "fetched")
"""Payload of `res.person.handed_over`: its mode's place in this list."""
GRADES = ("unqualified", "qualified", "good", "excellent")
"""Payload of `leg.aid.rated`: its grade's place in this list."""
NOBODY = 0
"""Number of the authority `self`: nobody is named."""


def _accepted(data: dict[str, Any], _who: Intern, _offset: int) -> tuple[int, int, bool, int]:
    dispute = measure("med.accepted", f"dispute_type={data['dispute_type']}")
    source = measure("med.accepted", f"source={data['source']}")
    referrer = measure("med.referred", f"referred_by={data.get('referred_by', 'other')}") if data["source"] == "referred" else -1
    return dispute, source, data["is_collective"], referrer


def _agreed(data: dict[str, Any], _who: Intern, _offset: int) -> tuple[bool, int, int | None]:
    fen = hundredths(data["amount_yuan"]) if "amount_yuan" in data else 0
    return data["form"] == "written", fen, to_day(data["perform_due_on"]) if "perform_due_on" in data else None


def _told(tells: Callable[[dict[str, Any]], Told]) -> Payload:
    return lambda data, _who, _offset: tuple((measure_of(term), amount) for term, amount in tells(data) if amount)


def _money(data: dict[str, Any], who: Intern, _offset: int) -> tuple[int, int, str, str]:
    return who(data["authority"]), hundredths(data["amount_yuan"]), data["category"], data.get("domain", "")


def _split(data: dict[str, Any], who: Intern, _offset: int) -> tuple[int, tuple[tuple[int, int], ...], str]:
    return to_day(data["valid_from"]), tuple((who(s["authority"]), s["bp"]) for s in data["shares"]), data["doc_no"]


def _valid_to(data: dict[str, Any]) -> int | None:
    """The last day on which a title holds; None: no end is told."""
    return to_day(data["valid_to"]) if "valid_to" in data else None


_PAYLOADS: dict[str, Payload] = {
    "med.case.accepted": _accepted,
    "med.case.agreed": _agreed,
    "med.agreement.performed": lambda d, _w, _o: VALUES["med.agreement.performed"].index(d["degree"]) + 1,
    "med.agreement.confirmed": lambda d, _w, _o: VALUES["med.agreement.confirmed"].index(d["result"]) + 1,
    "med.escalation.recorded": lambda d, _w, _o: d["persons"] if d["prevented"] else 0,
    "med.screening.held": lambda d, _w, _o: (d["scope"] == "routine", d.get("special_reason", "")),
    "med.subsidy.paid": lambda d, who, _o: (who(d["authority"]) if "authority" in d else NOBODY, hundredths(d["amount_yuan"])),
    "cor.subject.due": lambda d, _w, _o: to_day(d["report_by"]),
    "cor.reoffence.recorded": lambda d, _w, _o: d["stage"] == "convicted",
    "cor.contact.made": lambda d, _w, _o: d["kind"] == "home_visit",
    "cor.education.attended": lambda d, _w, _o: d.get("excused", False),
    "cor.service.attended": lambda d, _w, _o: d.get("excused", False),
    "cor.month.graded": lambda d, _w, _o: d["grade"] == "fail",
    "cor.investigation.requested": lambda d, _w, _o: to_day(d["due_on"]),
    "cor.supervision.finding": lambda d, _w, _o: (
        measure("cor.finding", f"form={d['form']}"),
        to_day(d["closed_on"]) if "closed_on" in d else None,
    ),
    "res.person.released": lambda d, _w, _o: d["class"] == "key",
    "res.person.handed_over": lambda d, _w, _o: HANDED_OVER.index(d["mode"]),
    "res.notice.received": lambda d, _w, _o: to_day(d["due_on"]) if "due_on" in d else None,
    "res.identity.verified": lambda d, _w, _o: VALUES["res.identity.verified"].index(d["result"]) + 1,
    "leg.aid.received": lambda d, _w, _o: d["matter"] == "criminal",
    "leg.aid.decided": lambda d, _w, _o: VALUES["leg.aid.decided"].index(d["result"]) + 1,
    "leg.aid.rated": lambda d, _w, _o: GRADES.index(d["grade"]),
    "leg.contract.signed": lambda d, _w, _o: (to_day(d["from"]), to_day(d["to"])),
    "leg.counsel.visited": lambda d, _w, _o: (d["activity"] == "duty", d.get("remote", False)),
    "gov.review.issued": lambda d, _w, _o: (d.get("opinion_items", 0), d.get("adopted_items", 0)),
    "soc.task.assigned": lambda d, _w, _o: (d["due_at"], d["function_number"] in CORE_FUNCTIONS, d["function_number"] == "outside_list"),
    "soc.instruction.issued": lambda d, _w, _o: d.get("due_at"),
    "soc.secondment.started": lambda d, _w, _o: measure("soc.seconded", f"to={d['to']}"),
    "soc.police_help.requested": lambda d, _w, _o: d.get("minutes_to_arrive"),
    "soc.joint.opened": lambda d, _w, _o: (d.get("info_shared", False), False),
    "soc.joint.closed": lambda d, _w, _o: (d.get("info_shared", False), d["result"] == "solved"),
    "cap.rating.awarded": lambda d, _w, _o: (d["programme"], d.get("level", 0), _valid_to(d)),
    "cap.rating.withdrawn": lambda d, _w, _o: (d["programme"], WITHDRAWN, None),
    "cap.rating.renewed": lambda d, _w, _o: _valid_to(d),
    "cap.fund.budgeted": _money,
    "cap.fund.spent": _money,
    "cap.fund.disbursed": _money,
    "cap.service.contracted": lambda d, who, _o: (who(d["buyer"]), d["units_agreed"], to_day(d["from"]), to_day(d["to"])),
    "cap.service.accepted": lambda d, _w, _o: d["units_accepted"],
    "cap.service.paid": lambda d, _w, _o: hundredths(d["amount_yuan"]),
    "dat.report.requested": lambda d, _w, _o: (d["due_at"], f"report={d['report_code']}"),
    "dat.report.submitted": lambda d, _w, _o: (d["due_at"],),
    "reg.office.opened": lambda d, _w, _o: (to_day(d["opened_on"]), d["name"], d.get("split_from")),
    "reg.office.closed": lambda d, _w, _o: (to_day(d["closed_on"]), d.get("merged_into")),
    "reg.authority.registered": lambda d, _w, _o: (d["kind"], d["name"]),
    "reg.split.decided": _split,
    "reg.period.closed": lambda _d, _w, offset: offset,
    "reg.calendar.decided": lambda d, _w, _o: (decision(d["off"], d["worked"]), d["doc_no"]),
    "reg.rules.published": lambda d, _w, _o: parse_rules(d["rules"]),
}
_PAYLOADS |= {name: _told(tells) for name, tells in {**TELLS, **SAYS}.items()}
TOLD_KINDS = frozenset(KINDS[name] for name in (*TELLS, *SAYS))
"""Kinds whose payload is (measure, amount) of each fact, or level of each stock."""
PAYLOAD_OF: tuple[Payload | None, ...] = tuple(_PAYLOADS.get(name) for name in KINDS)
"""By type number; None: nothing is needed."""
