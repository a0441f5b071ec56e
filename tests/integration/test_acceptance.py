"""The twelve acceptance tests at the end of domain.md, section 8, by their numbers: one log through real Kafka, a worker, the sink and ClickHouse."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from consumers.reconcile import Patience, reconcile
from consumers.report.ground import read
from consumers.report.report import Grouping, read_report
from consumers.report.span import asked, parse
from deploy.demo import huangshi
from deploy.simulate.district import Plan, simulate
from deploy.topics import create_topics, delete_topics
from schemas.settings import Settings
from tests.conftest import Databases, Installation, Stack
from tests.folding import fold
from tests.integration.asking import messages
from tests.integration.rebuild_stage import newest_rows
from tests.integration.sink_stage import ask
from tests.integration.whole_way import dead_letters, publish, visible, whole_way
from tests.scenarios.story import BUREAU, O1, O2, STREET, TOWN, D, Event, Row, Story, case

VECTORS, PLAIN, LATE, APART, MERGED, EDGES, SEED = (f"99020{n}" for n in range(1, 8))
STRAIGHT, SHUFFLED, TWICE = (f"99021{n}" for n in range(1, 4))
PRIVATE = "11010519491231002X"
SAYS = f"经办人 {PRIVATE}"


def of(code: str, events: Iterable[Event]) -> list[Event]:
    """The events as those of another district."""
    made: list[Event] = json.loads(json.dumps(list(events)).replace(D, code))
    return made


def cases(story: Story, day: str, office: str, agreed: int, failed: int) -> None:
    """So many cases that are accepted and concluded on a day."""
    for n in range(agreed + failed):
        number = case(len(story.events))
        story.accepted(day, number, office)
        (story.agreed if n < agreed else story.failed)(day, number, office)


def vectors() -> Story:
    """1.4: O1 is paid 7000/3000 and from July 2024 on by the bureau alone; 95 of 100 agreed in the first half, 78 of 80 in the second. O2 has three
    payers; a third office half and half."""
    story = Story(O1, O2, f"sfs-{D}-003")
    story.split(O1, "2024-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O1, "2024-07-01", {BUREAU: 10_000})
    story.split(O2, "2025-01-01", {STREET: 5000, BUREAU: 3000, TOWN: 2000})
    story.split(f"sfs-{D}-003", "2026-01-01", {STREET: 5000, BUREAU: 5000})
    story.split(f"sfs-{D}-003", "2026-01-01", {BUREAU: 10_000}, role="managing")
    cases(story, "2024-03-05", O1, 95, 5)
    cases(story, "2024-08-05", O1, 78, 2)
    cases(story, "2025-03-05", O2, 1, 0)
    cases(story, "2026-03-05", f"sfs-{D}-003", 1, 0)
    return story


def reassigned(*, late: bool) -> Story:
    """Twenty cases of January, closed as a month; then, or not, a decision that the bureau has paid half since the year began; then one more case."""
    story = Story(O1)
    story.split(O1, "2023-01-01", {STREET: 10_000})
    cases(story, "2024-01-09", O1, 18, 2)
    story.bureau("reg.period.closed", "2024-02-05", window_kind="month", window_start="2024-01-01")
    if late:
        story.split(O1, "2024-01-01", {STREET: 5000, BUREAU: 5000}, when="2024-03-10")
    else:
        story.tick("2024-03-10")
    cases(story, "2024-01-10", O1, 0, 1)
    return story


def two_offices(*, merged: bool) -> Story:
    """O2 has five cases; on 1 July it merges into O1, or not; three more are taken by whoever is there."""
    story = Story(O1, O2)
    cases(story, "2024-05-06", O2, 4, 1)
    if merged:
        story.closed(O2, "2024-07-01", merged_into=O1)
    cases(story, "2024-08-06", O1 if merged else O2, 3, 0)
    return story


def edges() -> Story:
    """Half past midnight of New Year 2026 in China; a case of December 2025 and one of November 2026 before and after an assessment year's start; aid
    decided on the seventh working day after 13 February 2026, and a day later; somebody's number in a text; a year in the place of people."""
    story = Story(O1)
    story.accepted("2025-11-30", case(1))
    story.accepted("2025-12-01", case(2))
    story.accepted("2025-12-31T16:30:00Z", case(3))
    story.accepted("2026-11-30", case(4))
    for n, decided in ((5, "2026-03-02"), (6, "2026-03-03")):
        story.add("leg.aid.received", "2026-02-13", O1, case(n), matter="civil", group="elderly")
        story.add("leg.aid.decided", decided, O1, case(n), result="granted")
    story.add("cap.staff.snapshot", "2026-03-04", O1, staff=2023, id_="misprint")
    story.bureau("reg.authority.registered", "2026-03-05", authority=f"au-{D}-dw-001", name=SAYS, kind="other_department", id_="private")
    story.tick("2026-12-02")
    return story


