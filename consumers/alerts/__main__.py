"""`python -m consumers.alerts`: delivers alerts to people until SIGTERM. One process an installation.

Exit 0: stopped. 70: Kafka or our own code failed; start again. 78: a setting makes delivery impossible; mend it first.
"""

import signal
import sys
from collections.abc import Callable
from random import Random
from threading import Event

import structlog
from kafka import KafkaConsumer
from kafka.errors import KafkaError

from consumers.alerts.channels import Channel, LogChannel, Webhook
from consumers.alerts.delivery import Delivery, Stopped
from consumers.alerts.destination import UnsafeDestination
from consumers.alerts.feed import Feed
from consumers.alerts.health import AlertsHealth, Watched
from consumers.alerts.journal.asking import Answering
from consumers.alerts.journal.desk import OwnJournal
from consumers.alerts.journal.journal import FILE
from consumers.alerts.journal.tables import JournalError
from consumers.alerts.plan.model import PlanError
from consumers.alerts.planned import Awaited, run_planned
from consumers.alerts.topic import Topic
from schemas.audit import Audit
from schemas.connecting import kafka_options
from schemas.operation import logs
from schemas.operation.ending import HALT, RESTART, end_when_dead
from schemas.operation.serving import Answer, Asked, serve
from schemas.settings import Settings, settings
from schemas.topics import ALERTS, topic_name

log = structlog.get_logger("alerts")


def main() -> int:
    """Run until told to stop; the exit code."""
    config = settings()
    logs.configure(config.log_level, config.log_format)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        return run(config, stop)
    except PlanError as error:
        log.error("halted: `suoheng alerts check` names the lines", plan=str(config.alerting_file), problems=str(error).splitlines())
        return HALT
    except (UnsafeDestination, JournalError) as error:
        log.error("halted", reason=str(error))
        return HALT
    except (KafkaError, OSError) as error:
        log.error("stopping: Kafka does not answer or lost us; start again", kafka=config.kafka, error=repr(error))
        return RESTART


def run(config: Settings, stop: Event) -> int:
    """Tell what the topic brings until `stop` is set: by the plan from the moment on when there is one, until then one notice after the other."""
    health = AlertsHealth()
    if config.health_port:
        serve(config.health_host, config.health_port, health, also=_desk(config))
    end_when_dead(health)
    while not stop.is_set():
        planned = config.alerting_file.exists()
        channel = LogChannel() if planned else _channel(config)
        topic = topic_name(ALERTS, config)
        consumer = _consumer(config)
        try:
            partitions = _partitions(consumer, topic, stop, health)
            if partitions and planned:
                run_planned(config, Topic(consumer, topic, partitions), health, stop)
            elif partitions:
                _tell_each(config, Feed(consumer, topic, partitions), channel, health, stop)
        finally:
            consumer.close()
    return 0


def _tell_each(config: Settings, feed: Feed, channel: Channel, health: AlertsHealth, stop: Event) -> None:
    """Without a plan: one notice after the other, until `stop` is set or a plan has come."""
    health.topic = ""
    come = Awaited(config)
    # While the receiver is away too: whoever writes a plan for want of one waits for it.
    delivery = Delivery(Watched(channel, health), lambda seconds: health.wait(seconds, stop) or come(), Random())  # noqa: S311 - spreads waits, guards nothing
    log.info("delivering alerts", webhook=config.webhook_url or None)
    try:
        while not stop.is_set():
            health.pulse.beat()
            for notice in feed.poll():
                delivery.tell(notice)
            if come():
                return
    except Stopped:
        if stop.is_set():
            log.info("stopped with a notice in hand; the next start takes it up")
    finally:
        health.receiver = ""


def _desk(config: Settings) -> Callable[[Asked], Answer | None]:
    """What the page asks from another machine; nothing without a key."""
    if not config.desk_key:
        return lambda _: None
    return Answering(OwnJournal(config.data / FILE, Audit(config.audit_folder, config.audit_days)), config.desk_key)


def _channel(config: Settings) -> Channel:
    if not config.webhook_url:
        return LogChannel()
    return Webhook(config.webhook_url, config.page_url, config.webhook_private_networks)


def _consumer(config: Settings) -> KafkaConsumer:
    return KafkaConsumer(
        **kafka_options(config),
        group_id=f"{config.app_id}-alerts-e{config.epoch}",
        client_id=f"{config.app_id}-alerts",
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )


def _partitions(consumer: KafkaConsumer, topic: str, stop: Event, health: AlertsHealth) -> int:
    """The topic's partition count, waiting until the topic has been made; 0 when stopped first."""
    told = False
    while not stop.is_set():
        if found := consumer.partitions_for_topic(topic):
            return len(found)
        if not told:
            log.warning("waiting for the topic; `suoheng topics` makes it", topic=topic)
            told = True
        health.wait(1, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
