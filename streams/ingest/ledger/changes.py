"""What importing a ledger changes: its lines against the events of earlier imports, which the log remembers.

An event's id names the key, the line's number (as an HMAC of it, its source and type) and a count: `led:<key>:<reference>:<n>`. The n-th line of
a number in the file is the n-th event of it, as far as nothing is known. So two imports of one file, from wherever, are one, and never two.

Where events are known, lines of a number are matched with its events:

1. those that say the same are **unchanged** and nothing is published;
2. what is left is matched in the order of time: the event is **amended**, under a revision above all that there are;
3. lines that are left are **new**, under counts that were never used, for what was retracted stays so;
4. events that are left, within the time that the ledger covers, have **vanished**: they are offered, and retracted only when that is asked for.

What counts as said is what the ledger said last. If somebody else has amended an event since (the bureau may), an unchanged line leaves that
alone; if somebody else has retracted it, the line is **withdrawn** and stays out until it says something else.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import orjson

from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.ledger.lines import Content, Entry, content_of, event_id

_PREFIX = "led:"
_ID = re.compile(r"led:(?P<key>[0-9a-f]{8}):(?P<reference>[0-9A-HJKMNP-TV-Z]{26}):(?P<ordinal>[1-9][0-9]{0,4})")
_LAST_REVISION = 2**53
_LAST_ORDINAL = 99_999


@dataclass(slots=True)
class Known:
    """An event of an earlier import, as it stands."""

    id: str
    key_id: str
    reference: str
    ordinal: int
    event: dict[str, Any]
    """What the ledger said last."""
    content: Content
    revision: int = 1
    """The greatest there is, whoever gave it."""
    amended_elsewhere: bool = False
    retracted: bool = False
    retracted_elsewhere: bool = False

    @property
    def day(self) -> date:
        """Its local day, as the ledger said it."""
        return date.fromisoformat(self.event["time"][:10])


class Remembered(NamedTuple):
    """A row of the table of events, of this source or naming it as `targetsource`; texts that are not there are ''."""

    source: str
    id: str
    op: str
    target: str
    revision: int
    event: dict[str, Any]
    """Type, time (RFC 3339 at +08:00), office, subject, dataschema and data."""


@dataclass(slots=True)
class Changes:
    """What an import would publish, and what it found."""

    new: list[Entry] = field(default_factory=list)
    new_ids: list[str] = field(default_factory=list)
    amended: list[tuple[Entry, Known]] = field(default_factory=list)
    unchanged: int = 0
    corrected_elsewhere: int = 0
    """Of the unchanged: those that another source has amended; its word stands."""
    withdrawn: list[tuple[Entry, Known]] = field(default_factory=list)
    """Lines whose event another source has retracted; they are left out."""
    vanished: list[Known] = field(default_factory=list)
    full: list[Entry] = field(default_factory=list)
    """Lines that cannot be published: no revision or count is left."""


class Period(NamedTuple):
    """The days that a ledger covers, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def known_events(source: str, rows: Iterable[Remembered]) -> list[Known]:
    """The events of a ledger's source as they stand, from what the log remembers, in any order."""
    rows = list(rows)
    known = {row.id: _known(found, row) for row in rows if row.source == source and row.op != "amend" and (found := _ID.fullmatch(row.id))}
    said: dict[str, int] = defaultdict(lambda: 1)
    for row in rows:
        target = known.get(row.target or str(row.event["data"].get("target", "")))
        if target is None or (row.op != "amend" and row.event["type"] != "dat.event.retracted"):
            continue
        own = row.source == source and row.id.startswith(_PREFIX)
        if row.op != "amend":
            target.retracted = True
            target.retracted_elsewhere |= not own
            continue
        target.revision = max(target.revision, row.revision)
        target.amended_elsewhere |= not own
        if own and row.revision > said[target.id]:
            said[target.id] = row.revision
            target.event, target.content = row.event, _content(source, row.event)
    return list(known.values())


