"""The loop's order of steps, with a broker and a store in memory that fail where they are told to."""

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, NamedTuple

import pytest
from kafka import TopicPartition
from kafka.errors import CommitFailedError, KafkaTimeoutError

from consumers.loop import Loop, Message, Pace, Unavailable


class Said(NamedTuple):
    """A message of the broker in memory."""

    topic: str
    partition: int
    offset: int
    timestamp: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


class Broker:
    """A consumer over a script: each poll runs the next step and returns its messages. After the last step the loop is stopped."""

    def __init__(self, *steps: list[Said] | Callable[["Broker"], list[Said]], stop: Event) -> None:
        self.steps = list(steps)
        self.stop = stop
        self.now = 0.0
        self.committed: list[dict[TopicPartition, int]] = []
        self.refuse: list[Exception] = []
        self.at: dict[TopicPartition, int] = {}
        self.held: set[TopicPartition] = set()
        self.polls_while_held = 0
        self.listener: Any = None

    def subscribe(self, topics: list[str], listener: Any) -> None:
        self.listener = listener
        self.at = {TopicPartition(t, p): 0 for t in topics for p in range(2)}
        listener.on_partitions_assigned(list(self.at))

    def partitions_for_topic(self, _: str) -> set[int]:
        return {0, 1}

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Said]]:
        if self.held:
            self.polls_while_held += 1
            self.now += timeout_ms / 1000
            return {}
        step = self.steps.pop(0) if self.steps else []
        if not self.steps:
            self.stop.set()
        polled: dict[TopicPartition, list[Said]] = {}
        for m in step(self) if callable(step) else step:
            polled.setdefault(TopicPartition(m.topic, m.partition), []).append(m)
            self.at[TopicPartition(m.topic, m.partition)] = m.offset + 1
        # As with the real one: messages come at once, nothing comes after the whole wait.
        self.now += 0.001 if polled else timeout_ms / 1000
        return polled

    def assignment(self) -> set[TopicPartition]:
        return set(self.at)

    def positions(self) -> dict[TopicPartition, int]:
        return dict(self.at)

    def highwater(self, tp: TopicPartition) -> int:
        return self.at[tp]

    def pause(self, *tps: TopicPartition) -> None:
        self.held |= set(tps)

    def resume(self, *tps: TopicPartition) -> None:
        self.held -= set(tps)

    def paused(self) -> set[TopicPartition]:
        return set(self.held)

    @property
    def group(self) -> dict[TopicPartition, int]:
        """What the group knows in the end."""
        return {tp: at for commit in self.committed for tp, at in commit.items()}

    def commit(self, offsets: dict[TopicPartition, Any], timeout_ms: int) -> None:
        if self.refuse:
            raise self.refuse.pop(0)
        self.committed.append({tp: at.offset for tp, at in offsets.items()})


class Store:
    """A sink in memory; `away` is how many flushes fail first."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.waiting: list[Message] = []
        self.stored: list[list[int]] = []

    def add(self, messages: Sequence[Message]) -> int:
        self.waiting += messages
        return len(self.waiting)

    def flush(self) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("the store is away")
        self.stored.append([m.offset for m in self.waiting])
        self.waiting.clear()


class Quiet:
    """Watches nothing."""

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_: None


A0, A1 = TopicPartition("a", 0), TopicPartition("a", 1)


def run(
    store: Store, *steps: list[Said] | Callable[[Broker], list[Said]], refuse: Sequence[Exception] = (), pace: Pace | None = None
) -> Broker:
    stop = Event()
    broker = Broker(*steps, stop=stop)
    broker.refuse = list(refuse)
    Loop(broker, store, pace or Pace(), Quiet(), clock=lambda: broker.now).run(["a"], stop)
    return broker


def said(*offsets: int, partition: int = 0) -> list[Said]:
    return [Said("a", partition, o) for o in offsets]


def test_what_came_within_the_linger_is_stored_together_and_then_committed() -> None:
    store = Store()
    broker = run(store, said(0, 1), said(2), [], [])
    assert store.stored == [[0, 1, 2]]
    assert broker.committed == [{A0: 3, A1: 0}]


def test_a_backlog_gathers_a_full_load() -> None:
    store = Store()
    pace = Pace(linger_s=0.0, flush_rows=6, poll_messages=2)
    run(store, said(0, 1), said(2, 3), said(4, 5), said(6), pace=pace)
    assert store.stored == [[0, 1, 2, 3, 4, 5], [6]]


def test_nothing_is_committed_before_it_is_stored() -> None:
    store = Store(away=3)
    broker = run(store, said(0, 1), [], [])
    assert store.stored == [[0, 1]]
    assert broker.polls_while_held > 0, "the loop must go on polling, or the group drops it"
    assert not broker.held
    assert broker.committed == [{A0: 2, A1: 0}]


def test_asked_to_stop_while_the_store_is_away_it_commits_nothing_of_it() -> None:
    store = Store(away=99)
    broker = run(store, said(0, 1))
    assert store.stored == []
    assert broker.committed == []


def test_a_position_that_moves_without_a_message_is_committed() -> None:
    """The marker at the end of a transaction is a position without a message; `suoheng wait` looks for it to be passed."""

    def past_the_marker(broker: Broker) -> list[Said]:
        broker.at[A0] = 3
        return []

    broker = run(Store(), said(0, 1), [], past_the_marker, [])
    assert broker.committed == [{A0: 2, A1: 0}, {A0: 3}]


def test_a_partition_taken_away_is_not_committed_and_its_rows_are_stored_all_the_same() -> None:
    def revoked(broker: Broker) -> list[Said]:
        broker.listener.on_partitions_revoked([A0])
        del broker.at[A0]
        return []

    store = Store()
    broker = run(store, said(0, 1) + said(0, partition=1), revoked, [])
    assert store.stored == [[0, 1, 0]]
    assert broker.committed == [{A1: 1}]


@pytest.mark.parametrize("error", [CommitFailedError(), KafkaTimeoutError()])
def test_a_refused_commit_is_made_up_for_by_the_next(error: Exception) -> None:
    store = Store()
    broker = run(store, said(0), [], said(1), [], refuse=[error])
    assert store.stored == [[0], [1]]
    assert broker.group[A0] == 2


def test_a_message_that_the_sink_cannot_read_ends_the_loop_uncommitted() -> None:
    class Refusing(Store):
        def add(self, messages: Sequence[Message]) -> int:
            raise ValueError("unreadable")

    stop = Event()
    broker = Broker(said(0), stop=stop)
    with pytest.raises(ValueError, match="unreadable"):
        Loop(broker, Refusing(), Pace(), Quiet()).run(["a"], stop)
    assert broker.committed == []
