"""Who is to be told of an alert: the routes that take it, the receivers of their roles, and those it has been escalated to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from consumers.alerts.plan.matching import all_hold
from consumers.alerts.plan.model import ALL_LABELS, Plan, Route, Step
from consumers.alerts.plan.receivers import Receiver
from consumers.alerts.telling.directory import Directory, contacts
from consumers.alerts.telling.labels import labels, written
from consumers.alerts.telling.standing import Spell, Standing
from schemas.outputs import Alert


class Ways(NamedTuple):
    """A route with all that it takes over from those around it. `path` names it: `0.2`, empty for the first."""

    path: str
    to: tuple[str, ...]
    group_by: tuple[str, ...]
    group_wait: timedelta
    group_interval: timedelta
    repeat_interval: timedelta
    escalate: tuple[Step, ...]
    always: bool


class Destination(NamedTuple):
    """A receiver, the group in which it is told, and by which route. `step`: which escalation brought it there, from 1; 0: none."""

    receiver: str
    group: str
    ways: Ways
    step: int = 0


_DEFAULT = Ways("", (), ("rule", "district"), timedelta(seconds=30), timedelta(minutes=5), timedelta(0), (), always=False)


def routes_of(plan: Plan, named: dict[str, str]) -> list[Ways]:
    """The routes that take an alert with these labels: the innermost that match, in order; each `continue` lets the next ones be asked."""
    first = _within(_DEFAULT, plan.route, "")
    return list(_descend(plan.route, first, named)) or [first]


def _descend(route: Route, ways: Ways, named: dict[str, str]) -> Iterator[Ways]:
    if not all_hold(route.match, named):
        return
    found = False
    for number, child in enumerate(route.routes):
        inner = list(_descend(child, _within(ways, child, f"{ways.path}.{number}".lstrip(".")), named))
        yield from inner
        found = found or bool(inner)
        if inner and not child.go_on:
            break
    if not found:
        yield ways


def _within(around: Ways, route: Route, path: str) -> Ways:
    stated = {name: value for name in Ways._fields if name != "path" and (value := getattr(route, name)) is not None}
    return around._replace(path=path, **stated)


def destinations(plan: Plan, spell: Spell, standing: Standing, now: datetime) -> list[Destination]:
    """Everybody who is to know, each receiver once. Where nobody is named, or all refused it for good, the first route's receivers."""
    named = labels(spell.alert)
    directory, told_of = standing.directory(spell.alert), standing.told_of(spell)
    found: dict[str, Destination] = {}
    for ways in routes_of(plan, named):
        group = _group(ways, named)
        own = _receivers(plan, ways.to, spell.alert, directory)
        told = [told_of[name] for name in own if name in told_of]
        if len(told) == len(own) and all(one.delivered is False for one in told):
            own += [name for name in plan.route.to or () if name not in own]
        for name in own:
            found.setdefault(name, Destination(name, group, _as_taken(ways, plan.receiver(name))))
        if told and spell.over_at is None and spell.key not in standing.acknowledged:
            waited = now - min(one.made_at for one in told)
            for number, step in enumerate(ways.escalate, 1):
                if waited >= step.after:
                    for name in _receivers(plan, step.to, spell.alert, directory):
                        taken = _as_taken(ways, plan.receiver(name))
                        found.setdefault(name, Destination(name, f"{group} step {number}", taken, number))
    return list(found.values())


def _as_taken(ways: Ways, receiver: Receiver | None) -> Ways:
    """Alertmanager groups by itself: it is told at once, and again and again while an alert fires."""
    if receiver is None or receiver.alertmanager is None:
        return ways
    at_once = timedelta(0)
    return ways._replace(group_wait=at_once, group_interval=at_once, repeat_interval=receiver.alertmanager.refresh)


def _receivers(plan: Plan, targets: tuple[str, ...], alert: Alert, directory: Directory) -> list[str]:
    found: dict[str, None] = {}
    for target in targets:
        role = target.removeprefix("role:")
        found |= dict.fromkeys([target] if role == target else contacts(plan, role, alert, directory))
    return list(found)


def _group(ways: Ways, named: dict[str, str]) -> str:
    if ALL_LABELS in ways.group_by:
        return f"{{{ways.path}}}:{written(named)}"
    return f"{{{ways.path}}}:{written({name: named[name] for name in ways.group_by if name in named})}"
