"""A line of a ledger becomes an event, or all that is wrong with it at once, column by column.

The event is judged by the same check as in the worker, so that what passes here is not refused there. Nothing that a clerk typed is repeated
in a message: it may be personal.

A day without a time is the day's first minutes, in the order in which the catalogue has the types of the domain: an acceptance comes before the
agreement of the same day, an enrolment before the discharge. Types are only ever added at the end, so this order stays.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import orjson

from schemas.codes import CODES
from schemas.envelope import EventType, dataschema
from schemas.events import CATALOGUE
from schemas.fields import WORKER
from streams.core.outcome import Rejected
from streams.core.privacy import is_private
from streams.core.validate import validate
from streams.ingest.ledger import cells as read
from streams.ingest.ledger.cells import Wrong, is_blank, text_of
from streams.ingest.ledger.columns import NUMBER, OFFICE, SUBJECT, TIME, Column, columns_of
from streams.ingest.ledger.files import Cell
from streams.ingest.ledger.numbers import Numbers, number_of
from streams.ingest.ledger.places import Places
from streams.ingest.ledger.plain import looks_like_formula
from streams.ingest.ledger.sheets import Line
from streams.ingest.pseudonym import Key

Value = Any
"""A value as an event has it in JSON."""
Content = bytes
"""What two events are compared by."""

_WORKER = re.compile(WORKER)
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_MOST_REMEMBERED = 20_000


class Fault(NamedTuple):
    """One thing wrong with a line; `column` is its Chinese heading, '' for the line as a whole."""

    column: str
    code: str
    """One of `schemas.codes.CODES`."""
    zh: str
    en: str


class Entry(NamedTuple):
    """A good line: the event to be, without its id."""

    sheet: int
    """Number of the sheet among all that are imported."""
    line: int
    type_name: str
    reference: str
    key_id: str
    event: dict[str, Value]
    content: Content
    day: date


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a whole import."""

    source: str
    numbers: Numbers
    places: Places
    now_ms: int
    """The append time to be: events of the future are refused."""
    office: str = ""
    """The office of lines that name none."""

    @property
    def district(self) -> str:
        """The district of the source."""
        return self.source.split("/")[2]


class Reader:
    """Turns the lines of one sheet and type into entries. Cells that occur often are understood once."""

    def __init__(self, setting: Setting, columns: Mapping[int, Column], type_name: str, sheet: int, *, since_1904: bool = False) -> None:
        self._setting, self._sheet, self._type_name = setting, sheet, type_name
        self._kind = next(one for one in CATALOGUE if one.name == type_name)
        self._by_place = {column.place: column for column in columns_of(type_name)}
        self._columns = [(at, column, self._converter(column, since_1904=since_1904)) for at, column in columns.items()]
        self._absent = [one for one in self._by_place.values() if one.required and one not in columns.values()]
        self._entered = "data.entry" in self._by_place

    def read(self, line: Line) -> Entry | list[Fault]:
        """The entry of a line, or its faults in the order of the columns."""
        values: dict[str, Value] = {}
        faults: list[Fault] = []
        for at, column, convert in self._columns:
            cell = line.cells[at] if at < len(line.cells) else None
            if at in line.formulas:
                faults.append(Fault(column.zh, "STRUCT_VALUE", "是公式;请复制后“粘贴为数值”", "a formula; paste it as a value"))
            elif is_blank(cell):
                if column.required and not (column.place == OFFICE and self._setting.office):
                    faults.append(_missing(column))
            else:
                try:
                    values[column.place] = convert(cell)
                except Wrong as wrong:
                    faults.append(Fault(column.zh, wrong.code, wrong.zh, wrong.en))
        faults += [_missing(one) for one in self._absent if not (one.place == OFFICE and self._setting.office)]
        return faults or self._entry(line, values)

    def _entry(self, line: Line, values: dict[str, Value]) -> Entry | list[Fault]:
        setting = self._setting
        number, (on, at) = values.pop(NUMBER), values.pop(TIME)
        key, reference = setting.numbers.reference(self._type_name, number)
        office = values.pop(OFFICE, setting.office)
        if not setting.places.is_open(office, on):
            return [_refused(self._by_place[OFFICE], "DOMAIN_OFFICE_CLOSED", "")]
        event: dict[str, Value] = {
            "specversion": "1.0",
            "id": event_id(key.id, reference, 1),
            "source": setting.source,
            "type": self._type_name,
            "time": f"{on.isoformat()}T{at.isoformat() if at else _order(self._kind)}+08:00",
            "district": setting.district,
            "office": office,
        }
        about = number if self._kind.subject == "required" else values.pop(SUBJECT, None)
        if about is not None:
            event["subject"] = setting.numbers.subject(self._kind.domain, about)
        event["data"] = self._data(values, key)
        event |= dataschema(self._type_name, self._kind.version_of(event["data"]))
        judged = validate((-1, setting.now_ms, setting.district.encode(), orjson.dumps(event), ()))
        if isinstance(judged, Rejected):
            return [self._judged(judged)]
        return Entry(self._sheet, line.number, self._type_name, reference, key.id, event, content_of(judged[0]), on)

    def _data(self, values: dict[str, Value], key: Key) -> dict[str, Value]:
        data = {place.partition(".")[2]: value for place, value in values.items()}
        if "worker" in data and not _WORKER.fullmatch(data["worker"]):
            data["worker"] = key.worker(self._setting.district, data["worker"])
        if self._entered:
            data.setdefault("entry", "bulk_import")
        return data

    def _judged(self, refusal: Rejected) -> Fault:
        """A refusal of the check, at the column that it names."""
        place = refusal.detail.partition(":")[0].partition("[")[0]
        return _refused(self._by_place.get(place), refusal.code, refusal.detail)

    def _converter(self, column: Column, *, since_1904: bool) -> Callable[[Cell], Value]:
        convert = _kinds(column, self._setting.places, since_1904=since_1904)[column.kind]
        seen: dict[tuple[type, Cell], Value | Wrong] = {}

        def converted(cell: Cell) -> Value:
            of = (cell.__class__, cell)
            try:
                found = seen[of]
            except KeyError:
                if len(seen) >= _MOST_REMEMBERED:
                    seen.clear()
                found = seen[of] = _attempt(convert, cell)
            if isinstance(found, Wrong):
                raise found.with_traceback(None)
            return found

        return converted


