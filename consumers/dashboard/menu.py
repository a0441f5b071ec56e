"""The pages that a reader can go to from everywhere, in five groups: the first row names the groups, the second the pages of the one she is in."""

from typing import NamedTuple
from urllib.parse import quote

from consumers.dashboard.asking import Ask
from consumers.dashboard.reading import District
from consumers.periods import Period, containing

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("nav.group.today", (("nav.group.today", "/today"),)),
    ("nav.group.district", (("nav.overview", ""), ("trends.title", "/trends"), ("centres.title", "/centres"), ("groups.title", "/groups"))),
    ("nav.group.dual", (("dual.title", "/dual"), ("nav.matrix", "/matrix"), ("nav.authorities", "/authorities"))),
    ("nav.group.judged", (("nav.assessment", "/assessment"), ("nav.programmes", "/programmes"))),
    (
        "nav.group.trust",
        (("nav.sources", "/sources"), ("nav.letters", "/letters"), ("restated.title", "/restatements"), ("nav.catalogue", "/catalogue")),
    ),
)
"""Groups and pages by the keys of their texts; an address is that below the district."""
_BEHIND = {
    "/limits": "/today",
    "/wall": "/today",
    "/alerts": "/today",
    "/offices": "",
    "/decisions": "/matrix",
    "/letter": "/letters",
    "/values": "/catalogue",
    "/told": "/catalogue",
    "/record": "/catalogue",
    "/event": "/catalogue",
}
"""Pages that one comes to from others, and the one in the menu under which they stand."""


class Entry(NamedTuple):
    """A link of the menu. `here`: `page` where it leads to the page that is open, `true` where that one stands under it, else ''."""

    key: str
    address: str
    here: str


class Menu(NamedTuple):
    """Both rows; the second is empty where a group has one page."""

    groups: list[Entry]
    pages: list[Entry]


def menu(ask: Ask, place: District, period: Period) -> Menu:
    """The menu as it stands on the page that was asked for."""
    base = f"/d/{place.code}"
    below = ask.path.removeprefix(base)
    at = under(below)
    current = next((pages for _, pages in GROUPS if at in (path for _, path in pages)), ())
    groups = [
        Entry(
            key,
            _address(ask, place, pages[0][1], period),
            "" if pages != current else "page" if below == pages[0][1] and len(pages) == 1 else "true",
        )
        for key, pages in GROUPS
    ]
    shown = current if len(current) > 1 else ()
    return Menu(
        groups,
        [Entry(key, _address(ask, place, path, period), "page" if below == path else "true" if at == path else "") for key, path in shown],
    )


def under(below: str) -> str:
    """The page of the menu under which an address stands; addresses are below the district."""
    first = f"/{below.split('/')[1]}" if below else ""
    return _BEHIND.get(first, first)


def _address(ask: Ask, place: District, path: str, period: Period) -> str:
    """Assessments are of half-years and years: of other periods, the year."""
    shown = containing("year", period.start) if path == "/assessment" and period.kind != "half" else period
    return ask.link(f"/d/{quote(place.code)}{path}", shown)
