"""What people decide: acknowledging, silencing, ending a silence. The deliverer reads it at its next look."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from consumers.alerts.journal import reading
from consumers.alerts.journal.reading import Shown
from consumers.alerts.journal.tables import acting, opened
from consumers.alerts.plan.matching import matcher
from consumers.alerts.telling.standing import Silence

LONGEST_SILENCE = timedelta(days=366)
_LONGEST_NAME, _LONGEST_TEXT = 64, 500


class Refused(ValueError):
    """What was asked cannot be done; the text says why."""


Tell = Callable[..., object]
"""Writes a line of the audit log: what, then facts. When it raises, nothing is done."""


class Acts:
    """The file, for people."""

    def __init__(self, path: Path, tell: Tell = lambda _, **__: None) -> None:
        """Raises `JournalError` when there is none. Each act is told before it is done, and only one that can be done."""
        self._db: sqlite3.Connection = opened(path)
        self._tell = tell

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def shown(self, *, ended_since: datetime | None = None, district: str = "") -> list[Shown]:
        """Alerts that fire, and those that ended since a moment."""
        return reading.shown(self._db, ended_since=ended_since, district=district)

    def silences(self) -> list[Silence]:
        """All silences, also those that are over."""
        return reading.silences(self._db)

    def find(self, named: str) -> Shown:
        """The alert that fires and whose fingerprint begins so. Raises `Refused`."""
        found = [one for one in self.shown() if len(named) >= 4 and one.fingerprint.startswith(named)]
        if len(found) != 1:
            raise Refused(
                f"{named!r} names {len(found) or 'no'} alert{'s' * (len(found) > 1)} that fire{'s' * (len(found) < 2)}: give its id, or its first digits, four at least"
            )
        return found[0]

    def acknowledge(self, named: str, by: str, note: str, now: datetime) -> Shown:
        """Say that somebody takes care of an alert: it is not told again and not escalated. Once for each time it fires. Raises `Refused`."""
        by, note = _name(by), _text(note, "the note", needed=False)
        with acting(self._db):
            one = self.find(named)
            if one.acknowledged is not None:
                raise Refused(f"{one.acknowledged.by} has acknowledged it already, {one.acknowledged.at:%Y-%m-%d %H:%M}")
            alert = one.spell.alert
            self._tell("alert acknowledged", by=by, alert=one.fingerprint, rule=alert.rule, subject=alert.subject_id)
            self._db.execute("INSERT INTO acknowledged VALUES (?, ?, ?, ?)", (one.spell.key, by, now.isoformat(), note))
        return one

    def silence(self, matchers: Sequence[str], by: str, reason: str, now: datetime, ends: datetime) -> Silence:
        """Keep alerts that match from being told until `ends`. Raises `Refused`."""
        by, reason = _name(by), _text(reason, "the reason", needed=True)
        if not now < ends <= now + LONGEST_SILENCE:
            raise Refused("a silence ends later than now and within a year")
        if not matchers:
            raise Refused('say which alerts, e.g. rule="a01_lost" or office="sfs-990107-001"')
        try:
            parsed = tuple(matcher(text) for text in matchers)
        except ValueError as error:
            raise Refused(str(error)) from None
        with acting(self._db):
            self._tell("alerts silenced", by=by, matchers=[str(one) for one in parsed], until=ends.isoformat())
            made = self._db.execute(
                "INSERT INTO silences (matchers, by, reason, starts, ends) VALUES (?, ?, ?, ?, ?)",
                (json.dumps([str(one) for one in parsed], ensure_ascii=False), by, reason, now.isoformat(), ends.isoformat()),
            ).lastrowid
        return Silence(made or 0, parsed, by, reason, now, ends)

    def unsilence(self, id_: int, by: str, now: datetime) -> Silence:
        """End a silence now. Raises `Refused` for one that does not act."""
        by = _name(by)
        with acting(self._db):
            found = next((one for one in self.silences() if one.id == id_ and one.acts(now)), None)
            if found is None:
                raise Refused(f"there is no silence {id_} that acts now")
            self._tell("silence ended", by=by, silence=id_)
            self._db.execute("UPDATE silences SET ends = ? WHERE id = ?", (now.isoformat(), id_))
        return found


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(f"say who you are, in at most {_LONGEST_NAME} printable characters")
    return name


def _text(text: str, what: str, *, needed: bool) -> str:
    said = " ".join(text.split())
    if (needed and not said) or len(said) > _LONGEST_TEXT or (said and not said.isprintable()):
        raise Refused(f"{what} takes {'1 to' if needed else 'at most'} {_LONGEST_TEXT} printable characters")
    return said