def event_id(key_id: str, reference: str, ordinal: int, revision: int = 0) -> str:
    """The id of the `ordinal`-th event of a line's number, or of its amendment to a revision. At most 64 characters."""
    return f"led:{key_id}:{reference}:{ordinal}" + (f":r{revision}" if revision else "")


def content_of(judged: Mapping[str, Any]) -> Content:
    """What two events of a ledger are compared by: all that the check has left, but what names the event itself."""
    return orjson.dumps([judged.get(name) for name in ("type", "time", "office", "subject", "data")], option=orjson.OPT_SORT_KEYS)


def _attempt(convert: Callable[[Cell], Value], cell: Cell) -> Value | Wrong:
    text = text_of(cell)
    if is_private(text):
        return Wrong("TEXT_PRIVATE", "含身份证号、手机号等个人信息,请删除", "holds personal data; take it out")
    if isinstance(cell, str) and looks_like_formula(cell) and not _NUMBER.fullmatch(text):
        return Wrong("STRUCT_VALUE", "以公式符号(= + - @)开头,拒绝导入", "begins like a formula")
    try:
        return convert(cell)
    except Wrong as wrong:
        return wrong


def _kinds(column: Column, places: Places, *, since_1904: bool) -> dict[str, Callable[[Cell], Value]]:
    return {
        "number": number_of,
        "record": number_of,
        "office": places.office,
        "authority": places.authority,
        "assigner": places.assigner,
        "time": lambda cell: read.moment(cell, since_1904=since_1904),
        "day": lambda cell: read.day(cell, since_1904=since_1904),
        "instant": lambda cell: read.instant(cell, since_1904=since_1904),
        "choice": read.choice(column),
        "choices": read.choices(column),
        "whole": read.whole,
        "yes_no": read.yes_no,
        "money": read.money,
        "decimal": read.decimal,
        "worker": text_of,
        "text": text_of,
    }


def _missing(column: Column) -> Fault:
    return Fault(column.zh, "STRUCT_MISSING", "必填", "required")


def _refused(column: Column | None, code: str, detail: str) -> Fault:
    if code == "TIME_FUTURE":
        return Fault(column.zh if column else "", code, "日期在将来;请在事情发生后再填", "in the future; enter it when it has happened")
    known = CODES[code]
    bounds = _bounds(column) if column and code == "NUM_RANGE" else ("", "")
    reason = detail.partition(": ")[2] if column else detail
    en = f"{known.en}{bounds[1]}" + (f": {reason}" if reason else "")
    return Fault(column.zh if column else "", code, f"{known.zh}{bounds[0]};{known.remedy_zh}", en)


def _bounds(column: Column) -> tuple[str, str]:
    if column.least is None or column.most is None:
        return "", ""
    return f"({column.least} 至 {column.most})", f" ({column.least} to {column.most})"


@cache
def _order(kind: EventType) -> str:
    """The time of day of what only has a day."""
    place = [one.name for one in CATALOGUE if one.domain == kind.domain].index(kind.name)
    return f"00:{place // 60:02}:{place % 60:02}"
