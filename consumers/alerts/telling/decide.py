"""The decision: which messages are to be made now, which alerts are settled, and why others are kept back.

* A receiver is told that an alert is over only after it was told that it fires, and that message has arrived.
* What happened is told, also when it is over by then; unless a silence or a graver alert kept it back until its end.
* A group has one message under way at a time: what happens meanwhile goes into the next.
* A message holds everything of its group that fires, so that the newest one tells how things stand.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.alerts.plan.model import Plan
from consumers.alerts.telling.destinations import Destination, Ways, destinations, routes_of
from consumers.alerts.telling.digest import digests
from consumers.alerts.telling.holding import HOURS, Inhibitors, out_of_hours, silenced, was_kept_back
from consumers.alerts.telling.labels import labels
from consumers.alerts.telling.message import Kind, Message, item, message_key
from consumers.alerts.telling.standing import Group, Spell, Standing

_AT_ONCE = timedelta(0)
_GROUP_INTERVAL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a standing; to be noted as one act."""

    messages: tuple[Message, ...] = ()
    held: dict[str, str] = field(default_factory=dict)
    """Spell -> why it is kept back; empty: it is not."""
    settled: frozenset[str] = frozenset()
    gone: frozenset[tuple[str, str]] = frozenset()
    """Groups that have ended, by receiver."""


@dataclass(slots=True)
class _Members:
    """One receiver's group: `fresh` is to be told, `firing` goes with it, `over` is to be told as over."""

    ways: Ways
    step: int = 0
    fresh: list[Spell] = field(default_factory=list)
    firing: list[Spell] = field(default_factory=list)
    over: list[Spell] = field(default_factory=list)


def decide(plan: Plan, standing: Standing, now: datetime) -> Decision:
    """What is to be told now. Called again with what it decided noted, it decides nothing more."""
    open_ = [spell for spell in standing.spells if not spell.settled]
    inhibitors = Inhibitors(plan.inhibit, (spell.alert for spell in open_ if spell.over_at is None))
    held = {spell.key: _held(plan, standing, spell, inhibitors, now) for spell in open_}
    groups: dict[tuple[str, str], _Members] = {}
    awaited: dict[str, int] = defaultdict(int)
    for spell in open_:
        for to in destinations(plan, spell, standing, now):
            awaited[spell.key] += _join(plan, standing, groups, spell, to, held=held[spell.key])
        for name in standing.told_of(spell):
            awaited[spell.key] += _leave(plan, standing, groups, spell, name, held=held[spell.key])
    messages = [message for key, members in groups.items() if (message := _message(plan, standing, key, members, now))]
    messages += digests(plan, standing, now)
    settled = frozenset(spell.key for spell in open_ if spell.over_at is not None and not awaited[spell.key])
    gone = frozenset(key for key, group in standing.groups.items() if key not in groups and _is_over(plan, group, now))
    return Decision(tuple(messages), held, settled, gone)


def _held(plan: Plan, standing: Standing, spell: Spell, inhibitors: Inhibitors, now: datetime) -> str:
    """Why a spell is not told now. One that is over and was never told stays kept back by what kept it back at its end."""
    alert = spell.alert
    if spell.over_at is not None and was_kept_back(spell) and not standing.told_of(spell):
        return spell.held
    found = silenced(alert, standing.silences, now)
    if not found and spell.over_at is None:
        found = inhibitors.of(alert)
    if found or plan.hours is None:
        return found
    always = any(ways.always for ways in routes_of(plan, labels(alert)))
    return out_of_hours(alert, plan, standing.directory(alert), now, always=always)


def _join(plan: Plan, standing: Standing, groups: dict[tuple[str, str], _Members], spell: Spell, to: Destination, *, held: str) -> bool:
    """Put a spell where it is to be told as firing; whether that still has to happen."""
    receiver = plan.receiver(to.receiver)
    if receiver is None or receiver.only_digest:
        return False
    told = standing.told_of(spell).get(to.receiver)
    if told is None and spell.over_at is not None and was_kept_back(spell):
        return False
    if receiver.alertmanager and (told or held == HOURS):
        held = ""  # It would take an alert that is not told again for one that is over, and has hours of its own.
    members = groups.setdefault((to.receiver, told.group if told else to.group), _Members(to.ways, to.step))
    if spell.over_at is None and not held:
        members.firing.append(spell)
    if told is None and not held:
        members.fresh.append(spell)
    return told is None


def _leave(plan: Plan, standing: Standing, groups: dict[tuple[str, str], _Members], spell: Spell, name: str, *, held: str) -> bool:
    """Put a spell that is over where it was told as firing; whether its end still has to be told there."""
    told, receiver = standing.told_of(spell)[name], plan.receiver(name)
    if spell.over_at is None or receiver is None or told.over_made or told.delivered is False:
        return False
    if not receiver.resolved:
        return told.delivered is None
    members = groups.setdefault((name, told.group), _Members(routes_of(plan, labels(spell.alert))[0]))
    if told.delivered and (not held or receiver.alertmanager):
        members.over.append(spell)
    return True


def _message(plan: Plan, standing: Standing, key: tuple[str, str], members: _Members, now: datetime) -> Message | None:
    """The message that a group makes now, if any."""
    group = standing.groups.get(key)
    receiver = plan.receiver(key[0])
    if receiver is None or (group is not None and group.pending):
        return None
    kind = _kind(standing, members, group, now, heedless=receiver.alertmanager is not None)
    if kind is None:
        return None
    fresh = {spell.key for spell in members.fresh}
    items = (
        *(item(standing, spell, "firing", is_new=True) for spell in members.fresh),
        *(item(standing, spell, "resolved", is_new=True) for spell in members.over),
        *(item(standing, spell, "firing", is_new=False) for spell in members.firing if spell.key not in fresh),
    )
    name = message_key(key[0], kind, key[1], now, items)
    shared = set.intersection(*(set(labels(one.alert).items()) for one in items))
    thread = group.thread if group else name
    return Message(
        receiver=key[0], kind=kind, group=key[1], labels=dict(sorted(shared)), items=items, made_at=now, key=name, thread=thread
    )  # fmt: skip


def _kind(standing: Standing, members: _Members, group: Group | None, now: datetime, *, heedless: bool) -> Kind | None:
    """What a group's message would be now; None: none is due. `heedless`: acknowledged alerts are told again as well."""
    ways, news = members.ways, [*members.fresh, *members.over]
    escalates = bool(members.step and members.fresh)
    if news:
        if group is not None:
            due = group.last_at + (_AT_ONCE if escalates else ways.group_interval)
        else:
            due = min(spell.seen_at for spell in news) + (_AT_ONCE if escalates or members.over else ways.group_wait)
        if now >= due:
            return "escalation" if escalates else "news"
        return None
    unheeded = [spell for spell in members.firing if heedless or spell.key not in standing.acknowledged]
    if unheeded and group is not None and ways.repeat_interval and now >= group.last_at + ways.repeat_interval:
        return "repeat"
    return None


def _is_over(plan: Plan, group: Group, now: datetime) -> bool:
    """Whether a group without alerts may be forgotten: not before its next message might have come, lest one that flaps is told at once."""
    return not group.pending and now >= group.last_at + (plan.route.group_interval or _GROUP_INTERVAL)
