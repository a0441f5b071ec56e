"""Runs unit tests of rules by the workers' own judge and fold: what fires on a day is what would fire. 运行规则单元测试"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from re import compile as pattern
from typing import NamedTuple

from orjson import dumps

from deploy.rules.test_file import Happening, RuleTest, Suite, Value, Values
from schemas.envelope import dataschema
from schemas.events import CATALOGUE
from schemas.rules import Rule
from streams.core.judge import YEARS_BEFORE, AlertKey, Window, judge
from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition, apply
from streams.core.windows import END, KIND_NAMES, OF_DAY, months_later, to_date, to_day

_CHINA = timezone(timedelta(hours=8))
_PSEUDONYM = pattern("[0-9A-HJKMNP-TV-Z]{26}")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MICRO = 1_000_000
_NEWEST = {kind.name: kind.version for kind in CATALOGUE}
"""Type -> version of its schema: an event of a test may have every field that there is."""


class Outcome(NamedTuple):
    """What became of a test; without differences it passed."""

    name: str
    differences: list[str]
    """Lines for people: the day, then `-` what was expected and did not fire, `+` what fired and was not expected."""


def run(suite: Suite) -> list[Outcome]:
    """Every test of a file, in its order."""
    return [Outcome(test.name, list(_differences(suite.rules, test))) for test in suite.tests]


def _differences(rules: Sequence[Rule], test: RuleTest) -> Iterator[str]:
    if test.values is not None:
        yield from _compared(
            test, _of_values(next(rule for rule in rules if rule.id == test.values.rule), test.values, sorted(test.expect))
        )
        return
    district = _District([rule for rule in rules if rule.id in test.rules or not test.rules], test)
    told = list(_compared(test, district.firing()))
    yield from district.wrong
    yield from told


def _compared(test: RuleTest, found: Iterable[tuple[date, list[str]]]) -> Iterator[str]:
    for day, firing in found:
        expected = [" ".join(one.split()) for one in test.expect[day]]
        if sorted(expected) != sorted(firing):
            yield f"on {day}"
            for line in sorted({*expected, *firing}):
                yield f"  {'-' if line not in firing else '+' if line not in expected else ' '} {line}"


def _of_values(rule: Rule, values: Values, days: Sequence[date]) -> Iterator[tuple[date, list[str]]]:
    """On each day what the judge finds in the windows that have begun by then."""
    told, kind = values.windows(), KIND_NAMES.index(rule.window)
    whole = all(one is None or one.numerator.denominator == 1 for one in told)
    scale = 1 if whole or rule.in_points else _MICRO
    series: list[Window] = []
    begins = to_day(str(values.first))
    for one in told:
        series.append(_window(OF_DAY[begins][kind], one, scale, points=rule.in_points))
        begins = series[-1][1]
    by_day = {window[0]: window for window in series}

    def past(first_day: int) -> list[Window]:
        earlier = [OF_DAY[months_later(first_day, -12 * year)][kind] >> 3 for year in range(1, YEARS_BEFORE + 1)]
        return [by_day[day] for day in earlier if day in by_day]

    since = to_day(str(rule.since)) if rule.since else 0
    for day in days:
        today = to_day(str(day))
        begun = series[: bisect_right(series, today, key=lambda window: window[0])]
        yield (
            day,
            [
                f"{rule.id} since {to_date(one.start_day)}"
                for one in judge(rule, since, begun, scale, 1, today, past)
                if one.state == "firing"
            ],
        )


def _window(place: int, value: Value | None, scale: int, *, points: bool) -> Window:
    first, end = place >> 3, END[place]
    if value is None:
        return first, end, 0, 0, True
    if points:  # in hundredths of a percentage point
        return first, end, round(value.numerator * 100), 100, False
    numerator = int(value.numerator * scale)
    return first, end, numerator, None if value.denominator is None else value.denominator * scale, value.denominator == 0


class _District:
    """A district that has nothing but what the test tells of it."""

    def __init__(self, rules: Sequence[Rule], test: RuleTest) -> None:
        self.test, self.code = test, test.offices[0][4:10]
        self.partition = Partition(0, 0, lambda _key: True, Breaker(0, 0))
        self.wrong: list[str] = []
        """Events that were refused and should not be, or the other way round."""
        self._offset = 0
        begin = test.begin or min([*test.expect, *(one.day for one in test.events)])
        for office in test.offices:
            self._decide("reg.office.opened", f"open-{office}", {"office": office, "name": office, "opened_on": str(begin)}, begin)
        self._decide("reg.rules.published", "rules", {"rules": [rule.as_published() for rule in rules]}, begin)

    def firing(self) -> Iterator[tuple[date, list[str]]]:
        """On each day of the test all alerts that fire, in the order of the days."""
        waiting = sorted(enumerate(self.test.events, 1), key=lambda one: one[1].entered or one[1].day)
        for day in sorted(self.test.expect):
            while waiting and (waiting[0][1].entered or waiting[0][1].day) <= day:
                self._enter(*waiting.pop(0))
            self._decide("clk.ticked", f"tick-{day}", {}, day)
            alerts = self.partition.districts[self.code].alerts
            yield day, [_line(key) for key, verdict in alerts.items() if verdict.state == "firing"]

    def _decide(self, type_: str, ident: str, data: dict[str, object], on: date) -> None:
        event = {"specversion": "1.0", "id": ident, "source": f"/districts/{self.code}/bureau", "type": type_, "district": self.code}
        self.wrong += [
            f"{type_} would be refused: {code}" for code in self._apply(event | {"time": f"{on}T00:00:00+08:00", "data": data}, on)
        ]

    def _enter(self, number: int, one: Happening) -> None:
        source = one.source or f"/districts/{self.code}/{f'office-{one.office[-3:]}' if one.office else 'bureau'}"
        event = {
            "specversion": "1.0", "id": one.id or f"e{number}", "source": source, "type": one.type, "district": self.code,
            **dataschema(one.type, _NEWEST.get(one.type, 1)),
            "time": f"{one.day}T{one.at}:00+08:00", "data": one.data, "office": one.office, "sequence": one.sequence, "op": one.op,
            "subject": _pseudonym(one.subject), "target": one.target, "revision": one.revision,
        }  # fmt: skip
        refusals = self._apply({name: told for name, told in event.items() if told is not None}, one.entered or one.day)
        if [refusal.split(":")[0] for refusal in refusals] != ([one.refused] if one.refused else []):
            self.wrong.append(
                f"event {number} ({one.type} on {one.day}): "
                + (f"refused as {refusals[0]}" if refusals else f"not refused as {one.refused}")
            )

    def _apply(self, event: dict[str, object], entered: date) -> list[str]:
        """Append at the end of the day and fold; why it was refused, if it was."""
        appended = datetime.combine(entered, time(23, 59, 59), _CHINA)
        message: Message = (self._offset, int(appended.timestamp() * 1000), self.code.encode(), dumps(event), ())
        self._offset += 1
        return [f"{dead.code}: {dead.detail}" for dead in apply(self.partition, [message]).dead]


def _line(key: AlertKey) -> str:
    return f"{key.rule} {key.subject_id} since {to_date(key.start_day)}"


def _pseudonym(subject: str | None) -> str | None:
    """A subject as events have it: as it is, or made of any text."""
    if subject is None or _PSEUDONYM.fullmatch(subject):
        return subject
    return "".join(_LETTERS[byte % 32] for byte in sha256(subject.encode()).digest()[:26])
