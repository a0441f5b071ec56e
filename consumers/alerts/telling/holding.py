"""Why an alert is not told now: somebody silenced it, a graver one about the same subject fires, or nobody is at work."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from consumers.alerts.plan.matching import all_hold
from consumers.alerts.plan.model import Inhibition, Plan
from consumers.alerts.telling.directory import Directory
from consumers.alerts.telling.hours import at_work
from consumers.alerts.telling.labels import labels
from consumers.alerts.telling.standing import Silence, Spell
from schemas.outputs import Alert

HOURS = "hours"
SILENCED, INHIBITED = "silenced", "inhibited"


def silenced(alert: Alert, silences: Iterable[Silence], now: datetime) -> str:
    """`silenced <id>`, or empty."""
    named = labels(alert)
    return next((f"{SILENCED} {one.id}" for one in silences if one.acts(now) and all_hold(one.matchers, named)), "")


class Inhibitors:
    """The alerts that fire and stand above others, found by the labels that both must share."""

    def __init__(self, inhibitions: Sequence[Inhibition], firing: Iterable[Alert]) -> None:
        self._rules = inhibitions
        self._above: dict[tuple[int, tuple[str | None, ...]], list[dict[str, str]]] = defaultdict(list)
        for alert in firing:
            named = labels(alert)
            for number, rule in enumerate(inhibitions):
                if all_hold(rule.source, named):
                    self._above[number, _shared(rule, named)].append(named)

    def of(self, alert: Alert) -> str:
        """`inhibited <rule>` when another alert that fires stands above this one, or empty."""
        own = labels(alert)
        for number, rule in enumerate(self._rules):
            above = self._above.get((number, _shared(rule, own)), ())
            if above and all_hold(rule.target, own) and (other := next((one for one in above if one != own), None)):
                return f"{INHIBITED} {other['rule']}"
        return ""


def _shared(rule: Inhibition, named: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(named.get(name) for name in rule.equal)


def out_of_hours(alert: Alert, plan: Plan, directory: Directory, now: datetime, *, always: bool) -> str:
    """`hours` when the alert waits for working time, or empty."""
    waits = plan.hours is not None and not always and alert.severity in plan.hours.severities
    return HOURS if waits and plan.hours is not None and not at_work(plan.hours, directory, now) else ""


def was_kept_back(spell: Spell) -> bool:
    """Whether a silence or a graver alert kept it back when it was looked at last: what ends so was never told, on purpose."""
    return spell.held.startswith((SILENCED, INHIBITED))
