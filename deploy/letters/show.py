"""Letters and plans, for people and as JSON documents. Of a refused event nothing is printed but what `redaction` lets through, unless asked for."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from deploy.console import console
from deploy.letters.index import Entry
from deploy.letters.mending import Mended
from deploy.letters.reading import Letter
from deploy.letters.redaction import redacted, redacted_header, shape
from deploy.letters.verdict import DUPLICATE, Verdict
from streams.core.modes import structured
from streams.core.refusal import Refusal


def print_list(entries: Sequence[Entry]) -> None:
    """A table, the newest first."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("place", "received", "code", "office", "state", "type and id", "detail", box=None)
    for e in entries:
        table.add_row(
            e.place, f"{e.received_at:%Y-%m-%d %H:%M:%S}", e.code, e.office or e.district, _state(e), " ".join(filter(None, (e.type, e.id))), escape(plain(e.detail))
        )  # fmt: skip
    console().print(table)


def letter_document(entry: Entry, letter: Letter, *, clear: bool) -> dict[str, Any]:
    """A letter for programs: `value`, `key` and `headers` as they are if `clear`, else as they may be shown."""
    if clear:
        bytes_ = {"key": json_bytes(letter.key), "value": json_bytes(letter.value)}
        headers = [[name, json_bytes(value)] for name, value in letter.headers]
    else:
        bytes_ = {"key": _key(letter), "value": _redacted(letter)}
        headers = [list(redacted_header(name, value)) for name, value in letter.headers]
    reason = {name: json_bytes(value) for name, value in letter.reason}
    return asdict(entry) | {"redacted": not clear, **bytes_, "headers": headers, "reason": reason}


def json_bytes(given: bytes | None) -> str | dict[str, str] | None:
    """Bytes in a JSON document: the text when they are UTF-8, otherwise {"base64": …}."""
    if given is None:
        return None
    try:
        return given.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(given).decode()}


def print_letter(entry: Entry, letter: Letter, *, clear: bool) -> None:
    """A letter for people."""
    from schemas.codes import CODES

    code = CODES.get(entry.code)
    print(f"place     {entry.topic} {entry.place}, refused {entry.received_at:%Y-%m-%d %H:%M:%S}")
    print(f"reason    {entry.code} at the {entry.stage} check: {plain(entry.detail)}")
    if code:
        print(f"          {code.zh};{code.remedy_zh} · {code.en}; {code.remedy_en}")
    print(f"state     {_state(entry)}{_since(entry)}")
    print(f"sha256    {entry.sha256}")
    print(f"key       {_visible(letter.key) if clear else _key(letter)}")
    for name, value in letter.headers:
        shown = (plain(name), _visible(value)) if clear else tuple(map(plain, redacted_header(name, value)))
        print(f"header    {shown[0]}: {shown[1]}")
    print(
        f"value     {'' if letter.value is None else f'{len(letter.value)} bytes'}{'' if clear else ', without personal data (--clear shows all)'}"
    )
    print(_visible(letter.value) if clear else _redacted(letter))


def plan_document(planned: Sequence[Mended], sent: int, proposal: str) -> dict[str, Any]:
    """What a replay or correction would do or did, for programs."""
    each = [
        {
            "partition": one.entry.partition,
            "offset": one.entry.offset,
            "was": one.entry.code,
            "before": one.before.code,
            "now": one.after.code,
            "detail": one.after.detail,
            "changes": [{"field": field, "was": was, "now": now} for field, was, now in one.changes],
        }
        for one in planned
    ]
    passing = sum(1 for one in planned if one.after.passes)
    return {"found": len(planned), "would_pass": passing, "sent": sent, "proposal": proposal or None, "dead_letters": each}


def print_plan(planned: Sequence[Mended], *, corrects: bool) -> None:
    """The same for people: a line a letter, and below it what a correction changes."""
    for one in planned:
        today = f"today {_verdict(one.before)}, corrected {_verdict(one.after)}" if corrects else f"now {_verdict(one.after)}"
        print(f"{one.entry.place}  {one.entry.code} then, {today}")
        for field, was, now in one.changes:
            print(f"      {plain(field)}: {plain(was)} → {plain(now)}")
    left = Counter(one.after.code for one in planned if not one.after.passes)
    again = ", ".join(f"{count} {code}" for code, count in sorted(left.items(), key=lambda each: (-each[1], each[0])))
    told = f", left out because they would be refused or count nothing: {again}" if again else ""
    print(f"{len(planned)} found, {sum(1 for one in planned if one.after.passes)} would pass{told}")


def plain(text: str) -> str:
    """A text for a terminal: what cannot be printed is escaped, for a refused event may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _verdict(verdict: Verdict) -> str:
    if verdict.passes:
        return "passes"
    if verdict.code == DUPLICATE:
        return "is there already"
    return f"{verdict.code}: {plain(verdict.detail)}"


def _state(entry: Entry) -> str:
    if entry.state != "replayed":
        return entry.state
    return f"{'corrected' if entry.corrected else 'replayed'} as {entry.sent_partition}:{entry.sent_offset}"


def _since(entry: Entry) -> str:
    if entry.changed_at is None:
        return f"; it sends {entry.replays} again" if entry.replays else ""
    who = f" by {plain(entry.replayed_by)}" if entry.replayed_by else ""
    agreed = f", approved by {plain(entry.approved_by)}" if entry.approved_by else ""
    return f"{who} on {entry.changed_at:%Y-%m-%d %H:%M:%S}{agreed}"


def _key(letter: Letter) -> str:
    text = (letter.key or b"").decode("utf-8", "replace")
    return text if len(text) == 6 and text.isascii() and text.isdigit() else shape(text)


def _redacted(letter: Letter) -> str:
    if letter.value is None:
        return "(none)"
    try:
        return redacted(structured(letter.value, letter.headers))
    except Refusal:
        return redacted(letter.value)


def _visible(given: bytes | None) -> str:
    return "(none)" if given is None else plain(given.decode("utf-8", "backslashreplace"))
