"""`suoheng dead-letters list|show|replay`: what was refused and why, and sending it again after the mend."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from deploy.dead_letters import Entry, Letter, Selection, Verdict

Code = Annotated[list[str] | None, typer.Option(help="Refusal code, e.g. STRUCT_VALUE; may be repeated. 拒收代码")]
Office = Annotated[list[str] | None, typer.Option(help="Office id; may be repeated. 司法所")]
District = Annotated[list[str] | None, typer.Option(help="District code; may be repeated. 区划代码")]
Since = Annotated[
    datetime | None, typer.Option(help="Refused at or after this time (your clock's zone).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
]
Until = Annotated[datetime | None, typer.Option(help="Refused before this time.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def list_(
    code: Code = None,
    office: Office = None,
    district: District = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List refused events, the newest first. 死信列表

    Each is named by its place in the log, PARTITION:OFFSET, which `show` and `replay` take.
    """
    import json
    from dataclasses import asdict

    from deploy.dead_letters import find
    from schemas.settings import settings

    entries = find(settings(), _selection(code, office, district, since, until), limit)
    if as_json:
        print(json.dumps({"dead_letters": [asdict(e) for e in entries]}, default=str, ensure_ascii=False))
    elif entries:
        _table(entries)
        if len(entries) == limit:
            print(f"the newest {limit}; --limit shows more")
    else:
        print("no dead letters fit")


def show(
    place: Annotated[str, typer.Argument(help="The refused event's place in the log, PARTITION:OFFSET. 分区:位移")],
    as_json: AsJson = False,
) -> None:
    """Print a refused event as it was received, with its headers and the reason. 查看死信原文"""
    import json

    from deploy.dead_letters import Selection, find, read
    from schemas.settings import settings

    entries = find(settings(), Selection(positions=(_place(place),)))
    if not entries:
        raise Finding(
            f"no dead letter is known of the log's partition and offset {place}; `suoheng dead-letters list` shows those that are"
        )
    entry, letter = next(read(settings(), entries))
    if as_json:
        print(json.dumps(_document(entry, letter), default=str, ensure_ascii=False))
    else:
        _print_letter(entry, letter)


def replay(
    place: Annotated[
        list[str] | None, typer.Argument(help="Places in the log, PARTITION:OFFSET; default: all that fit the options.")
    ] = None,
    code: Code = None,
    office: Office = None,
    district: District = None,
    since: Since = None,
    until: Until = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send; without it the command only tells what it would do.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send refused events to the log again, with their ids, bytes and headers as they were. 重放死信

    Tells first what the check of bytes and schema says to each of them today; those that it would refuse again are left out. Whether an
    id is taken and an office registered only shows when a worker reads the event. Without --yes nothing is sent. Sending twice is harmless.
    """
    from deploy.dead_letters import find, judge, read, send_again
    from schemas.settings import settings
    from streams.core.seal import SealKeyError
    from streams.seal_keys import read_recheck

    selection = _selection(code, office, district, since, until, place)
    if selection == type(selection)():
        raise Usage("say which dead letters: places, --code, --office, --district, --since or --until")
    letters = dict(read(settings(), find(settings(), selection)))
    try:
        recheck = read_recheck(settings())
    except SealKeyError as error:
        raise MissingDependency(str(error)) from error
    verdicts = [judge(entry, letter, recheck) for entry, letter in letters.items()]
    passing = [letters[v.entry] for v in verdicts if not v.code]
    sent = send_again(settings(), passing) if yes and passing else 0
    _tell(verdicts, sent, yes=yes, as_json=as_json)


def _selection(
    code: list[str] | None,
    office: list[str] | None,
    district: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    places: Iterable[str] | None = None,
) -> "Selection":
    from deploy.dead_letters import Selection
    from schemas.codes import CODES

    codes = tuple(c.upper() for c in code or ())
    if unknown := [c for c in codes if c not in CODES]:
        raise Usage(f"no such refusal code: {', '.join(unknown)}; there are {', '.join(CODES)}")
    zoned = [t.astimezone() if t else None for t in (since, until)]
    return Selection(codes, tuple(office or ()), tuple(district or ()), zoned[0], zoned[1], tuple(map(_place, places or ())))


def _place(text: str) -> tuple[int, int]:
    partition, _, offset = text.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise Usage(f"{text!r} is not a place in the log; write PARTITION:OFFSET as `suoheng dead-letters list` shows it, e.g. 3:1207")
    return int(partition), int(offset)


def _table(entries: "list[Entry]") -> None:
    from rich.table import Table

    from deploy.console import console

    table = Table("place", "received", "code", "office", "detail", box=None)
    for e in entries:
        table.add_row(f"{e.partition}:{e.offset}", f"{e.received_at:%Y-%m-%d %H:%M:%S}", e.code, e.office or e.district, _plain(e.detail))
    console().print(table)


def _document(entry: "Entry", letter: "Letter") -> dict[str, Any]:
    from dataclasses import asdict

    return (
        asdict(entry)
        | {"key": _json_bytes(letter.key), "value": _json_bytes(letter.value)}
        | {
            "headers": [[name, _json_bytes(value)] for name, value in letter.headers],
            "reason": {name: _json_bytes(value) for name, value in letter.reason},
        }
    )


def _json_bytes(given: bytes | None) -> str | dict[str, str] | None:
    """Bytes in a JSON document: the text when they are UTF-8, otherwise {"base64": …}."""
    import base64

    if given is None:
        return None
    try:
        return given.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(given).decode()}


def _print_letter(entry: "Entry", letter: "Letter") -> None:
    print(f"place     {entry.topic} {entry.partition}:{entry.offset}, refused {entry.received_at:%Y-%m-%d %H:%M:%S}")
    print(f"reason    {entry.code} at the {entry.stage} check: {_plain(entry.detail)}")
    print(f"sha256    {entry.sha256}")
    print(f"key       {_visible(letter.key)}")
    for name, value in letter.headers:
        print(f"header    {_plain(name)}: {_visible(value)}")
    print(f"value     {'' if letter.value is None else f'{len(letter.value)} bytes'}")
    print(_visible(letter.value))


def _visible(given: bytes | None) -> str:
    """Bytes for a terminal: what cannot be printed is escaped, for a refused event may hold anything."""
    return "(none)" if given is None else _plain(given.decode("utf-8", "backslashreplace"))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _tell(verdicts: "list[Verdict]", sent: int, *, yes: bool, as_json: bool) -> None:
    import json
    from collections import Counter

    refused = Counter(v.code for v in verdicts if v.code)
    would = len(verdicts) - refused.total()
    if as_json:
        each = [
            {"partition": v.entry.partition, "offset": v.entry.offset, "was": v.entry.code, "now": v.code, "detail": v.detail}
            for v in verdicts
        ]
        print(json.dumps({"found": len(verdicts), "would_pass": would, "sent": sent, "dead_letters": each}, ensure_ascii=False))
        return
    for v in verdicts:
        print(
            f"{v.entry.partition}:{v.entry.offset}  {v.entry.code} then, now {f'{v.code}: {_plain(v.detail)}' if v.code else 'passes the schema check'}"
        )
    again = ", ".join(f"{count} {code}" for code, count in sorted(refused.items(), key=lambda each: (-each[1], each[0])))
    print(f"{len(verdicts)} found, {would} would pass" + (f", left out because they would be refused again: {again}" if again else ""))
    print(f"{sent} sent" if yes else "nothing was sent; --yes sends those that would pass")
