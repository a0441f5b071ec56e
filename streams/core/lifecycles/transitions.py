"""Life cycles as data (domain.md 2.16): from which state an event of a record leads to which. What they do not foresee is flagged, never refused.

An event that has no move from the state that the events before it led to is *out of place*: a fact of its record says so, the state stays,
and the event counts as it would elsewhere. Types that a table does not name are neither in place nor out of it.
"""

from collections.abc import Mapping, Sequence

from streams.core.lifecycles.facts import Facts, add
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure

VALUES: dict[str, tuple[str, ...]] = {
    "med.agreement.performed": ("full", "partial", "none"),
    "med.agreement.confirmed": ("confirmed", "refused"),
    "res.identity.verified": ("matched", "unmatched"),
    "leg.aid.decided": ("granted", "rejected", "withdrawn"),
}
"""Types whose move depends on a value of their data: the payload of such a slot is the value's place in this list, from 1 on."""
_BITS = 3
_VALUED = frozenset(KINDS[name] for name in VALUES)


class Life:
    """A life cycle as numbers: state -> move -> state, where 0 is the beginning; a state without a line of its own has no moves."""

    __slots__ = ("kinds", "out_of_place", "steps")

    def __init__(self, name: str, table: Mapping[str, Mapping[str, str]]) -> None:
        states = {"start": 0}
        for moves in table.values():
            for to in moves.values():
                states.setdefault(to, len(states))
        self.steps: list[dict[int, int]] = [{} for _ in states]
        for state, moves in table.items():
            self.steps[states[state]] = {_move(written): states[to] for written, to in moves.items()}
        self.kinds = frozenset(move >> _BITS for moves in self.steps for move in moves)
        """Kinds of event that the table names."""
        self.out_of_place = measure("dq.out_of_place", f"life={name}")


def _move(written: str) -> int:
    """`type[value]` is a move of its own."""
    name, _, value = written.partition("[")
    return KINDS[name] << _BITS | (VALUES[name].index(value.removesuffix("]")) + 1 if value else 0)


def step(life: Life, state: int, slot: Slot) -> int:
    """The state after an event that the table names; -1 if it is out of place."""
    kind: int = slot[KIND]
    return life.steps[state].get(kind << _BITS | (slot[PAYLOAD] if kind in _VALUED else 0), -1)


def flag(found: Facts, life: Life, slots: Sequence[Slot]) -> None:
    """A fact for each event of a record that is out of place."""
    state, kinds = 0, life.kinds
    for slot in slots:
        if slot[KIND] in kinds:
            to = step(life, state, slot)
            if to >= 0:
                state = to
            else:
                add(found, (life.out_of_place, slot[DAY], slot[OFFICE], slot[ASSIGNER]), 1)


_CONCLUDED = {f"med.case.{end}": end for end in ("failed", "withdrawn", "transferred", "terminated")}
_UNDER_WAY = {"med.session.held": "mediating", "med.case.agreed": "agreed", **_CONCLUDED}

MEDIATION = Life(
    "mediation",
    {
        "start": {"med.case.accepted": "accepted", "med.case.not_accepted": "not_accepted"},
        "accepted": _UNDER_WAY,
        "mediating": _UNDER_WAY,
        "agreed": {
            "med.agreement.performed[full]": "fulfilled",
            "med.agreement.performed[partial]": "agreed",
            "med.agreement.performed[none]": "breached",
            "med.agreement.confirmed[confirmed]": "confirmed",
            "med.agreement.confirmed[refused]": "agreed",
            "med.agreement.revoked": "revoked",
        },
        "confirmed": {
            "med.agreement.performed[full]": "fulfilled",
            "med.agreement.performed[partial]": "confirmed",
            "med.agreement.performed[none]": "breached",
        },
        "fulfilled": {"med.case.followed_up": "fulfilled", "med.file.archived": "archived"},
        "breached": {"med.agreement.performed[full]": "fulfilled", "med.file.archived": "archived"},
    },
)

