"""One import: files read, lines checked, compared with what the log remembers, faults written into copies, and, if asked for, published."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.errors import Finding, MissingDependency, Usage
from deploy.ledger.bar import Bar
from deploy.ledger.remembered import all_visible, asking, events, others, places
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.ledger.changes import Changes, Known, Period, compare, event_lines, known_events, retraction_lines
from streams.ingest.ledger.checking import Checked, check, line_count
from streams.ingest.ledger.files import Book, Unreadable, read
from streams.ingest.ledger.lines import Setting
from streams.ingest.ledger.marked import write_marked
from streams.ingest.ledger.numbers import Numbers
from streams.ingest.ledger.places import Places
from streams.ingest.ledger.sheets import EXAMPLE
from streams.ingest.pseudonym import Keyring, PseudonymError, create, load, throwaway
from streams.ingest.publisher import PublishError, publish

_OFFICE_ID = re.compile(r"sfs-([0-9]{6})-[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for."""

    files: Sequence[Path]
    office: str = ""
    district: str = ""
    ledger: str = ""
    type_name: str = ""
    period: Period | None = None
    yes: bool = False
    partial: bool = False
    retract: int = 0
    reason: str = "other"
    offline: bool = False
    copies: bool = True


@dataclass(slots=True)
class Outcome:
    """What was found and done."""

    source: str
    books: list[Book]
    checked: Checked
    changes: Changes
    copies: Mapping[int, Path]
    """The copy with a column 错误, by number of the file."""
    others: Mapping[str, int]
    """Other ledgers of the district, told when this one is imported for the first time: it may be one of them under another name."""
    key_file: Path | None = None
    """The key file that this import has made."""
    published: int = 0
    retracted: int = 0
    seconds: float = 0.0


Send = Callable[[Sequence[bytes], Callable[[int], None]], None]
"""Hands over events, telling how many more have arrived. Raises Finding and MissingDependency."""


def import_ledgers(options: Options, settings: Settings, bar: Bar, send: Send | None = None) -> Outcome:
    """The whole import; `send` is how events are handed over, by default to Kafka.

    Raises Usage, Finding and MissingDependency; faults of lines are part of the outcome.
    """
    began = time.monotonic()
    books = [_read(file, bar) for file in options.files]
    source = _source(options, books)
    memory = _Memory() if options.offline else _remember(settings, source, bar)
    keyring, key_file = _keyring(options, settings, memory.known, source)
    numbers = Numbers(keyring, source, {one.reference for one in memory.known}, {one.event["subject"] for one in memory.known})
    checked = _check(options, books, Setting(source, numbers, memory.places, int(time.time() * 1000), options.office), bar)
    changes = _compare(options, checked, memory.known)
    copies = _copies(options, books, checked, memory.places)
    outcome = Outcome(source, books, checked, changes, copies, memory.others, key_file)
    if options.yes and (options.partial or not (checked.faults or changes.full)):
        _publish(outcome, options, bar, send or (lambda lines, arrived: _to_kafka(settings, lines, arrived)))
    outcome.seconds = round(time.monotonic() - began, 3)
    return outcome


def key_path(settings: Settings) -> Path:
    """Where the key file is."""
    return settings.pseudonym_keys or settings.data / "pseudonym-keys.toml"


def _read(file: Path, bar: Bar) -> Book:
    if not file.is_file():
        raise Usage(f"{file} is no file")
    try:
        with bar.waiting(f"reading 读取 {file.name}"):
            return read(file)
    except Unreadable as refusal:
        raise Finding(f"{file}: {refusal}") from refusal
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}") from error


def _source(options: Options, books: Sequence[Book]) -> str:
    """`/districts/<district>/<ledger>`; the district is the office's, or the one of the first office id in the files."""
    district = options.office[4:10] or options.district or _district_in(books)
    if not district:
        raise Usage("which district? give --office or --district, or write office ids (sfs-…) into the ledger")
    return f"/districts/{district}/{options.ledger or ('ledger-' + options.office[-3:] if options.office else 'ledger')}"


