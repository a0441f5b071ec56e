"""The replay of a log as if rules had been in force, on stories whose alerts can be counted by hand."""

from datetime import date, datetime
from typing import Any

import pytest

from deploy.errors import Usage
from deploy.rules.backtest import Backtest, replay
from schemas.rules import Rule, parse_rules
from streams.core.message import Message
from tests.scenarios.story import O1, O2, D, Story, case, log


def rules(*told: dict[str, Any]) -> tuple[Rule, ...]:
    base = {"title": {"zh": "规", "en": "r"}, "severity": "low", "subjects": "office", "window": "day"}
    return parse_rules([base | {"id": f"r{number}"} | one for number, one in enumerate(told)])


def messages(told: Story, entered: dict[int, str]) -> list[Message]:
    """Each appended when it happened, or on the day told for its place."""
    days = [str(entered.get(number, event["time"])) for number, event in enumerate(told.events)]
    return [(m[1], int(datetime.fromisoformat(day).timestamp() * 1000), *m[3:]) for m, day in zip(log(told.events), days, strict=True)]


def replayed(told: Story, *of: dict[str, Any], first: date | None = None, last: date | None = None, entered: Any = ()) -> Backtest:
    return replay(D, lambda _: messages(told, dict(entered)), rules(*of), first, last)


SILENT = {"silence": "days", "above": 2}
LATE = {"deadline": "med_conclude", "overdue": 1, "above": 0}


def test_alerts_are_told_on_the_day_on_which_they_would_have_been() -> None:
    #  O1 and O2 are heard on 01-03; silent for 3 whole days on 01-07; O1 heard again on 01-09, O2 never
    told = Story(O1, O2)
    told.accepted("2024-01-03", case(1))
    told.accepted("2024-01-03", case(2), O2)
    for day in range(4, 13):
        if day == 9:
            told.accepted("2024-01-09", case(3))
        told.tick(f"2024-01-{day:02d}")
    result = replayed(told, SILENT, first=date(2024, 1, 3))
    assert [(e.subject, e.told_on, e.ended_on, e.days, e.taken_back) for e in result.episodes] == [
        (O1, "2024-01-07", "2024-01-09", 2, False),
        (O2, "2024-01-07", None, 5, False),
    ]
    (one,) = result.summaries
    assert (one.alerts, one.taken_back, one.subjects, one.firing, one.mean_days, one.longest_days, one.at_once) == (2, 0, 2, 1, 3.5, 5, 2)
    assert result.as_json()["summaries"][0]["rule"] == "r0"


def test_an_alert_that_a_late_entry_takes_back_was_told_all_the_same() -> None:
    told = Story(O1)
    told.accepted("2024-01-03", case(1))
    for day in range(4, 9):
        told.tick(f"2024-01-{day:02d}")
    told.accepted("2024-01-05", case(2))
    told.tick("2024-01-09")
    late = {len(told.events) - 2: "2024-01-08T18:00:00+08:00"}
    (episode, again) = replayed(told, SILENT, first=date(2024, 1, 3), entered=late).episodes
    assert (episode.start, episode.told_on, episode.ended_on, episode.taken_back) == ("2024-01-07", "2024-01-07", "2024-01-08", True)
    assert (again.start, again.told_on) == ("2024-01-09", "2024-01-09")


def test_days_before_and_after_are_left_out() -> None:
    told = Story(O1)
    for number, day in enumerate(("2024-01-01", "2024-03-01")):
        told.accepted(day, case(number))
    for day in ("2024-02-10", "2024-02-20", "2024-04-10"):
        told.tick(day)
    told.events.sort(key=lambda event: event["time"])
    assert [(e.start, e.ended_on) for e in replayed(told, LATE, first=date(2024, 3, 10)).episodes] == [("2024-03-10", None)]
    cut = replayed(told, LATE, first=date(2024, 1, 1), last=date(2024, 2, 15))
    assert (cut.last, [(e.start, e.told_on) for e in cut.episodes]) == ("2024-02-15", [("2024-02-01", "2024-02-10")])


def test_rules_that_were_published_are_left_out() -> None:
    told = Story(O1)
    told.bureau("reg.rules.published", "2024-01-01", rules=[rules(LATE | {"id": "old"})[0].as_published()])
    told.accepted("2024-01-01", case(1))
    told.tick("2024-02-10")
    assert {e.rule for e in replayed(told, LATE, first=date(2024, 1, 1)).episodes} == {"r0"}


def test_a_log_without_the_district_is_said_so() -> None:
    with pytest.raises(Usage, match="the log holds no event of district 990107"):
        replay(D, lambda _: [], rules(LATE), None, None)
