"""The summary of a receiver: everything that concerns it and fires, and what was over since the summary before. It comes also when there is nothing."""

from datetime import datetime

from consumers.alerts.plan.model import Plan
from consumers.alerts.telling.destinations import destinations
from consumers.alerts.telling.directory import Directory
from consumers.alerts.telling.hours import last_due
from consumers.alerts.telling.message import Item, Message, item, message_key
from consumers.alerts.telling.standing import Spell, Standing


def digests(plan: Plan, standing: Standing, now: datetime) -> list[Message]:
    """The summaries that are due now: of one that was missed only the newest. A receiver without a first time gets none yet."""
    directory = next((standing.directories[name] for name in sorted(standing.directories)), Directory())
    made = []
    for receiver in plan.receivers:
        before = standing.digests.get(receiver.name)
        if receiver.digest is None or before is None:
            continue
        due = last_due(receiver.digest, directory, now)
        if due > before:
            made.append(_digest(plan, standing, receiver.name, before, due))
    return made


def _digest(plan: Plan, standing: Standing, receiver: str, before: datetime, due: datetime) -> Message:
    concerned = [spell for spell in standing.spells if any(to.receiver == receiver for to in destinations(plan, spell, standing, due))]
    items = (
        *(_of(standing, spell, before) for spell in concerned if spell.over_at is None),
        *(_of(standing, spell, before) for spell in concerned if spell.over_at is not None and spell.over_at > before),
    )
    key = message_key(receiver, "digest", "digest", due, items)
    since = {"since": before.isoformat(), "until": due.isoformat()}
    return Message(receiver=receiver, kind="digest", group="digest", labels=since, items=items, made_at=due, key=key, thread=key)


def _of(standing: Standing, spell: Spell, before: datetime) -> Item:
    return item(standing, spell, "firing" if spell.over_at is None else "resolved", is_new=spell.seen_at > before)
