"""A year's holidays and the weekends worked for them, as people and files write them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from deploy.errors import Usage

State = Literal["decided", "shipped", "provisional"]
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?", re.ASCII)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Year:
    """What holds of a year. `provisional`: nobody has said anything of it, so Monday to Friday are taken."""

    year: int
    state: State = "provisional"
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    doc_no: str = ""

    def works(self, day: date) -> bool:
        """Whether a day of the year is worked."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def days(self) -> Iterator[date]:
        """Its days, in order."""
        day = date(self.year, 1, 1)
        while day.year == self.year:
            yield day
            day += timedelta(days=1)

    def by_month(self) -> list[int]:
        """Working days of January to December."""
        months = [0] * 12
        for day in self.days():
            months[day.month - 1] += self.works(day)
        return months

    def data(self, doc_no: str) -> dict[str, object]:
        """The data of the event that decides it."""
        return {"year": self.year, "off": sorted(map(str, self.off)), "worked": sorted(map(str, self.worked)), "doc_no": doc_no}

    def changed(self, off: Iterable[date], worked: Iterable[date], ordinary: Iterable[date]) -> "Year":
        """The year with these days off, worked, or as weekdays and weekends are. Raises Usage for a day of another year or one named twice."""
        sets = {"off": frozenset(off), "work": frozenset(worked), "clear": frozenset(ordinary)}
        if foreign := [day for days in sets.values() for day in days if day.year != self.year]:
            raise Usage(f"{min(foreign)} is no day of {self.year}; years are decided one at a time")
        if twice := (sets["off"] & sets["work"]) | ((sets["off"] | sets["work"]) & sets["clear"]):
            raise Usage(f"{min(twice)} is named twice: off, worked or cleared?")
        named = frozenset().union(*sets.values())
        return Year(self.year, "decided", (self.off - named) | sets["off"], (self.worked - named) | sets["work"], self.doc_no)

    def differs(self, other: "Year") -> list[str]:
        """What is different in another year, a line a day: `2027-02-13 worked, was off`."""
        words = ("off 休", "worked 班")
        return [
            f"{day} {words[other.works(day)]}, was 原为 {words[self.works(day)]}"
            for day in self.days()
            if self.works(day) != other.works(day)
        ]


def parse_days(texts: Sequence[str], option: str) -> list[date]:
    """Days and stretches of days, such as `2027-02-06..2027-02-12`, with commas between. Raises Usage."""
    found: list[date] = []
    for text in (part.strip() for one in texts for part in one.split(",")):
        match = _SPAN.fullmatch(text)
        if not match:
            raise Usage(f"{option} {text!r}: write a day such as 2027-02-06, or 2027-02-06..2027-02-12")
        try:
            first, last = (date.fromisoformat(day) for day in (match[1], match[2] or match[1]))
        except ValueError as error:
            raise Usage(f"{option} {text}: there is no such day ({error})") from None
        if last < first or (last - first).days > 366:
            raise Usage(f"{option} {text}: the second day lies before the first, or more than a year after it")
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found


def spans(days: Iterable[date]) -> str:
    """Days as stretches: `2027-02-06..2027-02-12, 2027-04-05`."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ", ".join(str(first) if first == last else f"{first}..{last}" for first, last in runs)
