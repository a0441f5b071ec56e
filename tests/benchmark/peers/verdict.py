"""Are a system's rows right? A plain recomputation from the log says, by other code than any of the systems': one event at a time, no batches."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from math import inf

from tests.benchmark.restricted import restricted_records

Sums = tuple[int, int, int]
Written = list[tuple[str, int, Sums]]
"""Key, version and sums of each row, in the order in which they were written."""


def written(rows: Iterable[tuple[bytes, bytes]]) -> Written:
    """Rows, read."""
    parsed = ((key.decode(), json.loads(value)) for key, value in rows)
    return [(key, row["version"], (row["count"], row["minutes"], row["fen"])) for key, row in parsed]


def check(rows: Written, events: int, *, whole: bool) -> int:
    """Compare the newest row of every key with the recomputation; how many keys there are.

    A system that was stopped on its way is judged by each district up to its last version but one: of the last one not all rows may be
    out. Raises AssertionError with the first keys that differ.
    """
    cuts = {} if whole else _cuts(rows)
    expected = recompute(events, cuts)
    found = {key: sums for key, version, sums in rows if version <= cuts.get(district(key), inf)}
    different = [key for key in sorted(expected.keys() | found.keys()) if expected.get(key) != found.get(key)]
    told = "; ".join(f"{key}: {found.get(key)}, not {expected.get(key)}" for key in different[:3])
    assert not different, f"{len(different)} of {len(expected)} keys differ: {told}"
    assert expected, "no whole batch to judge"
    return len(expected)


def district(key: str) -> str:
    """The district that a key belongs to: `sfs-990200-…`, `au-990200-…`."""
    return key.split("-", 2)[1]


def recompute(events: int, cuts: dict[str, float]) -> dict[str, Sums]:
    """The sums of all keys; of districts that are in `cuts`, or of all if none is, with events up to that offset."""
    sums: dict[str, list[int]] = {}
    seen = set()
    for offset, (key, value) in enumerate(islice(restricted_records(events), events)):
        event = json.loads(value)
        if event["id"] in seen or (cuts and offset > cuts.get(key.decode(), -1)):
            continue
        seen.add(event["id"])
        measures = (1, event["data"]["minutes"], event["data"]["amount_fen"])
        day = datetime.fromisoformat(event["time"]).astimezone(timezone(timedelta(hours=8))).date()
        for at, weight in _rows(event["office"], day):
            row = sums.setdefault(at, [0, 0, 0])
            for i, amount in enumerate(measures):
                row[i] += amount * weight
    return {key: (count, minutes, fen) for key, (count, minutes, fen) in sums.items()}


def _rows(office: str, day: date) -> list[tuple[str, int]]:
    _, code, number = office.split("-")
    direct = 70 if int(number) % 2 else 40
    subjects = {office: 1, f"au-{code}-jd-{number}": direct * 100, f"au-{code}-sfj": 10_000 - direct * 100}
    monday = day.toordinal() - (day.toordinal() - 1) % 7
    starts = {
        "day": day,
        "week": date.fromordinal(monday),
        "month": date(day.year, day.month, 1),
        "quarter": date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1),
        "year": date(day.year, 1, 1),
    }
    return [(f"{subject}|{kind}|{start}", weight) for subject, weight in subjects.items() for kind, start in starts.items()]


def _cuts(rows: Written) -> dict[str, float]:
    newest: dict[str, list[int]] = {}
    for key, version, _ in rows:
        last = newest.setdefault(district(key), [-1, -1])
        if version > last[1]:
            last[:] = last[1], version
    return {code: before for code, (before, _) in newest.items()}
