"""Alerts told without a plan, until one comes."""

from pathlib import Path
from threading import Event
from typing import Any

from consumers.alerts.__main__ import _tell_each
from consumers.alerts.health import AlertsHealth
from consumers.alerts.outcome import Later, Outcome
from consumers.alerts.policy import Notice
from schemas.settings import Settings

PLAN = "route: {to: [duty]}\nreceivers: [{name: duty, log: {}}]\n"


class Notices:
    """A feed that has one notice, again and again."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice

    def poll(self) -> list[Notice]:
        return [self.notice]


class Dead:
    """A receiver that is away; a plan is written for want of it."""

    def __init__(self, plan: Path) -> None:
        self.plan, self.asked = plan, 0

    def deliver(self, _: Notice) -> Outcome:
        self.asked += 1
        self.plan.write_text(PLAN)
        return Later("nobody listens")


def test_a_plan_is_taken_up_while_the_receiver_is_away(make_alert: Any, tmp_path: Path) -> None:
    config, health, stop = Settings(data=tmp_path), AlertsHealth(), Event()
    dead = Dead(config.alerting_file)
    _tell_each(config, Notices(Notice(make_alert("firing"), "firing")), dead, health, stop)  # type: ignore[arg-type]
    assert dead.asked == 1
    assert not stop.is_set()
    assert health.receiver == "", "what the webhook did says nothing of the plan's receivers"