def compare(entries: Sequence[Entry], known: Sequence[Known], period: Period | None, types: Collection[str]) -> Changes:
    """What the lines of a ledger change. Vanished is what is not there of these types within the period; None: nothing has."""
    changes = Changes()
    events: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for one in known:
        events[one.event["type"], one.reference].append(one)
    lines: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        lines[entry.type_name, entry.reference].append(entry)
    for of, group in lines.items():
        _match(group, events.pop(of, []), changes)
    left = [one for group in events.values() for one in group] + changes.vanished
    changes.vanished = sorted(
        (one for one in left if not one.retracted and period and one.day in period and one.event["type"] in types),
        key=lambda one: (one.event["type"], one.event["time"], one.id),
    )
    return changes


def event_lines(changes: Changes) -> list[bytes]:
    """The new events and amendments as JSON texts."""
    new = [orjson.dumps(entry.event | {"id": id_}) for entry, id_ in zip(changes.new, changes.new_ids, strict=True)]
    return new + [orjson.dumps(_amendment(entry, of)) for entry, of in changes.amended]


def retraction_lines(source: str, vanished: Sequence[Known], reason: str) -> list[bytes]:
    """Retractions of vanished events. They follow from their target alone, so that two are one."""
    return [
        orjson.dumps({
            "specversion": "1.0",
            "id": f"{one.id}:x",
            "source": source,
            "type": "dat.event.retracted",
            "time": one.event["time"],
            "district": source.split("/")[2],
            "data": {"target": one.id, "reason": reason},
        })
        for one in vanished
    ]  # fmt: skip


def _known(found: "re.Match[str]", row: Remembered) -> Known:
    return Known(row.id, found["key"], found["reference"], int(found["ordinal"]), row.event, _content(row.source, row.event))


def _content(source: str, event: Mapping[str, Any]) -> Content:
    """The content as the check leaves it; empty, and so unlike any other, when the check would not let it in any more."""
    district = source.split("/")[2]
    told = {"specversion": "1.0", "id": "led", "source": source, "district": district, **{k: v for k, v in event.items() if v != ""}}
    judged = validate((-1, 1 << 62, district.encode(), orjson.dumps(told), ()))
    return b"" if isinstance(judged, Rejected) else content_of(judged[0])


def _match(group: Sequence[Entry], events: Sequence[Known], changes: Changes) -> None:
    """The lines and the events of one number and type."""
    standing, gone = (_by_content(one for one in events if fits(one)) for fits in (_stands, _is_gone))
    left: list[Entry] = []
    for entry in group:
        if same := standing.get(entry.content):
            changes.unchanged += 1
            changes.corrected_elsewhere += same.pop(0).amended_elsewhere
        elif withdrawn := gone.get(entry.content):
            changes.withdrawn.append((entry, withdrawn.pop(0)))
        else:
            left.append(entry)
    free = sorted((one for alike in standing.values() for one in alike), key=lambda one: (one.event["time"], one.ordinal))
    if free:
        left.sort(key=lambda entry: entry.event["time"])
    for entry, one in zip(left, free, strict=False):
        if one.revision < _LAST_REVISION:
            changes.amended.append((entry, one))
        else:
            changes.full.append(entry)
    changes.vanished += free[len(left) :]
    for ordinal, entry in enumerate(left[len(free) :], max((one.ordinal for one in events), default=0) + 1):
        if ordinal > _LAST_ORDINAL:
            changes.full.append(entry)
        else:
            changes.new.append(entry)
            changes.new_ids.append(event_id(entry.key_id, entry.reference, ordinal))


def _stands(one: Known) -> bool:
    return not one.retracted


def _is_gone(one: Known) -> bool:
    return one.retracted_elsewhere


def _by_content(events: Iterable[Known]) -> dict[Content, list[Known]]:
    found: dict[Content, list[Known]] = {}
    for one in sorted(events, key=lambda one: one.ordinal):
        found.setdefault(one.content, []).append(one)
    return found


def _amendment(entry: Entry, of: Known) -> dict[str, Any]:
    revision = of.revision + 1
    told = {"id": f"{of.id}:r{revision}", "op": "amend", "target": of.id, "revision": revision}
    return entry.event | told
