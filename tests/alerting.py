"""A plan, rows and a clock, for the tests of telling by plan."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from consumers.alerts.journal.desk import OwnJournal
from consumers.alerts.journal.journal import FILE, Journal, Read
from consumers.alerts.journal.tables import prepare
from consumers.alerts.outcome import Delivered, Outcome
from consumers.alerts.plan.model import Plan, parse_plan
from consumers.alerts.planned import look
from consumers.alerts.telling.decide import Decision
from consumers.alerts.telling.message import Message
from schemas.audit import Audit
from schemas.outputs import Alert

_FIELDS = {
    "district": "990101", "rule": "lost", "subject_kind": "office", "start": date(2026, 8, 1), "severity": "high", "indicator": "cor_lost_cnt",
    "mode": "none", "dimension": "", "window_kind": "month", "window_start": date(2026, 8, 1), "value": 1.0, "threshold": 0.0,
    "why": "1 > 0 in month 2026-08", "titles": {"zh": "脱管", "en": "Lost from control"}, "computed_at": datetime(2026, 8, 7, tzinfo=UTC),
}  # fmt: skip
_versions = count(1)


def alert(state: str, office: int = 1, **changed: Any) -> Alert:
    """The next row of an office's alert."""
    own = {"state": state, "subject_id": f"sfs-990101-{office:03}", "version": next(_versions)}
    return Alert.model_validate(_FIELDS | own | changed)


def firing(office: int = 1, **changed: Any) -> Alert:
    return alert("firing", office, **changed)


def resolved(office: int = 1, **changed: Any) -> Alert:
    return alert("resolved", office, **changed)


def own_journal(folder: Path) -> OwnJournal:
    """A journal's file with two alerts that fire, as the desk reads it."""
    journal = Journal.at(folder / FILE)
    journal.position(0, 0)
    journal.fold(0, [Read(0, firing(1), False), Read(1, firing(2), False)], 2, 0, datetime.now(UTC))
    journal.close()
    return OwnJournal(folder / FILE, Audit(folder / "audit", 400))


MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
"""Ten o'clock in the morning, local time, of a working day."""


def plan_of(text: str) -> Plan:
    return parse_plan(yaml.safe_load(text))


def a_journal() -> Journal:
    """A journal in memory, in which the topic has no history."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection)
    journal = Journal(connection)
    journal.position(0, 0)
    return journal


class Stage:
    """An installation without Kafka and without threads: rows go in, messages come out, the clock stands until it is moved."""

    def __init__(self, plan: str | Plan, now: datetime = MONDAY) -> None:
        self.plan = plan_of(plan) if isinstance(plan, str) else plan
        self.journal = a_journal()
        self.now = now
        self.offset = 0
        self.arrived: list[Message] = []

    def rows(self, *alerts: Alert, rebuilt: bool = False, border: int = 0) -> None:
        read = [Read(self.offset + n, alert, rebuilt) for n, alert in enumerate(alerts)]
        self.offset += len(read)
        self.journal.fold(0, read, self.offset, border, self.now)

    def look(self) -> Decision:
        return look(self.plan, self.journal, self.now)

    def wait(self, **span: float) -> list[Message]:
        """Let time pass, look, deliver; what has arrived by it."""
        self.now += timedelta(**span)
        self.look()
        return self.deliver()

    def deliver(self, outcome: Outcome | None = None, receivers: Iterable[str] = ()) -> list[Message]:
        """Deliver what waits, or note another outcome of each attempt: given up for a refusal."""
        arrived = []
        for name in receivers or [one.name for one in self.plan.receivers]:
            while queued := self.journal.head(name):
                delivered = outcome is None or isinstance(outcome, Delivered)
                self.journal.end(queued, self.now, delivered=delivered)
                arrived += [queued.message] if delivered else []
        self.arrived += arrived
        return arrived


def told(messages: Iterable[Message]) -> list[tuple[Any, ...]]:
    """Who was told what: receiver, kind, and of each alert its subject's number and state; what was told before in brackets."""
    return [
        (one.receiver, one.kind, " ".join(f"{i.alert.subject_id[-3:]}{'+' if i.state == 'firing' else '-'}" if i.is_new else f"({i.alert.subject_id[-3:]})" for i in one.items))
        for one in messages
    ]  # fmt: skip
