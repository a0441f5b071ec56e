"""The views of lineage over real tables: a third computation, in SQL, of every value; and the way from a record to its values and back."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from consumers.clickhouse.client import connect
from consumers.clickhouse.store import Store
from consumers.lineage import Basis, Key, Shown, add_up, explain_record, read_basis, stand
from consumers.periods import Period
from deploy.demo import huangshi, report
from deploy.migrate import migrate
from deploy.simulate.district import Plan, simulate
from schemas.settings import Settings
from streams.core.catalogue import INDICATORS
from streams.core.message import Message
from tests.conftest import drop_database
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import APPENDED_MS, D, is_nothing, log
from tests.storing import store

KINDS = ("day", "week", "month", "quarter", "half", "year")
KEY = "indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start"
SIMULATED = "990200"
AT_ONCE = 4

Value = tuple[int, int | None, int]


def _raw(district: str, events: Iterable[bytes]) -> list[Message]:
    return [(offset, APPENDED_MS + offset, district.encode(), event, ()) for offset, event in enumerate(events)]


def _chance(seed: int, events: int = 4_000, **more: int) -> list[Message]:
    return [message[1:] for message in log(chance_district(seed, events, **more))]


DISTRICTS: dict[str, tuple[str, Callable[[], list[Message]]]] = {
    "crowded": (D, lambda: _chance(1)),
    "crowded, other seed": (D, lambda: _chance(2)),
    "crowded into two weeks": (D, lambda: _chance(3, days=14, subjects=3)),
    "over two years": (D, lambda: _chance(4, days=700, subjects=20)),
    "the demo's report": (report.DISTRICT, lambda: _raw(report.DISTRICT, report.events(datetime(2026, 1, 20, tzinfo=UTC)))),
    "the demo's month": (huangshi.DISTRICT, lambda: _raw(huangshi.DISTRICT, huangshi.events())),
    "simulated": (SIMULATED, lambda: _raw(SIMULATED, simulate(Plan(SIMULATED, 3, date(2024, 1, 1), 200, 7)))),
}
"""Name -> district and its log."""


@pytest.fixture
def empty(stack: Any, databases: Any) -> Iterator[Settings]:
    """A database with tables and nothing in them."""
    name = databases.take()
    yield stack.settings.model_copy(update={"clickhouse_database": name})
    databases.give_back(name)


@pytest.fixture(scope="module")
def crowded(stack: Any) -> Iterator[Settings]:
    """The crowded district, for tests that only read."""
    ours = stack.settings.model_copy(update={"clickhouse_database": f"lineage_{uuid4().hex[:12]}"})
    migrate(ours)
    store(ours, _chance(5, 2_400))
    yield ours
    drop_database(ours)


def differences(settings: Settings, district: str, kinds: Iterable[str] = KINDS) -> tuple[int, list[tuple[Any, ...]]]:
    """How many values are stored, and those that lineage does not give: key, stored, recomputed."""
    of = f"indicator_values WHERE district = '{district}' AND window_kind IN {tuple(kinds)}"
    ((number, first, last),) = ask(settings, f"SELECT count(), min(window_start), max(window_start) FROM {of}")
    found = []
    for kind in kinds:
        again = (
            f"recomputed(district = '{district}', indicator = '', window_kind = '{kind}', first_start = '{first}', last_start = '{last}')"
        )
        rows = ask(
            settings,
            f"SELECT {KEY}, groupArrayIf(parts, stored) AS one, groupArrayIf(parts, NOT stored) AS other FROM "
            f"(SELECT {KEY}, (numerator, ifNull(toString(denominator), '')) AS parts, true AS stored FROM {of} AND window_kind = '{kind}' "
            f"UNION ALL SELECT {KEY}, (numerator, ifNull(toString(denominator), '')) AS parts, false AS stored FROM {again}) "
            f"GROUP BY {KEY} HAVING one != other",
        )
        different = ((row[:-2], _value(row[-2]), _value(row[-1])) for row in rows)
        found += [(key, one, other) for key, one, other in different if not (is_nothing(one) and is_nothing(other))]
    return number, found


def _value(told: list[tuple[int, str]]) -> Value | None:
    """The one value of a key, or that there is none; two of one key would be an error."""
    assert len(told) <= 1
    return next(((numerator, int(denominator) if denominator else None, 1) for numerator, denominator in told), None)


@pytest.mark.parametrize("name", DISTRICTS)
def test_every_value_is_the_sum_of_the_facts_behind_it(empty: Settings, name: str) -> None:
    """Every indicator, mode, dimension, subject and window. Only facts that no column can date (before 1900, after 2299) would be lacking."""
    district, messages = DISTRICTS[name]
    store(empty, messages())
    number, found = differences(empty, district)
    assert number > 400
    assert found == []


def _resting_on(component: str) -> set[str]:
    """The indicators that a component's facts make."""
    return {indicator.id for indicator in INDICATORS if component in {part.told_as for part in indicator.parts}}


