"""The restricted job (`tests/benchmark/restricted.py`) for the peers in Python: what to validate, whom and when to sum for, a row's bytes.

Runs in the peers' own environment, so it knows nothing of this project. It is written to be fast for them: one call of pydantic's compiled
validator an event, and what an office and a day stand for is computed once and remembered.
"""

import sys
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

CHINA = timezone(timedelta(hours=8))
STRICT = ConfigDict(extra="forbid", strict=True)

Sums = list[int]
"""Count, minutes, fen."""


class Arguments(NamedTuple):
    """The command line of every peer."""

    kafka: str
    source: str
    """Topic to read from its beginning; one partition."""
    sink: str
    """Topic to write to."""
    folder: str
    """Empty folder for state."""
    variant: str
    """What the system's module makes of it."""


class Data(TypedDict):
    """What is summed, besides the count."""

    __pydantic_config__ = STRICT  # type: ignore[misc]
    minutes: Annotated[int, Field(ge=0, le=1440)]
    amount_fen: Annotated[int, Field(ge=0, le=10**12)]


class Event(TypedDict):
    """The event of the comparison."""

    __pydantic_config__ = STRICT  # type: ignore[misc]
    id: Annotated[str, Field(min_length=1, max_length=64)]
    time: str
    office: Annotated[str, Field(pattern="^sfs-[0-9]{6}-[0-9]{3}$")]
    data: Data


_validate = TypeAdapter(Event).validator.validate_json


def arguments() -> Arguments:
    """What this process was started with."""
    return Arguments(*sys.argv[1:])


def event_of(value: bytes) -> tuple[str, str, date, tuple[int, int, int]] | None:
    """Identity, office, local day and measures of an event; None when it is not valid."""
    try:
        event: Event = _validate(value)
        at = datetime.fromisoformat(event["time"])
    except ValueError:  # pydantic's is one too
        return None
    if at.tzinfo is None:
        return None
    return event["id"], event["office"], at.astimezone(CHINA).date(), (1, event["data"]["minutes"], event["data"]["amount_fen"])


@lru_cache(4_096)
def rows_of(office: str, day: date) -> tuple[tuple[bytes, int], ...]:
    """Keys of the fifteen rows that an office's day counts in, each with its weight: three subjects, five windows."""
    district, number = office[4:10], int(office[11:])
    subjects = (
        (office, 1),
        (f"au-{district}-jd-{number:03}", 7_000 if number % 2 else 4_000),
        (f"au-{district}-sfj", 3_000 if number % 2 else 6_000),
    )
    windows = windows_of(day)
    return tuple((f"{subject}|{window}".encode(), weight) for subject, weight in subjects for window in windows)


@lru_cache(4_096)
def windows_of(day: date) -> tuple[str, ...]:
    """Day, week, month, quarter, year, as in a key."""
    first = day.replace(day=1)
    return (
        f"day|{day}",
        f"week|{day - timedelta(day.weekday())}",
        f"month|{first}",
        f"quarter|{first.replace(month=(day.month - 1) // 3 * 3 + 1)}",
        f"year|{first.replace(month=1)}",
    )


def row(sums: Sums, version: int) -> bytes:
    """The value of a row; `version` is the offset of the last event that was folded before it was written."""
    return b'{"count":%d,"minutes":%d,"fen":%d,"version":%d}' % (*sums, version)


def fold(
    seen: MutableMapping[str, bool], sums: MutableMapping[bytes, Sums], values: Iterable[bytes], version: int
) -> Iterator[tuple[bytes, bytes]]:
    """Take a batch: drop repeats, sum by office and day first, then give each touched key one row."""
    days: dict[tuple[str, date], Sums] = {}
    for value in values:
        event = event_of(value)
        if event is None or event[0] in seen:
            continue
        identity, office, day, measures = event
        seen[identity] = True
        _add(days.setdefault((office, day), [0, 0, 0]), measures, 1)
    touched: dict[bytes, Sums] = {}
    for (office, day), amounts in days.items():
        for key, weight in rows_of(office, day):
            now = touched.get(key)
            if now is None:
                now = touched[key] = list(sums.get(key) or (0, 0, 0))
            _add(now, amounts, weight)
    for key, now in touched.items():
        sums[key] = now
        yield key, row(now, version)


def _add(sums: Sums, measures: Iterable[int], weight: int) -> None:
    count, minutes, fen = measures
    sums[0] += count * weight
    sums[1] += minutes * weight
    sums[2] += fen * weight
