"""What comes near its limit and who is on which list, by office and record by record: the counts of the first page, and the list behind each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, NamedTuple

from consumers.acting import roles
from consumers.clickhouse.store import Query, Store
from consumers.dashboard import watch_queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District

LIMITS = {
    kind: roles(series)[0]
    for kind, series in {
        "report": "cor_report",
        "monitor": "cor_monitor",
        "mediation": "med_conclude",
        "confirmation": "med_confirm",
        "performance": "med_perform",
        "follow_up": "med_follow_up",
        "investigation": "cor_investigation",
        "notice": "res_verify",
        "aid_decision": "leg_aid_decision",
        "aid_assignment": "leg_aid_assignment",
        "task": "soc_task",
        "instruction": "soc_instruction",
        "transfer": "soc_transfer",
        "counsel": "leg_counsel",
    }.items()
}
"""The kinds of limit in the order in which pages list them, and the role that must act before it ends."""
LISTS = {
    kind: roles(series)[0]
    for kind, series in {
        "lost": "cor_lost_cnt",
        "unreported": "cor_report",
        "over_limit": "cor_monitor",
        "monitored": "cor_monitored",
        "lost_released": "res_lost",
        "overdue": "med_conclude",
    }.items()
}
"""The lists of those past a limit or under control, the gravest first, and the role that must act."""
HORIZONS = (3, 7, 14, 30)
"""How many days ahead a page can look."""
DEFAULT_DAYS = 7
PER_PAGE = 50
_FARTHEST = 120
"""Days ahead that a list can be asked for: more than the three months of monitoring."""


class Counted(NamedTuple):
    """One kind: its counts by office, their sum, the first day of all, and who must act."""

    kind: str
    role: str
    offices: dict[str, int]
    total: int
    first: date | None


class Listed(NamedTuple):
    """One record: its office, and the last day in time or the day since when."""

    office: str
    record: str
    day: date | None


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """All that the page of a list prints; `state` '' for the frame. `days` None for a list without a limit ahead."""

    state: str
    kind: str
    role: str
    office: str
    days: int | None
    total: int
    page: int
    pages: int
    rows: list[Listed]


def counted(kinds: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> list[Counted]:
    """Kinds with anything to count, from rows of (kind, office, count, first day), in the order of `kinds`."""
    found: dict[str, dict[str, int]] = {}
    first: dict[str, list[date]] = {}
    for kind, office, count, day in rows:
        found.setdefault(kind, {})[office] = int(count)
        first.setdefault(kind, []).extend([day] if day else [])
    return [
        Counted(kind, role, found[kind], sum(found[kind].values()), min(first[kind], default=None))
        for kind, role in kinds.items()
        if kind in found
    ]


def concerned(place: District, kinds: Sequence[Counted]) -> list[str]:
    """The offices that any of the kinds counts, in the registry's order."""
    found = {office for one in kinds for office in one.offices}
    return [id_ for id_ in place.offices if id_ in found]


def days_ahead(ask: Ask, default: int = DEFAULT_DAYS) -> int:
    """How many days ahead the address asks for. Raises PageError 400."""
    days = ask.number("days", default)
    if days > _FARTHEST:
        raise PageError(400, "error.400.horizon", most=_FARTHEST)
    return days


def asked_list(place: District, ask: Ask) -> tuple[str, str, int | None]:
    """The list that the address names: its kind, the office ('' for all), and how many days ahead, None for a list without a limit. Raises PageError."""
    kind, office = ask.query.get("of", ""), ask.query.get("office", "")
    if kind not in LIMITS and kind not in LISTS:
        raise PageError(404, "error.404.list", id=kind)
    if office and office not in place.offices:
        raise PageError(404, "error.404.office", id=office)
    return kind, office, days_ahead(ask) if kind in LIMITS else None


def list_query(place: District, kind: str, office: str, days: int | None, limit: int, skipped: int = 0) -> Query:
    """The rows of a list: office, record, day, and how many there are in all."""
    if days is None:
        return watch_queries.watch_list(place.code, kind, office, limit, skipped)
    return watch_queries.limit_list(place.code, kind, office, days, limit, skipped)


async def limits_page(store: Store, place: District, ask: Ask) -> LimitsPage:
    """The list of one kind, of one office or all. Raises PageError, Unavailable."""
    kind, office, days = asked_list(place, ask)
    page = ask.number("page", 1)
    rows = await store.rows(list_query(place, kind, office, days, PER_PAGE, (page - 1) * PER_PAGE))
    total = int(rows[0][3]) if rows else 0
    role = LIMITS.get(kind) or LISTS[kind]
    return LimitsPage("", kind, role, office, days, total, page, max(1, ceil(total / PER_PAGE)), [Listed(*row[:3]) for row in rows])
