"""A message: what one receiver is told at once. It is made once and kept until it is delivered, so that every attempt says the same."""

from datetime import datetime
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from consumers.alerts.telling.standing import Spell, Standing
from schemas.outputs import Alert

Kind = Literal["news", "repeat", "escalation", "digest", "test"]


class Item(BaseModel):
    """An alert in a message, and the state that is told. `over_at` with `firing`: it was over before it could be told."""

    model_config = ConfigDict(frozen=True)

    alert: Alert
    state: Literal["firing", "resolved"]
    spell: str
    subject: str
    """What its subject is called."""
    is_new: bool = True
    """Whether the receiver is told this state for the first time."""
    seen_at: datetime
    over_at: datetime | None = None
    acknowledged_by: str = ""


class Message(BaseModel):
    """Key: the same for every attempt, and no other message's."""

    model_config = ConfigDict(frozen=True)

    receiver: str
    kind: Kind
    group: str
    labels: dict[str, str]
    """Those that all alerts of the group share by its making."""
    items: tuple[Item, ...]
    made_at: datetime
    key: str
    thread: str
    """Key of the group's first message."""

    @property
    def state(self) -> Literal["firing", "resolved"]:
        """Firing while any alert of it fires."""
        return "firing" if any(item.state == "firing" for item in self.items) else "resolved"


def message_key(receiver: str, kind: Kind, group: str, made_at: datetime, items: tuple[Item, ...]) -> str:
    """Names the message by its content and the moment of its making."""
    parts = (receiver, kind, group, made_at.isoformat(), *(f"{item.spell} {item.state}" for item in items))
    return sha256("\n".join(parts).encode()).hexdigest()


def item(standing: Standing, spell: Spell, state: Literal["firing", "resolved"], *, is_new: bool) -> Item:
    """A spell as a message tells it."""
    alert, ack = spell.alert, standing.acknowledged.get(spell.key)
    return Item(
        alert=alert,
        state=state,
        spell=spell.key,
        subject=standing.directory(alert).name(alert.subject_id),
        is_new=is_new,
        seen_at=spell.seen_at,
        over_at=spell.over_at,
        acknowledged_by=ack.by if ack else "",
    )
