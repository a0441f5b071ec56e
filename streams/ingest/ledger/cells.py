"""What a cell means: days, times, money, numbers, yes and no, codes, in all the ways in which clerks type them.

Every function takes a cell that is not blank and returns the value as an event has it, or raises `Wrong`. Nothing is guessed: a day without a
year, a two-digit year and 3/9/2026 are refused, for nobody can say what they mean.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation

from streams.ingest.ledger.columns import Column
from streams.ingest.ledger.files import Cell
from streams.ingest.ledger.plain import folded, plain_text

LOCAL = timezone(timedelta(hours=8))
_BLANK = frozenset(("", "-", "--", "—", "——", "–", "/", "\\", "／"))
"""What clerks write into a cell that has nothing to say."""
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""Day numbers of 1954 to 2119: no number of a ledger that is not a day could be taken for one in a column of days."""
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")
_DAY_SECONDS = 86_400
_MOST_DIGITS = 15
"""Digits that a number of a spreadsheet keeps."""
_DAY = re.compile(
    r"(?P<y>\d{4})(?:\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})\s?[日号]?|(?P<m8>\d{2})(?P<d8>\d{2}))"
    r"(?:[T\s]*(?P<h>\d{1,2})[:时点](?:(?P<min>\d{1,2})(?:[:分](?:(?P<s>\d{1,2})(?:\.\d{1,6})?秒?)?)?)?\s?(?P<zone>Z|[+-]\d{2}:\d{2})?)?"
)
_WHOLE = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,18}))(?:\.0+)?\s?(?:人次|人|次|件|名|个|场|分钟|分|年|年度|星级|星|户|所)?")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,18})?")
_MONEY_WORDS = re.compile(r"人民币|RMB|CNY|¥|\$|[元圆整正]", re.IGNORECASE)
_AREA_WORDS = re.compile(r"平方米|平米|m2|m²", re.IGNORECASE)
_YES = frozenset(("是", "有", "对", "y", "yes", "true", "1", "√", "✓", "✔", "☑"))
_NO = frozenset(("否", "无", "没有", "不是", "n", "no", "false", "0", "×", "x", "✗", "✘", "☐"))
_SEPARATORS = re.compile(r"[,、;\s/]+")


class Wrong(ValueError):
    """The cell cannot be taken; a refusal code and why and what to do, in Chinese and English."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code, zh, en)
        self.code, self.zh, self.en = code, zh, en


def text_of(cell: Cell) -> str:
    """A cell as plain text, as a person reads it."""
    match cell:
        case None:
            return ""
        case str():
            return plain_text(cell)
        case bool():
            return "是" if cell else "否"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 10**_MOST_DIGITS else format(cell, f".{_MOST_DIGITS}g")
        case datetime():
            return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, white space, or a dash."""
    return cell is None or (isinstance(cell, str) and not cell.isalnum() and plain_text(cell) in _BLANK)


def moment(cell: Cell, *, since_1904: bool = False) -> tuple[date, time | None]:
    """A day, with the time of day at +08:00 if the cell has one (midnight in a cell of days is none)."""
    match cell:
        case datetime():
            return cell.date(), None if cell.time() == time() else cell.time().replace(microsecond=0)
        case date():
            return cell, None
        case bool():
            raise _no_day()
        case float() if _FIRST_SERIAL <= cell < _LAST_SERIAL:
            seconds = round(cell % 1 * _DAY_SECONDS)
            on = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=int(cell))
            return on, None if seconds in (0, _DAY_SECONDS) else time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    text = text_of(cell)
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) < _LAST_SERIAL:
        return moment(float(text), since_1904=since_1904)
    found = _DAY.fullmatch(text)
    if not found:
        raise _no_day()
    return _moment(found)


def day(cell: Cell, *, since_1904: bool = False) -> str:
    """`YYYY-MM-DD`; a time of day in the cell is dropped."""
    return moment(cell, since_1904=since_1904)[0].isoformat()


def instant(cell: Cell, *, since_1904: bool = False) -> str:
    """RFC 3339 at +08:00; a day alone is a limit and means its last second."""
    on, at = moment(cell, since_1904=since_1904)
    return f"{on.isoformat()}T{(at or time(23, 59, 59)).isoformat()}+08:00"


