"""Instants and local days as integers: microseconds and days since 1970-01-01.

Not `fromisoformat`: it takes basic formats, week dates and other things that the contract does not allow, and costs more.
"""

from datetime import date

from schemas.fields import DAY
from streams.core.refusal import Malformed
from streams.core.texts import Memo

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
LOCAL_OFFSET_US = 8 * HOUR_US
"""Days are cut at +08:00, all year."""

_DAY_ZERO = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = date.min.toordinal() - _DAY_ZERO, date.max.toordinal() - _DAY_ZERO
"""The days that can be written: 0001-01-01 to 9999-12-31."""
_MOST_DECIMALS = 6
_INSTANT = "must be YYYY-MM-DDTHH:MM:SS, at most six decimals, and Z or ±HH:MM"
_REST = r":[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _DAY_ZERO


def _hour(text: str) -> int:
    """`YYYY-MM-DDTHH` as if it were UTC."""
    return _day(text[:10]) * DAY_US + int(text[11:]) * HOUR_US


def _rest(text: str) -> int:
    """`:MM:SS` and zone: microseconds after that hour."""
    seconds = int(text[1:3]) * 60 + int(text[4:6])
    if text[6] != "Z":
        offset = int(text[7:9]) * 3600 + int(text[10:]) * 60
        seconds += offset if text[6] == "-" else -offset
    return seconds * SECOND_US


_days = Memo(DAY, _day, "TIME_FORMAT", "must be a day, YYYY-MM-DD")
_hours = Memo(f"{DAY}T(?:[01][0-9]|2[0-3])", _hour, "TIME_FORMAT", _INSTANT)
_rests = Memo(_REST, _rest, "TIME_FORMAT", _INSTANT)

day_number = _days.__getitem__
"""Days since 1970-01-01 of `YYYY-MM-DD`. Raises `Malformed` TIME_FORMAT."""


def instant(text: str) -> int:
    """Microseconds since 1970 UTC of an RFC 3339 text with seconds, at most six decimals, `Z` or `±HH:MM`. Raises `Malformed` TIME_FORMAT.

    Exact for every local year from 1 to 9999, also where UTC lies in another year. Leap seconds and 24:00 are refused.
    """
    if text[19:20] == ".":
        zone_at = -1 if text[-1] == "Z" else -6
        return _hours[text[:13]] + _rests[text[13:19] + text[zone_at:]] + _decimals(text[20:zone_at])
    return _hours[text[:13]] + _rests[text[13:]]


def _decimals(digits: str) -> int:
    if not (0 < len(digits) <= _MOST_DECIMALS and digits.isascii() and digits.isdigit()):
        raise Malformed("TIME_FORMAT", _INSTANT)
    return int(digits.ljust(_MOST_DECIMALS, "0"))


def local_day(us: int) -> int:
    """The local day of an instant: its date at +08:00, as days since 1970-01-01."""
    return (us + LOCAL_OFFSET_US) // DAY_US
