"""Where things that happened become events: typed in sooner or later, corrected, sent twice, and arriving in some order.

A day is closed when no later happening can be typed in on it any more; then its events get their sequence numbers, source by source in the
order of typing, and those that arrive on it are handed out. So a district of any length needs memory only for what is still to come.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import orjson

from deploy.simulate import calibration
from deploy.simulate.days import DAY, Calendar
from deploy.simulate.draws import log_normal, sigma_of
from deploy.simulate.offices import Office
from schemas.envelope import dataschema

HABITS = {"online": "online", "ledger": "backfill_paper", "bulk": "bulk_import"}
"""How a record is kept, and the `entry` that its events carry."""

_EVIDENCE = {
    "online": ("attachment", "system_verified", "attachment"),
    "ledger": ("ledger_only", "ledger_only", "attachment"),
    "bulk": ("ledger_only", "none", "none"),
}
_MINUTES = {
    "med": (30, 45, 60, 90, 120),
    "cor": (15, 30, 45, 60),
    "res": (30, 45, 60),
    "leg": (10, 15, 20, 30),
    "pub": (60, 90, 120, 180),
    "soc": (30, 60, 120, 240),
}
_LEDGER_SIGMA = sigma_of(6, 25)
_UNNUMBERED = b'"sequence":""'
_REASONS = ("duplicate", "duplicate", "wrong_office", "test", "never_happened", "other")


Hears = Callable[[Office, str, int, dict[str, Any], str | None], None]
"""Office, type, instant, data, subject."""


class _Source:
    """One publisher: the events made so far, and the last sequence number given."""

    __slots__ = ("made", "path", "prefix", "sequence")

    def __init__(self, district: str, publisher: str) -> None:
        self.path, self.prefix = f"/districts/{district}/{publisher}", publisher
        self.made = self.sequence = 0


class Desk:
    """Takes what happened, in any order of time but never before the day that is being lived; gives out events in order of arrival."""

    def __init__(self, random: Random, calendar: Calendar, district: str, end: int, *, disorder: bool = False) -> None:
        self.random, self.calendar, self.district, self.end = (random, calendar, district, end)
        self._disorder = disorder
        self._sources: dict[str, _Source] = {}
        # Texts and numbers only: millions of dicts that wait for their day would keep the garbage collector busy (half the speed).
        self._typed: dict[int, list[tuple[int, int, str, bool, bytes]]] = defaultdict(list)
        self._arriving: dict[int, list[tuple[float, int, bytes]]] = defaultdict(list)
        self._count = 0
        self.hears: Hears | None = None
        """Told of everything that is entered, so that it may enter what follows from it."""

    def working_time(self, day: int) -> int:
        """An instant between half past eight and half past five of a day."""
        return day * DAY + 30_600 + int(self.random.random() * 32_400)

    def habit(self) -> str:
        """How a new record will be kept."""
        return calibration.HABITS.draw(self.random)

    def enter(
        self, office: Office, kind: str, at: int, data: dict[str, Any], subject: str | None = None, habit: str = "online", version: int = 1
    ) -> None:
        """Something that an office did, with the usual work fields; now and then it is corrected or taken back later.

        What happened before the first day is taken over from the old ledgers on the first day. `version`: of the schema of `data`.
        """
        if self.hears is not None:
            self.hears(office, kind, at, data, subject)
        if at >= self.end:
            return
        random = self.random
        habit = habit if at >= 0 else "bulk"
        if minutes := _MINUTES.get(kind[:3]):
            data["worker"] = random.choice(office.workers)
            if random.random() < 0.7:
                data["minutes"] = random.choice(minutes)
        data["entry"] = HABITS[habit]
        if random.random() < 0.5:
            data["evidence"] = random.choice(_EVIDENCE[habit])
        typed = self._typed_at(at, habit) if at >= 0 else self.working_time(0)
        event = self._put(office.publisher, kind, at, typed, data, office=office.id, **_about(subject), **dataschema(kind, version))
        fate = random.random()
        if fate < calibration.AMENDS:
            self._amend(office, event, at, typed)
        elif fate < calibration.AMENDS + calibration.RETRACTS:
            self._retract(office.publisher, event["id"], typed + random.randrange(600, 30 * DAY))

    def decide(self, kind: str, at: int, data: dict[str, Any]) -> None:
        """A fact of the registry, from the bureau, known at once."""
        self._put("bureau", kind, at, at, data, settled=True)

    def state(self, office: Office, kind: str, at: int, data: dict[str, Any], subject: str | None = None, version: int = 1) -> None:
        """Something that is known exactly: typed at once, arriving at once, never corrected and never sent twice."""
        self._put(office.publisher, kind, at, at + 60, data, settled=True, office=office.id, **_about(subject), **dataschema(kind, version))

    def enter_late(self, office: Office, kind: str, at: int, typed: int, data: dict[str, Any], subject: str | None = None) -> None:
        """Something that happened before and is typed in now, from paper."""
        if typed < self.end:
            self._put(office.publisher, kind, at, typed, data | {"entry": HABITS["ledger"]}, office=office.id, **_about(subject))

    def close_day(self, day: int) -> Iterator[bytes]:
        """The events that arrive on a day, in order. Afterwards nothing may be entered that was typed on it or before."""
        for typed, order, publisher, settled, text in sorted(self._typed.pop(day, ())):
            source = self._sources[publisher]
            source.sequence += 1 + (self.random.random() < calibration.LOST_ON_THE_WAY)
            numbered = text.replace(_UNNUMBERED, b'"sequence":"%d"' % source.sequence, 1)
            self._send(typed, order, numbered, settled=settled)
        for arrival, _order, text in sorted(self._arriving.pop(day, ())):
            if arrival < self.end:
                yield text

    def _send(self, typed: int, order: int, text: bytes, *, settled: bool) -> None:
        random = self.random
        arrival = typed if settled else typed + self._delay()
        self._arriving[max(0, int(arrival) // DAY)].append((arrival, order, text))
        if not settled and random.random() < calibration.DUPLICATES:
            again = arrival + random.expovariate(1 / 7_200)
            self._arriving[max(0, int(again) // DAY)].append((again, order, text))

    def _delay(self) -> float:
        """Seconds between typing and arrival: seconds as a rule, hours for what was typed without a network, in disorder days and weeks."""
        random, fate = self.random, self.random.random()
        if self._disorder and fate < 0.3:
            return random.expovariate(1 / (20 * DAY)) if fate < 0.02 else random.expovariate(1 / DAY)
        return random.expovariate(1 / 7_200) if fate < 0.03 else 1 + 20 * random.random()

    def _typed_at(self, at: int, habit: str) -> int:
        random = self.random
        if habit == "online":
            if random.random() < 0.7:
                return at + 60 + int(random.random() * 14_400)
            lag = random.expovariate(1 / 1.8)
        elif habit == "ledger":
            lag = log_normal(random, 6, _LEDGER_SIGMA)
        else:
            lag = 30 + 370 * random.random()
        day = at // DAY + max(1, round(lag))
        if habit == "ledger" and random.random() < calibration.PERIOD_END:
            day = max(day, self.calendar.period_ends[day] + random.randrange(3))
        return self.working_time(day)

    def _put(
        self, publisher: str, kind: str, at: int, typed: int, data: dict[str, Any], *, settled: bool = False, **attributes: Any
    ) -> dict[str, Any]:
        """Make an event of what happened `at` an instant and is typed at another; it is handed out when the day of its arrival is closed."""
        source = self._sources.get(publisher) or self._sources.setdefault(publisher, _Source(self.district, publisher))
        source.made += 1
        self._count += 1
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{source.prefix}-{source.made:07d}",
            "source": source.path,
            "type": kind,
            "time": self.calendar.instant(at),
            "recordedtime": self.calendar.instant(typed),
            "district": self.district,
        }
        event |= attributes
        event["sequence"] = ""
        event["data"] = data
        self._typed[max(0, typed // DAY)].append((typed, self._count, publisher, settled, orjson.dumps(event)))
        return event

    def _amend(self, office: Office, event: dict[str, Any], at: int, typed: int) -> None:
        """An audit finds other minutes, and sometimes another day; the bureau's own corrections name the office's source."""
        random = self.random
        data = dict(event["data"], verification="audited")
        if "minutes" in data:
            data["minutes"] = random.choice((10, 20, 40, 240))
        earlier = at - DAY * random.choice((0, 0, 0, 1, 2))
        # In disorder corrections follow so soon that many overtake what they correct.
        audit = typed + (random.randrange(600, DAY) if self._disorder else random.randrange(10 * DAY, 200 * DAY))
        more: dict[str, Any] = {"op": "amend", "target": event["id"], "revision": 2}
        if "dataschema" in event:
            more["dataschema"] = event["dataschema"]
        publisher = office.publisher
        if random.random() < calibration.AUDITED_BY_BUREAU:
            publisher = "bureau"
            more["targetsource"] = event["source"]
        self._put(publisher, event["type"], earlier, audit, data, office=office.id, **_about(event.get("subject")), **more)

    def _retract(self, publisher: str, target: str, typed: int) -> None:
        self._put(publisher, "dat.event.retracted", typed, typed, {"target": target, "reason": self.random.choice(_REASONS)})


def _about(subject: str | None) -> dict[str, Any]:
    return {} if subject is None else {"subject": subject}