def seed_district() -> Story:
    """The report's seven offices: small rooms and few people first; later all at the standard, five excellent, one of five stars and one of four."""
    offices = [f"sfs-{D}-{n:03d}" for n in range(1, 8)]
    story = Story(*offices)
    for n, office in enumerate(offices):
        for day, area, staff in (("2021-01-10", 40 + 2 * n, 3 + n % 2), ("2023-06-10", 150 + n, 7)):
            story.add("cap.premises.snapshot", day, office, area_m2=f"{area}.00", independent=True)
            story.add("cap.staff.snapshot", day, office, staff=staff)
        story.add("cap.rating.awarded", "2023-07-01", office, programme="prov_standard")
        if n < 5:
            story.add("cap.rating.awarded", "2023-07-02", office, programme="prov_excellent")
    for office, level in zip(offices, (5, 4), strict=False):
        story.add("cap.rating.awarded", "2023-08-01", office, programme="city_star", level=level)
    story.tick("2023-12-31")
    return story


@cache
def disorder() -> list[Event]:
    """An office for twelve days, with amendments, retractions, repeats and late entries; and who pays is decided late, twice."""
    plan = Plan(district=D, offices=1, start=date(2024, 1, 10), days=12, seed=8, disorder=True)
    made: list[Event] = [json.loads(line) for line in simulate(plan)]
    late = Story()
    late.split(O1, "2024-01-15", {BUREAU: 3333, STREET: 6667}, when="2024-01-22", id_="late-1")
    late.split(O1, "2024-01-12", {BUREAU: 2500, STREET: 2500, TOWN: 5000}, when="2024-01-22", id_="late-2")
    return made + late.events[-2:]


def shuffled(events: list[Event]) -> list[Event]:
    """In any order once the offices are registered."""
    first = [e for e in events if e["type"] == "reg.office.opened"]
    rest = [e for e in events if e["type"] != "reg.office.opened"]
    Random(3).shuffle(rest)
    return first + rest


