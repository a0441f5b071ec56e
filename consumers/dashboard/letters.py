"""Dead letters of a district: how many by reason, office and day, the list, and one letter with what became of it.

The page knows the index only: what was refused, why, and what names it. The refused bytes may hold anything; they lie in Kafka, for the bureau's
operators (`suoheng dead-letters show`), and never come here.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District
from consumers.lineage import find_record
from schemas.codes import CODES, LETTER_STATES

PER_PAGE = 50
NOBODY = "-"
"""Stands for no office in addresses."""
_MOST_DAYS = 31
_PLACE = re.compile("([0-9]{1,9}):([0-9]{1,18})")


class Letter(NamedTuple):
    """A dead letter as the index has it. partition and offset: of the refused event in the log; sent_…: of the record that sent it again."""

    partition: int
    offset: int
    code: str
    detail: str
    stage: str
    office: str
    source: str
    id: str
    type: str
    sequence: int | None
    sha256: str
    received_at: datetime
    state: str
    changed_at: datetime | None
    replayed_by: str
    approved_by: str
    corrected: bool
    sent_partition: int
    sent_offset: int
    replays: str

    @property
    def place(self) -> str:
        """How people name it."""
        return f"{self.partition}:{self.offset}"

    @property
    def sent(self) -> str:
        """Where the record lies that sent it again."""
        return f"{self.sent_partition}:{self.sent_offset}"


class Count(NamedTuple):
    """Letters of one code, office or day: all, and those that are open."""

    of: str
    all: int
    open: int


@dataclass(frozen=True, slots=True)
class LettersPage:
    """All that the list prints; `state` '' for the frame, `chosen`: what narrows it down."""

    state: str
    chosen: Mapping[str, str]
    states: Mapping[str, int]
    codes: list[Count]
    offices: list[Count]
    days: list[Count]
    letters: list[Letter]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter, the others of the same event, and whether the event has been admitted."""

    state: str
    letter: Letter
    alike: list[Letter]
    admitted: bool


async def letters_page(store: Store, place: District, ask: Ask) -> LettersPage:
    """The letters that the query means. Raises PageError, Unavailable."""
    chosen = asked_letters(ask)
    rows = await store.rows(queries.letter_counts(place.code))
    page = ask.number("page", 1)
    states = _counts(rows, 3, chosen, but="state")
    total = sum(states[state].all for state in states if chosen.get("state", state) == state)
    shown = await store.rows(queries.letters(place.code, chosen, PER_PAGE, (page - 1) * PER_PAGE))
    days = sorted(_counts(rows, 2, chosen, but="day").values(), key=lambda one: one.of, reverse=True)
    return LettersPage(
        "",
        chosen,
        {state: states[state].all if state in states else 0 for state in LETTER_STATES},
        _greatest(_counts(rows, 1, chosen, but="code")),
        _greatest(_counts(rows, 0, chosen, but="office")),
        days[:_MOST_DAYS],
        [Letter(*row) for row in shown],
        total,
        page,
        max(1, ceil(total / PER_PAGE)),
    )


async def letter_page(store: Store, place: District, ask: Ask) -> LetterPage:
    """The letter whose place the query names. Raises PageError, Unavailable."""
    named = ask.query.get("place", "")
    at = _PLACE.fullmatch(named)
    if not at:
        raise PageError(400, "error.400.place")
    found = [Letter(*row) for row in await store.rows(queries.letters_alike(place.code, int(at[1]), int(at[2])))]
    letter = next((one for one in found if one.place == f"{int(at[1])}:{int(at[2])}"), None)
    if letter is None:
        raise PageError(404, "error.404.letter", id=named)
    admitted = bool(letter.id) and await find_record(store, place.code, letter.source, letter.id) is not None
    return LetterPage("", letter, [one for one in found if one is not letter], admitted)


def asked_letters(ask: Ask) -> dict[str, str]:
    """What the query narrows the list down by. Raises PageError 400."""
    chosen = {name: ask.query[name] for name in ("office", "code", "day", "state") if ask.query.get(name)}
    if chosen.get("office") == NOBODY:
        chosen["office"] = ""
    if "day" in chosen:
        chosen["day"] = str(ask.day("day"))
    if chosen.get("state", LETTER_STATES[0]) not in LETTER_STATES:
        raise PageError(400, "error.400.state", id=chosen["state"])
    if "code" in chosen and chosen["code"] not in CODES:
        raise PageError(400, "error.400.code", id=chosen["code"])
    return chosen


_FIELDS = ("office", "code", "day", "state")


def _counts(rows: list[tuple[Any, ...]], field: int, chosen: Mapping[str, str], but: str) -> dict[str, Count]:
    """Letters by one field, of those that all choices but the one of this field leave."""
    asked = [(_FIELDS.index(name), value) for name, value in chosen.items() if name != but]
    every, unsettled = Counter[str](), Counter[str]()
    for row in (row for row in rows if all(str(row[at]) == value for at, value in asked)):
        every[str(row[field])] += row[4]
        unsettled[str(row[field])] += row[4] * (row[3] == LETTER_STATES[0])
    return {name: Count(name, n, unsettled[name]) for name, n in every.items()}


def _greatest(counts: Mapping[str, Count]) -> list[Count]:
    return sorted(counts.values(), key=lambda one: (-one.open, -one.all, one.of))
