"""As reported on any day, and what was restated since: against a log that ends with that day, and by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.settings import Settings
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import D, Event, Story, is_nothing, log
from tests.storing import store

KEY = "indicator, mode, dimension, subject_id, window_kind, window_start"
FIRST_DAY = datetime(2030, 1, 1, 4, tzinfo=UTC)
EACH_DAY = 40


def appended(events: list[Event]) -> list[Event]:
    """The events as they come in one after the other, so many a day."""
    return [
        event | {"_append_ms": int((FIRST_DAY + timedelta(n // EACH_DAY, n % EACH_DAY)).timestamp() * 1000)}
        for n, event in enumerate(events)
    ]


@pytest.fixture
def two(stack: Any, databases: Any) -> Iterator[list[Settings]]:
    """Two databases with tables and nothing in them."""
    names = [databases.take(), databases.take()]
    yield [stack.settings.model_copy(update={"clickhouse_database": name}) for name in names]
    for name in names:
        databases.give_back(name)


def said(settings: Settings, of: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The values that say something, with the state of their windows."""
    rows = ask(settings, f"SELECT {KEY}, numerator, denominator, scale, value, period_state FROM {of}")
    return {tuple(row[:6]): tuple(row[6:]) for row in rows if not is_nothing(row[6:9])}


def test_as_reported_on_a_day_is_what_a_log_that_ends_with_it_gives(two: list[Settings]) -> None:
    whole, until = two
    story = Story()
    for kind in ("month", "quarter"):
        story.bureau("reg.period.closed", "2024-01-20", id_=f"closes-{kind}", window_kind=kind, window_start="2024-01-01")
    made = [event for event in chance_district(11, 600) if event["type"] != "reg.period.closed"]
    events = appended([*made[:250], story.events[-2], *made[250:450], story.events[-1], *made[450:]])
    store(whole, [message[1:] for message in log(events)], slice_events=EACH_DAY // 5)
    days = 9
    store(until, [message[1:] for message in log(events[: days * EACH_DAY])], slice_events=EACH_DAY // 5)
    then = said(whole, f"as_reported(district = '{D}', day = '{FIRST_DAY + timedelta(days - 1):%Y-%m-%d}')")
    assert then == said(until, "indicator_values")
    assert {row[-1] for row in then.values()} == {"open", "provisional", "closed", "restated"}
    assert said(whole, f"as_reported(district = '{D}', day = '2030-12-31')") == said(whole, "indicator_values") != then
    restated = ask(whole, f"SELECT {KEY} FROM restated_values(district = '{D}')")
    assert sorted(restated) == sorted(ask(whole, f"SELECT {KEY} FROM indicator_values WHERE period_state = 'restated'"))
    assert len(restated) > 50
