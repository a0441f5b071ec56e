"""What views tell of the log (`told_values`): by hand, and against the other computation of a district made by chance."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from consumers.clickhouse.client import connect
from consumers.reconcile.admission import District
from consumers.reconcile.oracle import book_of, by_key, expected
from consumers.reconcile.quality import Told, told
from consumers.reconcile.stored import opened
from consumers.reconcile.told import must_be_told, newest_windows
from consumers.told import statements
from schemas.settings import Settings
from streams.core.catalogue.derived import DERIVED
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import BUREAU, O1, O2, STREET, D, Event, Story, case, instant, log, person
from tests.storing import store

NOT_IN_THE_LOG = {"dq_quarantine_cnt", "dq_restated_periods"}
SPANS = [("2023-12-01", "2023-12-31"), ("2024-01-01", "2024-03-31"), ("2023-11-20", "2024-02-02"), ("2024-04-15", "2024-12-31")]


COLUMNS = "indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator, scale, value"
WHOLE = f"SELECT {COLUMNS} FROM told_values(district = {{district:String}}, indicators = {{indicators:Array(String)}}, periods = {{periods:Array(Tuple(Date, Date))}})"


def rows_of(settings: Settings, asked: Iterable[str], spans: Iterable[tuple[str, str]], indicators: Iterable[str]) -> list[Any]:
    given = {"district": D, "indicators": list(indicators), "periods": [tuple(map(date.fromisoformat, span)) for span in spans]}
    with connect(settings) as client:
        return sorted((row for one in asked for row in client.query(one, given).result_rows), key=str)


def by_views(settings: Settings, spans: Iterable[tuple[str, str]], indicators: Iterable[str] = ()) -> Told:
    """As the views of these indicators have them."""
    wanted = list(indicators)
    rows = rows_of(settings, statements(COLUMNS, wanted), spans, wanted)
    return {(*row[:5], row[5].toordinal(), row[6].toordinal()): (row[7], row[8]) for row in rows}


def by_log(district: District, spans: Iterable[tuple[str, str]]) -> Told:
    days = [tuple(date.fromisoformat(day).toordinal() for day in span) for span in spans]
    return told(district, book_of(district), days)  # type: ignore[arg-type]


def entered(events: Iterable[Event]) -> list[Event]:
    """The events as offices enter them: typed in later, from paper or not, with evidence and on a basis or without."""
    out = []
    for event in events:
        random = Random(f"{event['source']}{event['id']}{event['time']}")
        more: dict[str, Any] = {}
        if "office" in event and random.random() < 0.8:
            at = date.fromisoformat(event["time"][:10]) + timedelta(days=random.randrange(2, 40))
            more["recordedtime"] = instant(at.isoformat())
        if "office" in event and not event["type"].startswith("dat."):
            given = {"entry": ("online", "backfill_paper"), "evidence": ("none", "ledger_only", "attachment"), "basis": ("pm_law", "other")}
            more["data"] = event["data"] | {name: random.choice(codes) for name, codes in given.items() if random.random() < 0.6}
        out.append(event | more)
    return out


@pytest.fixture
def empty(stack: Any, databases: Any) -> Iterator[Settings]:
    """A database with tables and nothing in them."""
    name = databases.take()
    yield stack.settings.model_copy(update={"clickhouse_database": name})
    databases.give_back(name)


@pytest.mark.parametrize("seed", [3, 8])
def test_views_and_the_other_computation_agree(empty: Settings, seed: int) -> None:
    messages = log(entered(chance_district(seed, 2_500)))
    store(empty, [message[1:] for message in messages])
    district = by_key(messages)[D.encode()]
    must = by_log(district, SPANS)
    found = by_views(empty, SPANS)
    assert {key: row for key, row in found.items() if key[0] not in NOT_IN_THE_LOG} == must
    seen = {key[0] for key in must}
    assert seen >= {one.id for one in DERIVED} - NOT_IN_THE_LOG - {"res_dedicated_ok"}
    assert rows_of(empty, [WHOLE], SPANS, ()) == rows_of(empty, statements(COLUMNS), SPANS, ())
    assert by_views(empty, SPANS, ["dq_backfill_share"]) == {key: row for key, row in must.items() if key[0] == "dq_backfill_share"}
    assert wrong(empty, district) == []
    with connect(empty) as client:
        client.command("ALTER TABLE event_rows UPDATE recordedtime = time WHERE 1 SETTINGS mutations_sync = 1")
    assert {key[0] for key in wrong(empty, district)} == {"dq_entry_lag_p90", "dq_period_end_burst"}
    modes = {(one.id, mode) for one in DERIVED for mode in one.attribution}
    assert modes == {(key[0], key[1]) for key in must if key[1] != "none"}


def wrong(settings: Settings, district: District) -> list[Any]:
    """What the reconciliation finds to differ in the newest windows."""
    windows = newest_windows(district.today)
    with opened(settings, "") as reading:
        must = must_be_told(district, expected(district), windows, reading.refusals(D), reading.closings(D, windows))
        found = reading.told(D, windows)
    assert len(must) > 200
    return [key for key in must.keys() | found.keys() if must.get(key) != found.get(key)]


def test_worked_out_by_hand(empty: Settings) -> None:
    """Of five acceptances at O1 in March three come from paper, one of the four that state evidence has only the ledger; two of the five are typed
    in during the last three working days (27 to 29 March 2024), of 21; the lags are 0, 1, 2, 3 and 26 days. One is amended, one retracted. 51
    persons are in the register of O1, where nobody does nothing else; 50 at O2. The street pays 300, the bureau 100: 10000 × (9 + 1) / 16. Two who
    joined O1 are there for 2 and 11 months on 31 March; one has left. The reports a and b both ask for x."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    for number, (day, typed, entry, evidence) in enumerate((
        ("2024-03-01", "2024-03-01", "backfill_paper", "ledger_only"), ("2024-03-02", "2024-03-03", "backfill_paper", "attachment"),
        ("2024-03-03", "2024-03-29", "backfill_paper", "attachment"), ("2024-03-04", "2024-03-06", "online", "attachment"),
        ("2024-03-25", "2024-03-28", "online", None),
    )):  # fmt: skip
        data = {"entry": entry, "basis": "pm_law" if number else "other"} | ({"evidence": evidence} if evidence else {})
        story.accepted(day, case(number), id_=f"a{number}", more={"recordedtime": instant(typed)}, **data)
    for number in range(101):
        office, after = (O1, 0) if number < 51 else (O2, 1)
        story.add("res.person.enrolled", f"2024-02-0{1 + after}", office, person(number), class_="general")
    for authority, amount in ((STREET, "300.00"), (BUREAU, "100.00")):
        story.add("cap.fund.disbursed", "2024-03-09", O1, authority=authority, category="operating", amount_yuan=amount, fiscal_year=2024)
    joined: dict[str, Any] = {"entry_route": "exam", "professional_screened": True}
    for day, who, kind in (("2023-04-30", "w-aaaa", "joined"), ("2024-01-31", "w-bbbb", "joined"), ("2020-01-01", "w-cccc", "joined"),
                           ("2024-03-30", "w-cccc", "left")):  # fmt: skip
        story.add(f"cap.staff.{kind}", day, O1, worker=who, **(joined if kind == "joined" else {}))
    for code, fields in (("a", ["x", "y"]), ("b", ["x", "z"])):
        story.add("dat.report.requested", "2024-03-10", O1, report_code=code, period="p", due_at=instant("2024-04-10"), fields=fields)
    story.add("dat.duplicate.resolved", "2024-03-11", O1, merged=2)
    story.tick("2024-04-01")
    march = ("2024-03-01", "2024-03-31")
    before = by_views_of(empty, story, march)
    assert before["dq_backfill_share", "none", O1] == (
        3,
        5 + 2 + 1,
    )  # two payments and one who left are no acceptances, but events all the same
    assert before["dq_backfill_share", "share_weighted", STREET] == (3 * 7000, 8 * 7000)
    assert before["dq_ledger_only_share", "none", D] == (1, 4)
    assert before["dual_statutory_share", "lead", STREET] == (4, 5)
    assert before["dq_entry_lag_p90", "none", D] == (26, None)
    assert before["dq_period_end_burst", "none", O1] == (2 * 21, 5 * 3)
    assert before["dq_duplicate_rate", "none", O1] == (2, 8)
    assert before["dq_correction_rate", "none", D] == (0, 11)
    assert before["fund_concentration_hhi", "none", O1] == (6250, 10_000)
    assert before["res_dedicated_ok", "none", O1] == (0, 1)
    assert ("res_dedicated_ok", "none", O2) not in before
    assert before["cap_tenure_p50", "none", D] == (2, None)
    assert before["burden_repeat_fields", "none", O1] == (1, None)
    story.amend("a3", 2, "med.case.withdrawn", "2024-03-04", O1, case(3))
    story.retract("a4", "2024-04-01")
    later = by_views_of(empty, story, march)
    assert later["dq_correction_rate", "none", D] == (1, 11)
    assert later["dq_retract_rate", "none", D] == (1, 11)
    assert later["dq_backfill_share", "none", O1] == (3, 7)
    assert later["dq_entry_lag_p90", "none", D] == (26, None)


