"""The plan: routes, inhibitions, working hours, contacts and receivers of `alerting.yaml`, checked as a whole."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationError

from consumers.acting import KIND_ROLES
from consumers.alerts.plan.fields import Duration, Match, ReceiverName, Strict, Target, TimeOfDay, duration
from consumers.alerts.plan.matching import LABELS
from consumers.alerts.plan.receivers import Receiver

Severity = Literal["critical", "high", "medium", "low", "info"]

SPLIT_ROLES = ("funding", "staff_assigning", "managing", "head_appointing", "premises_owner", "establishment")
"""Roles that `reg.split.decided` gives to authorities: whoever has it for the alert's office today."""
ABLE = "able"
"""Whoever can fix what the alert tells: the roles of `consumers.acting`, as pages name them."""
OWN_ROLES = ("office", "subject", ABLE)
"""The office that the alert is about; its subject, office or authority; whoever can fix it."""
ROLES = (*SPLIT_ROLES, *KIND_ROLES, *OWN_ROLES)

ALL_LABELS = "..."
"""`group_by: ["..."]`: every alert is a group of its own."""


class Hours(Strict):
    """Working hours on the district's working days; alerts of these severities wait for them."""

    opens: Annotated[TimeOfDay, Field(alias="from")] = time(8, 30)
    closes: Annotated[TimeOfDay, Field(alias="to")] = time(17, 30)
    severities: tuple[Severity, ...] = ("high", "medium", "low", "info")


class Step(Strict):
    """Who else is told when nobody has acknowledged an alert so long after it was told."""

    after: Duration
    to: Annotated[tuple[Target, ...], Field(min_length=1)]


class Route(Strict):
    """Alerts that match, and who is told of them. What is left out is as in the route around it."""

    match: tuple[Match, ...] = ()
    to: tuple[Target, ...] | None = None
    group_by: tuple[str, ...] | None = None
    group_wait: Duration | None = None
    """How long the first message of a group waits for more."""
    group_interval: Duration | None = None
    """How long after a message of a group the next one follows, if there is news."""
    repeat_interval: Duration | None = None
    """After so long the group is told again if nobody has acknowledged; 0s: never."""
    escalate: tuple[Step, ...] | None = None
    always: bool | None = None
    """Told at any hour, whatever its severity."""
    go_on: Annotated[bool, Field(alias="continue")] = False
    """Whether the routes after this one are asked as well."""
    routes: tuple["Route", ...] = ()


class Inhibition(Strict):
    """While a source fires, targets with the same labels are not told."""

    source: Annotated[tuple[Match, ...], Field(min_length=1)]
    target: Annotated[tuple[Match, ...], Field(min_length=1)]
    equal: tuple[str, ...] = ("district", "subject_kind", "subject")


_CRITICAL_FIRST = Inhibition.model_validate({"source": ['severity="critical"'], "target": ['severity=~"high|medium|low|info"']})


class Plan(Strict):
    """The whole file."""

    hours: Hours | None = None
    route: Route
    inhibit: tuple[Inhibition, ...] = (_CRITICAL_FIRST,)
    contacts: Mapping[str, tuple[ReceiverName, ...]] = {}
    """An authority's or office's id, a kind of authority, `office`, or a post of the bureau -> receivers."""
    receivers: Annotated[tuple[Receiver, ...], Field(min_length=1, max_length=500)]

    def receiver(self, name: str) -> Receiver | None:
        """A receiver by its name."""
        return next((one for one in self.receivers if one.name == name), None)


class PlanProblem(NamedTuple):
    """One mistake: where (indices and field names from the top), and what."""

    where: tuple[int | str, ...]
    what: str

    @property
    def place(self) -> str:
        """`route.routes[0].to`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.where)
        return text.removeprefix(".")


class PlanError(ValueError):
    """A plan that cannot be followed; the text names every mistake, one a line."""

    def __init__(self, problems: list[PlanProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{one.place}: {one.what}" for one in problems))


def parse_plan(document: object) -> Plan:
    """The plan of a parsed YAML document. Raises `PlanError` with every mistake found."""
    if not isinstance(document, dict):
        raise PlanError([PlanProblem((), "must be a mapping with `route:` and `receivers:`")])
    try:
        plan = Plan.model_validate(document)
    except ValidationError as error:
        raise PlanError([PlanProblem(one["loc"], one["msg"].removeprefix("Value error, ")) for one in error.errors()]) from None
    if problems := [*_doubles(plan), *_contacts(plan), *_routes(plan, plan.route, ("route",)), *_inhibitions(plan)]:
        raise PlanError(problems)
    return plan


def _doubles(plan: Plan) -> Iterator[PlanProblem]:
    seen: set[str] = set()
    for number, one in enumerate(plan.receivers):
        if one.name in seen:
            yield PlanProblem(("receivers", number, "name"), f"{one.name!r} is the name of another receiver already")
        seen.add(one.name)


def _contacts(plan: Plan) -> Iterator[PlanProblem]:
    for whose, names in plan.contacts.items():
        if not names:
            yield PlanProblem(("contacts", whose), "names nobody")
        if whose in SPLIT_ROLES or whose in KIND_ROLES or whose in ("subject", ABLE):
            yield PlanProblem(
                ("contacts", whose), f"{whose!r} is a role: its holders are looked up; name an authority, a kind of it, or a post"
            )
        for name in names:
            if plan.receiver(name) is None:
                yield PlanProblem(("contacts", whose), f"there is no receiver {name!r}")


def _routes(plan: Plan, route: Route, where: tuple[int | str, ...]) -> Iterator[PlanProblem]:
    if where == ("route",):
        if not route.to:
            yield PlanProblem(where, "needs `to`: who is told when no other route says so")
        if any(target.startswith("role:") for target in route.to or ()):
            yield PlanProblem((*where, "to"), "the first route names receivers, not roles: it is told what nobody else is")
        if route.match:
            yield PlanProblem((*where, "match"), "the first route takes every alert; leave match out")
    yield from _targets(plan, route.to or (), (*where, "to"))
    for number, step in enumerate(route.escalate or ()):
        yield from _targets(plan, step.to, (*where, "escalate", number, "to"))
    for label in route.group_by or ():
        if label not in LABELS and label != ALL_LABELS:
            yield PlanProblem((*where, "group_by"), f"{label!r} is no label of alerts; there are {', '.join(sorted(LABELS))}")
    if route.group_interval is not None and route.group_interval < duration("1s"):
        yield PlanProblem((*where, "group_interval"), "must be 1s at least")
    for number, child in enumerate(route.routes):
        yield from _routes(plan, child, (*where, "routes", number))


def _targets(plan: Plan, targets: tuple[str, ...], where: tuple[int | str, ...]) -> Iterator[PlanProblem]:
    for target in targets:
        name = target.removeprefix("role:")
        if target == name and plan.receiver(name) is None:
            yield PlanProblem(where, f"there is no receiver {name!r}; a role is written role:{name}")
        if target != name and name not in ROLES and name not in plan.contacts:
            yield PlanProblem(where, f"{name!r} is neither a role ({', '.join(ROLES)}) nor a post in contacts")


def _inhibitions(plan: Plan) -> Iterator[PlanProblem]:
    for number, one in enumerate(plan.inhibit):
        for label in one.equal:
            if label not in LABELS:
                yield PlanProblem(("inhibit", number, "equal"), f"{label!r} is no label of alerts")
