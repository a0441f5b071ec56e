"""Attempts, waits and giving up, with a channel that ends as the test wants and a wait that takes no time."""

from random import Random
from typing import Any

import pytest

from consumers.alerts.delivery import FIRST_WAIT_S, LONGEST_WAIT_S, REFUSALS_BEFORE_GIVING_UP, Delivery, Stopped
from consumers.alerts.metrics import given_up
from consumers.alerts.outcome import Delivered, Later, Outcome, Refused
from consumers.alerts.policy import Notice
from consumers.alerts.posting import Answer, judged


class Scripted:
    """A channel whose attempts end one after the other as told, then with delivery."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.attempts = 0

    def deliver(self, notice: Notice) -> Outcome:
        self.attempts += 1
        return self.outcomes.pop(0) if self.outcomes else Delivered()


def told(channel: Scripted, notice: Notice, stop_after: int = 10**6) -> tuple[bool, list[float]]:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) >= stop_after

    return Delivery(channel, wait, Random(1)).tell(notice), waits


@pytest.fixture
def notice(make_alert: Any) -> Notice:
    return Notice(make_alert("firing"), "firing")


def test_a_receiver_that_is_down_is_tried_for_ever_at_growing_distances(notice: Notice) -> None:
    delivered, waits = told(Scripted(*[Later("down")] * 40), notice)
    assert delivered
    assert len(waits) == 40
    assert FIRST_WAIT_S / 2 <= waits[0] <= FIRST_WAIT_S
    assert waits[3] > waits[0]
    assert all(LONGEST_WAIT_S / 2 <= seconds <= LONGEST_WAIT_S for seconds in waits[10:])
    assert len(set(waits)) > 35


def test_a_wish_to_be_left_alone_is_kept(notice: Notice) -> None:
    assert told(Scripted(Later("busy", 17.0)), notice)[1] == [17.0]


def test_a_refusal_is_given_up_after_some_attempts_and_counted(notice: Notice) -> None:
    before = given_up._value.get()
    channel = Scripted(*[Refused("HTTP 400")] * 100)
    delivered, waits = told(channel, notice)
    assert not delivered
    assert (channel.attempts, len(waits)) == (REFUSALS_BEFORE_GIVING_UP, REFUSALS_BEFORE_GIVING_UP - 1)
    assert given_up._value.get() == before + 1


def test_a_receiver_that_recovers_gets_it(notice: Notice) -> None:
    assert told(Scripted(Refused("HTTP 404"), Later("HTTP 503"), Refused("HTTP 404")), notice)[0]


def test_stopping_leaves_the_notice_undelivered(notice: Notice) -> None:
    with pytest.raises(Stopped):
        told(Scripted(*[Later("down")] * 9), notice, stop_after=3)


@pytest.mark.parametrize(
    ("status", "retry_after", "outcome"),
    [
        (200, "", Delivered()),
        (204, "", Delivered()),
        (301, "", Refused("HTTP 301: redirects are not followed; set webhook_url to the final address")),
        (404, "", Refused("HTTP 404")),
        (429, "30", Later("HTTP 429", 30.0)),
        (503, "9" * 400, Later("HTTP 503", 300.0)),
        (500, "Wed, 21 Oct 2026 07:28:00 GMT", Later("HTTP 500")),
        (408, "-1", Later("HTTP 408")),
    ],
)
def test_the_status_decides(status: int, retry_after: str, outcome: Outcome) -> None:
    assert judged(Answer(status, retry_after, b"")) == outcome
