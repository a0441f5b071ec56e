"""Which closed values moved, and between which events of the log each move lies: the view `restated_values`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from consumers.clickhouse.store import Query
from consumers.periods import SHORT, Period

_OFFSET_BITS = 48
_WHOLE = 10_000
_MOVED = """
SELECT
    indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_at, closed_offset, closed_epoch, was, recast, is, steps,
    redefined, moved_at, count() OVER () AS every
FROM restated_values(district = {district:String})
WHERE ({kind:String} = '' OR (window_kind = {kind:String} AND window_start = {start:Date})) AND (empty({indicators:Array(String)})
    OR has({indicators:Array(String)}, indicator)) AND ({subject:String} = '' OR subject_id = {subject:String})
    AND moved_at >= toDateTime64({since:Date}, 3, 'Asia/Shanghai') AND ({short:Bool} OR window_kind NOT IN {shorts:Array(String)})
    AND ({dimensions:Bool} OR dimension = '')
ORDER BY moved_at DESC, window_start DESC, window_kind, indicator, subject_kind = 'district' DESC, subject_id, mode, dimension
LIMIT {most:UInt32} OFFSET {skip:UInt32}
"""
# A closing gives the rows of its own window alone; those of others wait for the end of what was folded at once.
_SLICES = """
SELECT step, newest FROM (SELECT 1 AS one, toUInt64(arrayJoin({offsets:Array(UInt64)})) AS step) AS s
ASOF LEFT JOIN
(
    SELECT DISTINCT 1 AS one, bitAnd(version, 281474976710655) AS newest
    FROM indicator_value_versions
    WHERE district = {district:String} AND epoch = (SELECT epoch FROM served_epoch) AND newest >= {first:UInt64} AND newest NOT IN
    (
        SELECT offset FROM event_rows
        WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'reg.period.closed'
    )
) AS v ON v.one = s.one AND v.newest < s.step
"""
_BEGINNING = date(1970, 1, 1)
"""Before everything that came into a log."""


class Version(NamedTuple):
    """A value as it was published. `version` 0: never, which says 0."""

    version: int
    computed_at: datetime
    numerator: int
    denominator: int | None
    scale: int
    value: float | None

    @property
    def offset(self) -> int:
        """Of the last event that it rests on."""
        return self.version & ((1 << _OFFSET_BITS) - 1)

    @property
    def epoch(self) -> int:
        """The computation that it belongs to."""
        return self.version >> _OFFSET_BITS

    def exact(self, mode: str) -> Fraction | None:
        """The value without rounding; None where it has none."""
        if not self.version:
            return Fraction(0)
        if self.denominator is None:
            return None if self.value is None else Fraction(self.numerator, self.scale)
        unit = self.scale // _WHOLE if mode == "share_weighted" else self.scale
        return Fraction(self.numerator, self.denominator * unit) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which restatements are wanted. `since`: moved on that day or later. `most`: so many, after the newest `skip`. Days and weeks follow from `short`,
    values of dimensions from `dimensions`."""

    district: str
    period: Period | None = None
    indicators: tuple[str, ...] = ()
    subject: str = ""
    since: date = _BEGINNING
    most: int = 200
    short: bool = False
    dimensions: bool = False
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Restated:
    """A closed value that moved. `was`: as closed; `recast`: what the definitions of now make of it as of the closing; `now`: as it stands;
    `steps`: the versions in between and the last; `redefined`: a definition moved it."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    period: Period
    closed_at: datetime
    closed_offset: int
    closed_epoch: int
    was: Version
    recast: Version
    now: Version
    steps: tuple[Version, ...]
    redefined: bool
    moved_at: datetime

    @property
    def difference(self) -> Fraction | None:
        """How much more it is now than as closed; None where one of both has no value."""
        was, now = self.was.exact(self.mode), self.now.exact(self.mode)
        return None if was is None or now is None else now - was

    @property
    def back(self) -> bool:
        """Whether it has come back to what it was."""
        return (self.was.numerator, self.was.denominator or 0) == (self.now.numerator, self.now.denominator or 0)

    @property
    def closed_early(self) -> bool:
        """Whether it was closed before its days were over, so that time alone moves it."""
        return self.closed_at < datetime.combine(self.period.end, datetime.min.time(), self.closed_at.tzinfo)


def moved(asked: Asked) -> Query:
    """The restated values, those that moved last first; the last column tells how many there are in all."""
    return Query(
        _MOVED,
        {
            "district": asked.district,
            "kind": asked.period.kind if asked.period else "",
            "start": asked.period.start if asked.period else _BEGINNING,
            "indicators": list(asked.indicators),
            "subject": asked.subject,
            "since": asked.since,
            "short": asked.short or (asked.period is not None and asked.period.kind in SHORT),
            "shorts": list(SHORT),
            "dimensions": asked.dimensions,
            "most": asked.most,
            "skip": asked.skip,
        },
    )


def slices(district: str, offsets: Iterable[int], closed: int) -> Query:
    """Of each offset that ends a step the newest one before it on which any value of the district rests: the step's events came after that. `closed`:
    the first closing, before which none is looked for."""
    return Query(_SLICES, {"district": district, "offsets": sorted(set(offsets)), "first": closed})


def restated(row: tuple[Any, ...]) -> Restated:
    """A row of the query."""
    *key, window_kind, start, closed_at, closed_offset, closed_epoch, was, recast, now, steps, redefined, moved_at, _ = row
    indicator, mode, dimension, subject_kind, subject_id = key
    return Restated(
        indicator, mode, dimension, subject_kind, subject_id, Period(window_kind, start), closed_at, closed_offset, closed_epoch,
        Version(**was), Version(**recast), Version(**now), tuple(Version(**one) for one in steps), bool(redefined), moved_at,
    )  # fmt: skip
