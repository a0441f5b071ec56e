"""The columns of a ledger, derived from the model of each event type: which fields, of which kind, which codes, which bounds, what they are called.

Nothing here names a type. A field that a type gets tomorrow is a column tomorrow, with its own name until `schemas.labels` gives it another, its
codes with the names that the shape gives them, and
a field of a kind that is not known here is a column whose text goes into the event as it stands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from schemas import fields
from schemas.envelope import EventType, Work
from schemas.events import CATALOGUE
from schemas.labels import domain_label, field_label
from streams.ingest.ledger.plain import folded

Kind = Literal[
    "number", "record", "office", "time", "text", "choice", "choices", "whole", "yes_no", "money", "decimal", "day", "instant", "worker", "authority",
    "assigner",
]  # fmt: skip
"""`number`: the clerk's own number of a case, person or task, `record`: of the line; neither is sent. `time`: when it happened."""

NUMBER, SUBJECT, OFFICE, TIME = "number", "subject", "office", "time"
"""Places of the columns that are not fields of `data`; NUMBER names the line and is no attribute of the event."""

_PATTERNS: dict[str, Kind] = {"Money": "money", "Area": "decimal", "Code": "choice", "WorkerId": "worker"}
_FORMATS: dict[str, Kind] = {"day": "day", "instant": "instant", "office": "office", "authority": "authority", "assigner": "assigner"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the ledger of a type."""

    place: str
    """Where its value stands in the event: NUMBER, `subject`, `office`, `time` or `data.<field>`, as refusals name it."""
    zh: str
    en: str
    kind: Kind
    required: bool
    codes: Mapping[str, str] | None = None
    """Code to Chinese name, of what can be chosen."""
    closed: bool = False
    """Only these codes are valid; else a district may have others."""
    least: int | None = None
    most: int | None = None
    work: bool = False
    """One of the fields that every business type has."""

    numeric: bool = False
    """Codes of digits are numbers in the event."""

    @property
    def field(self) -> str:
        """The field of `data`, '' for the others."""
        return self.place.partition(".")[2]


def ledger_types() -> tuple[EventType, ...]:
    """The types that offices keep ledgers of: all that name an office, in the catalogue's order."""
    return tuple(one for one in CATALOGUE if one.office == "required")


def domains() -> tuple[str, ...]:
    """Their domains."""
    return tuple(dict.fromkeys(one.domain for one in ledger_types()))


@cache
def columns_of(type_name: str) -> tuple[Column, ...]:
    """The columns of the ledger of a type: number, office and time, its own fields, then how the work was done."""
    kind = next(one for one in CATALOGUE if one.name == type_name)
    work = get_type_hints(Work, include_extras=True)
    hints = get_type_hints(kind.data, include_extras=True)
    data = [_data_column(kind, name, hint, work=name in work) for name, hint in hints.items()]
    # What a type demands is its own, wherever it was declared: who ordered a task stands with the task.
    own = [one for one in data if not one.work or one.required]
    return (*_leading(kind), *own, *(one for one in data if one.work and not one.required))


@cache
def headings(type_name: str) -> Mapping[str, Column]:
    """Every way to name a column in a heading, folded: its Chinese name, the field's own name, and what else clerks call it."""
    found: dict[str, Column] = {}
    for column in columns_of(type_name):
        for name in (column.zh, column.field or column.place, *_also(type_name, column)):
            found.setdefault(folded(name), column)
    return found


def _leading(kind: EventType) -> Iterator[Column]:
    domain = domain_label(kind.domain)
    if kind.subject == "required":
        yield Column(NUMBER, *domain.number, "number", required=True)
    else:
        yield Column(NUMBER, "记录编号", "record number", "record", required=True)
    if kind.subject == "optional":
        yield Column(SUBJECT, *domain.number, "number", required=False)
    yield Column(OFFICE, "司法所", "office", "office", required=True)
    yield Column(TIME, "日期", "day, with a time if several things of one day must be told apart", "time", required=True)


def _also(type_name: str, column: Column) -> tuple[str, ...]:
    kind = next(one for one in CATALOGUE if one.name == type_name)
    match column.place:
        case "number":
            return ("编号", "案号", "台账编号", "登记编号")
        case "office":
            return ("所", "司法所名称", "填报单位")
        case "time":
            return ("时间", "发生日期", "发生时间", "办理日期", "登记日期", f"{kind.zh}日期", f"{kind.zh}时间")
        case _:
            return ()


def _data_column(kind: EventType, name: str, hint: Any, *, work: bool) -> Column:
    zh, en = field_label(kind.name, name)
    told = _told(hint)
    codes = {code: told.names.get(code, (code,))[0] for code in told.literals or told.names}
    return Column(
        place=f"data.{name}",
        zh=zh,
        en=en,
        kind=told.kind,
        required=name in kind.data.__required_keys__,
        # Among many names people look for 其他 at the end.
        codes=dict(sorted(codes.items(), key=lambda one: one[0] == "other")) or None,
        closed=bool(told.literals),
        least=told.least,
        most=told.most,
        work=work,
        numeric=told.numeric,
    )


@dataclass(slots=True)
class _Told:
    """What an annotation says."""

    kind: Kind = "text"
    literals: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    numeric: bool = False
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Of the codes, where the shape itself names them."""


def _told(hint: Any) -> _Told:
    """The kind, codes and bounds of a field from its annotation; `text` for what is not known."""
    origin, arguments = get_origin(hint), get_args(hint)
    if named := next((kind for name, kind in _PATTERNS.items() if hint == getattr(fields, name)), None):
        return _Told(named)
    if origin in (NotRequired, Required):
        return _told(arguments[0])
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        return _either([_told(one) for one in arguments])
    return _plain(hint, origin, arguments)


def _plain(hint: Any, origin: Any, arguments: tuple[Any, ...]) -> _Told:
    if origin is Literal:
        return _Told("choice", tuple(str(one) for one in arguments))
    if origin is list and (of := _told(arguments[0])).kind == "choice":
        return _Told("choices", of.literals, names=of.names)
    kinds: dict[Any, Kind] = {bool: "yes_no", int: "whole"}
    return _Told(kinds.get(hint, "text"))


def _annotated(base: Any, metadata: tuple[Any, ...]) -> _Told:
    names = next((one.names for one in metadata if isinstance(one, fields.Named)), None)
    if names is not None:
        others = tuple(one for one in metadata if not isinstance(one, fields.Named))
        told = _told(Annotated[(base, *others)] if others else base)
        told.names = names
        return told
    told = _told(base)
    for one in metadata:
        if isinstance(one, fields.Format):
            told.kind = _FORMATS.get(one.name, "text")
        if isinstance(one, FieldInfo):
            for bound in one.metadata:
                told.least = getattr(bound, "ge", told.least)
                told.most = getattr(bound, "le", told.most)
    return told


def _either(parts: list[_Told]) -> _Told:
    """A choice between few numbers and codes: each number is a code too."""
    literals: list[str] = []
    numeric = False
    for part in parts:
        if part.kind == "whole" and part.least is not None and part.most is not None and part.most - part.least < 100:
            literals += [str(number) for number in range(part.least, part.most + 1)]
            numeric = True
        elif part.literals:
            literals += part.literals
        else:
            return _Told()
    return _Told("choice", tuple(literals), numeric=numeric)


_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def sheet_name(kind: EventType) -> str:
    """The name of the sheet of a type: its Chinese name as far as sheets can be called so."""
    return _SHEET_NAME.sub("-", kind.zh)[:31]
