"""How a difference is said: a line that people can read, and the events that make it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from deploy.deciding import bureau_event
from deploy.registry.entries import LOCAL
from deploy.registry.standing import Counted, Said

Sign = str
"""`+` new, `~` changed, `-` taken back, `.` in force but not in the file: kept."""


class Change(NamedTuple):
    """One difference: how it reads, and the events that make it."""

    sign: Sign
    line: str
    events: tuple[dict[str, Any], ...] = ()


class Saying:
    """Makes the events of a run: assertions, and retractions of what was said before."""

    def __init__(self, district: str, now: datetime, said: Sequence[Said], *, prune: bool) -> None:
        self._district, self._now, self._said, self.prune = district, now, said, prune

    def event(self, type_: str, word: str, data: dict[str, Any]) -> dict[str, Any]:
        return bureau_event(self._district, type_, word, data, self._now)

    def snapshot(self, office: str, day: date, data: dict[str, Any]) -> dict[str, Any]:
        """What an office has from a day on, the last word of that day; of today, the last so far."""
        end = min(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL), self._now)
        event = self.event("cap.village.snapshot", f"villages-{office[4:]}-{day:%Y%m%d}", data)
        return event | {"office": office, "time": end.astimezone(LOCAL).isoformat(timespec="seconds")}

    def retractions(self, type_: str, says: Callable[[dict[str, Any]], bool]) -> tuple[dict[str, Any], ...]:
        """One for each live event of a type whose data say so."""
        found = (one for one in self._said if one.type == type_ and says(one.data))
        return tuple(self.retraction(one) for one in found)

    def retraction(self, said: Said | Counted) -> dict[str, Any]:
        """What takes back an event. Two sources may have used one id; so the id here names a foreign source too."""
        data, own = {"target": said.id, "reason": "other"}, f"/districts/{self._district}/bureau"
        if said.source == own:
            return self.event("dat.event.retracted", "registry-retract", data)
        word = f"registry-retract-{sha256(said.source.encode()).hexdigest()[:8]}"
        return self.event("dat.event.retracted", word, data) | {"targetsource": said.source}

    def kept(self, line: str, type_: str, says: Callable[[dict[str, Any]], bool]) -> Change:
        """Something that the file does not name."""
        return Change("-", line, self.retractions(type_, says)) if self.prune else Change(".", line)
