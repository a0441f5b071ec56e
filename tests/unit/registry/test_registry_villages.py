"""The villages of offices in a registry file: which snapshots say the difference."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.deciding import require_valid
from deploy.errors import Usage
from deploy.registry.changes import changes
from deploy.registry.entries import Office, Registry
from deploy.registry.saying import Change
from deploy.registry.standing import Counted, Standing, steps_of

D = "990107"
O1, O2 = f"sfs-{D}-001", f"sfs-{D}-002"
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 5, 4)
BUREAU, OFFICE = f"/districts/{D}/bureau", f"/districts/{D}/office-1"
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 2) for month in range(1, 5))
OFFICES = [Office(office=O1, name="东街", opened_on=date(2020, 1, 1)),
           Office(office=O2, name="南湖", opened_on=date(2020, 1, 1), closed_on=date(2025, 1, 1))]  # fmt: skip


def stated(*told: tuple[date, int], office: str = O1, source: str = OFFICE) -> tuple[Counted, ...]:
    return tuple(Counted(source, f"s{number}", office, day, villages) for number, (day, villages) in enumerate(told))


def found(counted: tuple[Counted, ...], villages: Any, *, prune: bool = False, now: datetime = NOW) -> list[Change]:
    known = Registry(district=D, offices=OFFICES, villages=steps_of(counted), rules=())
    wanted = Registry(district=D, offices=OFFICES, villages=villages)
    return changes(Standing(known, (), counted), wanted, prune=prune, now=now)


def signs(made: list[Change]) -> list[str]:
    return [f"{one.sign} {len(one.events)}" for one in made]


def applied(counted: tuple[Counted, ...], made: list[Change]) -> tuple[Counted, ...]:
    """What stands once the events are in the log; in the order of (time, id, source)."""
    gone, new = set(), []
    for event in (event for change in made for event in change.events):
        require_valid(event, "event")
        if event["type"] == "dat.event.retracted":
            gone.add((event.get("targetsource", event["source"]), event["data"]["target"]))
        else:
            new.append(
                (
                    event["time"],
                    Counted(
                        event["source"], event["id"], event["office"], date.fromisoformat(event["time"][:10]), event["data"]["villages"]
                    ),
                )
            )
    left = [(f"{one.day}T10:00:00+08:00", one) for one in counted if (one.source, one.id) not in gone]
    return tuple(one for _, one in sorted([*left, *new], key=lambda pair: (pair[0], pair[1].id)))


def test_a_new_number_is_a_snapshot_of_the_office_by_the_bureau_and_the_last_word_of_its_day() -> None:
    ((event,),) = (one.events for one in found((), {O1: {JANUARY: 6}}))
    assert event["type"] == "cap.village.snapshot"
    assert (event["source"], event["office"], event["data"]) == (BUREAU, O1, {"villages": 6})
    assert event["time"] == "2026-01-02T23:59:59+08:00"
    require_valid(event, "event")


def test_from_today_on_is_said_now_and_not_in_the_future() -> None:
    ((event,),) = (one.events for one in found((), {O1: {TODAY: 6}}))
    assert event["time"] == "2026-05-04T11:02:01+08:00"


def test_a_file_that_does_not_speak_of_villages_changes_none() -> None:
    assert found(stated((JANUARY, 6)), None, prune=True) == []


def test_the_same_number_said_every_month_is_one_step() -> None:
    monthly = stated((JANUARY, 6), (FEBRUARY, 6), (MARCH, 8), (APRIL, 8))
    assert steps_of(monthly) == {O1: {JANUARY: 6, MARCH: 8}}
    assert found(monthly, {O1: {JANUARY: 6, MARCH: 8}}, prune=True) == []
    assert found(monthly, {O1: {JANUARY: 6, FEBRUARY: 6, MARCH: 8}}, prune=True) == []


def test_a_number_of_nought_before_any_other_says_nothing() -> None:
    assert found((), {O1: {JANUARY: 0}}) == []
    assert steps_of(stated((JANUARY, 0))) == {}


def test_what_the_office_says_later_is_kept_unless_it_is_pruned() -> None:
    monthly = stated((JANUARY, 6), (FEBRUARY, 6), (MARCH, 6))
    made = found(monthly, {O1: {JANUARY: 7}})
    assert signs(made) == ["~ 1"]
    assert made[0].line == f"villages 村居 {O1} from 自 2026-01-02: 7, was 原为 6"
    after = applied(monthly, made)
    assert steps_of(after) == {O1: {JANUARY: 7, FEBRUARY: 6}}
    assert signs(found(after, {O1: {JANUARY: 7}})) == [". 0"]
    pruned = found(after, {O1: {JANUARY: 7}}, prune=True)
    assert signs(pruned) == ["- 1", "- 1"]
    assert {event["targetsource"] for one in pruned for event in one.events} == {OFFICE}
    assert steps_of(applied(after, pruned)) == {O1: {JANUARY: 7}}


def test_one_id_of_two_sources_is_taken_back_by_two_events() -> None:
    both = (
        *stated((JANUARY, 6)),
        *stated((JANUARY, 7), source=f"/districts/{D}/office-2"),
        *stated((FEBRUARY, 8), office=O1, source=BUREAU),
    )
    events = [event for one in found(both, {}, prune=True) for event in one.events]
    assert [event.get("targetsource") for event in events] == [OFFICE, f"/districts/{D}/office-2", None]
    assert len({event["id"] for event in events}) == 3


def test_an_office_that_the_file_leaves_out_is_kept_or_taken_back_whole() -> None:
    monthly = stated((JANUARY, 6), (FEBRUARY, 6))
    assert signs(found(monthly, {})) == [". 0"]
    assert steps_of(applied(monthly, found(monthly, {}, prune=True))) == {}


@pytest.mark.parametrize(
    ("villages", "said"),
    [
        ({f"sfs-{D}-009": {JANUARY: 6}}, "no office"),
        ({O1: {date(2019, 12, 31): 6}}, "is not open"),
        ({O2: {date(2025, 1, 1): 6}}, "is not open"),
        ({O1: {date(2026, 5, 5): 6}}, "has not come yet"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_said(villages: Any, said: str) -> None:
    with pytest.raises(Usage, match=said):
        found((), villages)


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
STATED = st.lists(st.tuples(DAYS, st.integers(0, 3)), max_size=8).map(lambda told: stated(*sorted(told, key=lambda one: one[0])))
FILE = st.dictionaries(DAYS, st.integers(0, 3), max_size=5)


@given(STATED, FILE)
def test_once_applied_the_file_holds_and_applying_again_does_nothing(counted: tuple[Counted, ...], wanted: dict[date, int]) -> None:
    file = {O1: wanted}
    after = applied(counted, found(counted, file))
    assert not [one for one in found(after, file) if one.events]
    pruned = applied(counted, found(counted, file, prune=True))
    assert found(pruned, file, prune=True) == []
    assert found(pruned, steps_of(pruned), prune=True) == []
    assert steps_of(pruned) == steps_of(stated(*sorted(wanted.items())))


@given(STATED)
def test_what_is_exported_changes_nothing(counted: tuple[Counted, ...]) -> None:
    assert found(counted, steps_of(counted), prune=True) == []