@pytest.fixture(scope="module")
def ours(stack: Stack, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """All of it folded and stored."""
    name, database = f"t{uuid.uuid4().hex[:12]}", databases.take()
    settings = Installation(
        **(stack.settings.model_dump() | {"topic_prefix": f"{name}.", "app_id": name, "clickhouse_database": database, "partitions": 4})
    )
    create_topics(settings)
    events = [
        *of(VECTORS, vectors().events), *of(PLAIN, reassigned(late=False).events), *of(LATE, reassigned(late=True).events),
        *of(APART, two_offices(merged=False).events), *of(MERGED, two_offices(merged=True).events), *of(EDGES, edges().events),
        *of(SEED, seed_district().events), *of(STRAIGHT, disorder()), *of(SHUFFLED, shuffled(disorder())), *of(TWICE, [e for e in disorder() for _ in range(2)]),
    ]  # fmt: skip
    records = [(e["district"].encode(), json.dumps(e, ensure_ascii=False).encode(), ()) for e in events]
    records += [(huangshi.DISTRICT.encode(), line, ()) for line in huangshi.events()]
    folder: Path = tmp_path_factory.mktemp("acceptance")
    with whole_way(settings, folder, dead_letter_percent=0, dead_letter_streak=0):
        publish(settings, records)
        visible(settings)
        yield settings
    delete_topics(settings)
    databases.give_back(database)


def value(
    settings: Settings, code: str, indicator: str, window: str, subject: str = "", mode: str = "none", dimension: str = ""
) -> Row | None:
    """Numerator, denominator and scale of a value."""
    kind, _, start = window.partition(" ")
    rows = ask(
        settings,
        f"SELECT numerator, denominator, scale FROM indicator_values WHERE district = '{code}' AND indicator = '{indicator}' AND mode = '{mode}' "
        f"AND subject_id = '{(subject or code).replace(D, code)}' AND window_kind = '{kind}' AND window_start = '{start}' AND dimension = '{dimension}'",
    )
    return rows[0] if rows else None


def said(settings: Settings, code: str, where: str = "1") -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """All values of a district that say something, without its code."""
    rows = ask(
        settings,
        f"SELECT indicator, mode, dimension, replaceAll(subject_id, '{code}', ''), window_kind, window_start, numerator, denominator, scale "
        f"FROM indicator_values WHERE district = '{code}' AND (numerator != 0 OR ifNull(denominator, 0) != 0) AND {where}",
    )
    return {row[:6]: row[6:] for row in rows}


def test_1_golden_vectors(ours: Settings) -> None:
    year, rate = "year 2024-01-01", "med_success_rate"
    modes = ("share_weighted", "full", "lead")
    assert [value(ours, VECTORS, rate, year, STREET, mode) for mode in modes] == [(665_000, 700_000, 10_000), (95, 100, 1), (95, 100, 1)]
    assert [value(ours, VECTORS, rate, year, BUREAU, mode) for mode in modes] == [
        (1_065_000, 1_100_000, 10_000),
        (173, 180, 1),
        (78, 80, 1),
    ]
    assert value(ours, VECTORS, rate, year) == (173, 180, 1)
    shares = [value(ours, VECTORS, "med_accepted_cnt", "year 2025-01-01", payer, "share_weighted") for payer in (STREET, BUREAU, TOWN)]
    assert [row and row[0] for row in shares] == [5000, 3000, 2000]
    tie = [value(ours, VECTORS, "med_accepted_cnt", "year 2026-01-01", payer, "lead") for payer in (BUREAU, STREET)]
    assert tie == [(1, None, 1), None]


def test_2_authorities_add_up_to_the_district(ours: Settings) -> None:
    parts: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    whole: dict[tuple[Any, ...], list[int]] = {}
    rows = ask(
        ours,
        "SELECT v.district, v.indicator, dimension, window_kind, window_start, v.mode, numerator, ifNull(denominator, 0) FROM indicator_values AS v "
        "INNER JOIN (SELECT id, shape, modes FROM indicators) AS i ON i.id = v.indicator WHERE i.shape IN ('sum', 'ratio') AND has(i.modes, 'share_weighted') "
        "AND window_kind NOT IN ('day', 'week') AND (v.mode = 'share_weighted' OR subject_kind = 'district')",
    )
    for *key, mode, numerator, denominator in rows:
        if mode == "share_weighted":
            sums = parts[tuple(key)]
            sums[0] += numerator
            sums[1] += denominator
        else:
            whole[tuple(key)] = [numerator * 10_000, denominator * 10_000]
    assert len(whole) > 1_000
    assert {key: sums for key, sums in parts.items() if any(sums)} == {key: sums for key, sums in whole.items() if any(sums)}


def test_3_replay_order_and_repeats_change_nothing(ours: Settings) -> None:
    straight = said(ours, STRAIGHT)
    assert len(straight) > 1_000
    assert said(ours, SHUFFLED) == straight
    assert said(ours, TWICE) == straight
    again = fold([one for one in messages(ours) if one[2] == STRAIGHT.encode()])
    assert {
        (*key[1:4], key[5].replace(STRAIGHT, ""), key[6], date.fromisoformat(key[7])): row for key, row in again.values.items()
    } == straight


def test_4_a_share_learned_late_moves_the_authorities_alone(ours: Settings) -> None:
    assert said(ours, LATE, "subject_kind != 'authority'") == said(ours, PLAIN, "subject_kind != 'authority'")
    january = ("med_accepted_cnt", "month 2024-01-01", STREET, "share_weighted")
    assert value(ours, PLAIN, *january) == (210_000, None, 10_000)
    assert value(ours, LATE, *january) == (105_000, None, 10_000)


def test_5_a_merger_leaves_the_district_as_it_was(ours: Settings) -> None:
    """Screenings are owed by offices, so that there are fewer of them; all else is about cases."""
    flows = "subject_kind = 'district' AND startsWith(indicator, 'med_') AND indicator != 'med_screening_ok'"
    assert said(ours, MERGED, flows) == said(ours, APART, flows) != {}
    assert value(ours, MERGED, "med_accepted_cnt", "year 2024-01-01", O2) == (5, None, 1)
    assert value(ours, MERGED, "med_accepted_cnt", "year 2024-01-01", O1) == (3, None, 1)
    assert ask(ours, f"SELECT merged_into FROM offices WHERE office = '{O2.replace(D, MERGED)}'") == [(O1.replace(D, MERGED),)]


def test_6_what_was_published_stays_readable(ours: Settings) -> None:
    ((was, now, state),) = ask(
        ours,
        "SELECT r.was.numerator, v.numerator, period_state FROM indicator_values AS v "
        f"INNER JOIN restated_values(district = '{LATE}') AS r USING (indicator, mode, dimension, subject_id, window_kind, window_start) "
        f"WHERE v.district = '{LATE}' AND indicator = 'med_accepted_cnt' AND window_kind = 'month' AND subject_id = '{LATE}' AND dimension = ''",
    )
    assert (was, now, state) == (20, 21, "restated")
    history = f"SELECT numerator FROM indicator_history WHERE district = '{LATE}' AND indicator = 'med_accepted_cnt' AND window_kind = 'month' AND subject_id = '{LATE}' AND dimension = ''"
    assert {(20,), (21,)} <= set(ask(ours, history))


def test_7_the_seed_district(ours: Settings) -> None:
    now, before = "year 2023-01-01", "year 2021-01-01"
    assert value(ours, SEED, "cap_standard_rate", now) == (7, 7, 1)
    assert value(ours, SEED, "cap_excellent_rate", now) == (5, 7, 1)
    assert [value(ours, SEED, "cap_star_cnt", now, dimension=f"level={level}") for level in (5, 4)] == [(1, None, 1)] * 2
    area, staff = (value(ours, SEED, id_, now) for id_ in ("cap_area_m2", "cap_staff_avg"))
    assert area
    assert Fraction(area[0], (area[1] or 0) * 100) >= 150
    assert staff == (49, 7, 1)
    area, staff = (value(ours, SEED, id_, before) for id_ in ("cap_area_m2", "cap_staff_avg"))
    assert area
    assert Fraction(area[0], (area[1] or 0) * 100) < 60
    assert staff
    assert 3 <= Fraction(staff[0], staff[1] or 0) <= 4


def test_8_a_year_in_the_place_of_people_is_quarantined(ours: Settings) -> None:
    assert ask(ours, f"SELECT code FROM dead_letters WHERE district = '{EDGES}' AND id = 'misprint'") == [("NUM_RANGE",)]
    assert ask(ours, f"SELECT count() FROM facts WHERE district = '{EDGES}' AND component = 'cap.staff'") == [(0,)]


def test_9_the_edges_of_windows(ours: Settings) -> None:
    assert value(ours, EDGES, "med_accepted_cnt", "day 2026-01-01") == (1, None, 1)
    assert value(ours, EDGES, "med_accepted_cnt", "year 2026-01-01") == (2, None, 1)
    ground = read(ours, EDGES)
    assert ground
    span, kind = parse("assessment-year:2026", ground.today, 12)
    assert tuple(span) == (date(2025, 12, 1), date(2026, 11, 30))
    report = read_report(ours, ground, asked("assessment-year:2026", span, ground.today, kind), Grouping(indicators=["med_accepted_cnt"]))
    assert [line.value.numerator for line in report.lines] == [3]


def test_10_working_days_across_the_spring_festival(ours: Settings) -> None:
    """Seven after Friday 13 February: Saturday 14 is worked, 15 to 23 are off, Saturday 28 is worked: Monday 2 March."""
    assert value(ours, EDGES, "leg_aid_decision_ontime", "month 2026-03-01") == (1, 2, 1)
    working = f"SELECT countIf(working) FROM working_days(district = '{EDGES}', first_day = '2026-02-14', last_day = '2026-02-28')"
    assert ask(ours, working) == [(6,)]


def test_11_nobodys_number_gets_beyond_the_quarantine(ours: Settings) -> None:
    (letter,) = [one for one in dead_letters(ours) if PRIVATE.encode() in (one[1] or b"")]
    assert dict(letter[2])["dl-code"] == b"TEXT_PRIVATE"
    assert not any(PRIVATE.encode() in header for _, header in letter[2])
    assert all(PRIVATE.encode() not in content for topic in newest_rows(ours).values() for row in topic.items() for content in row)
    columns = ask(
        ours,
        "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND type LIKE '%String%' AND default_kind = '' AND endsWith(table, '_rows')",
    )
    for table, name in columns:
        assert ask(ours, f"SELECT count() FROM {table} WHERE toString({name}) LIKE '%{PRIVATE}%'") == [(0,)], (table, name)


def test_12_both_success_rates_of_huangshi(ours: Settings) -> None:
    august = "month 2016-08-01"
    assert value(ours, huangshi.DISTRICT, "med_success_rate", august) == (842, 842 + huangshi.FAILED_IN_AUGUST, 1)
    assert value(ours, huangshi.DISTRICT, "med_success_rate_accepted", august) == (842, 869, 1)


def test_all_of_it_is_what_other_code_computes(ours: Settings) -> None:
    report = reconcile(ours, EDGES, patience=Patience(30, 2), told=True)
    assert report.agrees, report.as_json()