def by_views_of(
    settings: Settings, story: Story, span: tuple[str, str], indicators: Iterable[str] = ()
) -> dict[tuple[str, str, str], tuple[int, int | None]]:
    """What the views say of a story in a database that may hold the beginning of it already."""
    store(settings, [message[1:] for message in log(story.events)])
    return {(key[0], key[1], key[4]): row for key, row in by_views(settings, [span], indicators).items()}


def test_a_closed_month_that_moved_is_told(empty: Settings) -> None:
    """January has 200 cases when it is closed; two more are one per cent, which is not more than one; a third is. February is closed and stays."""
    story = Story(O1)
    for number in range(200):
        story.accepted("2024-01-05", case(number))
    story.accepted("2024-02-05", case(300))
    for month in ("2024-01-01", "2024-02-01"):
        story.bureau("reg.period.closed", "2024-03-05", window_kind="month", window_start=month)
    year = ("2024-01-01", "2024-12-31")
    for more, moved in ((0, None), (2, None), (1, (1, None))):
        for _ in range(more):
            story.accepted("2024-01-09", case(len(story.events) + 1_000))
        found = by_views_of(empty, story, year, ["dq_restated_periods"])
        assert found.get(("dq_restated_periods", "none", D)) == moved


def test_refused_events_are_told_by_reason(empty: Settings) -> None:
    store(empty, [message[1:] for message in log(Story(O1).events)])
    columns = "code, detail, stage, district, office, topic, partition, offset, sha256, received_at, build, letter_partition, letter_offset"
    for offset, (code, office, at) in enumerate((("TEXT_PRIVATE", O1, "2024-01-01 00:00:00"), ("TEXT_PRIVATE", "", "2024-01-31 23:59:59"),
                                                 ("TIME_FUTURE", O1, "2024-02-01 00:00:00"))):  # fmt: skip
        ask(
            empty,
            f"INSERT INTO dead_letter_rows ({columns}) VALUES ('{code}', '', 'schema', '{D}', '{office}', 't', 0, {offset}, '', '{at}', '', 0, 0)",
        )
    found = by_views(empty, [("2024-01-01", "2024-01-31")], ["dq_quarantine_cnt"])
    assert {key[2:5]: row[0] for key, row in found.items()} == {
        ("", "district", D): 2,
        ("", "office", O1): 1,
        ("code=TEXT_PRIVATE", "district", D): 2,
        ("code=TEXT_PRIVATE", "office", O1): 1,
    }
