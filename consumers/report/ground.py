"""What is known of a district before anything is counted: its names, its indicators and how they look, what became of its offices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from consumers.clickhouse.client import Client, connect
from consumers.dashboard.presentation import Presentation, Told, presentation
from consumers.formulas import Formula, read_formulas
from schemas.settings import Settings

_DISTRICT = "SELECT max(today) FROM districts WHERE district = {district:String} HAVING count() > 0"
_BEGINS = "SELECT min(window_start) FROM indicator_values WHERE district = {district:String} AND window_kind = 'month' HAVING count() > 0"
_CLOSED = "SELECT office, name, closed_on, merged_into FROM offices WHERE district = {district:String} AND isNotNull(closed_on) ORDER BY closed_on, office"
_SPLIT_OFF = "SELECT office, name, opened_on, assumeNotNull(split_from) FROM offices WHERE district = {district:String} AND isNotNull(split_from) ORDER BY opened_on, office"
_NAMES = """
SELECT office, name FROM offices WHERE district = {district:String}
UNION ALL SELECT authority, name FROM authorities WHERE district = {district:String}
"""
_WORDS = "SELECT id, zh, en, shape, unit_zh, unit_en, factor, divisor, better, modes, windows, dimensions, subjects FROM indicators ORDER BY number, id"


class Words(NamedTuple):
    """An indicator's names and looks."""

    zh: str
    en: str
    unit_zh: str
    unit_en: str
    looks: Presentation


class Gone(NamedTuple):
    """An office that was closed: the first day on which it was no more, and the office that it was merged into, None of one that was not."""

    office: str
    name: str
    closed_on: date
    merged_into: str | None


class SplitOff(NamedTuple):
    """An office that came out of another one on the day on which it was opened."""

    office: str
    name: str
    opened_on: date
    split_from: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a district before anything is counted. `begins`: the first month with values, None before there is one."""

    district: str
    today: date
    begins: date | None
    names: Mapping[str, str]
    words: Mapping[str, Words]
    formulas: Mapping[str, Formula]
    """Of those that workers fold."""
    told: Mapping[str, Formula]
    """Of those that a view tells: without terms."""
    gone: Sequence[Gone] = ()
    split_off: Sequence[SplitOff] = ()

    @property
    def catalogue(self) -> Mapping[str, Formula]:
        """All of them."""
        return {**self.formulas, **self.told}

    def formula(self, id_: str) -> Formula:
        """One of them."""
        return self.formulas.get(id_) or self.told[id_]


def read(settings: Settings, district: str) -> Ground | None:
    """What is known of a district, over a connection of its own."""
    with connect(settings) as client:
        return read_ground(client, district)


def read_ground(client: Client, district: str) -> Ground | None:
    """What is known of a district; None when the log does not know it."""
    given = {"district": district}
    today = client.query(_DISTRICT, given).result_rows
    if not today:
        return None
    begins = client.query(_BEGINS, given).result_rows
    names = {row[0]: row[1] for row in client.query(_NAMES, given).result_rows}
    rows, formulas = client.query(_WORDS).result_rows, read_formulas(client)
    words = {row[0]: _words(*row[:9]) for row in rows}
    by_view = {row[0]: _told(row[0], row[3], *row[9:]) for row in rows if row[0] not in formulas}
    gone = [Gone(*row) for row in client.query(_CLOSED, given).result_rows]
    split_off = [SplitOff(*row) for row in client.query(_SPLIT_OFF, given).result_rows]
    return Ground(district, today[0][0], begins[0][0] if begins else None, names, words, formulas, by_view, gone, split_off)


def _words(id_: str, zh: str, en: str, *looks: Any) -> Words:
    told = Told(*looks)
    return Words(zh, en, told.unit_zh, told.unit_en, presentation(id_, told))


def _told(id_: str, shape: str, modes: Sequence[str], windows: Sequence[str], dims: Sequence[str], subjects: Sequence[str]) -> Formula:
    return Formula(id_, shape, modes, windows, dims, True, "district" in subjects, "authority" in subjects, 1, ())
