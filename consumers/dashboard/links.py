"""Addresses of what stands behind a number: of a value, a record, an event."""

from urllib.parse import quote, urlencode

from consumers.dashboard.asking import Ask
from consumers.dashboard.reading import District
from consumers.lineage import RecordEvent
from consumers.periods import DAYS, Period


def value(ask: Ask, place: District, period: Period, indicator: str, subject: str = "", mode: str = "", **chosen: object) -> str:
    """The page behind a value: of the district unless a subject is named. Among what else is chosen `at` is a period other than the page's.
    Empty where the facts of any days cannot be listed."""
    window = chosen.pop("at", period)
    assert isinstance(window, Period)
    if window.kind == DAYS and indicator not in place.listed:
        return ""
    wanted = {"subject": subject if subject != place.code else "", "mode": mode if mode != "none" else "", **chosen}
    said = {name: str(value) for name, value in wanted.items() if value not in ("", None)}
    return _address(ask, place, f"values/{quote(indicator)}", {**ask.names(window), **said})


def told(ask: Ask, place: District, period: Period, indicator: str) -> str:
    """The page of a value that a view tells."""
    return _address(ask, place, f"told/{quote(indicator)}", ask.names(period))


def record(ask: Ask, place: District, name: str) -> str:
    """The page of a record."""
    return _address(ask, place, "record", {"name": name})


def event(ask: Ask, place: District, one: RecordEvent) -> str:
    """The page of an event."""
    return _address(ask, place, "event", {"source": one.source, "id": one.id})


def restatements(ask: Ask, place: District, period: Period, indicator: str = "", subject: str = "") -> str:
    """What moved after a period was closed."""
    chosen = {name: value for name, value in (("indicator", indicator), ("subject", subject)) if value}
    return _address(ask, place, "restatements", {"kind": period.kind, "start": str(period.start), **chosen})


def sheet(ask: Ask, place: District, period: Period, scheme: str, office: str, why: str = "") -> str:
    """The sheet of an office under a scheme; `why`: with the records behind one loss."""
    chosen = {"scheme": scheme, "kind": period.kind, "start": str(period.start), **({"why": why} if why else {})}
    return _address(ask, place, f"assessment/{quote(office)}", chosen)


def decisions(ask: Ask, place: District, office: str) -> str:
    """The page of what was decided about an office: who pays, appoints, manages."""
    return _address(ask, place, "decisions", {"office": office})


def letters(ask: Ask, place: District, **chosen: object) -> str:
    """The list of dead letters, narrowed down by office, code, day or state."""
    return _address(ask, place, "letters", {name: str(value) for name, value in chosen.items() if value not in ("", None)})


def letter(ask: Ask, place: District, at: str) -> str:
    """The page of a dead letter, named by its place in the log."""
    return _address(ask, place, "letter", {"place": at})


def limits(ask: Ask, place: District, kind: str, **chosen: object) -> str:
    """The list behind a count of limits ahead or of a control list, narrowed down by office."""
    return _address(ask, place, "limits", {"of": kind, **{name: str(value) for name, value in chosen.items() if value not in ("", None)}})


def sources(ask: Ask, place: District) -> str:
    """The page of what has not come: gaps and silent offices."""
    return _address(ask, place, "sources", {})


def _address(ask: Ask, place: District, path: str, query: dict[str, str]) -> str:
    return f"/d/{quote(place.code)}/{path}?{urlencode({'lang': ask.lang, **query})}"
