"""What stands, out of the file: for the decision, and for people."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from consumers.alerts.plan.matching import matcher
from consumers.alerts.telling.directory import Authority, Directory
from consumers.alerts.telling.standing import Acknowledged, Group, Silence, Spell, Standing, Told
from schemas.outputs import Alert


@lru_cache(maxsize=20_000)
def _alert(text: str) -> Alert:
    return Alert.model_validate_json(text)


def at(text: str | None) -> datetime | None:
    """An instant as the file has it."""
    return datetime.fromisoformat(text) if text else None


def spell_of(row: tuple[str, int, str, str | None, str, int]) -> Spell:
    """A row of `spells`."""
    text, fired, seen_at, over_at, held, settled = row
    return Spell(_alert(text), fired, datetime.fromisoformat(seen_at), at(over_at), held, bool(settled))


def standing(connection: sqlite3.Connection, since: datetime) -> Standing:
    """Everything that decides what is told next; settled spells only those that were over after `since`."""
    connection.execute("BEGIN")
    try:
        spells = tuple(
            map(
                spell_of,
                connection.execute(
                    "SELECT alert, fired, seen_at, over_at, held, settled FROM spells WHERE settled = 0 OR over_at > ? ORDER BY rowid",
                    (since.isoformat(),),
                ),
            )
        )
        told: dict[str, dict[str, Told]] = defaultdict(dict)
        for key, receiver, group, made_at, delivered, over in connection.execute(
            "SELECT spell, receiver, grouped, made_at, delivered, over_message IS NOT NULL FROM told WHERE spell IN (SELECT key FROM spells WHERE settled = 0)"
        ):
            told[key][receiver] = Told(group, datetime.fromisoformat(made_at), None if delivered is None else bool(delivered), bool(over))
        return Standing(
            spells,
            told,
            _groups(connection),
            acknowledged(connection),
            tuple(silences(connection)),
            {district: _directory(body) for district, body in connection.execute("SELECT district, body FROM directories")},
            {receiver: datetime.fromisoformat(due) for receiver, due in connection.execute("SELECT receiver, due FROM digests")},
        )
    finally:
        connection.execute("COMMIT")


def _groups(connection: sqlite3.Connection) -> dict[tuple[str, str], Group]:
    pending = set(connection.execute("SELECT receiver, grouped FROM messages WHERE ended_at IS NULL"))
    return {
        (receiver, name): Group(datetime.fromisoformat(last_at), (receiver, name) in pending, thread)
        for receiver, name, last_at, thread in connection.execute("SELECT receiver, name, last_at, thread FROM groups")
    }


def acknowledged(connection: sqlite3.Connection) -> dict[str, Acknowledged]:
    """By spell."""
    rows = connection.execute("SELECT spell, by, at, note FROM acknowledged WHERE spell IN (SELECT key FROM spells WHERE settled = 0)")
    return {key: Acknowledged(by, datetime.fromisoformat(when), note) for key, by, when, note in rows}


def silences(connection: sqlite3.Connection) -> list[Silence]:
    """All that were ever made and not forgotten, the newest first."""
    rows = connection.execute("SELECT id, matchers, by, reason, starts, ends FROM silences ORDER BY id DESC")
    return [
        Silence(
            id_,
            tuple(matcher(text) for text in json.loads(texts)),
            by,
            reason,
            datetime.fromisoformat(starts),
            datetime.fromisoformat(ends),
        )
        for id_, texts, by, reason, starts, ends in rows
    ]


@lru_cache(maxsize=500)
def _directory(body: str) -> Directory:
    found = json.loads(body)
    return Directory(
        found["offices"],
        {id_: Authority(*one) for id_, one in found["authorities"].items()},
        {(office, role): tuple(ids) for office, role, ids in found["holders"]},
        {int(year): (frozenset(off), frozenset(worked)) for year, (off, worked) in found["decided"].items()},
    )


def directory_body(directory: Directory) -> str:
    """The same as text, for the file."""
    return json.dumps(
        {
            "offices": directory.offices,
            "authorities": directory.authorities,
            "holders": [(office, role, ids) for (office, role), ids in directory.holders.items()],
            "decided": {year: (sorted(off), sorted(worked)) for year, (off, worked) in directory.decided.items()},
        },
        ensure_ascii=False,
        sort_keys=True,
    )


class Receipt(NamedTuple):
    """What became of telling a spell to a receiver. `delivered`: None while under way, False when it was refused for good."""

    receiver: str
    made_at: datetime
    delivered: bool | None
    delivered_at: datetime | None
    over_delivered_at: datetime | None
    reason: str
    """Why it has not arrived."""


class Shown(NamedTuple):
    """A spell as people see it."""

    fingerprint: str
    spell: Spell
    acknowledged: Acknowledged | None
    receipts: tuple[Receipt, ...]


def shown(connection: sqlite3.Connection, *, ended_since: datetime | None = None, district: str = "") -> list[Shown]:
    """The spells that fire, and those that ended since a moment; the gravest and newest first."""
    until = ended_since.isoformat() if ended_since else "9999"
    rows = connection.execute(
        "SELECT fingerprint, alert, fired, seen_at, over_at, held, settled FROM spells WHERE (over_at IS NULL OR over_at >= ?) AND (? = '' OR district = ?)",
        (until, district, district),
    ).fetchall()
    acks, receipts = acknowledged_all(connection), _receipts(connection)
    found = [Shown(row[0], one := spell_of(row[1:]), acks.get(one.key), tuple(receipts.get(one.key, ()))) for row in rows]
    order = ("critical", "high", "medium", "low", "info")
    newest = sorted(found, key=lambda one: one.spell.seen_at, reverse=True)
    return sorted(newest, key=lambda one: (one.spell.over_at is not None, order.index(one.spell.alert.severity)))


def acknowledged_all(connection: sqlite3.Connection) -> dict[str, Acknowledged]:
    """By spell, also of settled ones."""
    rows = connection.execute("SELECT spell, by, at, note FROM acknowledged")
    return {key: Acknowledged(by, datetime.fromisoformat(when), note) for key, by, when, note in rows}


def _receipts(connection: sqlite3.Connection) -> Mapping[str, list[Receipt]]:
    found: dict[str, list[Receipt]] = defaultdict(list)
    for spell, receiver, made_at, delivered, delivered_at, over_at, reason in connection.execute(
        "SELECT t.spell, t.receiver, t.made_at, t.delivered, t.delivered_at, t.over_delivered_at, coalesce(m.reason, '') "
        "FROM told AS t LEFT JOIN messages AS m ON m.key = t.message ORDER BY t.made_at"
    ):
        state = None if delivered is None else bool(delivered)
        found[spell].append(Receipt(receiver, datetime.fromisoformat(made_at), state, at(delivered_at), at(over_at), reason))
    return found


KEPT = timedelta(days=90)
"""How long settled alerts and what was told of them are kept."""
