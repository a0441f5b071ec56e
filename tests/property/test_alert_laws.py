"""Telling by plan, whatever happens in whatever order: nothing lost, no end without a beginning, one key one message, kills repeat at most.

A kill loses what is in memory: the attempt that was made but not noted, the decision that was taken but not noted. The journal is all that stays.
"""

from collections import defaultdict
from datetime import timedelta

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from consumers.alerts.journal.acts import Acts
from consumers.alerts.plan.model import Hours
from consumers.alerts.telling.decide import decide
from consumers.alerts.telling.message import Message
from tests.alerting import Stage, firing, plan_of, resolved

PLAN = """
hours: {from: "08:30", to: "17:30"}
route:
  to: [duty]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  escalate: [{after: 30m, to: [chief]}]
  routes:
    - {match: ['severity="critical"'], to: [duty, deputy], always: true, group_by: [subject]}
    - {match: ['rule="late"'], to: [deputy], group_by: ["..."], continue: true}
receivers: [{name: duty, log: {}}, {name: deputy, log: {}, digest: {at: "08:30"}}, {name: chief, log: {}}]
"""
RECEIVERS = ("duty", "deputy", "chief")
ALERTS = [(office, kind) for office in (1, 2) for kind in (("lost", "critical"), ("late", "medium"), ("few", "low"))]


class Telling(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.stage = Stage(plan_of(PLAN))
        self.acts = Acts.__new__(Acts)
        self.acts._db, self.acts._tell = self.stage.journal._db, lambda _, **__: None
        self.state = dict.fromkeys(ALERTS, "resolved")
        self.heard: dict[str, list[Message]] = defaultdict(list)
        self.kills = 0

    @rule(which=strategies.sampled_from(ALERTS), twice=strategies.booleans())
    def a_row(self, which: tuple[int, tuple[str, str]], twice: bool) -> None:
        office, (name, severity) = which
        for _ in range(1 + twice):
            fires = self.state[which] == "resolved"
            self.state[which] = "firing" if fires else "resolved"
            self.stage.rows((firing if fires else resolved)(office, rule=name, severity=severity))

    @rule(seconds=strategies.sampled_from([1, 30, 300, 1800, 14_400, 60_000]))
    def time_passes(self, seconds: int) -> None:
        self.stage.now += timedelta(seconds=seconds)

    @rule()
    def it_looks(self) -> None:
        self.stage.look()
        again = decide(self.stage.plan, self.stage.journal.standing(self.stage.now - timedelta(days=8)), self.stage.now)
        assert not again.messages, "the same moment has nothing more to tell"

    @rule()
    def it_is_killed_before_the_decision_is_noted(self) -> None:
        decide(self.stage.plan, self.stage.journal.standing(self.stage.now - timedelta(days=8)), self.stage.now)

    @rule(receiver=strategies.sampled_from(RECEIVERS), killed=strategies.booleans())
    def it_delivers(self, receiver: str, killed: bool) -> None:
        queued = self.stage.journal.head(receiver)
        if queued is None:
            return
        self.heard[receiver].append(queued.message)
        if killed:
            self.kills += 1
            return
        self.stage.journal.end(queued, self.stage.now, delivered=True)

    @rule(receiver=strategies.sampled_from(RECEIVERS))
    def the_receiver_is_down(self, receiver: str) -> None:
        if queued := self.stage.journal.head(receiver):
            self.stage.journal.again(queued, self.stage.now + timedelta(seconds=30), "HTTP 503", refused=False)

    @rule(number=strategies.integers(0, 5))
    def somebody_acknowledges(self, number: int) -> None:
        shown = [one for one in self.acts.shown() if one.acknowledged is None]
        if number < len(shown):
            self.acts.acknowledge(shown[number].fingerprint, "王芳", "", self.stage.now)

    @rule(office=strategies.sampled_from([1, 2]), minutes=strategies.sampled_from([1, 90]))
    def somebody_silences(self, office: int, minutes: int) -> None:
        ends = self.stage.now + timedelta(minutes=minutes)
        self.acts.silence([f'office="sfs-990101-{office:03}"'], "王芳", "演练", self.stage.now, ends)

    @invariant()
    def no_end_without_a_beginning(self) -> None:
        for messages in self.heard.values():
            began: set[str] = set()
            for message in (one for one in messages if one.kind != "digest"):
                ended = {item.spell for item in message.items if item.state == "resolved"}
                assert ended <= began
                began |= {item.spell for item in message.items if item.state == "firing"}

    @invariant()
    def one_key_is_one_message_and_repeats_come_from_kills_alone(self) -> None:
        all_ = [message for messages in self.heard.values() for message in messages]
        bodies = {message.key: message for message in all_}
        assert all(bodies[message.key] == message for message in all_)
        assert len(all_) - len(bodies) <= self.kills

    def teardown(self) -> None:
        """In the end, with everybody at work and listening, everything that nothing kept back has been told, to its end."""
        if not hasattr(self, "stage"):
            return
        self.stage.plan = self.stage.plan.model_copy(
            update={"hours": Hours.model_validate({"from": "00:00", "to": "23:59", "severities": []})}
        )
        for _ in range(4):
            self.stage.now += timedelta(hours=2)
            self.stage.look()
            for receiver in RECEIVERS:
                while queued := self.stage.journal.head(receiver):
                    self.heard[receiver].append(queued.message)
                    self.stage.journal.end(queued, self.stage.now, delivered=True)
        self.one_key_is_one_message_and_repeats_come_from_kills_alone()
        self.no_end_without_a_beginning()
        heard = {
            (item.spell, item.state) for messages in self.heard.values() for one in messages if one.kind != "digest" for item in one.items
        }
        for key, over, held in self.stage.journal._db.execute("SELECT key, over_at, held FROM spells").fetchall():
            kept_back = held.startswith(("silenced", "inhibited"))
            assert kept_back or (key, "firing") in heard, f"{key} was lost"
            assert not over or (key, "firing") not in heard or (key, "resolved") in heard, f"the end of {key} was lost"
        assert all(spell.over_at is None for spell in self.stage.journal.standing(self.stage.now).spells), "all that is over is settled"


TestTelling = Telling.TestCase
TestTelling.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