def whole(cell: Cell) -> int:
    """A whole number; thousands may be set off by commas, a unit may follow."""
    found = _WHOLE.fullmatch(text_of(cell)) if not isinstance(cell, date) else None
    if isinstance(cell, bool) or not found:
        raise Wrong("STRUCT_VALUE", "不是整数", "not a whole number")
    return int(found[1].replace(",", ""))


def money(cell: Cell) -> str:
    """Yuan with two places; 万 and 亿 are multiplied out, currency signs and commas dropped."""
    text = _MONEY_WORDS.sub("", text_of(cell)).strip()
    times = Decimal(1)
    for word, factor in (("亿", Decimal(10**8)), ("万", Decimal(10**4))):
        if text.endswith(word):
            text, times = text.removesuffix(word).strip(), factor
    return f"{_two_places(_decimal(cell, text) * times):.2f}"


def decimal(cell: Cell) -> str:
    """A number with at most two places, as short as it can be written."""
    number = _two_places(_decimal(cell, _AREA_WORDS.sub("", text_of(cell)).strip()))
    return format(number.normalize(), "f")


def yes_no(cell: Cell) -> bool:
    """是 or 否, and what else clerks write for them."""
    if isinstance(cell, bool):
        return cell
    text = text_of(cell).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Wrong("STRUCT_VALUE", "请填“是”或“否”", "write 是 or 否")


def choice(column: Column) -> Callable[[Cell], str | int]:
    """A code by its Chinese name or itself."""
    codes = column.codes or {}
    known = {folded(name): code for code, name in codes.items()} | {folded(code): code for code in codes}
    listed = "、".join(codes.values())

    def read(cell: Cell) -> str | int:
        text = folded(text_of(cell))
        code = known.get(text)
        if code is None and not column.closed and re.fullmatch("[a-z0-9_]{1,32}", text):
            code = text
        if code is None:
            own = "" if column.closed else ",或本区县自定的代码(小写字母、数字、下划线)"
            hint = f"可填:{listed}{own}" if codes else "请填代码(小写字母、数字、下划线,最多32位)"
            raise Wrong("STRUCT_VALUE", f"不在清单中;{hint}", "not in the list" + ("" if column.closed else ", and no code a-z 0-9 _"))
        return int(code) if column.numeric and code.isdecimal() else code

    return read


def choices(column: Column) -> Callable[[Cell], list[str | int]]:
    """Several codes, with commas, 、 or blanks between them; each once."""
    one = choice(column)
    return lambda cell: list(dict.fromkeys(one(part) for part in _SEPARATORS.split(text_of(cell)) if part))


def _moment(found: "re.Match[str]") -> tuple[date, time | None]:
    part = found.groupdict()
    try:
        on = date(int(part["y"]), int(part["m"] or part["m8"]), int(part["d"] or part["d8"]))
        if part["h"] is None:
            return on, None
        at = datetime.combine(on, time(int(part["h"]), int(part["min"] or 0), int(part["s"] or 0)))
    except ValueError:
        raise Wrong("TIME_FORMAT", "没有这一天或这个时刻", "there is no such day or time") from None
    if part["zone"]:
        zone = "+00:00" if part["zone"] == "Z" else part["zone"]
        try:
            at = datetime.fromisoformat(f"{at.isoformat()}{zone}").astimezone(LOCAL).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise _no_day() from None
    return at.date(), at.time()


def _no_day() -> Wrong:
    return Wrong("TIME_FORMAT", "不是日期;请写成 2026-3-9 或 2026年3月9日", "not a day; write 2026-3-9 or 2026年3月9日")


def _decimal(cell: Cell, text: str) -> Decimal:
    if isinstance(cell, bool | date) or not (_DECIMAL.fullmatch(text) or isinstance(cell, float)):
        raise Wrong("STRUCT_VALUE", "不是数字", "not a number")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Wrong("STRUCT_VALUE", "不是数字", "not a number") from None


def _two_places(number: Decimal) -> Decimal:
    if abs(number) >= 10**_MOST_DIGITS or number != round(number, 2):
        raise Wrong("NUM_RANGE", "最多两位小数,且不能过大", "at most two places, and not beyond all bounds")
    return number
