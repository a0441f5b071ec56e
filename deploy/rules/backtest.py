"""What rules would have done: a district's log folded once more by the workers' own code, as if they had been in force. 规则回测

The log is cut wherever its district's today moves on, so an alert is told on the day on which a worker would have told it; what was appended at
one go (an import) is replayed by the days of its events. Rules that were published, and what amends or retracts them, are left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from orjson import dumps, loads

from consumers.reconcile.log import Log, Unreachable, opened
from consumers.reconcile.partitioner import partition_of
from deploy.errors import MissingDependency, Usage
from schemas.rules import Rule
from schemas.settings import Settings
from streams.core.instants import local_day
from streams.core.message import Message
from streams.core.outcome import Rejected
from streams.core.pipeline import Breaker, Partition, apply
from streams.core.validate import validate
from streams.core.windows import to_date, to_day

SLICE = 20_000
_OFTEN = 2_000
"""Messages between two words on how far it is."""
FIRST_DAY_MS = 631_123_200_000
"""1990-01-01T00:00+08:00, the first instant that an event can have."""
A_YEAR = timedelta(days=365)
RULES_TYPE = b"reg.rules.published"
Progress = Callable[[str, int, int], None]
"""Told what is done, how far it is, and how far it goes."""


class Episode(NamedTuple):
    """One alert as it would have been told."""

    rule: str
    subject: str
    start: str
    """First day of the first window in breach."""
    told_on: str
    ended_on: str | None
    """None while it fires on the last day."""
    taken_back: bool
    """Ended by a correction, not by the values of a later window."""
    days: int
    """From the day on which it was told to its end, or to the last day."""
    why: str


class Summary(NamedTuple):
    """All alerts of a rule."""

    rule: Rule
    alerts: int
    taken_back: int
    subjects: int
    firing: int
    mean_days: float
    longest_days: int
    at_once: int
    """Most alerts that fired on one day."""


class Backtest(NamedTuple):
    """What came out."""

    district: str
    first: str
    last: str
    summaries: list[Summary]
    episodes: list[Episode]
    """In the order in which they were told."""

    def as_json(self) -> dict[str, Any]:
        """The whole result as plain data."""
        rules = [one._asdict() | {"rule": one.rule.id, "severity": one.rule.severity} for one in self.summaries]
        return {**self._asdict(), "summaries": rules, "episodes": [one._asdict() for one in self.episodes]}


Read = Callable[[str], Iterable[Message]]
"""Gives the messages of a district from the first on, each time it is called; told what they are read for."""


def backtest(
    settings: Settings, district: str, rules: Sequence[Rule], first: date | None, last: date | None, progress: Progress = lambda *_: None
) -> Backtest:
    """Replay the log of a district, which is read twice rather than held. Raises MissingDependency without Kafka, Usage when it holds nothing
    of the district."""
    try:
        with opened(settings) as log:
            number = partition_of(district.encode(), len(log.partitions()))
            end = log.end(number)
            return replay(district, lambda what: _read(log, district.encode(), number, end, what, progress), rules, first, last)
    except Unreachable as error:
        raise MissingDependency(str(error)) from error


def _read(log: Log, key: bytes, number: int, end: int, what: str, progress: Progress) -> Iterator[Message]:
    for _, offset, appended_ms, of, value, headers in log.read(number, 0, end):
        if of == key:
            yield offset, appended_ms, of, value, tuple(headers)
        if offset % _OFTEN == 0:
            progress(what, offset, end)


def replay(district: str, read: Read, rules: Sequence[Rule], first: date | None, last: date | None) -> Backtest:
    """Fold the messages as if the rules had been in force since the day `first`, up to the day `last`."""
    greatest = max((day for message in read("looking for the last day") if (day := _day(message)) is not None), default=None)
    if greatest is None:
        raise Usage(f"the log holds no event of district {district}")
    last = min(last, to_date(greatest)) if last else to_date(greatest)
    first = first or last - A_YEAR
    partition, tellings = Partition(0, 0, lambda _key: True, Breaker(0, 0)), _Tellings()
    apply(partition, [_publication(district, rules, first)])
    for slice_ in _slices(read("replaying"), to_day(str(first)), to_day(str(last))):
        outputs = apply(partition, slice_)
        today = partition.districts[district].today
        if today is not None:
            tellings.take(to_date(today), outputs.rows["alerts"])
    episodes = tellings.episodes(last)
    return Backtest(district, str(first), str(last), [_summary(rule, episodes, last) for rule in rules], episodes)


def _publication(district: str, rules: Sequence[Rule], first: date) -> Message:
    """The rules as an event of the first day that events can have: they are judged from the day `first` on all the same."""
    since = [rule if rule.since and rule.since > first else rule.model_copy(update={"since": first}) for rule in rules]
    event = {
        "specversion": "1.0", "id": "backtest", "source": f"/districts/{district}/bureau", "type": RULES_TYPE.decode(), "district": district,
        "time": "1990-01-01T00:00:00+08:00", "data": {"rules": [rule.as_published() for rule in since]},
    }  # fmt: skip
    return 0, FIRST_DAY_MS, district.encode(), dumps(event), ()


def _day(message: Message) -> int | None:
    """The local day of a valid event; None for what is refused."""
    told = validate(message)
    return None if isinstance(told, Rejected) else local_day(told[1])


def _slices(messages: Iterable[Message], first: int, last: int) -> Iterator[list[Message]]:
    """Cut before each message that moves today on, from the day `first` on; messages after the day `last`, and rules, are left out."""
    today, slice_ = 0, list[Message]()
    for message in messages:
        day = _day(message)
        if (day is not None and day > last) or _says_rules(message):
            continue
        moves_on = day is not None and day > today
        if slice_ and ((moves_on and today >= first) or len(slice_) >= SLICE):
            yield slice_
            slice_ = []
        today = max(today, day or 0)
        slice_.append(message)
    if slice_:
        yield slice_


def _says_rules(message: Message) -> bool:
    _, _, _, value, headers = message
    return RULES_TYPE in (value or b"") or ("ce_type", RULES_TYPE) in headers


class _Tellings:
    """The rows of alerts, day by day, as readers would have got them."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str], tuple[date, str]] = {}
        self._ended: list[Episode] = []

    def take(self, today: date, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """One slice's rows; an alert that is told for the first time when it is over, lasted less than a day."""
        for _, value in rows:
            row = loads(value)
            key = row["rule"], row["subject_id"], row["start"]
            if row["state"] == "firing":
                self._open[key] = (self._open[key][0] if key in self._open else today), row["why"]
            else:
                told_on, _ = self._open.pop(key, (today, ""))
                self._ended.append(_episode(key, told_on, today, today, row["why"]))

    def episodes(self, last: date) -> list[Episode]:
        """All of them, those that still fire included."""
        still = [_episode(key, told_on, None, last, why) for key, (told_on, why) in self._open.items()]
        return sorted([*self._ended, *still], key=lambda one: (one.told_on, one.rule, one.subject, one.start))


def _episode(key: tuple[str, str, str], told_on: date, ended_on: date | None, until: date, why: str) -> Episode:
    return Episode(*key, str(told_on), str(ended_on) if ended_on else None, why == "corrected", (until - told_on).days, why)


def _summary(rule: Rule, episodes: Sequence[Episode], last: date) -> Summary:
    own = [one for one in episodes if one.rule == rule.id]
    days = [one.days for one in own]
    edges = sorted([*((one.told_on, 1) for one in own), *((one.ended_on or str(last + timedelta(1)), -1) for one in own)])
    at_once = most = 0
    for _, change in edges:  # on one day ends come first
        at_once += change
        most = max(most, at_once)
    return Summary(
        rule,
        len(own),
        sum(one.taken_back for one in own),
        len({one.subject for one in own}),
        sum(one.ended_on is None for one in own),
        sum(days) / len(days) if days else 0.0,
        max(days, default=0),
        max(most, 1 if own else 0),
    )
