"""The deliverer's acts on the file, each one transaction: rows folded with their offset, a decision noted with its messages, an attempt's end."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

from consumers.alerts.journal import reading
from consumers.alerts.journal.tables import acting, opened
from consumers.alerts.row import identity
from consumers.alerts.telling.decide import Decision
from consumers.alerts.telling.directory import Directory
from consumers.alerts.telling.fold import fold
from consumers.alerts.telling.message import Message
from consumers.alerts.telling.standing import Spell, Standing
from schemas.outputs import Alert

FILE = "alerting.sqlite"
_MINUTE = timedelta(seconds=60)


class Position(NamedTuple):
    """Where a partition is read next, and before which offset its rows are history."""

    offset: int
    border: int


class Read(NamedTuple):
    """A row of the topic that is an alert, or None for what is none."""

    offset: int
    alert: Alert | None
    rebuilt: bool


class Queued(NamedTuple):
    """A message that waits for its delivery."""

    number: int
    message: Message
    attempts: int
    refusals: int
    next_at: datetime


class Journal:
    """The file; one object a thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def at(cls, path: Path) -> Self:
        """Opens the file, and makes it when there is none. Raises `JournalError`."""
        return cls(opened(path, make=True))

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def position(self, partition: int, end: int) -> Position:
        """Where a partition is read next; at the first time from its beginning, with `end` as its border. A topic made anew is read anew."""
        with acting(self._db):
            row = self._db.execute("SELECT offset, border FROM positions WHERE partition = ?", (partition,)).fetchone()
            if row is None or row[0] > end:
                row = (0, end)
                self._db.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (partition, *row))
        return Position(*row)

    def fold(self, partition: int, rows: Iterable[Read], position: int, border: int, now: datetime) -> None:
        """Take rows of a partition in order, and `position` as the offset of the next one."""
        with acting(self._db):
            for row in rows:
                if row.alert is not None:
                    newest = self._newest(row.alert)
                    after = fold(newest, row.alert, now, history=row.offset < border, rebuilt=row.rebuilt)
                    if after is not None:
                        self._put(after)
            self._db.execute("UPDATE positions SET offset = ? WHERE partition = ?", (position, partition))

    def _newest(self, alert: Alert) -> Spell | None:
        row = self._db.execute(
            "SELECT alert, fired, seen_at, over_at, held, settled FROM spells WHERE identity = ? ORDER BY fired DESC LIMIT 1",
            (identity(alert),),
        ).fetchone()
        return reading.spell_of(row) if row else None

    def _put(self, spell: Spell) -> None:
        alert, name = spell.alert, identity(spell.alert)
        self._db.execute(
            "INSERT INTO spells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "alert = excluded.alert, over_at = excluded.over_at, settled = excluded.settled",
            (
                *(spell.key, name, spell.fired, fingerprint(spell), alert.district, alert.model_dump_json(), spell.seen_at.isoformat()),
                *(spell.over_at.isoformat() if spell.over_at else None, spell.held, int(spell.settled)),
            ),
        )

    def standing(self, since: datetime) -> Standing:
        """What stands; settled spells only those that were over after `since`."""
        return reading.standing(self._db, since)

    def note(self, decision: Decision, now: datetime) -> None:
        """Note a decision: from now on its messages are to be delivered, whatever happens to this process."""
        with acting(self._db):
            for message in decision.messages:
                self._make(message, now)
            for key, held in decision.held.items():
                self._db.execute("UPDATE spells SET held = ? WHERE key = ? AND held != ?", (held, key, held))
            self._db.executemany("UPDATE spells SET settled = 1 WHERE key = ?", ((key,) for key in decision.settled))
            self._db.executemany("DELETE FROM groups WHERE receiver = ? AND name = ?", decision.gone)

    def _make(self, message: Message, now: datetime) -> None:
        made = message.made_at.isoformat()
        self._db.execute(
            "INSERT INTO messages (key, receiver, grouped, kind, body, made_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (message.key, message.receiver, message.group, message.kind, message.model_dump_json(), made, now.isoformat()),
        )
        if message.kind == "digest":
            self._db.execute("INSERT OR REPLACE INTO digests VALUES (?, ?)", (message.receiver, made))
            return
        self._db.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", (message.receiver, message.group, made, message.thread))
        for item in message.items:
            if item.state == "resolved":
                self._db.execute(
                    "UPDATE told SET over_message = ? WHERE spell = ? AND receiver = ?", (message.key, item.spell, message.receiver)
                )
            elif item.is_new:
                self._db.execute(
                    "INSERT OR IGNORE INTO told (spell, receiver, grouped, made_at, message) VALUES (?, ?, ?, ?, ?)",
                    (item.spell, message.receiver, message.group, made, message.key),
                )

    def begin_digests(self, receivers: Iterable[str], now: datetime) -> None:
        """Receivers whose first summary is still to come get the next one, not the one of yesterday."""
        with acting(self._db):
            self._db.executemany("INSERT OR IGNORE INTO digests VALUES (?, ?)", ((name, now.isoformat()) for name in receivers))

    def learn(self, directories: Mapping[str, Directory]) -> None:
        """Keep what the registry says, for the time when ClickHouse does not answer."""
        with acting(self._db):
            self._db.executemany(
                "INSERT OR REPLACE INTO directories VALUES (?, ?)",
                ((name, reading.directory_body(one)) for name, one in directories.items()),
            )

    def head(self, receiver: str) -> Queued | None:
        """The oldest message that waits for a receiver."""
        row = self._db.execute(
            "SELECT number, body, attempts, refusals, next_at FROM messages WHERE receiver = ? AND ended_at IS NULL ORDER BY number LIMIT 1",
            (receiver,),
        ).fetchone()
        return Queued(row[0], Message.model_validate_json(row[1]), row[2], row[3], datetime.fromisoformat(row[4])) if row else None

    def waiting(self) -> dict[str, tuple[int, datetime]]:
        """Receivers for whom messages wait: how many, and when the oldest was made."""
        rows = self._db.execute("SELECT receiver, count(*), min(made_at) FROM messages WHERE ended_at IS NULL GROUP BY receiver")
        return {receiver: (number, datetime.fromisoformat(oldest)) for receiver, number, oldest in rows}

    def free_at(self, receiver: str, most_a_minute: int, now: datetime) -> datetime:
        """From when on another attempt keeps the limit: the newest attempts are at most so many in any 60 seconds."""
        row = self._db.execute(
            "SELECT at FROM attempts WHERE receiver = ? ORDER BY at DESC LIMIT 1 OFFSET ?", (receiver, most_a_minute - 1)
        ).fetchone()
        return max(now, datetime.fromisoformat(row[0]) + _MINUTE) if row else now

    def attempt(self, receiver: str, now: datetime) -> None:
        """Note that an attempt begins; it counts whatever becomes of it."""
        with acting(self._db):
            self._db.execute("DELETE FROM attempts WHERE at < ?", ((now - 2 * _MINUTE).isoformat(),))
            self._db.execute("INSERT INTO attempts VALUES (?, ?)", (receiver, now.isoformat()))

    def again(self, queued: Queued, next_at: datetime, reason: str, *, refused: bool) -> None:
        """Note that an attempt failed, and when the next one may be."""
        with acting(self._db):
            self._db.execute(
                "UPDATE messages SET attempts = attempts + 1, refusals = refusals + ?, next_at = ?, reason = ? WHERE number = ?",
                (int(refused), next_at.isoformat(), reason, queued.number),
            )

    def end(self, queued: Queued, now: datetime, *, delivered: bool, reason: str = "") -> None:
        """Note that a message has arrived, or is given up."""
        message, when = queued.message, now.isoformat()
        with acting(self._db):
            self._db.execute(
                "UPDATE messages SET attempts = attempts + 1, ended_at = ?, delivered = ?, reason = ?, body = '' WHERE number = ?",
                (when, int(delivered), reason, queued.number),
            )
            self._db.execute(
                "UPDATE told SET delivered = ?, delivered_at = ? WHERE message = ?",
                (int(delivered), when if delivered else None, message.key),
            )
            if delivered:
                self._db.execute("UPDATE told SET over_delivered_at = ? WHERE over_message = ?", (when, message.key))

    def forget(self, now: datetime) -> None:
        """Let go of what has been settled for long."""
        before = (now - reading.KEPT).isoformat()
        with acting(self._db):
            self._db.execute("DELETE FROM messages WHERE ended_at < ?", (before,))
            self._db.execute("DELETE FROM spells WHERE settled = 1 AND over_at < ?", (before,))
            self._db.execute("DELETE FROM told WHERE spell NOT IN (SELECT key FROM spells)")
            self._db.execute("DELETE FROM acknowledged WHERE spell NOT IN (SELECT key FROM spells)")
            self._db.execute("DELETE FROM silences WHERE ends < ?", (before,))


def fingerprint(spell: Spell) -> str:
    """Names the alert as the webhook does: 16 hexadecimal digits, the same each time it fires."""
    return sha256(identity(spell.alert).encode()).hexdigest()[:16]