_TERM_ENDS = {f"cor.subject.{end}": end for end in ("released", "terminated", "recalled", "moved")}
_SUPERVISED = {"cor.leave.granted": "on_leave", "cor.control.lost": "lost", **_TERM_ENDS}

# A publisher that does not tell the admission goes on from the registration.
CORRECTION = Life(
    "correction",
    {
        "start": {"cor.subject.due": "due"},
        "due": {"cor.subject.registered": "registered"},
        "registered": {"cor.subject.admitted": "supervised", **_SUPERVISED},
        "supervised": _SUPERVISED,
        "on_leave": {"cor.leave.returned": "supervised", "cor.control.lost": "lost"},
        "lost": {"cor.control.regained": "supervised", "cor.subject.recalled": "recalled", "cor.subject.terminated": "terminated"},
    },
)
# A publisher that is told of no notice begins with the release.
RESETTLEMENT = Life(
    "resettlement",
    {
        "start": {"res.notice.received": "notified", "res.person.released": "released", "res.person.enrolled": "enrolled"},
        "notified": {"res.identity.verified[matched]": "verified", "res.identity.verified[unmatched]": "unmatched"},
        "verified": {"res.person.released": "released"},
        "released": {"res.person.handed_over": "handed_over", "res.person.enrolled": "enrolled"},
        "handed_over": {"res.person.enrolled": "enrolled"},
        "enrolled": {
            "res.person.lost": "lost",
            **{f"res.person.{end}": end for end in ("discharged", "moved", "died")},
            "res.reoffence.recorded": "reoffended",
        },
        "lost": {"res.person.found": "enrolled", "res.reoffence.recorded": "reoffended"},
    },
)

_DECIDED = {f"leg.aid.decided[{result}]": result for result in VALUES["leg.aid.decided"]}

LEGAL_AID = Life(
    "legal_aid",
    {
        "start": {"leg.aid.received": "received"},
        "received": {"leg.aid.forwarded": "forwarded", **_DECIDED},
        "forwarded": _DECIDED,
        "granted": {"leg.aid.assigned": "assigned"},
        "assigned": {"leg.aid.closed": "closed"},
        "closed": {"leg.aid.rated": "rated"},
    },
)

TASK_LIFE = Life(
    "task",
    {
        "start": {"soc.task.assigned": "assigned"},
        "assigned": {
            "soc.task.accepted": "accepted",
            "soc.task.declined": "declined",
            "soc.task.reassigned": "assigned",
            "soc.task.completed": "completed",
            "soc.task.overdue": "overdue",
        },
        "accepted": {"soc.task.completed": "completed", "soc.task.overdue": "overdue", "soc.task.reassigned": "assigned"},
        "overdue": {"soc.task.completed": "completed"},
    },
)

SERVICE_LIFE = Life(
    "contract",
    {
        "start": {"cap.service.contracted": "active"},
        "active": {
            "cap.service.delivered": "active",
            "cap.service.accepted": "active",
            "cap.service.paid": "active",
            "cap.service.terminated": "ended",
        },
    },
)
# A second award of what is held replaces its level (contract, section 6, `cap_standard_rate`).
RATING_LIFE = Life(
    "rating",
    {
        "start": {"cap.rating.applied": "applied", "cap.rating.awarded": "held"},
        "applied": {"cap.rating.awarded": "held"},
        "held": {"cap.rating.awarded": "held", "cap.rating.renewed": "held", "cap.rating.withdrawn": "none"},
    },
)
# An office that is not told of the request begins with its report.
REPORT_LIFE = Life(
    "report",
    {
        "start": {"dat.report.requested": "requested", "dat.report.submitted": "submitted"},
        "requested": {"dat.report.submitted": "submitted"},
        "submitted": {"dat.report.returned": "returned"},
        "returned": {"dat.report.submitted": "submitted"},
    },
)
