"""Row against row: what is a difference, what says the same, what the log has overtaken; the report about it all."""

import itertools
import json
from datetime import date
from typing import Any

import pytest

from consumers.reconcile.compare import Comparison, Difference, compare, quotient_fits, settled
from consumers.reconcile.lineage import Lineage
from consumers.reconcile.oracle import Expected, by_key, expected
from consumers.reconcile.persons import monitor_limit
from consumers.reconcile.reading import day_text
from consumers.reconcile.report import Report
from consumers.reconcile.stored import Stored, Tally, totals, upto
from consumers.reconcile.values import COMPONENTS, ValueKey
from consumers.reconcile.windows import ALL, first_day, last_day, windows_between
from tests.scenarios import SCENARIOS, log
from tests.scenarios.story import BUREAU, O1, D, Story, case, row


def district() -> tuple[Any, Expected, dict[str, dict[Any, Stored]]]:
    """A small district, what must be known of it, and a store that holds exactly that."""
    story = Story()
    story.accepted("2024-03-01", case(1), more={"sequence": "1"})
    story.failed("2024-03-01", case(1), more={"sequence": "3"})
    read = by_key(log(story.events))[D.encode()]
    must = expected(read)

    def quotient(key: ValueKey) -> float | None:
        numerator, denominator, scale = must.values[key]
        if denominator is None:
            return numerator / scale
        return numerator / denominator / (scale // (10_000 if key[2] == "share_weighted" else 1)) if denominator else None

    found: dict[str, dict[Any, Stored]] = {
        "indicator_values": {key: Stored((*content, quotient(key)), 5) for key, content in must.values.items()},
        "facts": {key: Stored(amount, 5) for key, amount in must.facts.items()},
        "events": {event.identity: Stored(event.offset, event.offset) for event in read.admitted()},
        "sources": {source: Stored((1, [(2, 2)], 1709254800000), 6) for source in read.ledgers},
    }
    return read, must, found


def judged(found: dict[str, dict[Any, Stored]], upto_: int = 6, end: int = 7) -> Comparison:
    read, must, _ = district()
    return compare(read, must, found, upto_, end)


def test_what_is_right_agrees() -> None:
    _, must, found = district()
    comparison = judged(found)
    assert comparison.differences == []
    assert comparison.compared == {"indicator_values": len(must.values), "facts": len(must.facts), "events": 7, "sources": 1}


def test_a_row_of_zeros_and_no_row_are_the_same() -> None:
    _, _, found = district()
    p50 = row("med_duration_p50", D, "day 2024-03-01")
    assert found["indicator_values"].pop(p50).content == (0, None, 1, 0.0)
    found["indicator_values"][row("med_amount_yuan", D, "day 2024-03-01")] = Stored((0, None, 100, 0.0), 6)
    found["indicator_values"][row("med_success_rate", D, "day 2023-03-01")] = Stored((0, 0, 1, None), 6)
    found["facts"]["med:X", "med.open", "2024-03-01", "", O1, "self"] = Stored(None, 6)  # gone
    assert judged(found).differences == []


@pytest.mark.parametrize("content", [(2, None, 1, 2.0), (1, 1, 1, 1.0), (1, None, 100, 0.01), (0, None, 1, 0.0), (1, None, 1, 1.5), None])
def test_any_other_number_is_a_difference(content: tuple[Any, ...] | None) -> None:
    _, _, found = district()
    key = row("med_accepted_cnt", D, "day 2024-03-01")
    del found["indicator_values"][key]
    if content:
        found["indicator_values"][key] = Stored(content, 6)
    ((parts, difference),) = judged(found).differences
    assert (parts, difference.table, difference.key) == (key, "indicator_values", "|".join(key))
    assert difference.expected == (1, None, 1)


def test_a_newer_version_says_nothing_about_what_was_read() -> None:
    _, must, found = district()
    key = row("med_accepted_cnt", D, "day 2024-03-01")
    found["indicator_values"][key] = Stored((2, None, 1, 2.0), 8)
    comparison = judged(found, upto_=6, end=9)
    assert comparison.differences == []
    assert comparison.overtaken == {"indicator_values": [key]}
    assert settled(must, [key], {key: (1, None, 1)}) == 1
    assert settled(must, [key], {key: (2, None, 1)}) == 0
    assert settled(must, [key], {}) == 0


def test_a_version_that_no_message_has_is_a_difference() -> None:
    _, _, found = district()
    found["indicator_values"][row("med_accepted_cnt", D, "day 2024-03-01")] = Stored((2, None, 1, 2.0), 9)
    assert len(judged(found, upto_=6, end=9).differences) == 1


@pytest.mark.parametrize(
    ("indicator", "mode", "content", "value", "fits"),
    [
        ("med_success_rate", "none", (1, 3, 1), 1 / 3, True),
        ("med_success_rate", "none", (1, 3, 1), 0.3333333333333, False),
        ("med_success_rate", "share_weighted", (7000, 21_000, 10_000), 1 / 3, True),
        ("med_success_rate", "none", (1, 0, 1), None, True),
        ("med_success_rate", "none", (1, 0, 1), 0.0, False),
        ("cap_area_m2", "none", (15_125, 1, 100), 151.25, True),
        ("cap_area_m2", "share_weighted", (15_125 * 7000, 7000, 1_000_000), 151.25, True),
        ("cap_area_m2", "none", (15_125, 1, 100), 15_125.0, False),
        ("fund_disbursed_yuan", "own", (10_075, None, 100), 100.75, True),
        ("dual_balance_gap_pp", "none", (-3333, 100, 1), -33.33, True),
        ("med_duration_p50", "none", (0, None, 1), None, True),
        ("med_accepted_cnt", "none", (0, None, 1), None, False),
    ],
)
def test_the_quotient_of_the_view(indicator: str, mode: str, content: Any, value: float | None, fits: bool) -> None:
    key = row(indicator, BUREAU, "month 2024-01-01", mode)
    assert quotient_fits(key, content, value) is fits


def test_what_is_behind_a_difference() -> None:
    read, must, found = district()
    lineage = Lineage(read, must)
    key = row("med_success_rate", O1, "month 2024-03-01")
    assert lineage.behind(key, Difference("indicator_values", "", 1, 2)).behind == (f"med:{case(1)}",)
    assert lineage.behind(row("med_success_rate", O1, "month 2024-04-01"), Difference("indicator_values", "", 1, 2)).behind == ()
    fact = (f"med:{case(1)}", "med.open", "2024-03-01", "", O1, "self")
    events = lineage.behind(fact, Difference("facts", "", 1, 2)).behind
    assert [event.split("@")[1] for event in events] == ["5", "6"]
    assert lineage.behind(("s",), Difference("sources", "", 1, 2)).behind == ()
    assert found


def test_every_indicator_is_known_by_its_components() -> None:
    """The scenarios together have a row of every indicator but none that lineage cannot follow."""
    seen = {key[1] for scenario in SCENARIOS for key in scenario.values}
    assert seen == set(COMPONENTS)


def test_the_report() -> None:
    report = Report(epoch=3)
    report.add("facts", 10, 0)
    assert report.agrees
    assert report.verdict == "no difference in 10 rows from 0 messages"
    report.add("facts", 5, 2)
    report.differences.append(Difference("facts", "k", None, 1))
    assert (report.agrees, report.conserved, report.verdict) == (False, True, "2 of 15 rows differ")
    report.add("conservation", 1, 1)
    assert report.verdict == "3 of 16 rows differ; messages are not accounted for"
    report.lag = 1234
    assert report.verdict.startswith("not caught up: 1,234 messages")
    document = json.loads(json.dumps(report.as_json()))
    assert document["compared"] == {"facts": 15, "conservation": 1}
    assert document["differences"] == [{"table": "facts", "key": "k", "expected": None, "found": 1, "behind": []}]


def test_sums_of_the_conservation() -> None:
    tallies = [Tally("990107", 10, 6, 2, 1, 1, 12), Tally("", 1, 0, 0, 1, 0, 11)]
    assert upto(tallies) == 12
    assert upto([]) == -1
    assert totals(tallies) == {"read": 11, "admitted": 6, "duplicates": 2, "dead_letters": 2, "pending": 1}


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("week", "2024-12-31", "2024-12-30", "2025-01-05"),
        ("week", "2024-12-30", "2024-12-30", "2025-01-05"),
        ("week", "2025-01-05", "2024-12-30", "2025-01-05"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2023-12-31", "2023-12-01", "2023-12-31"),
        ("quarter", "2024-06-30", "2024-04-01", "2024-06-30"),
        ("half", "2024-07-01", "2024-07-01", "2024-12-31"),
        ("half", "2024-06-30", "2024-01-01", "2024-06-30"),
        ("year", "2024-06-30", "2024-01-01", "2024-12-31"),
    ],
)
def test_windows(kind: str, day: str, first: str, last: str) -> None:
    start = first_day(kind, date.fromisoformat(day).toordinal())
    assert (day_text(start), day_text(last_day(kind, start))) == (first, last)


@pytest.mark.parametrize("kind", ALL)
def test_windows_cover_every_day_once(kind: str) -> None:
    begin, end = date(2023, 11, 7).toordinal(), date(2025, 3, 9).toordinal()
    starts = windows_between(kind, begin, end)
    assert starts[0] <= begin
    assert all(last_day(kind, one) + 1 == following for one, following in itertools.pairwise(starts))
    assert last_day(kind, starts[-1]) >= end >= starts[-1]


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        ("2023-11-30", "2024-02-29"),
        ("2022-11-30", "2023-02-28"),
        ("2024-01-31", "2024-04-30"),
        ("2024-10-15", "2025-01-15"),
        ("2024-12-31", "2025-03-31"),
    ],
)
def test_three_calendar_months(day: str, limit: str) -> None:
    assert day_text(monitor_limit(date.fromisoformat(day).toordinal())) == limit