TAMPERINGS: tuple[tuple[str, set[str]], ...] = (
    ("ALTER TABLE fact_rows UPDATE amount = amount + 1 WHERE component = 'leg.persons'", {"leg_consult_cnt"}),
    ("ALTER TABLE fact_rows DELETE WHERE component = 'cor.lost'", {"cor_lost_cnt"}),
    ("ALTER TABLE fact_rows DELETE WHERE component = 'fund.disbursed'", _resting_on("fund.disbursed")),
    ("ALTER TABLE event_rows DELETE WHERE type = 'res.person.discharged'", {"res_help_rate", "res_reoffence_rate"}),
    ("ALTER TABLE indicator_value_rows DELETE WHERE indicator = 'res_register'", {"res_register"}),
)
"""What is done to the tables, and the indicators that then no longer fit."""


def test_what_does_not_fit_is_noticed(empty: Settings) -> None:
    """One after another in one district: each adds what rests on it, and nothing else."""
    store(empty, _chance(1))
    expected = set[str]()
    for tampering, touched in TAMPERINGS:
        ask(empty, f"{tampering} SETTINGS mutations_sync = 1")
        _, found = differences(empty, D, ("month", "year"))
        expected |= touched
        assert {key[0] for key, _, _ in found} == expected, tampering


def test_a_split_that_is_taken_away_leaves_the_district_as_it_is(empty: Settings) -> None:
    store(empty, _chance(5, 2_400))
    ask(empty, "ALTER TABLE split_rows DELETE WHERE role = 'funding' SETTINGS mutations_sync = 1")
    _, found = differences(empty, D)
    assert {key[3] for key, _, _ in found} == {"authority"}


