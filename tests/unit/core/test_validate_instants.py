"""Instants and days against the standard library, where it can say them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.instants import DAY_US, day_number, instant, local_day
from streams.core.refusal import Malformed
from streams.core.texts import MOST_REMEMBERED, OFFICES, Memo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = st.one_of(st.just("Z"), st.builds("{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 23), st.integers(0, 59)))


@given(st.datetimes(), ZONES, st.integers(0, 6))
def test_an_instant_is_what_the_standard_library_says(moment: datetime, zone: str, places: int) -> None:
    decimals = f".{moment.microsecond:06}"[: places + 1] if places else ""
    expected = moment.replace(microsecond=int(decimals[1:].ljust(6, "0") or 0))
    # Apart from the zone: with it the moment may lie outside of what a datetime in UTC can say.
    offset = timedelta() if zone == "Z" else timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])) * (-1 if zone[0] == "-" else 1)
    us = (expected.replace(tzinfo=UTC) - EPOCH - offset) // timedelta(microseconds=1)
    assert instant(f"{expected:%Y}".zfill(4) + f"{expected:-%m-%dT%H:%M:%S}{decimals}{zone}") == us


@given(st.dates())
def test_a_day_is_counted_from_1970(day: date) -> None:
    assert day_number(day.isoformat()) == (day - EPOCH.date()).days


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_malformed(text: str) -> None:
    for read in (instant, day_number):
        with suppress(Malformed):
            assert isinstance(read(text), int)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-31T15:59:59.999999Z", "2025-12-31"),
        ("2025-12-31T16:00:00Z", "2026-01-01"),
        ("2026-01-01T00:30:00+08:00", "2026-01-01"),
        ("2025-12-31T23:59:59-08:00", "2026-01-01"),
        ("1969-12-31T15:59:59Z", "1969-12-31"),
    ],
)
def test_days_are_cut_at_eight_hours_east(text: str, day: str) -> None:
    assert local_day(instant(text)) == day_number(day)


def test_a_day_has_86_400_seconds() -> None:
    assert instant("2024-03-01T00:00:00Z") - instant("2024-02-28T00:00:00Z") == 2 * DAY_US


def test_a_memo_is_bounded_and_remembers_nothing_wrong() -> None:
    memo = Memo("[0-9]+", int, "STRUCT_VALUE", "must be digits")
    for number in range(MOST_REMEMBERED + 10):
        assert memo[str(number)] == number
    assert len(memo) == 10
    with pytest.raises(Malformed, match="must be digits"):
        memo["x"]
    assert "x" not in memo
    assert OFFICES["sfs-990107-001"] == "990107"
