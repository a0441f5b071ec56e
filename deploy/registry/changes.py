"""From the registry in force to the one that a file says: the events that say so, each with a line that people can read."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple

from deploy.deciding import bureau_event
from deploy.errors import Usage
from deploy.registry.entries import Authority, Office, Registry, Split, WorkingYear
from deploy.registry.standing import Said, Standing
from schemas.rules import Rule

Sign = str
"""`+` new, `~` changed, `-` taken back, `.` in force but not in the file: kept."""


class Change(NamedTuple):
    """One difference: how it reads, and the events that make it."""

    sign: Sign
    line: str
    events: tuple[dict[str, Any], ...] = ()


def changes(standing: Standing, wanted: Registry, *, prune: bool, now: datetime | None = None) -> list[Change]:
    """All differences, in the order in which their events can be admitted. With `prune` what the file does not say is taken back, else kept.

    Raises Usage where the file names an authority or office that neither it nor the registry knows.
    """
    _require_known(standing.registry, wanted)
    say = _Saying(wanted.district, now or datetime.now(UTC), standing.said, prune=prune)
    return [*_authorities(say, standing.registry, wanted), *_offices(say, standing.registry, wanted), *_splits(say, standing.registry, wanted),
            *_calendar(say, standing.registry, wanted), *_rules(say, standing.registry, wanted)]  # fmt: skip


def _require_known(known: Registry, wanted: Registry) -> None:
    offices = {one.office for one in (*known.offices, *wanted.offices)}
    authorities = {one.authority for one in (*known.authorities, *wanted.authorities)}
    for number, split in enumerate(wanted.splits):
        if split.office not in offices:
            raise Usage(f"splits[{number}]: no office {split.office}; name it under `offices:`")
        for authority in split.shares:
            if authority not in authorities:
                raise Usage(f"splits[{number}]: no authority {authority}; name it under `authorities:`")
    for office in wanted.offices:
        if office.merged_into and office.merged_into not in offices:
            raise Usage(f"{office.office}: merged into {office.merged_into}, which is no office; name it under `offices:`")


class _Saying:
    """Makes the events of a run: assertions, and retractions of what was said before."""

    def __init__(self, district: str, now: datetime, said: Sequence[Said], *, prune: bool) -> None:
        self._district, self._now, self._said, self.prune = district, now, said, prune

    def event(self, type_: str, word: str, data: dict[str, Any]) -> dict[str, Any]:
        return bureau_event(self._district, type_, word, data, self._now)

    def retractions(self, type_: str, says: Callable[[dict[str, Any]], bool]) -> tuple[dict[str, Any], ...]:
        """One for each live event of a type whose data say so."""
        found = (one for one in self._said if one.type == type_ and says(one.data))
        return tuple(self._retraction(one) for one in found)

    def _retraction(self, said: Said) -> dict[str, Any]:
        event = self.event("dat.event.retracted", "registry-retract", {"target": said.id, "reason": "other"})
        return event if said.source == event["source"] else event | {"targetsource": said.source}

    def kept(self, line: str, type_: str, says: Callable[[dict[str, Any]], bool]) -> Change:
        """Something that the file does not name."""
        return Change("-", line, self.retractions(type_, says)) if self.prune else Change(".", line)


def _authorities(say: _Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    before, after = ({one.authority: one for one in registry.authorities} for registry in (known, wanted))
    for ident, one in after.items():
        if one != before.get(ident):
            yield Change("~" if ident in before else "+", _told(_authority, before.get(ident), one),
                         (say.event("reg.authority.registered", f"registry-{ident}", one.model_dump()),))  # fmt: skip
    for ident in before.keys() - after.keys():
        yield say.kept(_authority(before[ident]), "reg.authority.registered", lambda data, ident=ident: data["authority"] == ident)  # type: ignore[misc]


def _offices(say: _Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    before, after = ({one.office: one for one in registry.offices} for registry in (known, wanted))
    for ident, one in after.items():
        was = before.get(ident)
        if one != was:
            yield Change("~" if was else "+", _told(_office, was, one), (*_life(say, was, one),))
    for ident in before.keys() - after.keys():
        yield say.kept(_office(before[ident]), "reg.office.opened", lambda data, ident=ident: data["office"] == ident)  # type: ignore[misc]


def _life(say: _Saying, was: Office | None, one: Office) -> Iterator[dict[str, Any]]:
    """The opening, if something of it is new; the closing, or the retraction of every closing where the office is open after all."""
    if was is None or (was.name, was.opened_on) != (one.name, one.opened_on):
        opened = {"office": one.office, "name": one.name, "opened_on": str(one.opened_on)}
        yield say.event("reg.office.opened", f"registry-{one.office}", opened)
    if one.closed_on is None and was is not None and was.closed_on is not None:
        yield from say.retractions("reg.office.closed", lambda data: data["office"] == one.office)
    elif one.closed_on is not None and (was is None or (was.closed_on, was.merged_into) != (one.closed_on, one.merged_into)):
        closed = {"office": one.office, "closed_on": str(one.closed_on)} | ({"merged_into": one.merged_into} if one.merged_into else {})
        yield say.event("reg.office.closed", f"registry-{one.office}", closed)


def _splits(say: _Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    before, after = ({one.key: one for one in registry.splits} for registry in (known, wanted))
    for key, one in after.items():
        if one != before.get(key):
            shares = [{"authority": authority, "bp": bp} for authority, bp in one.shares.items()]
            data = one.model_dump(mode="json") | {"shares": shares}
            yield Change("~" if key in before else "+", _told(_split, before.get(key), one),
                         (say.event("reg.split.decided", f"registry-{one.office}", data),))  # fmt: skip
    for key in before.keys() - after.keys():
        yield say.kept(_split(before[key]), "reg.split.decided", lambda data, key=key: _split_key(data) == key)  # type: ignore[misc]


def _split_key(data: dict[str, Any]) -> tuple[str, str, str, date]:
    return data["office"], data["role"], data["cost_category"], date.fromisoformat(data["valid_from"])


def _calendar(say: _Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    if wanted.calendar is None:
        return
    before = known.calendar or {}
    for year, one in wanted.calendar.items():
        if one != before.get(year):
            data = {"year": year, "doc_no": one.doc_no, "off": _texts(one.days_off), "worked": _texts(one.days_worked)}
            yield Change("~" if year in before else "+", _told(partial(_year, year), before.get(year), one),
                         (say.event("reg.calendar.decided", f"registry-calendar-{year}", data),))  # fmt: skip
    for year in before.keys() - wanted.calendar.keys():
        yield say.kept(_year(year, before[year]), "reg.calendar.decided", lambda data, year=year: data["year"] == year)  # type: ignore[misc]


def _texts(days: Sequence[date]) -> list[str]:
    return [str(day) for day in days]


def _rules(say: _Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    if wanted.rules is None or wanted.rules == (known.rules or ()):
        return
    event = say.event("reg.rules.published", "registry-rules", {"rules": [rule.as_published() for rule in wanted.rules]})
    yield Change("~", f"rules 预警规则: {_names(wanted.rules)}, was 原为 {_names(known.rules or ())}", (event,))


def _told(line: Callable[[Any], str], was: Any, now: Any) -> str:
    return line(now) if was is None else f"{line(now)}, was 原为 {line(was)}"


def _authority(one: Authority) -> str:
    return f"authority 单位 {one.authority} {one.name} ({one.kind})"


def _office(one: Office) -> str:
    closed = f", closed 撤销 {one.closed_on}" if one.closed_on else ""
    return f"office 司法所 {one.office} {one.name}, opened 设立 {one.opened_on}{closed}{f' → {one.merged_into}' if one.merged_into else ''}"


def _split(one: Split) -> str:
    shares = " ".join(f"{authority} {bp / 100:g}%" for authority, bp in one.shares.items())
    return f"split 分担 {one.office} {one.role}/{one.cost_category} from 自 {one.valid_from}: {shares} ({one.doc_no})"


def _year(year: int, one: WorkingYear) -> str:
    return f"calendar 工作日 {year}: {len(one.days_off)} days off 休, {len(one.days_worked)} worked 班 ({one.doc_no})"


def _names(rules: Sequence[Rule]) -> str:
    return " ".join(rule.id for rule in rules) or "none 无"
