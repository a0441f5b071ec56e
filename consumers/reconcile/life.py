"""Life cycles (domain.md 2.16), and which events of a record do not fit into them. A state ending with `!` has no way on."""

from collections.abc import Mapping

from consumers.reconcile.event import Event
from consumers.reconcile.records import Record

Life = tuple[str, Mapping[tuple[str, str], str]]
"""Name, and the moves: (state, type or `type[value]`) -> state."""

_MEDIATION = """
start:      med.case.accepted: accepted, med.case.not_accepted: not_accepted!
accepted:   med.session.held: mediating, med.case.agreed: agreed, med.case.failed: failed!, med.case.withdrawn: withdrawn!, med.case.transferred: transferred!, med.case.terminated: terminated!
mediating:  med.session.held: mediating, med.case.agreed: agreed, med.case.failed: failed!, med.case.withdrawn: withdrawn!, med.case.transferred: transferred!, med.case.terminated: terminated!
agreed:     med.agreement.performed[full]: fulfilled, med.agreement.performed[partial]: agreed, med.agreement.performed[none]: breached, med.agreement.confirmed[confirmed]: confirmed, med.agreement.confirmed[refused]: agreed, med.agreement.revoked: revoked!
confirmed:  med.agreement.performed[full]: fulfilled, med.agreement.performed[partial]: confirmed, med.agreement.performed[none]: breached
fulfilled:  med.case.followed_up: fulfilled, med.file.archived: archived!
breached:   med.agreement.performed[full]: fulfilled, med.file.archived: archived!
"""
_CORRECTION = """
start:       cor.subject.due: due
due:         cor.subject.registered: registered
registered:  cor.subject.admitted: supervised, cor.leave.granted: on_leave, cor.control.lost: lost, cor.subject.released: released!, cor.subject.terminated: terminated!, cor.subject.recalled: recalled!, cor.subject.moved: moved!
supervised:  cor.leave.granted: on_leave, cor.control.lost: lost, cor.subject.released: released!, cor.subject.terminated: terminated!, cor.subject.recalled: recalled!, cor.subject.moved: moved!
on_leave:    cor.leave.returned: supervised, cor.control.lost: lost
lost:        cor.control.regained: supervised, cor.subject.recalled: recalled!, cor.subject.terminated: terminated!
"""
_RESETTLEMENT = """
start:       res.notice.received: notified, res.person.released: released, res.person.enrolled: enrolled
notified:    res.identity.verified[matched]: verified, res.identity.verified[unmatched]: unmatched!
verified:    res.person.released: released
released:    res.person.handed_over: handed_over, res.person.enrolled: enrolled
handed_over: res.person.enrolled: enrolled
enrolled:    res.person.lost: lost, res.person.discharged: discharged!, res.person.moved: moved!, res.person.died: died!, res.reoffence.recorded: reoffended!
lost:        res.person.found: enrolled, res.reoffence.recorded: reoffended!
"""
_LEGAL_AID = """
start:      leg.aid.received: received
received:   leg.aid.forwarded: forwarded, leg.aid.decided[granted]: granted, leg.aid.decided[rejected]: rejected!, leg.aid.decided[withdrawn]: withdrawn!
forwarded:  leg.aid.decided[granted]: granted, leg.aid.decided[rejected]: rejected!, leg.aid.decided[withdrawn]: withdrawn!
granted:    leg.aid.assigned: assigned
assigned:   leg.aid.closed: closed
closed:     leg.aid.rated: rated!
"""
_TASK = """
start:     soc.task.assigned: assigned
assigned:  soc.task.accepted: accepted, soc.task.declined: declined!, soc.task.reassigned: assigned, soc.task.completed: completed!, soc.task.overdue: overdue
accepted:  soc.task.completed: completed!, soc.task.overdue: overdue, soc.task.reassigned: assigned
overdue:   soc.task.completed: completed!
"""
_CONTRACT = """
start:     cap.service.contracted: active
active:    cap.service.delivered: active, cap.service.accepted: active, cap.service.paid: active, cap.service.terminated: ended!
"""
_RATING = """
start:     cap.rating.applied: applied, cap.rating.awarded: held
applied:   cap.rating.awarded: held
held:      cap.rating.awarded: held, cap.rating.renewed: held, cap.rating.withdrawn: none!
"""
_REPORT = """
start:     dat.report.requested: requested, dat.report.submitted: submitted
requested: dat.report.submitted: submitted
submitted: dat.report.returned: returned
returned:  dat.report.submitted: submitted
"""
DECIDING = {
    "med.agreement.performed": "degree",
    "med.agreement.confirmed": "result",
    "res.identity.verified": "result",
    "leg.aid.decided": "result",
}
"""Types whose move depends on a field of their data."""


def _read(text: str) -> dict[tuple[str, str], str]:
    moves = {}
    for line in text.strip().splitlines():
        state, _, told = line.partition(":")
        for move in told.split(","):
            type_, _, to = move.strip().rpartition(": ")
            moves[state.strip(), type_] = to
    return moves


MEDIATION: Life = "mediation", _read(_MEDIATION)
CORRECTION: Life = "correction", _read(_CORRECTION)
TASK: Life = "task", _read(_TASK)
LEGAL_AID: Life = "legal_aid", _read(_LEGAL_AID)
RESETTLEMENT: Life = "resettlement", _read(_RESETTLEMENT)
CONTRACT: Life = "contract", _read(_CONTRACT)
RATING: Life = "rating", _read(_RATING)
REPORT: Life = "report", _read(_REPORT)


def tell_places(record: Record, events: list[Event], life: Life) -> None:
    """Book every event that has no move from where the record stands; it leaves it there."""
    name, moves = life
    foreseen = {type_.partition("[")[0] for _, type_ in moves}
    state = "start"
    for event in events:
        if event.type not in foreseen:
            continue
        field = DECIDING.get(event.type)
        move = f"{event.type}[{event.data[field]}]" if field else event.type
        if (state, move) in moves:
            state = moves[state, move]
        else:
            record.book("dq.out_of_place", event, dimension=f"life={name}")
