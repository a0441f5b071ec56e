"""The calendar of a simulation: instants are whole seconds since midnight (+08:00) of its first day, days are numbers from 0."""

from datetime import date, timedelta

from streams.core import workdays
from streams.core.windows import to_day

DAY = 86_400
_MINUTES = [f"T{m // 60:02d}:{m % 60:02d}:" for m in range(1440)]
_SECONDS = [f"{s:02d}+08:00" for s in range(60)]


class _Dates(dict[int, str]):
    """Day number → `YYYY-MM-DD`, each made once."""

    def __init__(self, start: date) -> None:
        super().__init__()
        self._start = start

    def __missing__(self, day: int) -> str:
        text = self[day] = (self._start + timedelta(days=day)).isoformat()
        return text


class _PeriodEnds(dict[int, int]):
    """Day number → the first of the last three working days of its month."""

    def __init__(self, start: date) -> None:
        super().__init__()
        self._start = start
        self._calendar = workdays.Calendar()

    def __missing__(self, day: int) -> int:
        here = self._start + timedelta(days=day)
        last = (here.replace(day=28) + timedelta(days=4)).replace(day=1)
        working = 0
        while working < 3:
            last -= timedelta(days=1)
            working += self._calendar.is_working(to_day(last.isoformat()))
        end = self[day] = (last - self._start).days
        return end


class Calendar:
    """Dates and clock times of day numbers and instants."""

    __slots__ = ("dates", "period_ends", "start")

    def __init__(self, start: date) -> None:
        self.start = start
        self.dates = _Dates(start)
        self.period_ends = _PeriodEnds(start)

    def instant(self, at: int) -> str:
        """RFC 3339 text of an instant."""
        day, second = divmod(at, DAY)
        return f"{self.dates[day]}{_MINUTES[second // 60]}{_SECONDS[second % 60]}"

    def day(self, number: int) -> date:
        """The date of a day number."""
        return self.start + timedelta(days=number)

    def number(self, day: date) -> int:
        """The number of a date."""
        return (day - self.start).days
