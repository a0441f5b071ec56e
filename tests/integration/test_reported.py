"""As reported on any day, and what was restated since: against a log that ends with that day, and by hand."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from consumers.clickhouse.client import connect
from consumers.clickhouse.store import Store
from consumers.dashboard.app import application
from consumers.periods import Period
from consumers.restatements import Asked, Explained, restatements
from deploy.catalogue.words import ENTRIES
from deploy.definitions import define, define_served
from schemas.settings import Settings
from tests.integration.asking import command
from tests.integration.sink_stage import ask
from tests.scenarios.chance import chance_district
from tests.scenarios.story import BUREAU, BUREAU_SOURCE, O1, O2, STREET, D, Event, Story, case, is_nothing, log, person
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
    made = chance_district(11, 600)  # it closes January again and again, and amends and retracts that
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


async def test_what_moved_closed_values_is_nearly_always_told(two: list[Settings]) -> None:
    """In a district where everything is corrected all the time, folded twenty events at once, with two closings among twenty. Whatever came of a step's
    own records lies between its two versions."""
    events = [event for event in chance_district(12, 500) if event["type"] != "reg.period.closed"]
    story = Story()
    for n, month in enumerate(("2024-01-01", "2023-12-01")):
        story.bureau("reg.period.closed", "2024-01-20", id_=f"closes-{n}", window_kind="month", window_start=month)
    january, december = story.events[-2:]
    made = [*events[:250], january, *events[250:255], december, *events[255:]]
    store(two[0], [message[1:] for message in log(appended(made))], slice_events=20)
    reading = Store.of(two[0])
    found = await restatements(reading, Asked(D, most=5_000, dimensions=True))
    await reading.close()
    steps = [step for one in found.values for step in one.steps]
    kinds = Counter(cause.kind for step in steps for cause in step.causes)
    assert len(steps) > 300
    assert kinds["unknown"] < len(steps) / 50, kinds
    assert {"event", "split"} <= kinds.keys()
    offsets = [(step.between, cause.event.offset) for step in steps for cause in step.causes if cause.event]
    assert all(first < offset <= last for (first, last), offset in offsets)
    async with TestClient(TestServer(application(Store.of(two[0]), "127.0.0.1"))) as client:

        async def lines(**chosen: str) -> Any:
            asked = {"kind": "month", "start": "2024-01-01", **chosen}
            return (await (await client.get(f"/api/d/{D}/restatements", params=asked)).json())["content"]["lines"]

        often = next(one for one in await lines() if one["earlier"])
        assert len(often["moves"]) == 6
        whole = await lines(indicator=often["indicator"]["id"], subject=often["subject"])
        (same,) = [one for one in whole if one["mode"] == often["mode"]]
        assert same["moves"][-6:] == often["moves"]
        assert len(same["moves"]) == 6 + often["earlier"]


def at(story: Story, day: str) -> None:
    """What was told since the last time came in on this day."""
    for event in story.events:
        event.setdefault("_append_ms", int(datetime.fromisoformat(f"{day}T12:00:00+08:00").timestamp() * 1000))


def corrected() -> list[Event]:
    """January 2024 is closed on 3 February with 5 accepted and 4 agreed of 4. On the 10th a case of January comes in, on the 12th the decision that
    from 2023 on the bureau alone pays for O2, on the 13th the case is retracted; on the 14th somebody who is in the register since 6 January."""
    story = Story(O1, O2)
    for office in (O1, O2):
        story.split(office, "2023-01-01", {STREET: 7000, BUREAU: 3000})
    for n in range(5):
        story.accepted(f"2024-01-1{n}", case(n), O1 if n % 2 else O2)
        if n < 4:
            story.agreed(f"2024-01-2{n}", case(n), O1 if n % 2 else O2)
    at(story, "2024-01-29")
    story.bureau("reg.period.closed", "2024-02-03", window_kind="month", window_start="2024-01-01")
    at(story, "2024-02-03")
    late = story.accepted("2024-01-30", case(9), O1, id_="late")
    at(story, "2024-02-10")
    story.split(O2, "2023-06-01", {BUREAU: 10_000}, id_="alone")
    at(story, "2024-02-12")
    story.retract(late, "2024-02-13", id_="mistaken")
    at(story, "2024-02-13")
    story.add("cor.subject.registered", "2024-01-06", O2, person(2), id_="joined")
    at(story, "2024-02-14")
    return story.events


def closed_again_and_again() -> list[Event]:
    """Of January 2024: closed on 3 February with one case, one more comes in on the 5th, closed again on the 7th, another one on the 9th; on the 11th the
    second closing is retracted, on the 13th what closed December is amended to close January, on the 15th the last case comes."""
    story = Story(O1)
    story.accepted("2024-01-10", case(1))
    story.tick("2024-02-01")
    at(story, "2024-02-01")
    january: dict[str, Any] = {"window_kind": "month", "window_start": "2024-01-01"}
    story.bureau("reg.period.closed", "2024-02-03", id_="first", **january)
    story.bureau("reg.period.closed", "2024-02-03", id_="december", window_kind="month", window_start="2023-12-01")
    at(story, "2024-02-03")
    story.accepted("2024-01-11", case(2))
    at(story, "2024-02-05")
    story.bureau("reg.period.closed", "2024-02-07", id_="second", **january)
    at(story, "2024-02-07")
    story.accepted("2024-01-12", case(3))
    at(story, "2024-02-09")
    story.retract("second", "2024-02-11", source=BUREAU_SOURCE)
    at(story, "2024-02-11")
    story.amend("december", 2, "reg.period.closed", "2024-02-13", source=BUREAU_SOURCE, **january)
    at(story, "2024-02-13")
    story.accepted("2024-01-13", case(4))
    at(story, "2024-02-15")
    return story.events


def test_a_window_closed_twice_had_the_state_of_each_day(two: list[Settings]) -> None:
    """By hand, and what the log has told until a day."""
    settings, events = two[0], closed_again_and_again()
    store(settings, [message[1:] for message in log(events)], slice_events=1)
    days = ("02-02", "02-04", "02-06", "02-08", "02-10", "02-12", "02-14", "02-16")
    found = [
        ask(
            settings,
            f"SELECT numerator, period_state FROM as_reported(district = '{D}', day = '2024-{day}') WHERE indicator = 'med_accepted_cnt' "
            f"AND subject_id = '{D}' AND window_kind = 'month' AND window_start = '2024-01-01' AND dimension = ''",
        )[0]
        for day in days
    ]
    # On the 11th the first closing holds again, since when there have been two cases; the amended one is of the 13th, by its own time.
    assert found == [(1, "provisional"), (1, "closed"), (2, "restated"), (2, "closed"), (3, "restated"), (3, "restated"), (3, "closed"), (4, "restated")]  # fmt: skip


def told(one: Explained) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(f"{step.at:%m-%d}", [(cause.kind, cause.event.id if cause.event else "") for cause in step.causes]) for step in one.steps]


async def test_the_closing_of_another_window_hides_no_cause(two: list[Settings]) -> None:
    """Folded at once: January is closed, a case of January comes late, one of December in time, December is closed. Of December rows are given at its
    closing, of January at the end only."""
    story = Story(O1)
    story.accepted("2024-01-10", case(1))
    story.bureau("reg.period.closed", "2024-02-03", window_kind="month", window_start="2024-01-01")
    story.accepted("2024-01-30", case(2), id_="late")
    story.agreed("2024-01-31", case(2), id_="agreed")  # of the same record, but the number of cases accepted does not hang on it
    story.accepted("2023-12-30", case(3))
    story.bureau("reg.period.closed", "2024-02-04", window_kind="month", window_start="2023-12-01")
    story.tick("2024-02-05")
    store(two[0], [message[1:] for message in log(appended(story.events))])
    reading = Store.of(two[0])
    found = {(one.value.indicator, one.value.subject_id): one for one in (await restatements(reading, Asked(D))).values}
    await reading.close()
    assert [cause for _, causes in told(found["med_accepted_cnt", D]) for cause in causes] == [("event", "late")]
    assert [cause for _, causes in told(found["med_concluded_cnt", D]) for cause in causes] == [("event", "agreed")]
    assert {one.value.period.start for one in found.values()} == {date(2024, 1, 1)}


async def test_each_move_has_its_day_and_its_events(two: list[Settings]) -> None:
    store(two[0], [message[1:] for message in log(corrected())], slice_events=1)
    reading = Store.of(two[0])
    found = {(one.value.indicator, one.value.mode, one.value.subject_id): one for one in (await restatements(reading, Asked(D))).values}
    district = found["med_accepted_cnt", "none", D]
    assert told(district) == [("02-10", [("event", "late")]), ("02-13", [("event", "mistaken")])]
    assert district.value.difference == 0
    assert district.value.back
    street = found["med_accepted_cnt", "share_weighted", STREET]
    assert told(street) == [("02-10", [("event", "late")]), ("02-12", [("split", "alone")]), ("02-13", [("event", "mistaken")])]
    assert (street.value.was.numerator, street.value.now.numerator) == (35_000, 14_000)
    assert told(found["cor_caseload", "none", D]) == [("02-14", [("event", "joined")])]
    assert ("med_accepted_cnt", "none", O2) not in found
    whole = [one.value for one in (await restatements(reading, Asked(D))).values]
    parts = [await restatements(reading, Asked(D, most=7, skip=skip)) for skip in range(0, len(whole), 7)]
    assert [one.value for part in parts for one in part.values] == whole
    assert {part.every for part in parts} == {len(whole)}
    later = await restatements(reading, Asked(D, since=date(2024, 2, 14), period=Period("month", date(2024, 1, 1))))
    assert {one.value.indicator.partition("_")[0] for one in later.values} == {"cor"}
    await reading.close()

    async with TestClient(TestServer(application(Store.of(two[0]), "127.0.0.1"))) as client:
        for lang, says in (("zh", "份额后补"), ("en", "Shares decided late")):
            page = await (await client.get(f"/d/{D}/restatements?start=2024-01-01&lang={lang}&subject={STREET}")).text()
            assert says in page
            assert "None" not in page
        second = await (await client.get(f"/d/{D}/restatements?start=2024-01-01&lang=en&page=2")).text()
        assert "Page 2 of" in second
        assert 'rel="prev"' in second
        assert "There is no such page" in await (await client.get(f"/d/{D}/restatements?start=2024-01-01&lang=en&page=99")).text()
        overview = await (await client.get(f"/d/{D}?start=2024-01-01&lang=en")).text()
        assert "What moved, and why" in overview
        value = await (
            await client.get(f"/d/{D}/values/med_accepted_cnt?start=2024-01-01&subject={STREET}&mode=share_weighted&lang=en")
        ).text()
        assert f"indicator=med_accepted_cnt&amp;subject={STREET}" in value
        assert "No closed value" in await (await client.get(f"/d/{D}/restatements?start=2023-12-01&lang=en")).text()


def test_the_commands_tell_it(two: list[Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    store(two[0], [message[1:] for message in log(corrected())], slice_events=1)
    run = command(two[0], monkeypatch, capsys)
    code, document, _ = run("restatements", "--district", D, "--indicator", "med_accepted_cnt", "--subject", D, "--json")
    assert (code, document["restated"], document["rows"][0]["steps"][0]["causes"][0]["id"]) == (0, 1, "late")
    _, text, _ = run("restatements", "--district", D, "--subject", STREET)
    assert "shares decided late" in text
    _, lines, _ = run("restatements", "--district", D, "--subject", D, "--csv", "-")
    assert "med.case.accepted" in lines
    assert run("restatements", "--district", D, "--since", "soon")[0] == run("restatements", "--district", D, "--indicator", "x")[0] == 2
    for day, accepted in (("2024-02-09", 5), ("2024-02-10", 6), ("2024-02-13", 5), ("2023-12-31", 0)):
        asked = ("report", "--district", D, "--period", "month:2024-01", "--indicator", "med_accepted_cnt", "--as-of", day, "--json")
        _, report, _ = run(*asked)
        assert (report["as_of"], report["rows"][0]["numerator"]) == (day, accepted)
    assert run("report", "--district", D, "--from", "2024-01-02", "--to", "2024-01-05", "--as-of", "2024-02-10")[0] == 2


def test_values_bear_the_definition_of_their_epoch(two: list[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another build computes epoch 1 by the second version of a definition; it is switched to on 2 January 2030."""
    settings, counted = two[0], "indicator = 'med_accepted_cnt' AND window_kind = 'month' AND subject_kind = 'district'"
    store(settings, [message[1:] for message in log(appended(corrected()))])
    redefined = {**ENTRIES, "med_accepted_cnt": replace(ENTRIES["med_accepted_cnt"], definition="otherwise", version=2)}
    monkeypatch.setattr("deploy.definitions.ENTRIES", redefined)
    with connect(settings) as client:
        assert define_served(client) == ["med_accepted_cnt"]
        define(client, 1)
        columns = "district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, numerator, denominator, scale, empty"
        client.command(
            f"INSERT INTO indicator_value_versions ({columns}, version, computed_at) SELECT {columns}, version + bitShiftLeft(toUInt64(1), 48), computed_at "
            "FROM indicator_value_versions"
        )
        client.command("INSERT INTO switch_rows (switch, epoch, previous, decided_at, build) VALUES (1, 1, 0, '2030-01-02 12:00:00', '')")
        assert define_served(client) == []
    told = f"SELECT DISTINCT definition, definition_version FROM indicator_values WHERE {counted}"
    assert ask(settings, told) == [("otherwise", 2)]
    history = ask(settings, f"SELECT DISTINCT bitShiftRight(version, 48), definition_version FROM indicator_history WHERE {counted}")
    assert sorted(history) == [(0, 1), (1, 2)]
    for day, version in (("2030-01-01", 1), ("2030-01-02", 2)):
        assert ask(settings, f"SELECT DISTINCT definition_version FROM as_reported(district = '{D}', day = '{day}') WHERE {counted}") == [
            (version,)
        ]
