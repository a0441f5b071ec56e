"""What has not come, on ClickHouse: gaps and the days around them, silence by habit in working days, windows that may lack events, and all of it closing."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.clickhouse.client import connect
from consumers.clickhouse.store import Store
from consumers.dashboard.missing import Incomplete, missing
from consumers.dashboard.missing import incomplete as incomplete_in
from consumers.dashboard.reading import District
from consumers.periods import Period, containing
from deploy.cli import run
from schemas.settings import Settings
from tests.integration.sink_stage import ask

DISTRICT = "990107"
BUSY, RARE, NEVER, CLOSED = (f"sfs-{DISTRICT}-00{n}" for n in range(1, 5))
TODAY = date(2024, 3, 1)
"""A Friday, two weeks after the Spring Festival: 10 to 17 February are off, Sunday the 18th is worked."""


def source(office: str) -> str:
    return f"/districts/{DISTRICT}/{office[-3:]}"


def events(office: str, days: Sequence[tuple[date, int]], of: str = "") -> list[tuple[Any, ...]]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        (DISTRICT, of or source(office), f"{office}-{n}", "leg.consultation.given", datetime(d.year, d.month, d.day, 4, tzinfo=UTC), office, n, "{}", 1, n, at, 1)
        for d, n in days
    ]  # fmt: skip


def tell(settings: Settings, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connect(settings, compress=False) as client:
        client.insert(table, rows, column_names=columns.split())


def tell_events(settings: Settings, rows: Sequence[tuple[Any, ...]]) -> None:
    tell(settings, "event_rows", "district source id type time office sequence data partition offset appended_at version", rows)


def tell_gaps(settings: Settings, office: str, gaps: list[tuple[int, int]], version: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    row = (DISTRICT, source(office), 1, gaps, [now] * len(gaps), now, version)
    tell(settings, "source_rows", "district source high_water gaps gaps_first_seen last_seen version", [row])


def weekdays(first: date, last: date) -> list[date]:
    return [d for n in range((last - first).days + 1) if (d := first + timedelta(days=n)).weekday() < 5]


@pytest.fixture
def district(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Four offices: one busy, one that sends every tenth day, one that never did, one that is closed."""
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation)
    tell(installation, "district_rows", "district today gone version", [(DISTRICT, TODAY, False, 1)])
    offices = [
        (DISTRICT, id_, id_, date(2024, 2, 26), date(2024, 2, 27) if id_ == CLOSED else None, False, 1)
        for id_ in (BUSY, RARE, NEVER, CLOSED)
    ]
    tell(installation, "office_rows", "district office name opened_on closed_on gone version", offices)
    busy = [(d, n) for n, d in enumerate(weekdays(date(2024, 1, 2), date(2024, 2, 23)), 1) if n != 20]
    rare = [(date(2024, 1, 3) + timedelta(days=14 * n), n + 1) for n in range(4)]
    bureau = events(NEVER, [(TODAY, 1)], f"/districts/{DISTRICT}/bureau")
    tell_events(installation, [*events(BUSY, busy), *events(RARE, rare), *bureau])
    tell_gaps(installation, BUSY, [(20, 20)], 1)
    return installation


def senders(settings: Settings, days: int = 0) -> dict[str, tuple[int, int, int, str]]:
    query = f"SELECT office, days_silent, usual_gap, silence_limit, state FROM silences(district = '{DISTRICT}', days = {days}) WHERE source = ''"
    return {office: tuple(rest) for office, *rest in ask(settings, query)}


def incomplete(settings: Settings, subject: str, kind: str) -> list[tuple[date, int, int]]:
    query = (
        f"SELECT window_start, toUInt64(missing), days_silent FROM incomplete_windows(district = '{DISTRICT}', days = 0) "
        f"WHERE subject_id = '{subject}' AND window_kind = '{kind}' ORDER BY window_start"
    )
    return [(row[0], row[1], row[2]) for row in ask(settings, query)]


def test_silence_is_counted_in_working_days_against_the_offices_habit(district: Settings) -> None:
    found = senders(district)
    assert found[BUSY] == (5, 1, 3, "silent"), "Monday to Friday, a usual pause of one working day"
    assert found[RARE][2:] == (30, "speaking"), "ten working days are usual"
    assert found[NEVER] == (4, 0, 3, "silent"), "since it opened; what the bureau says of it is not its own"
    assert CLOSED not in found
    assert senders(district, days=5)[BUSY] == (5, 1, 5, "speaking")
    assert senders(district, days=4)[BUSY][3] == "silent"


