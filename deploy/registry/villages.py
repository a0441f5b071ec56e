"""The villages of the offices. No registry event tells them: each number is a snapshot of the office's, told by itself or by the bureau for it.

An office may state the same number every month; a file has the days on which it became another one. What the bureau says of a day is the day's
last word, so that it holds whatever the office said on it; what the office says of a later day holds from there, unless it is taken back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from deploy.errors import Usage
from deploy.registry.entries import LOCAL, Registry
from deploy.registry.saying import Change, Saying
from deploy.registry.standing import Counted, steps_in

Days = Mapping[date, int]


def require_possible(known: Registry, wanted: Registry, now: datetime) -> None:
    """Raises Usage for an office that nobody knows, a day outside its life, and one that has not come."""
    offices = {one.office: one for one in (*known.offices, *wanted.offices)}
    today = now.astimezone(LOCAL).date()
    for ident, days in (wanted.villages or {}).items():
        office = offices.get(ident)
        if office is None:
            raise Usage(f"villages: no office {ident}; name it under `offices:`")
        for day in days:
            if day > today:
                raise Usage(f"villages.{ident}: {day} has not come yet; a number is told from its day on 日期未到")
            if day < office.opened_on or (office.closed_on is not None and day >= office.closed_on):
                raise Usage(
                    f"villages.{ident}: on {day} the office is not open (opened {office.opened_on}, closed {office.closed_on or '–'})"
                )


def village_changes(say: Saying, counted: Sequence[Counted], wanted: Registry) -> Iterator[Change]:
    """The differences of each office, by day. Nothing where the file does not speak of villages."""
    if wanted.villages is None:
        return
    for office in sorted({one.office for one in counted} | wanted.villages.keys()):
        yield from _of_office(say, office, [one for one in counted if one.office == office], steps_in(wanted.villages.get(office, {})))


def _of_office(say: Saying, office: str, counted: Sequence[Counted], after: Days) -> Iterator[Change]:
    holds = _last_words(counted)
    before = steps_in(holds)
    against = {day for day, number in (holds if say.prune else before).items() if day not in after and number != _level(after, day)}
    for day in sorted(against):
        back = tuple(say.retraction(one) for one in counted if one.day == day) if say.prune else ()
        yield Change("-" if say.prune else ".", _line(office, day, holds[day]), back)
        if say.prune:
            del holds[day]
    for day, number in after.items():
        if _level(holds, day) != number:
            was = _level(before, day)
            holds[day] = number
            line = _line(office, day, number) + (f", was 原为 {was}" if was else "")
            yield Change("~" if was else "+", line, (say.snapshot(office, day, {"villages": number}),))


def _last_words(counted: Iterable[Counted]) -> dict[date, int]:
    return {one.day: one.villages for one in counted}


def _level(days: Days, on: date) -> int:
    """The number that holds on a day."""
    last = max((day for day in days if day <= on), default=None)
    return 0 if last is None else days[last]


def _line(office: str, day: date, number: int) -> str:
    return f"villages 村居 {office} from 自 {day}: {number}"
