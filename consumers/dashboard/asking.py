"""What a reader asked for: language, period, and the choices of a page, out of the address; or why the address is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from consumers.dashboard.texts import LANGUAGES
from consumers.periods import DAYS, KINDS, SHORT, Period, between, containing

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS = re.compile(r"/d/[^/]+(/(offices|authorities|told|values)/[^/]+|/(authorities|centres|trends|groups|dual|matrix|catalogue))?")
"""Pages that can show any days."""
_REPORTED = re.compile(r"/d/[^/]+(/(offices|authorities)/[^/]+|/(authorities|centres|trends|groups|dual|matrix|catalogue))?")
"""Pages that can show a day's reports."""
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_MOST_DAYS = 3_660
"""Ten years; more than that nobody compares."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2148
"""Years whose neighbours on both sides ClickHouse's Date can hold."""


class PageError(Exception):
    """An answer that is not the page: its status, and the key of the text that says why, with values for the text's places."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: where it points, and what its query chose. `start` is None for the newest period."""

    path: str
    lang: str
    kind: str
    start: date | None
    query: Mapping[str, str]
    days: Period | None = None
    """Any days that were asked for in place of a calendar window."""
    as_of: date | None = None
    """The day as on whose evening values are wanted as they were reported."""
    whole: bool = False
    """For a file: lists are wanted whole that a page cuts short."""
    takes_days: bool = False
    """Whether the page can show any days."""
    takes_as_of: bool = False
    """Whether it can show a day's reports."""

    def period(self, today: date) -> Period:
        """The period asked for: the one that holds `start`, or today, or the day whose reports are wanted. Raises PageError for days to come."""
        if self.days and self.days.start > today:
            raise PageError(404, "error.404.ahead")
        return self.days or containing(self.kind, self.start or min(today, self.as_of or today))

    def at(self, period: Period) -> str:
        """The address of this page in another period."""
        return self.here(**self.names(period))

    @staticmethod
    def names(period: Period) -> dict[str, str]:
        """How addresses name a period."""
        if period.kind == DAYS:
            return {"from": str(period.start), "to": str(period.last_day)}
        return {"kind": period.kind, "start": str(period.start)}

    def day(self, name: str) -> date | None:
        """A day of the query; None when it is not given."""
        return _day(self.query.get(name, ""))

    def number(self, name: str, default: int) -> int:
        """A positive whole number of the query. Raises PageError 400 when it is none."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not _NUMBER.fullmatch(text):
            raise PageError(400, "error.400.number", id=name)
        return int(text)

    def link(self, path: str, period: Period | None = None) -> str:
        """The address of another page in the same language and period; a day's or week's month, for other pages show no shorter one. Any days and the
        day of reports go along where the page can show them."""
        chosen = {"lang": self.lang}
        if self.as_of and _REPORTED.fullmatch(path):
            chosen["as_of"] = str(self.as_of)
        if period and period.kind == DAYS and _DAYS.fullmatch(path):
            return f"{path}?{urlencode({**chosen, **self.names(period)})}"
        if period and period.kind == DAYS:
            period = containing(KINDS[0], period.last_day)
        if period and period.kind in SHORT:
            period = containing(KINDS[0], period.start)
        if period or self.start:
            chosen |= {"kind": period.kind if period else self.kind, "start": str(period.start if period else self.start)}
        elif self.kind != KINDS[0]:
            chosen["kind"] = self.kind
        return f"{path}?{urlencode(chosen)}"

    def here(self, **changes: object) -> str:
        """The address of this page with some choices changed; a long list begins anew unless its page is what changes."""
        gone = {"page"} if "lang" not in changes else set()
        if "kind" in changes or "start" in changes:
            gone |= {"from", "to"}
        kept = {name: value for name, value in self.query.items() if name not in gone}
        return f"{self.path}?{urlencode({**kept, 'lang': self.lang, **{name: str(value) for name, value in changes.items()}})}"

    def file(self, ending: str) -> str:
        """The address of this page's tables, lists whole, as a file for spreadsheets."""
        return f"/{ending}{self.here()}"


def language(query: Mapping[str, str]) -> str:
    """The language asked for; an unknown one is the default."""
    lang = query.get("lang", "")
    return lang if lang in LANGUAGES else LANGUAGES[0]


def ask(path: str, query: Mapping[str, str], kinds: Sequence[str] = KINDS) -> Ask:
    """A request read, with a period of one of these kinds, the first unless another is asked for. A page that is of no period has no kinds. Raises
    PageError 400 with the parameter that is wrong, or that means nothing on this page."""
    if not kinds and any(query.get(name) for name in ("from", "to", "as_of")):
        raise PageError(400, "error.400.now")
    kinds = kinds or KINDS
    takes_days, takes_as_of = (pattern.fullmatch(path) is not None for pattern in (_DAYS, _REPORTED))
    kind = query.get("kind", kinds[0])
    if kind not in kinds:
        raise PageError(400, "error.400.kind")
    first, last, as_of = (_day(query.get(name, "")) for name in ("from", "to", "as_of"))
    if (first or last) and not takes_days:
        raise PageError(400, "error.400.undated")
    if as_of and not takes_as_of:
        raise PageError(400, "error.400.unreported")
    if (first is None) != (last is None) or (first and last and (first > last or (last - first).days > _MOST_DAYS)):
        raise PageError(400, "error.400.days")
    if first and as_of:
        raise PageError(400, "error.400.as_of")
    days = between(first, last) if first and last else None
    return Ask(
        path, language(query), kind, _day(query.get("start", "")), query, days, as_of, takes_days=takes_days, takes_as_of=takes_as_of
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR < day.year <= _LAST_YEAR:
        raise PageError(400, "error.400.day")
    return day
