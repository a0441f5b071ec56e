"""Queries as values: nothing of a request is ever part of a statement, every place has a parameter, only public views are read."""

import re
from datetime import date

import pytest

from consumers.clickhouse.store import Query
from consumers.dashboard import queries, watch_queries
from consumers.told import VIEWS
from streams.core.catalogue import COMPONENTS, DERIVED

HOSTILE = "990107' OR '1'='1"
MAY = date(2025, 5, 1)
ALL = {
    "districts": queries.districts(),
    "indicators": queries.indicators(),
    "components": queries.components(),
    "offices": queries.offices(HOSTILE),
    "authorities": queries.authorities(HOSTILE),
    "splits": queries.splits(HOSTILE, HOSTILE),
    "first_arrival": queries.first_arrival(HOSTILE),
    "first_window": queries.first_window(HOSTILE),
    "values": queries.values(HOSTILE, HOSTILE, [MAY], HOSTILE, subject=HOSTILE, modes=[HOSTILE], only=[HOSTILE]),
    "values as reported": queries.values(HOSTILE, HOSTILE, [MAY], HOSTILE, subject=HOSTILE, modes=[HOSTILE], only=[HOSTILE], as_of=MAY),
    **{f"told_values {n}": query for n, query in enumerate(queries.told_values(HOSTILE, MAY, MAY))},
    **{f"told_of {n}": query for n, query in enumerate(queries.told_of(HOSTILE, "dq_retract_rate", MAY, MAY))},
    "tasks": queries.tasks(HOSTILE, MAY, MAY),
    "disbursed": queries.disbursed(HOSTILE, MAY, MAY),
    "alerts": queries.alerts(HOSTILE),
    "sources": queries.sources(HOSTILE),
    "silences": queries.silences(HOSTILE, 0),
    "missing": queries.missing(HOSTILE),
    "open_letters": queries.open_letters(HOSTILE),
    "letter_counts": queries.letter_counts(HOSTILE),
    "letters": queries.letters(HOSTILE, dict.fromkeys(("office", "code", "day", "state"), HOSTILE), 50, 0),
    "letters_alike": queries.letters_alike(HOSTILE, 3, 17),
    "conservation": queries.conservation(HOSTILE),
    "dead_letters": queries.dead_letters(HOSTILE),
    "reconciliation": queries.reconciliation(HOSTILE),
    "provisional_years": queries.provisional_years(HOSTILE, [2027]),
    "pulse": queries.pulse(HOSTILE),
    "limits": watch_queries.limits(HOSTILE, 7),
    "limit_list": watch_queries.limit_list(HOSTILE, HOSTILE, HOSTILE, 7, 50, 0),
    "watched": watch_queries.watched(HOSTILE),
    "watch_list": watch_queries.watch_list(HOSTILE, HOSTILE, HOSTILE, 50, 0),
    "moved": watch_queries.moved(HOSTILE, MAY, MAY),
    "last_arrival": watch_queries.last_arrival(HOSTILE, MAY),
    "awards": watch_queries.awards(HOSTILE, HOSTILE),
    "windows": watch_queries.windows(HOSTILE, [HOSTILE], [MAY], HOSTILE, [HOSTILE], [HOSTILE]),
    "working_years": watch_queries.working_years(HOSTILE),
}
PUBLIC = {
    "indicator_values", "as_reported", "events", "facts", "splits", "offices", "authorities", "alerts", "sources", "dead_letters",
    "letters", "silences", "missing_numbers", "reconciliations", "conservation", "districts", "indicators", "components", "first_months", "working_years",
    *VIEWS, "limits_ahead", "watch_lists", "moved_values", "newest_values",
}  # fmt: skip


@pytest.mark.parametrize("query", ALL.values(), ids=ALL)
def test_what_is_asked_for_stands_in_the_parameters_only(query: Query) -> None:
    assert HOSTILE not in query.sql
    assert set(re.findall(r"\{(\w+):", query.sql)) == set(query.parameters)


@pytest.mark.parametrize("query", ALL.values(), ids=ALL)
def test_only_public_views_are_read(query: Query) -> None:
    assert set(re.findall(r"FROM (\w+)", query.sql)) <= PUBLIC
    assert re.match(r"SELECT ", query.sql)


def test_every_query_of_the_modules_is_tested() -> None:
    made = {
        name
        for module in (queries, watch_queries)
        for name, member in vars(module).items()
        if callable(member) and not name.startswith("_") and getattr(member, "__annotations__", {}).get("return") in (Query, list[Query])
    }
    assert made == {name.partition(" ")[0] for name in ALL}


def test_each_told_indicator_has_one_view() -> None:
    assert sorted(id_ for told in VIEWS.values() for id_ in told) == sorted(one.id for one in DERIVED)


def test_tasks_are_counted_by_a_component_of_the_catalogue() -> None:
    assert {queries.TASKS, queries.DISBURSED} <= COMPONENTS.keys()
