"""Telling by plan: rows into the journal, decisions out of it, a thread for each receiver. Everything that must survive is in the journal."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread

import structlog

from consumers.alerts import registry
from consumers.alerts.health import AlertsHealth
from consumers.alerts.journal.journal import FILE, Journal
from consumers.alerts.metrics import alerts_held, alerts_open, messages_waiting, oldest_message
from consumers.alerts.plan.model import Plan, PlanError
from consumers.alerts.plan.read import read_plan
from consumers.alerts.plan.receivers import Receiver
from consumers.alerts.sender import Sender
from consumers.alerts.telling.decide import Decision, decide
from consumers.alerts.topic import Topic
from consumers.alerts.ways.building import Surroundings, ways
from consumers.alerts.ways.way import Way
from consumers.clickhouse.client import CLICKHOUSE_ERRORS, in_short
from schemas.settings import Settings

log = structlog.get_logger(__name__)

_LEARN_EVERY = timedelta(minutes=2)
_LEARN_AGAIN = timedelta(seconds=15)
_FORGET_EVERY = timedelta(hours=6)
_LOOK_AT_FILE_EVERY = timedelta(seconds=5)
_NOT_THERE = 0, 0


def utc_now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


class Followed:
    """The plan's file: read at the start, and again when it has changed; a change that cannot be followed leaves the plan as it was."""

    def __init__(self, path: Path, around: Surroundings) -> None:
        """Raises `PlanError`."""
        self.path, self._around = path, around
        self._seen = _stamp(path)
        self.plan = read_plan(path)
        self.ways: dict[str, Way] = ways(self.plan, around)

    def changed(self) -> bool:
        """Whether another plan holds now."""
        stamp = _stamp(self.path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            plan = read_plan(self.path)
            made = ways(plan, self._around)
        except PlanError as error:
            log.error("alerting.yaml has mistakes; the plan before holds on: suoheng alerts check", problems=str(error).splitlines())
            return False
        self.plan, self.ways = plan, made
        log.info("alerting.yaml has changed and holds from now on", receivers=len(plan.receivers))
        return True


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with the file; `_NOT_THERE` without one."""
    try:
        found = path.stat()
    except OSError:
        return _NOT_THERE
    return found.st_mtime_ns, found.st_size


class Awaited:
    """A plan that is not there yet: whether it has come, told each time. One with mistakes has not; they are logged once for each change of it."""

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._seen = _NOT_THERE

    def __call__(self) -> bool:
        path = self._config.alerting_file
        stamp = _stamp(path)
        if stamp in (_NOT_THERE, self._seen):
            return False
        self._seen = stamp
        try:
            Followed(path, _around(self._config))
        except PlanError as error:
            log.error("alerting.yaml has mistakes; alerts are told without it: suoheng alerts check", problems=str(error).splitlines())
            return False
        log.info("a plan has come; alerts are told by it from now on", plan=str(path))
        return True


def _around(config: Settings) -> Surroundings:
    return Surroundings(config.alerting_file.parent, config.page_url, config.webhook_private_networks, utc_now)


def run_planned(config: Settings, topic: Topic, health: AlertsHealth, stop: Event) -> None:
    """Tell alerts by the plan until `stop` is set. Raises `PlanError` and `JournalError` at the start."""
    followed = Followed(config.alerting_file, _around(config))
    journal = Journal.at(config.data / FILE)
    try:
        topic.begin(journal)
        health.topic = ""
        teller = Teller(config, journal, followed)
        log.info("telling alerts by plan", plan=str(followed.path), receivers=[one.name for one in followed.plan.receivers])
        while not stop.is_set():
            with _senders(config, followed) as senders:
                until = _Until(stop, followed)
                while not until():
                    topic.take(journal, utc_now)
                    if topic.has_read_history:
                        teller.look(utc_now())
                    health.pulse.beat()
                    health.receivers = {name: sender.failing for name, sender in senders.items()}
    finally:
        journal.close()


class _Until:
    """Whether to go on no longer: told to stop, or another plan holds."""

    def __init__(self, stop: Event, followed: Followed) -> None:
        self._stop, self._followed, self._looked = stop, followed, utc_now()

    def __call__(self) -> bool:
        if utc_now() >= self._looked + _LOOK_AT_FILE_EVERY:
            self._looked = utc_now()
            if self._followed.changed():
                return True
        return self._stop.is_set()


class Teller:
    """Looks at what stands, decides, notes it."""

    def __init__(self, config: Settings, journal: Journal, followed: Followed) -> None:
        self._config, self._journal, self._followed = config, journal, followed
        self._learn_at = self._forget_at = datetime.min.replace(tzinfo=UTC)

    def look(self, now: datetime) -> None:
        """Decide what is to be told now, and note it."""
        try:
            self._keep_up(now)
            decision = look(self._followed.plan, self._journal, now)
        except sqlite3.Error as error:
            log.error("the journal cannot be used; nothing is lost, trying again", error=str(error))
            return
        self._measure(decision, now)

    def _keep_up(self, now: datetime) -> None:
        if now >= self._learn_at:
            self._learn_at = now + (_LEARN_EVERY if self._learn(now) else _LEARN_AGAIN)
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            self._journal.forget(now)

    def _learn(self, now: datetime) -> bool:
        """Ask the registry; while it does not answer, what it said last holds."""
        try:
            self._journal.learn(registry.directories(self._config, (now + timedelta(hours=8)).date()))
        except CLICKHOUSE_ERRORS as error:
            log.warning("the registry cannot be asked; who has which role is as it was", reason=in_short(error))
            return False
        return True

    def _measure(self, decision: Decision, now: datetime) -> None:
        alerts_open.set(len(decision.held) - len(decision.settled))
        for why in ("silenced", "inhibited", "hours"):
            alerts_held.labels(why=why).set(sum(held.startswith(why) for held in decision.held.values()))
        waiting = self._journal.waiting()
        for receiver in self._followed.plan.receivers:
            number, oldest = waiting.get(receiver.name, (0, now))
            messages_waiting.labels(receiver=receiver.name).set(number)
            oldest_message.labels(receiver=receiver.name).set((now - oldest).total_seconds())


def look(plan: Plan, journal: Journal, now: datetime) -> Decision:
    """One decision, noted."""
    digesting = [one.name for one in plan.receivers if one.digest]
    journal.begin_digests(digesting, now)
    since = now - timedelta(days=8) if digesting else now
    decision = decide(plan, journal.standing(since), now)
    journal.note(decision, now)
    return decision


@contextmanager
def _senders(config: Settings, followed: Followed) -> Iterator[dict[str, Sender]]:
    """A thread for each receiver; all have ended with the block, each after the attempt that it is making."""
    stop = Event()
    senders = {receiver.name: _sender(config, followed, receiver) for receiver in followed.plan.receivers}
    threads = [Thread(target=sender.run, args=(stop,), name=name) for name, sender in senders.items()]
    for thread in threads:
        thread.start()
    try:
        yield senders
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _sender(config: Settings, followed: Followed, receiver: Receiver) -> Sender:
    random = Random()  # noqa: S311 - spreads waits, guards nothing
    return Sender(receiver, followed.ways[receiver.name], Journal.at(config.data / FILE), utc_now, random)
