"""What stands: alerts, what was told of them to whom, what people decided about them. A spell is one time that an alert fires, until it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from consumers.alerts.plan.matching import Matcher
from consumers.alerts.row import identity
from consumers.alerts.telling.directory import Directory
from schemas.outputs import Alert


class Spell(NamedTuple):
    """One time that an alert fires. `fired`: version of the row with which it began, higher than that of any spell before it; with the alert's
    identity it names the spell."""

    alert: Alert
    """As the newest row tells it."""
    fired: int
    seen_at: datetime
    """When this deliverer read that it fires; waits are counted from here."""
    over_at: datetime | None = None
    """When it read that it is over."""
    held: str = ""
    """Why nobody was told when it was looked at last: `silenced <id>`, `inhibited <rule>`, `hours`; empty: nothing kept it back."""
    settled: bool = False
    """Over, and everybody who had to know does."""

    @property
    def key(self) -> str:
        """Names the spell."""
        return f"{identity(self.alert)}|{self.fired}"


class Told(NamedTuple):
    """What was told of a spell to a receiver. `delivered`: None while under way, False when the receiver refused it for good."""

    group: str
    made_at: datetime
    delivered: bool | None
    over_made: bool = False
    """Whether a message that it is over was made."""


class Group(NamedTuple):
    """A receiver's group of alerts: when its last message was made, whether that is under way, and the first one's key, for threads."""

    last_at: datetime
    pending: bool
    thread: str


class Acknowledged(NamedTuple):
    """Somebody has taken care of a spell."""

    by: str
    at: datetime
    note: str = ""


class Silence(NamedTuple):
    """Alerts that match are not told from `starts` until `ends`."""

    id: int
    matchers: tuple[Matcher, ...]
    by: str
    reason: str
    starts: datetime
    ends: datetime

    def acts(self, now: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.starts <= now < self.ends


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that decides what is told next."""

    spells: tuple[Spell, ...] = ()
    told: Mapping[str, Mapping[str, Told]] = field(default_factory=dict)
    """By spell and receiver."""
    groups: Mapping[tuple[str, str], Group] = field(default_factory=dict)
    """By receiver and group."""
    acknowledged: Mapping[str, Acknowledged] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    directories: Mapping[str, Directory] = field(default_factory=dict)
    """By district."""
    digests: Mapping[str, datetime] = field(default_factory=dict)
    """The summary that each receiver got last, by the time at which it was due."""

    def told_of(self, spell: Spell) -> Mapping[str, Told]:
        """What was told of a spell, by receiver."""
        return self.told.get(spell.key, _NOBODY)

    def directory(self, alert: Alert) -> Directory:
        """The registry of an alert's district; empty where nothing is known of it."""
        return self.directories.get(alert.district, _UNKNOWN)


_NOBODY: Mapping[str, Told] = {}
_UNKNOWN = Directory()
