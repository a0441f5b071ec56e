"""What is told, by the order of rows: F = firing row, R = resolved row, of one alert unless said otherwise."""

from collections.abc import Callable
from datetime import date

import pytest

from consumers.alerts.feed import PartitionFeed
from consumers.alerts.policy import Notice, Told
from schemas.outputs import Alert

Make = Callable[..., Alert]


@pytest.fixture
def told(make_alert: Make) -> Callable[..., list[str]]:
    """`told("FR")`: the states that are told of these rows."""

    def tell(rows: str, before: Told | None = None) -> list[str]:
        state = before or Told()
        letters = {"F": "firing", "R": "resolved"}
        return [notice.state for n, row in enumerate(rows) for notice in state.notices(make_alert(letters[row], n))]

    return tell


@pytest.fixture
def row(make_alert: Make) -> Callable[..., tuple[int, bytes]]:
    """`row("firing", offset)`: offset and bytes of a record."""
    return lambda state, offset, epoch=0, **changed: (offset, make_alert(state, offset, epoch, **changed).model_dump_json().encode())


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ("F", ["firing"]),
        ("FR", ["firing", "resolved"]),
        ("FFFRR", ["firing", "resolved"]),
        ("R", ["firing", "resolved"]),
        ("FRF", ["firing", "resolved", "firing"]),
    ],
)
def test_changes_of_state_are_told_once_and_in_order(told: Callable[..., list[str]], rows: str, states: list[str]) -> None:
    assert told(rows) == states


def test_what_an_earlier_run_told_is_not_told_again(told: Callable[..., list[str]], make_alert: Make) -> None:
    state = Told()
    state.learn(make_alert("firing"))
    assert told("F", state) == []
    assert told("R", state) == ["resolved"]


def test_alerts_do_not_answer_for_each_other(make_alert: Make) -> None:
    state = Told()
    state.notices(make_alert("firing"))
    assert len(state.notices(make_alert("firing", subject_id="sfs-990101-002"))) == 1
    assert len(state.notices(make_alert("firing", start=date(2026, 9, 1)))) == 1


def test_the_end_of_a_withdrawn_rule_is_told_with_what_the_alert_was(make_alert: Make) -> None:
    empty = {"indicator": "", "severity": "info", "titles": {"zh": "lost", "en": "lost"}, "why": "rule withdrawn"}
    for first in (Told.learn, Told.notices):
        state = Told()
        first(state, make_alert("firing", 1))
        (notice,) = state.notices(make_alert("resolved", 2, **empty))
        assert (notice.state, notice.alert.severity, notice.alert.indicator) == ("resolved", "high", "cor_lost_cnt")
        assert (notice.alert.why, notice.alert.version, notice.alert.titles.zh) == ("rule withdrawn", 2, "脱管")


def test_of_history_only_what_still_fires_is_told_oldest_first(make_alert: Make) -> None:
    state = Told()
    for offset, (office, status) in enumerate([("1", "firing"), ("2", "firing"), ("1", "resolved"), ("3", "firing"), ("2", "firing")]):
        state.hold(make_alert(status, offset, subject_id=f"sfs-990101-00{office}"))
    assert [(n.alert.subject_id[-1], n.state, n.alert.version) for n in state.release()] == [("3", "firing", 3), ("2", "firing", 4)]
    assert state.notices(make_alert("resolved", 9, subject_id="sfs-990101-001")) == []
    assert [n.state for n in state.notices(make_alert("resolved", 9, subject_id="sfs-990101-002"))] == ["resolved"]


def test_idempotency_key_is_stable_for_a_change_and_new_for_another(make_alert: Make) -> None:
    first = Notice(make_alert("firing", 1), "firing")
    assert first.idempotency_key == Notice(make_alert("firing", 1), "firing").idempotency_key
    others = [
        Notice(make_alert("resolved", 1), "resolved"),
        Notice(make_alert("firing", 2), "firing"),
        Notice(make_alert("firing", 1, start=date(2026, 9, 1)), "firing"),
    ]
    assert len({first.idempotency_key, *(other.idempotency_key for other in others)}) == 4


def test_a_feed_learns_up_to_the_committed_offset(row: Callable[..., tuple[int, bytes]]) -> None:
    feed = PartitionFeed(committed=10, end=20)
    assert feed.notices(*row("firing", 3)) == []
    assert [n.state for n in feed.notices(*row("resolved", 10))] == ["resolved"]


def test_a_first_start_tells_the_end_of_history_before_what_comes_after(row: Callable[..., tuple[int, bytes]]) -> None:
    feed = PartitionFeed(committed=None, end=5)
    assert feed.notices(*row("firing", 1)) == feed.notices(*row("firing", 2, subject_id="sfs-990101-002")) == []
    assert feed.notices(*row("resolved", 3)) == []
    assert feed.end_of_history(4) == []
    notices = feed.notices(*row("firing", 7, subject_id="sfs-990101-003"))
    assert [n.alert.subject_id[-1] for n in notices] == ["2", "3"]
    assert feed.end_of_history(8) == []


def test_an_empty_partition_has_no_history(row: Callable[..., tuple[int, bytes]]) -> None:
    feed = PartitionFeed(committed=None, end=0)
    assert feed.end_of_history(0) == []
    assert feed.known
    assert [n.state for n in feed.notices(*row("firing", 0))] == ["firing"]


def test_tombstones_and_damaged_rows_tell_nothing(row: Callable[..., tuple[int, bytes]]) -> None:
    feed = PartitionFeed(committed=0, end=0)
    assert feed.notices(2, None) == feed.notices(3, b"{}") == feed.notices(4, b"\xff") == []
    assert len(feed.notices(*row("firing", 5))) == 1


def test_of_a_rebuild_only_what_differs_now_is_told(row: Callable[..., tuple[int, bytes]]) -> None:
    """Office 1 fires in both epochs, 2 fired in the old one only, 3 fires in the new one only, 4 fired long ago in the new one only."""
    feed = PartitionFeed(committed=0, end=0)
    for office in "12":
        assert len(feed.notices(*row("firing", 1, subject_id=f"sfs-990101-00{office}"))) == 1
    new = {"1": "firing", "2": "resolved", "3": "firing", "4": "resolved"}
    told = [n for o, s in new.items() for n in feed.notices(*row(s, 2, epoch=1, subject_id=f"sfs-990101-00{o}"), rebuilt=True)]
    assert [(n.alert.subject_id[-1], n.state) for n in told] == [("2", "resolved"), ("3", "firing")]
    assert [n.state for n in feed.notices(*row("firing", 3, epoch=1, subject_id="sfs-990101-004"))] == ["firing"]


def test_rows_of_a_newer_worker_are_read(row: Callable[..., tuple[int, bytes]]) -> None:
    offset, value = row("firing", 0)
    assert PartitionFeed(0, 0).notices(offset, value.replace(b"{", b'{"routed_to":["x"],', 1))
