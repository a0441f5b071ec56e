"""Trends and structure: chosen indicators over one to three years, the mix of disputes and what grows in it, the pattern of the year, office by office."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.dated import Which, read_rows
from consumers.dashboard.figures import RATIOS, Change, Figure, Kind, change, figure
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import District, Indicator, Office, Values, period_state
from consumers.dashboard.topics import Cell, shades
from consumers.periods import DAYS, Period, containing

ACCEPTED = "med_accepted_cnt"
LENGTHS = (12, 24, 36)
DEFAULT = (ACCEPTED, "med_success_rate", "cor_caseload")
PLACES = ("i1", "i2", "i3")
"""Names of the choices in the address."""
MONTHS = "months"
"""The state of any days, which are shown by whole months."""
_YEAR = 12
_MIXED = 6
"""Types of dispute drawn apart; the others are drawn together."""
_SUMMED = frozenset({Kind.COUNT, Kind.MONEY}) | RATIOS
"""Kinds whose months can be averaged: a mean of quantiles or points says nothing."""


class Drawn(NamedTuple):
    """An indicator month by month, and the same months a year before."""

    indicator: Indicator
    shown: Presentation
    figures: list[Figure | None]
    year_before: list[Figure | None]


class Hot(NamedTuple):
    """A type of dispute in a quarter, beside the quarter before and the year before."""

    type: str
    now: Figure | None
    share: Fraction | None
    previous: Figure | None
    last_year: Figure | None
    since_last_year: Change | None


class Season(NamedTuple):
    """A year of the first indicator, January to December; None where no month of the choice lies."""

    year: int
    cells: list[tuple[Period, Cell] | None]


@dataclass(frozen=True, slots=True)
class TrendsPage:
    """All that the page prints."""

    state: str
    restated: int
    length: int
    office: str
    months: list[Period]
    drawn: list[Drawn]
    mix: list[tuple[str, list[Figure | None]]]
    """By type, the most frequent first; '' for the others together."""
    quarter: Period
    hot: list[Hot]
    seasons: list[Season]
    means: list[Fraction | None]
    """The mean of each calendar month over the years, of the first indicator."""
    recent: list[Period]
    offices: list[tuple[Office, list[Cell]]]
    choices: list[Indicator]


async def trends_page(store: Store, place: District, period: Period, ask: Ask) -> TrendsPage:
    """Months up to the period's end; of any days all in which one of them lies. Raises PageError, Unavailable."""
    chosen, length, office = _asked(place, ask)
    last = containing("month", period.as_day(place.today))
    if period.kind == DAYS:
        length = len(list(containing("month", period.start).until(last.start)))
    months = [last.earlier(back) for back in range(length - 1, -1, -1)]
    every = [last.earlier(back) for back in range(length + _YEAR - 1, -1, -1)]
    recent, quarter = months[-_YEAR:], last_quarter(place, last)
    kind, subject = ("office", office) if office else ("district", place.code)
    quarters = [quarter, quarter.earlier(), quarter.year_before()]
    of_months, of_quarters, of_offices = await asyncio.gather(
        read_rows(store, place, every, Which(kind, office, only=sorted({*chosen, ACCEPTED}))),
        read_rows(store, place, quarters, Which(kind, office, only=[ACCEPTED])),
        read_rows(store, place, recent, Which("office", only=[chosen[0]])),
    )
    values, by_quarter, around = (Values(rows, place.first_day, place.looks) for rows in (of_months, of_quarters, of_offices))
    state, restated = (MONTHS, 0) if period.kind == DAYS else period_state(values.states(last, subject))
    first = [(month, values.figure(chosen[0], month, subject)) for month in months]
    return TrendsPage(
        state,
        restated,
        length,
        office,
        months,
        [_drawn(place, values, id_, months, subject) for id_ in chosen],
        mix(values, months, subject),
        quarter,
        hot(by_quarter, quarter, subject),
        seasons(first),
        means([one for _, one in first], months) if place.looks(chosen[0]).kind in _SUMMED else [None] * _YEAR,
        recent,
        _offices(place, around, chosen[0], recent),
        [one for one in place.catalogue.values() if "month" in one.windows],
    )