def test_working_days_are_those_of_the_calendar(district: Settings) -> None:
    """Over every span of two months around the Spring Festival."""
    for last in (date(2024, 1, 31), date(2024, 2, 9), date(2024, 2, 17), date(2024, 2, 18), date(2024, 2, 29)):
        tell_events(district, events(f"sfs-{DISTRICT}-009", [(last, last.toordinal())]))
        tell(
            district,
            "office_rows",
            "district office name opened_on gone version",
            [(DISTRICT, f"sfs-{DISTRICT}-009", "x", date(2020, 1, 1), False, 1)],
        )
        worked = ask(
            district,
            f"SELECT countIf(working) FROM working_days(district = '{DISTRICT}', first_day = '{last + timedelta(days=1)}', last_day = '{TODAY}')",
        )
        assert senders(district)[f"sfs-{DISTRICT}-009"][0] == worked[0][0]


def test_a_gap_marks_the_windows_that_it_may_touch_until_it_is_filled(district: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Number 20 is missing between 26 and 30 January; the letter that has it is told."""
    tell(
        district, "dead_letter_rows", "code district office topic partition offset source id sequence received_at",
        [("STRUCT_VALUE", DISTRICT, BUSY, "office-events", 1, 9, source(BUSY), "x", 20, datetime(2026, 1, 1, tzinfo=UTC))],
    )  # fmt: skip
    assert run(["missing", "--district", DISTRICT, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (gap,) = told["gaps"]
    assert (gap["first_missing"], gap["in_letters"], gap["first_day"], gap["last_day"], gap["offices"]) == (
        20,
        1,
        "2024-01-26",
        "2024-01-30",
        [BUSY],
    )
    silent = (date(2024, 2, 1), 0, 5)
    assert incomplete(district, BUSY, "month") == [(date(2024, 1, 1), 1, 0), silent, (date(2024, 3, 1), 0, 5)]
    assert incomplete(district, BUSY, "quarter") == [(date(2024, 1, 1), 1, 5)]
    assert incomplete(district, DISTRICT, "week")[0] == (date(2024, 1, 22), 1, 0)
    assert incomplete(district, RARE, "month") == []
    assert run(["missing", "--district", DISTRICT]) == 1
    said = capsys.readouterr()
    assert "missing 缺 20, 1 of them among the dead letters; around 涉及 2024-01-26 – 2024-01-30" in said.out
    assert "1 gap(s) in the numbers of sources, 2 silent office(s)" in said.err

    tell_gaps(district, BUSY, [], 2)
    tell_events(district, [*events(BUSY, [(date(2024, 1, 29), 20), (TODAY, 99)]), *events(NEVER, [(TODAY, 1)])])
    assert run(["missing", "--district", DISTRICT]) == 0
    assert "nothing is known to be missing" in capsys.readouterr().out
    assert incomplete(district, BUSY, "month") == incomplete(district, DISTRICT, "year") == []


async def test_the_page_marks_the_windows_that_the_view_tells(district: Settings) -> None:
    tell_gaps(district, RARE, [(2, 2), (4, 9)], 3)
    store = Store.of(district)
    try:
        found = await missing(store, District(DISTRICT, TODAY, None, {}, {}, {}))
    finally:
        await store.close()
    windows = "SELECT window_kind, window_start, subject_id, toUInt64(missing), in_letters, sources, silent_offices, days_silent FROM incomplete_windows"
    told: dict[Period, dict[str, Incomplete]] = {}
    for kind, start, subject, *why in ask(district, f"{windows}(district = '{DISTRICT}', days = 0)"):
        told.setdefault(Period(kind, start), {})[subject] = Incomplete(*why)
    assert len(told) > 30
    for kind in ("day", "week", "month", "quarter", "half", "year"):
        for day in (date(2023, 12, 1) + timedelta(days=n) for n in range(120)):
            period = containing(kind, day)
            assert incomplete_in(found, DISTRICT, TODAY, period) == told.get(period, {}), period


def test_a_gap_without_an_event_before_it_and_one_of_all_numbers_there_are(district: Settings) -> None:
    tell_gaps(district, RARE, [(0, 0), (4, 10**18 - 2)], 3)
    query = (
        f"SELECT first_missing, toUInt64(missing), first_day, last_day FROM missing_events(district = '{DISTRICT}', days = 0) "
        f"WHERE source = '{source(RARE)}' AND office = '' ORDER BY first_missing"
    )
    assert ask(district, query) == [
        (0, 1, date(2024, 1, 3), date(2024, 1, 3)),
        (4, 10**18 - 5, date(2024, 1, 31), TODAY),
    ]
    assert incomplete(district, RARE, "year") == [(date(2024, 1, 1), 10**18 - 4, 0)]
