"""Bytes and texts into plain values, by the letter of the contract's section 2; the oracle's own, shared with nothing else.

Instants are integers: microseconds since 1970 UTC. Days are ordinals as Python counts them (1 is 0001-01-01).
"""

import json
import re
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn

MAX_BYTES = 16 * 1024
MAX_DEPTH = 8

DAY_US = 86_400_000_000
CHINA_US = 8 * 3_600_000_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
LAST_DAY = date.max.toordinal()

_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,6}))?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONEY = re.compile(r"(0|[1-9][0-9]{0,9})\.([0-9]{2})")
_AREA = re.compile(r"(0|[1-9][0-9]{0,3})(?:\.([0-9]{1,2}))?")


class Refused(Exception):
    """Why an event is a dead letter: a code of section 10 and one line for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Fraction(str):
    """A JSON number that is no integer, as written: with a fraction, an exponent, or -0. No field takes one."""

    __slots__ = ()


def parse_object(raw: bytes | None) -> tuple[dict[str, Any], str]:
    """The JSON object of a message's value, and its text. Raises `Refused` with a BYTES_ or JSON_ code, or STRUCT_TYPE when it is no object."""
    if not raw:
        raise Refused("BYTES_EMPTY")
    if len(raw) > MAX_BYTES:
        raise Refused("BYTES_TOO_LARGE", f"{len(raw)} bytes")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Refused("BYTES_ENCODING", "byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("BYTES_ENCODING", str(error)) from None
    parsed = _parse(text)
    if type(parsed) is not dict:
        raise Refused("STRUCT_TYPE", "the event is not an object")
    return parsed, text


def _parse(text: str) -> Any:
    try:
        parsed = json.loads(text, object_pairs_hook=_pairs, parse_float=Fraction, parse_int=_integer, parse_constant=_not_json)
    except RecursionError:
        raise Refused("JSON_DEPTH") from None
    except ValueError as error:
        raise Refused("JSON_SYNTAX", str(error)) from None
    # Eight opening brackets at most cannot nest deeper than eight.
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(parsed) > MAX_DEPTH:
        raise Refused("JSON_DEPTH")
    if "\\u" in text:
        try:
            json.dumps(parsed, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Refused("JSON_SYNTAX", "half of a surrogate pair") from None
    return parsed


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("JSON_DUPLICATE_KEY")
    return found


def _integer(text: str) -> int | Fraction:
    return Fraction(text) if text == "-0" else int(text)


def _not_json(name: str) -> NoReturn:
    raise Refused("JSON_SYNTAX", name)


def _depth(value: Any) -> int:
    if type(value) is dict:
        return 1 + max((_depth(part) for part in value.values()), default=0)
    if type(value) is list:
        return 1 + max((_depth(part) for part in value), default=0)
    return 0


@lru_cache(maxsize=50_000)
def day_ordinal(text: str) -> int:
    """The ordinal of a day `YYYY-MM-DD`. Raises `Refused`."""
    found = _DATE.fullmatch(text)
    if not found:
        raise Refused("TIME_FORMAT", text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).toordinal()
    except ValueError:
        raise Refused("TIME_FORMAT", text) from None


@lru_cache(maxsize=50_000)
def day_text(ordinal: int) -> str:
    """A day as `YYYY-MM-DD`."""
    return date.fromordinal(ordinal).isoformat()


def instant_us(text: str) -> int:
    """Microseconds since 1970 UTC of an RFC 3339 instant. Raises `Refused`."""
    found = _INSTANT.fullmatch(text)
    if not found:
        raise Refused("TIME_FORMAT", text)
    day, hour, minute, second, fraction, sign, offset_hour, offset_minute = found.groups()
    seconds = (day_ordinal(day) - EPOCH_DAY) * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign:
        offset = int(offset_hour) * 3600 + int(offset_minute) * 60
        seconds += -offset if sign == "+" else offset
    return seconds * 1_000_000 + int((fraction or "").ljust(6, "0"))


def local_day(us: int) -> int:
    """The ordinal of an instant's day in China (+08:00)."""
    return (us + CHINA_US) // DAY_US + EPOCH_DAY


def fen(text: str) -> int:
    """Money in fen from decimal yuan with two places. Raises `Refused`."""
    found = _MONEY.fullmatch(text)
    if not found:
        raise Refused("STRUCT_VALUE", text)
    return int(found[1]) * 100 + int(found[2])


def area_hundredths(text: str) -> int:
    """An area in 0.01 m² from a decimal 5–5000 with at most two places. Raises `Refused`."""
    found = _AREA.fullmatch(text)
    if not found:
        raise Refused("STRUCT_VALUE", text)
    area = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 500 <= area <= 500_000:
        raise Refused("NUM_RANGE", text)
    return area