def _district_in(books: Sequence[Book]) -> str:
    """The district of the first office id that is not an example's."""
    for row in (row for book in books for sheet in book.sheets for row in sheet.rows):
        texts = [cell for cell in row if isinstance(cell, str)]
        if texts and not texts[0].startswith(EXAMPLE) and (found := _OFFICE_ID.search(" ".join(texts))):
            return found[1]
    return ""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What ClickHouse knows of the district and of earlier imports; nothing by default."""

    places: Places = field(default_factory=Places)
    known: Sequence[Known] = ()
    others: Mapping[str, int] = field(default_factory=dict)


def _remember(settings: Settings, source: str, bar: Bar) -> _Memory:
    with bar.waiting("comparing 比对"):
        all_visible(settings)
        with asking(settings) as client:
            known = known_events(source, events(client, source))
            return _Memory(places(client, source.split("/")[2]), known, {} if known else others(client, source))


def _keyring(options: Options, settings: Settings, known: Sequence[Known], source: str) -> tuple[Keyring, Path | None]:
    """The keys, and the file if it had to be made. Without one a dry run uses a key that is kept nowhere: no event can be known then."""
    path = key_path(settings)
    needed = {one.key_id for one in known}
    try:
        if options.offline:
            return throwaway(), None
        if path.exists():
            keyring, made = load(path), None
        elif options.yes and not needed:
            keyring, made = create(path), path
        else:
            keyring, made = throwaway(), None
    except PseudonymError as error:
        raise MissingDependency(str(error)) from error
    if missing := needed - {key.id for key in keyring.keys}:
        raise MissingDependency(
            f"earlier imports of {source} were made with key {', '.join(sorted(missing))}, which is not in {path}: nothing could be recognised and all "
            "would be counted twice; copy the key file from where they were made (SUOHENG_PSEUDONYM_KEYS), or import new lines only under another --ledger"
        )
    return keyring, made


def _check(options: Options, books: Sequence[Book], setting: Setting, bar: Bar) -> Checked:
    with bar.counting("checking 检查", line_count(books)) as advance:
        checked = check(books, setting, options.type_name, advance)
    if not checked.sheets:
        names = "、".join(name for _, name in checked.skipped) or "none"
        raise Finding(
            f"no ledger was found (sheets: {names}): name the sheets like those of `suoheng ledger template`, add a column 事项, or say --type"
        )
    return checked


def _compare(options: Options, checked: Checked, known: Sequence[Known]) -> Changes:
    """While lines are faulty nobody can say which of them have vanished."""
    types = {one.ledger.type_name for one in checked.sheets} if options.period else set(checked.types)
    period = None if checked.faults else options.period or checked.years()
    return compare(checked.entries, known, period, types)


def _copies(options: Options, books: Sequence[Book], checked: Checked, registry: Places) -> dict[int, Path]:
    faulty = {checked.sheets[sheet].file for sheet, _ in checked.faults} if options.copies else set()
    written = {}
    for number in sorted(faulty):
        path = _free(options.files[number])
        try:
            write_marked(path, number, books[number], checked, registry)
        except OSError as error:
            raise MissingDependency(f"{path} cannot be written: {error.strerror}; --no-copy does without") from error
        written[number] = path
    return written


def _free(file: Path) -> Path:
    """`<name>.错误.xlsx` beside the file, with a number if there is one already; a copy of a copy is called like the first one."""
    stem = re.sub(r"\.错误(?:-\d+)?$", "", file.stem)
    names = (file.with_name(f"{stem}.错误{f'-{number}' if number > 1 else ''}.xlsx") for number in range(1, 10_000))
    return next(name for name in names if not name.exists())


def _publish(outcome: Outcome, options: Options, bar: Bar, send: Send) -> None:
    changes = outcome.changes
    if options.retract and options.retract != len(changes.vanished):
        raise Usage(
            f"--retract {options.retract}, but {len(changes.vanished)} have vanished; look at the list first (nothing was published)"
        )
    gone = changes.vanished if options.retract else []
    lines = [*event_lines(changes), *retraction_lines(outcome.source, gone, options.reason)]
    if not lines:
        return
    with bar.counting("publishing 发布", len(lines)) as advance:
        send(lines, advance)
    outcome.published, outcome.retracted = len(lines) - len(gone), len(gone)


def _to_kafka(settings: Settings, lines: Sequence[bytes], arrived: Callable[[int], None]) -> None:
    topic = topic_name(OFFICE_EVENTS, settings)
    try:
        asyncio.run(publish(lines, kafka=settings.kafka, topic=topic, acknowledged=lambda events, _bytes: arrived(events)))
    except PublishError as error:
        raise MissingDependency(str(error)) from error