@pytest.fixture(scope="module")
def down(crowded: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What the view tells of every value, by record: key, part, place, kind, sum, rows."""
    told = defaultdict(list)
    for record, *row in ask(crowded, _of_view(crowded, "")):
        told[record].append(tuple(row))
    return told


def _of_view(settings: Settings, record: str) -> str:
    ((first, last),) = ask(settings, "SELECT min(window_start), max(window_start) FROM indicator_values")
    return (
        f"SELECT record, {KEY}, part, place, kind, sum(amount * weight), count() FROM lineage(district = '{D}', indicator = '', "
        f"record = '{record}', window_kind = '', first_start = '{first}', last_start = '{last}') GROUP BY ALL ORDER BY ALL"
    )


def _some(records: Iterable[str], of_each: int = 2) -> list[str]:
    """So many records of each family, by chance."""
    by_family = defaultdict(list)
    for record in sorted(records, key=lambda name: sha256(name.encode()).digest()):
        by_family[record[:3]].append(record)
    return [record for found in by_family.values() for record in found[:of_each]]


def test_from_each_record_to_its_values_and_from_each_value_to_its_records(
    crowded: Settings, down: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Both directions tell the same pairs."""
    assert len(down) > 50
    for record in _some(down):
        assert [row[1:] for row in ask(crowded, _of_view(crowded, record))] == down[record], record


def test_each_record_behind_a_value_has_live_events(crowded: Settings) -> None:
    told = {record for (record,) in ask(crowded, "SELECT DISTINCT record FROM facts")}
    live = ask(crowded, f"SELECT DISTINCT record FROM record_events(district = '{D}', records = [], family = '') WHERE standing = 'live'")
    assert told - {record for (record,) in live} == set()
    some = sorted(told)[::9]
    with connect(crowded) as client:
        query = "SELECT DISTINCT record FROM record_events(district = {d:String}, records = {r:Array(String)}, family = '')"
        assert {record for (record,) in client.query(query, {"d": D, "r": some}).result_rows} == set(some)


def test_what_became_of_each_event_is_as_the_core_has_it(crowded: Settings) -> None:
    """Live are as many events as the core's records hold: each of an identity that nothing took away, once."""
    rows = ask(crowded, f"SELECT standing, stands_as_source, stands_as_id FROM record_events(district = '{D}', records = [], family = '')")
    standings = {standing for standing, _, _ in rows}
    assert standings == {"live", "amended", "superseded", "retracted"}
    live = [(source, id_) for standing, source, id_ in rows if standing == "live"]
    gone = {(source, id_) for standing, source, id_ in rows if standing == "retracted"}
    assert len(live) == len(set(live))
    assert {(source, id_) for standing, source, id_ in rows if standing == "amended"} <= set(live) | gone
    ((admitted,),) = ask(crowded, "SELECT count() FROM events")
    ((retractions,),) = ask(crowded, "SELECT count() FROM events WHERE type = 'dat.event.retracted'")
    assert len(rows) == admitted - retractions


def test_a_persons_facts_are_the_spans_that_her_events_tell(crowded: Settings) -> None:
    spans = ask(
        crowded,
        f"SELECT DISTINCT component, record, day, office FROM person_spans(district = '{D}', records = [], family = '', first_day = '1990-01-01', last_day = '2100-01-01') "
        "WHERE NOT endsWith(component, '.present') AND (component != 'cor.missed' OR (component, record, day, office) IN "
        "(SELECT component, record, day, office FROM facts))",  # a duty to report that was met in time tells nothing
    )
    facts = ask(
        crowded,
        "SELECT DISTINCT component, record, day, office FROM facts WHERE component IN (SELECT told_as FROM indicator_parts WHERE of_kind = 'distinct')",
    )
    assert len(facts) >= 20
    assert sorted(spans) == sorted(facts)


@pytest.fixture
async def reading(crowded: Settings) -> AsyncIterator[tuple[Store, Basis]]:
    """The crowded district as pages and the command read it."""
    store = Store.of(crowded)
    yield store, await read_basis(store, D)
    await store.close()


@pytest.mark.parametrize(
    ("window", "each", "at_least"),
    [
        ("week:2024-03-04", "indicator", 5),
        ("month:2024-02-01", "indicator, subject_kind", 30),
        ("quarter:2024-01-01", "dimension", 2),
        ("year:2024-01-01", "indicator, mode", 38),
    ],
)
async def test_one_value_asked_alone_has_the_rows_that_the_view_tells_of_it(
    crowded: Settings, reading: tuple[Store, Basis], window: str, each: str, at_least: int
) -> None:
    """Of every indicator, mode and so on the value that says most, with its parts added up again."""
    kind, _, start = window.partition(":")
    asked = "indicator, mode, dimension, subject_id"
    chosen = ask(
        crowded,
        f"SELECT {asked} FROM indicator_values WHERE window_kind = '{kind}' AND window_start = '{start}' AND (numerator != 0 OR denominator != 0) "
        "ORDER BY abs(numerator) + ifNull(denominator, 0) DESC, subject_id "
        f"LIMIT 1 BY {each}",
    )
    columns = "part, place, scope, component, kind, day, record, office, assigner, amount, weight, weighed_on"
    view: dict[tuple[Any, ...], Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for row in ask(
        crowded,
        f"SELECT {asked}, {columns} FROM lineage(district = '{D}', indicator = '', record = '', window_kind = '{kind}', "
        f"first_start = '{start}', last_start = '{start}')",
    ):
        view[row[:4]][row[4:]] += 1
    for some in (chosen[at : at + AT_ONCE] for at in range(0, len(chosen), AT_ONCE)):
        keys = [
            Key(D, indicator, mode, dimension, subject, Period(kind, date.fromisoformat(start)))
            for indicator, mode, dimension, subject in some
        ]
        for key, found in zip(keys, await asyncio.gather(*(add_up(reading[0], key, reading[1], Shown(None)) for key in keys)), strict=True):
            assert found.agrees, key
            rows = Counter((one.part, one.place, one.scope, one.component, one.kind, *row) for one in found.sums for row in one.shown)
            assert rows == view[key.indicator, key.mode, key.dimension, key.subject], key
            assert sum(one.rows for one in found.sums) == rows.total()
    assert len({row[0] for row in chosen}) >= at_least


async def test_a_record_asked_alone_touches_what_the_view_tells_of_it(
    down: dict[str, list[tuple[Any, ...]]], reading: tuple[Store, Basis]
) -> None:
    for record in _some(down, of_each=6):
        found = await explain_record(*reading, record)
        assert [tuple(one) for one in found.values] == _added_up(down[record]), record
        assert (await stand(reading[0], D, found.values)).keys() == {one.key for one in found.values}, record
        assert any(event.standing == "live" for event in found.events)


def _added_up(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Per value what goes to its numerator, of histograms nothing, and to its denominator, and how many rows."""
    values: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for *key, part, _, kind, total, count in rows:
        sums = values[tuple(key)]
        sums[part == "denominator"] += 0 if kind == "histogram" else total
        sums[2] += count
    return sorted((*key, *sums) for key, sums in values.items())