def _asked(place: District, ask: Ask) -> tuple[list[str], int, str]:
    named = [ask.query[name] for name in PLACES if ask.query.get(name)]
    chosen = list(dict.fromkeys(named or DEFAULT))
    for id_ in chosen:
        if "month" not in place.indicator(id_).windows:
            raise PageError(404, "error.404.indicator", id=id_)
    length, office = ask.number("months", LENGTHS[1]), ask.query.get("office", "")
    if length not in LENGTHS:
        raise PageError(400, "error.400.months", of=", ".join(map(str, LENGTHS)))
    if office and office not in place.offices:
        raise PageError(404, "error.404.office", id=office)
    return chosen, length, office


def last_quarter(place: District, last: Period) -> Period:
    """The quarter of the last month, or the one before while it runs."""
    quarter = containing("quarter", last.start)
    return quarter if quarter.end <= place.today else quarter.earlier()


def _drawn(place: District, values: Values, id_: str, months: Sequence[Period], subject: str) -> Drawn:
    return Drawn(
        place.indicator(id_),
        place.looks(id_),
        [values.figure(id_, month, subject) for month in months],
        [values.figure(id_, month.year_before(), subject) for month in months],
    )


def mix(values: Values, months: Sequence[Period], subject: str) -> list[tuple[str, list[Figure | None]]]:
    """The types of dispute month by month: the most frequent of all months apart, the others together as ''."""
    by_month = [dict(values.structure(ACCEPTED, "dispute_type", month, subject)) for month in months]
    totals = Counter[str]()
    for parts in by_month:
        totals.update({code: int(one.numerator) for code, one in parts.items()})
    most = [code for code, _ in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:_MIXED]]
    found: list[tuple[str, list[Figure | None]]] = [
        (code, [parts.get(code) or figure(Kind.COUNT, None) for parts in by_month]) for code in most
    ]
    if len(totals) > _MIXED:
        found.append(("", [_together([one for code, one in parts.items() if code not in most]) for parts in by_month]))
    return found


def _together(figures: Sequence[Figure]) -> Figure:
    total = sum((one.numerator for one in figures), Fraction(0))
    return Figure(Kind.COUNT, total, total, None, "")


def hot(values: Values, quarter: Period, subject: str) -> list[Hot]:
    """The types of dispute in a quarter, those that grew most over the year first."""
    quarters = (quarter, quarter.earlier(), quarter.year_before())
    types = {code for at in quarters for code, _ in values.structure(ACCEPTED, "dispute_type", at, subject)}
    whole = values.figure(ACCEPTED, quarter, subject)
    found = []
    for code in types:
        now, previous, last_year = (values.figure(ACCEPTED, at, subject, dimension=f"dispute_type={code}") for at in quarters)
        share = now.numerator / whole.numerator if now and whole and whole.numerator else None
        found.append(Hot(code, now, share, previous, last_year, change(now, last_year)))
    return sorted(found, key=lambda one: (-(one.since_last_year.difference if one.since_last_year else 0), one.type))


def seasons(months: Sequence[tuple[Period, Figure | None]]) -> list[Season]:
    """Months as a calendar: a row a year, the newest first, shaded over all of them."""
    shaded = dict(zip((month for month, _ in months), shades([one for _, one in months]), strict=True))
    told = {(month.start.year, month.start.month): (month, Cell(one, shaded[month])) for month, one in months}
    years = sorted({year for year, _ in told}, reverse=True)
    return [Season(year, [told.get((year, number)) for number in range(1, _YEAR + 1)]) for year in years]


def means(figures: Sequence[Figure | None], months: Sequence[Period]) -> list[Fraction | None]:
    """For each calendar month: of sums the mean, of ratios the sums divided; None where nothing is known."""
    found: list[Fraction | None] = []
    for number in range(1, _YEAR + 1):
        known = [one for one, month in zip(figures, months, strict=True) if one is not None and month.start.month == number]
        below = sum((one.denominator or Fraction(0) for one in known), Fraction(0))
        above = sum((one.numerator for one in known), Fraction(0))
        if known and known[0].denominator is not None:
            found.append(above / below if below else None)
        else:
            found.append(above / len(known) if known else None)
    return found


def _offices(place: District, values: Values, id_: str, months: Sequence[Period]) -> list[tuple[Office, list[Cell]]]:
    offices = [office for office in place.offices.values() if any(office.open_in(month) for month in months)]
    figures = [[values.figure(id_, month, office.id) for month in months] for office in offices]
    shaded = shades([one for row in figures for one in row])
    width = len(months)
    return [
        (office, [Cell(one, shaded[place_ * width + n]) for n, one in enumerate(row)])
        for place_, (office, row) in enumerate(zip(offices, figures, strict=True))
    ]
