"""Addresses of what stands behind a number: of a value, a record, an event."""

from urllib.parse import quote, urlencode

from consumers.dashboard.asking import Ask
from consumers.dashboard.reading import District
from consumers.lineage import RecordEvent
from consumers.periods import Period


def value(ask: Ask, place: District, period: Period, indicator: str, subject: str = "", mode: str = "", **chosen: object) -> str:
    """The page behind a value: of the district unless a subject is named. Among what else is chosen `at` is a period other than the page's."""
    window = chosen.pop("at", period)
    assert isinstance(window, Period)
    wanted = {"subject": subject if subject != place.code else "", "mode": mode if mode != "none" else "", **chosen}
    said = {name: str(value) for name, value in wanted.items() if value not in ("", None)}
    return _address(ask, place, f"values/{quote(indicator)}", {"kind": window.kind, "start": str(window.start), **said})


def told(ask: Ask, place: District, period: Period, indicator: str) -> str:
    """The page of a value that a view tells."""
    return _address(ask, place, f"told/{quote(indicator)}", {"kind": period.kind, "start": str(period.start)})


def record(ask: Ask, place: District, name: str) -> str:
    """The page of a record."""
    return _address(ask, place, "record", {"name": name})


def event(ask: Ask, place: District, one: RecordEvent) -> str:
    """The page of an event."""
    return _address(ask, place, "event", {"source": one.source, "id": one.id})


def decisions(ask: Ask, place: District, office: str) -> str:
    """The page of what was decided about an office: who pays, appoints, manages."""
    return _address(ask, place, "decisions", {"office": office})


def _address(ask: Ask, place: District, path: str, query: dict[str, str]) -> str:
    return f"/d/{quote(place.code)}/{path}?{urlencode({'lang': ask.lang, **query})}"
