"""Values of any period: the views and the reader against published rows, against each other, and against the other computation of everything."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from consumers.clickhouse.client import connect
from consumers.reconcile import formulas as oracle_formulas
from consumers.reconcile import parts as oracle_parts
from consumers.reconcile.oracle import oracle_rows
from consumers.report.ground import Ground, read
from consumers.report.span import MONTHS, Span, back
from consumers.report.sums import Wanted, read_sums
from consumers.report.values import Key, values
from deploy.errors import Usage
from deploy.migrate import migrate
from deploy.preview.definition import another
from deploy.preview.effect import effect
from schemas.settings import Settings
from tests.conftest import drop_database
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import D, Event, is_nothing, log
from tests.storing import store

Row = tuple[int, int | None, int]
Values = dict[Key, Row]
EVERYTHING = ("office", "authority")


def _key(indicator: str, mode: str, dimension: str, kind: str, subject: str, first: date, last: date) -> Key:
    return Key(indicator, mode, dimension, kind, subject, "", Span(first, last))


class Stored:
    """A district in a database of its own."""

    def __init__(self, settings: Settings, events: Iterable[Event]) -> None:
        self.settings = settings.model_copy(update={"clickhouse_database": f"report_{uuid4().hex[:12]}"})
        self.log = log(list(events))
        migrate(self.settings)
        store(self.settings, [message[1:] for message in self.log])
        found = read(self.settings, D)
        assert found
        self.ground: Ground = found

    def reader(self, spans: Iterable[Span], *, by_office: bool = False) -> Values:
        """What the reader of reports makes of spans."""
        formulas = self.ground.formulas
        sums = read_sums(self.settings, Wanted(D, list(spans), EVERYTHING, by_office, True), formulas.values())
        return {key: value[:3] for key, value in values(formulas, sums, self.ground.today).items()}

    def view(self, spans: Iterable[Span], indicators: Iterable[str] = ()) -> Values:
        """What the view says of them."""
        with connect(self.settings) as client:
            rows = client.query(
                "SELECT indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator, scale "
                "FROM period_values(district = {d:String}, indicators = {i:Array(String)}, periods = {p:Array(Tuple(Date, Date))})",
                {"d": D, "i": list(indicators), "p": [tuple(span) for span in spans]},
            ).result_rows
        return {_key(*row[:7]): (row[7], row[8], row[9]) for row in rows}

    def published(self, kind: str) -> Values:
        """The published rows of a kind of window that say something."""
        rows = ask(
            self.settings,
            "SELECT indicator, mode, dimension, subject_kind, subject_id, window_start, window_end - 1, numerator, denominator, scale "
            f"FROM indicator_values WHERE district = '{D}' AND window_kind = '{kind}'",
        )
        return {_key(*row[:7]): row[7:] for row in rows if not is_nothing(row[7:])}


@pytest.fixture(scope="module")
def crowded(stack: Any) -> Iterator[Stored]:
    """A crowded district in which everything occurs."""
    found = Stored(stack.settings, chance_district(33, 3_000))
    yield found
    drop_database(found.settings)


@pytest.fixture(scope="module")
def long(stack: Any) -> Iterator[Stored]:
    """A district over two years, with more people."""
    found = Stored(stack.settings, chance_district(34, 6_000, days=500, subjects=25))
    yield found
    drop_database(found.settings)


@pytest.fixture(params=["crowded", "long"])
def district(request: pytest.FixtureRequest) -> Stored:
    stored: Stored = request.getfixturevalue(request.param)
    return stored


def telling(found: Values) -> Values:
    """Without values of nothing, which stand for missing ones."""
    return {key: row for key, row in found.items() if not is_nothing(row)}


def different(left: Values, right: Values) -> list[tuple[Any, ...]]:
    return [(key, left.get(key), right.get(key)) for key in left.keys() | right.keys() if left.get(key) != right.get(key)]


@pytest.mark.parametrize("kind", ["day", "week", *MONTHS])
def test_a_calendar_window_has_its_published_value(district: Stored, kind: str) -> None:
    """Every indicator, mode, dimension and subject; in the reader and, where there are not too many windows, in the view."""
    published = district.published(kind)
    shown = ask(district.settings, "SELECT id, windows FROM formula_rows FINAL")
    has = {id_ for id_, windows in shown if kind in windows}
    spans = sorted({key.span for key in published})
    assert len(published) > 100
    found = telling(district.reader(spans))
    if kind in MONTHS:
        assert different({key: row for key, row in found.items() if key.indicator in has}, published) == []
        assert different(telling(district.view(spans)), found) == []
    else:  # shorter windows are published of offices and the district only, without dimensions
        assert {key: found.get(key) for key in published} == published


def test_chance_brings_nearly_every_indicator(crowded: Stored, long: Stored) -> None:
    """What the tests here compare: values in (nearly) every mode of every indicator."""
    found = {(key.indicator, key.mode) for stored in (crowded, long) for kind in ("month", "year") for key in stored.published(kind)}
    wanted = {(one.id, mode) for one in crowded.ground.formulas.values() for mode in [*one.modes, *["none"] * one.offices]}
    assert len(wanted) > 200
    assert len(wanted - found) < 0.02 * len(wanted), sorted(wanted - found)


class Cut:
    """A calendar of one's own: any spans that follow upon each other, in the place of years, and their months, in that of months."""

    def __init__(self, spans: list[Span]) -> None:
        self.firsts: dict[str, list[int]] = {"year": [], "month": []}
        self.lasts: dict[tuple[str, int], int] = {}
        for span in spans:
            self._add("year", span)
            first, months = span.first, 1
            while first <= span.last:
                after = back(span.first, -months)
                self._add("month", Span(first, min(after - timedelta(days=1), span.last)))
                first, months = after, months + 1

    def _add(self, kind: str, span: Span) -> None:
        self.firsts[kind].append(span.first.toordinal())
        self.lasts[kind, span.first.toordinal()] = span.last.toordinal()

    def first_day(self, kind: str, day: int) -> int:
        return self.firsts[kind][bisect_right(self.firsts[kind], day) - 1]

    def last_day(self, kind: str, first: int) -> int:
        return self.lasts[kind, first]

    def windows_between(self, kind: str, day: int, until: int) -> list[int]:
        firsts = self.firsts[kind]
        return firsts[bisect_right(firsts, day) - 1 : bisect_right(firsts, until)]

    def windows_of_month(self, day: int) -> list[tuple[str, int]]:
        return [(kind, self.first_day(kind, day)) for kind in ("month", "year")]

    def into(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the other computation cut by it."""
        kinds = ("month", "year")
        for name in ("first_day", "last_day", "windows_between"):
            monkeypatch.setattr(oracle_parts, name, getattr(self, name))
        monkeypatch.setattr(oracle_parts, "ALL", kinds)
        monkeypatch.setattr(oracle_parts, "MONTH_AND_LONGER", kinds)
        monkeypatch.setattr(oracle_formulas, "windows_of_month", self.windows_of_month)


@pytest.mark.parametrize("seed", range(2))
def test_any_days_have_what_the_other_computation_makes_of_them(district: Stored, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """The reconciliation's own code, with its calendar cut anywhere: single days, odd weeks, two thirds of a year."""
    random, today = Random(seed), district.ground.today
    spans, first = [Span(date(1990, 1, 1), date(2023, 11, 24))], date(2023, 11, 25)
    while first <= today:
        last = first + timedelta(days=random.choice((0, 0, 3, 17, 30, 59, 120, 240)))
        spans.append(Span(first, last))
        first = last + timedelta(days=1)
    spans.append(Span(first, date(2200, 1, 1)))
    Cut(spans).into(monkeypatch)
    expected, _, _ = oracle_rows(district.log)
    wanted = {
        _key(*key[1:6], *span): row
        for span in spans[1:-1]
        for key, row in expected.items()
        if key[6] == "year" and key[7] == span.first.isoformat() and not is_nothing(row)
    }
    found = telling(district.reader(spans[1:-1]))
    assert len(wanted) > 500
    assert different(found, wanted) == []


def test_a_preview_of_another_definition_is_what_its_variant_has_published(crowded: Stored) -> None:
    """The rate of the concluded, previewed as that of the accepted, against the indicator that counts so; and defined as it is nothing moves."""
    published = crowded.published("quarter")
    found = effect(crowded.settings, crowded.ground, another("med_success_rate", [], ["med.accepted"]), ["quarter"])
    variant = {
        key._replace(indicator="med_success_rate"): row for key, row in published.items() if key.indicator == "med_success_rate_accepted"
    }
    same = {key: row for key, row in published.items() if key.indicator == "med_success_rate" and variant.get(key) == row}
    moved = {one.key: one.new[:3] for one in found.moved if one.new and not is_nothing(one.new[:3])}
    assert len(moved) > 20
    assert moved == {key: row for key, row in variant.items() if key not in same}
    assert {one.key: one.old[:3] for one in found.moved if one.old and not is_nothing(one.old[:3])} == {
        key: row for key, row in published.items() if key.indicator == "med_success_rate" and key not in same
    }
    for id_ in ("cor_caseload", "res_help_rate", "med_duration_p90", "dual_mismatch_pp", "fund_share_actual", "cap_area_m2"):
        assert effect(crowded.settings, crowded.ground, another(id_, [], None), ["quarter"]).moved == [], id_
    closed = [
        one.closed for one in effect(crowded.settings, crowded.ground, another("med_success_rate", [], ["med.accepted"]), ["month"]).moved
    ]
    assert closed == sorted(closed, reverse=True)


@pytest.mark.parametrize(
    ("id_", "num", "den", "says"),
    [
        ("med_sucess_rate", [], [], "did you mean med_success_rate"),
        ("med_success_rate", ["med.agred"], [], "did you mean med.agreed"),
        ("dq_backfill_share", ["med.agreed"], [], "told by a view"),
        ("med_duration_p90", [], ["med.accepted"], "keeps 1 parts above and 0 below"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(id_: str, num: list[str], den: list[str], says: str) -> None:
    with pytest.raises(Usage, match=says):
        another(id_, num, den)
