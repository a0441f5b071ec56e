"""Instants and local days as integers: microseconds and days since 1970-01-01.

Not `fromisoformat`: it takes basic formats, week dates and other things that the contract does not allow, and costs more.
"""

import re
from datetime import date, datetime

from schemas.fields import DAY
from streams.core.refusal import Malformed
from streams.core.texts import Memo

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
LOCAL_OFFSET_US = 8 * 3_600 * SECOND_US
"""Days are cut at +08:00, all year."""

_DAY_ZERO = date(1970, 1, 1).toordinal()
_ZONE = "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_FRACTION = re.compile(rf"\.([0-9]{{1,6}})({_ZONE})")
_INSTANT = "must be YYYY-MM-DDTHH:MM:SS, at most six decimals, and Z or ±HH:MM"


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _DAY_ZERO


def _hour(text: str) -> int:
    """`YYYY-MM-DDTHH:` and zone; exact for every year from 1 to 9999, beyond what a datetime in UTC can say."""
    offset_minutes = 0
    if text[14] != "Z":
        minutes = int(text[15:17]) * 60 + int(text[18:20])
        offset_minutes = -minutes if text[14] == "-" else minutes
    return (_day(text[:10]) * 1440 + int(text[11:13]) * 60 - offset_minutes) * 60 * SECOND_US


_DAYS = Memo(DAY, _day, "TIME_FORMAT", "must be a day, YYYY-MM-DD")
_HOURS = Memo(f"{DAY}T(?:[01][0-9]|2[0-3]):{_ZONE}", _hour, "TIME_FORMAT", _INSTANT)
_MINUTES = {f"{minute:02}:{second:02}": (minute * 60 + second) * SECOND_US for minute in range(60) for second in range(60)}

day_number = _DAYS.__getitem__
"""Days since 1970-01-01 of `YYYY-MM-DD`. Raises `Malformed` TIME_FORMAT."""


def instant(text: str) -> int:
    """Microseconds since 1970 UTC of an RFC 3339 text with seconds, at most six decimals, `Z` or `±HH:MM`. Raises `Malformed` TIME_FORMAT."""
    minutes, zone, micros = _MINUTES.get(text[14:19]), text[19:], 0
    if minutes is None:
        raise Malformed("TIME_FORMAT", _INSTANT)
    if zone[:1] == ".":
        parts = _FRACTION.fullmatch(zone)
        if parts is None:
            raise Malformed("TIME_FORMAT", _INSTANT)
        micros, zone = int(parts[1].ljust(6, "0")), parts[2]
    return _HOURS[text[:14] + zone] + minutes + micros


def local_day(us: int) -> int:
    """The local day on which an instant lies, as days since 1970-01-01."""
    return (us + LOCAL_OFFSET_US) // DAY_US


def utc_text(us: int) -> str:
    """An instant of the years 1 to 9999 UTC as RFC 3339 with milliseconds and Z, as output rows write it."""
    moment = datetime.fromordinal(us // DAY_US + _DAY_ZERO)
    ms = us % DAY_US // 1000
    return f"{moment:%Y-%m-%d}T{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}Z"
