"""`suoheng dead-letters list|show|digest`: what was refused and why, and the week of each office. 死信"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, Usage
from deploy.letters.asked import AsJson, By, Code, District, Office, Place, Since, Source, State, Until, place_of, selection

if TYPE_CHECKING:
    from deploy.letters.index import Entry
    from deploy.letters.reading import Letter


def list_(
    code: Code = None,
    office: Office = None,
    district: District = None,
    source: Source = None,
    state: State = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List refused events, the newest first. 死信列表

    Each is named by its place in the log, PARTITION:OFFSET, which `show`, `replay` and `fix` take. A letter is open, replayed (somebody sent it
    again), or superseded (the event has arrived well since, by its source and id).
    """
    import json
    from dataclasses import asdict

    from deploy.letters.index import find
    from deploy.letters.show import print_list
    from schemas.settings import settings

    chosen = selection(code=code, office=office, district=district, source=source, state=state, since=since, until=until)
    entries = find(settings(), chosen, limit)
    if as_json:
        print(json.dumps({"dead_letters": [asdict(e) for e in entries]}, default=str, ensure_ascii=False))
    elif entries:
        print_list(entries)
        if len(entries) == limit:
            print(f"the newest {limit}; --limit shows more")
    else:
        print("no dead letters fit")


def show(
    place: Place,
    clear: Annotated[bool, typer.Option("--clear", help="Show the bytes as they are; told in the audit log. 显示原文(记入审计)")] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --clear: write the event's bytes to this file, to be edited for `fix --edited`.")
    ] = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Print a refused event with its headers and the reason, without personal data. 查看死信

    What the catalogue allows is shown as it is, of everything else only the shape: 张三 as 字字, 2026/03/09 as 9999/99/99. --clear shows all.
    """
    import json

    from deploy.letters.people import person, tell
    from deploy.letters.show import letter_document, print_letter
    from schemas.settings import settings

    if out and not clear:
        raise Usage("--out writes the event as it was received: say --clear with it")
    who = person(by)
    entry, letter = _one(place)
    if clear:
        tell(settings(), "dead letter shown in clear", who, [entry.place])
    if out:
        _write(out, letter)
    if as_json:
        print(json.dumps(letter_document(entry, letter, clear=clear and not out), default=str, ensure_ascii=False))
    else:
        print_letter(entry, letter, clear=clear and not out)


def digest(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    week: Annotated[str, typer.Option(help="ISO week, e.g. 2026-W31; default: the last one that is over. 周次")] = "",
    office: Annotated[str, typer.Option(help="One office only. 司法所")] = "",
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, to be sent to offices.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell the week's dead letters by office: reasons with their cure, examples, and what became of last week's. 死信周报

    In Chinese and English, without anything of the events but their numbers. Weeks are cut at +08:00.
    """
    import json
    from datetime import UTC, datetime

    from deploy.letters.digest import document, markdown, parse_week, read_digest
    from schemas.settings import settings

    require_district(district)
    told = read_digest(settings(), district, parse_week(week, datetime.now(UTC)), office)
    if as_json:
        print(json.dumps(document(told), ensure_ascii=False))
    elif as_markdown:
        print(markdown(told), end="")
    else:
        from rich.markdown import Markdown

        from deploy.console import console

        console().print(Markdown(markdown(told).replace("<br>", " ")))


def _one(place: str) -> "tuple[Entry, Letter]":
    from deploy.letters.index import find
    from deploy.letters.reading import read
    from deploy.letters.selection import Selection
    from schemas.settings import settings

    entries = find(settings(), Selection(positions=(place_of(place),)))
    if not entries:
        raise Finding(
            f"no dead letter is known of the log's partition and offset {place}; `suoheng dead-letters list` shows those that are"
        )
    return next(read(settings(), entries))


def _write(out: Path, letter: "Letter") -> None:
    import os

    from streams.core.modes import structured
    from streams.core.refusal import Refusal

    try:
        text = structured(letter.value or b"", letter.headers)
    except Refusal:
        text = letter.value or b""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except OSError as error:
        raise Usage(f"{out} cannot be written: {error.strerror}") from error
