"""From the registry in force to the one that a file says: the events that say so, each with a line that people can read."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from deploy.errors import Usage
from deploy.registry.entries import Authority, Office, Registry, Split, WorkingYear
from deploy.registry.saying import Change, Saying
from deploy.registry.standing import Standing
from deploy.registry.villages import require_possible, village_changes
from schemas.rules import Rule


def changes(standing: Standing, wanted: Registry, *, prune: bool, now: datetime | None = None) -> list[Change]:
    """All differences, in the order in which their events can be admitted. With `prune` what the file does not say is taken back, else kept.

    Raises Usage where the file names an authority or office that neither it nor the registry knows.
    """
    now = now or datetime.now(UTC)
    _require_known(standing.registry, wanted)
    require_possible(standing.registry, wanted, now)
    say = Saying(wanted.district, now, standing.said, prune=prune)
    return [*_authorities(say, standing.registry, wanted), *_offices(say, standing.registry, wanted), *_splits(say, standing.registry, wanted),
            *village_changes(say, standing.villages, wanted), *_calendar(say, standing.registry, wanted), *_rules(say, standing.registry, wanted)]  # fmt: skip


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
        if office.split_from and office.split_from not in offices:
            raise Usage(f"{office.office}: split from {office.split_from}, which is no office; name it under `offices:`")
        if office.split_from == office.office:
            raise Usage(f"{office.office}: split from itself; name the office that it came out of, or leave `split_from` away")


def _authorities(say: Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    before, after = ({one.authority: one for one in registry.authorities} for registry in (known, wanted))
    for ident, one in after.items():
        if one != before.get(ident):
            yield Change("~" if ident in before else "+", _told(_authority, before.get(ident), one),
                         (say.event("reg.authority.registered", f"registry-{ident}", one.model_dump()),))  # fmt: skip
    for ident in before.keys() - after.keys():
        yield say.kept(_authority(before[ident]), "reg.authority.registered", lambda data, ident=ident: data["authority"] == ident)  # type: ignore[misc]


def _offices(say: Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
    before, after = ({one.office: one for one in registry.offices} for registry in (known, wanted))
    for ident, one in after.items():
        was = before.get(ident)
        if one != was:
            yield Change("~" if was else "+", _told(_office, was, one), (*_life(say, was, one),))
    for ident in before.keys() - after.keys():
        yield say.kept(_office(before[ident]), "reg.office.opened", lambda data, ident=ident: data["office"] == ident)  # type: ignore[misc]


def _life(say: Saying, was: Office | None, one: Office) -> Iterator[dict[str, Any]]:
    """The opening, if something of it is new; the closing, or the retraction of every closing where the office is open after all."""
    if was is None or (was.name, was.opened_on, was.split_from) != (one.name, one.opened_on, one.split_from):
        opened = {"office": one.office, "name": one.name, "opened_on": str(one.opened_on)} | (
            {"split_from": one.split_from} if one.split_from else {}
        )
        yield say.event("reg.office.opened", f"registry-{one.office}", opened)
    if one.closed_on is None and was is not None and was.closed_on is not None:
        yield from say.retractions("reg.office.closed", lambda data: data["office"] == one.office)
    elif one.closed_on is not None and (was is None or (was.closed_on, was.merged_into) != (one.closed_on, one.merged_into)):
        closed = {"office": one.office, "closed_on": str(one.closed_on)} | ({"merged_into": one.merged_into} if one.merged_into else {})
        yield say.event("reg.office.closed", f"registry-{one.office}", closed)


def _splits(say: Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
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


def _calendar(say: Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
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


def _rules(say: Saying, known: Registry, wanted: Registry) -> Iterator[Change]:
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
    into, out_of = (f" → {one.merged_into}" if one.merged_into else ""), (f" ← split from 析自 {one.split_from}" if one.split_from else "")
    return f"office 司法所 {one.office} {one.name}, opened 设立 {one.opened_on}{out_of}{closed}{into}"


def _split(one: Split) -> str:
    shares = " ".join(f"{authority} {bp / 100:g}%" for authority, bp in one.shares.items())
    return f"split 分担 {one.office} {one.role}/{one.cost_category} from 自 {one.valid_from}: {shares} ({one.doc_no})"


def _year(year: int, one: WorkingYear) -> str:
    return f"calendar 工作日 {year}: {len(one.days_off)} days off 休, {len(one.days_worked)} worked 班 ({one.doc_no})"


def _names(rules: Sequence[Rule]) -> str:
    return " ".join(rule.id for rule in rules) or "none 无"
