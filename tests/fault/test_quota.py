"""Kafka's quotas under load: a publisher that sends as fast as it can is held to its declared rate, and nobody else is."""

import os
import time
from pathlib import Path

import pytest
from kafka import KafkaProducer

from deploy.access.plan import Plan
from deploy.access.roles import MIB
from deploy.topics import create_topics
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from tests.fault.report import LONG
from tests.ports import free_port_base
from tests.secured_kafka import secured_kafka

pytestmark = [
    pytest.mark.skipif(not LONG, reason="a broker under load, three quarters of a minute: LONG_FAULTS=1"),
    pytest.mark.timeout(300),
]
DECLARED = 5 * MIB
MEASURED_OVER_S = 11
"""Kafka's window (`quota.window.num` of one second each): a burst may be that many seconds' worth."""
SECONDS = 30


def sent(given: Settings, seconds: float) -> int:
    """Bytes that were acknowledged in so many seconds; of what no compression makes smaller."""
    value, done = os.urandom(256 * 1024), 0
    producer = KafkaProducer(**kafka_options(given), acks=1, linger_ms=0, batch_size=1 << 20, max_request_size=1 << 20)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            futures = [producer.send(topic_name(OFFICE_EVENTS, given), value, key=b"990107") for _ in range(8)]
            for future in futures:
                future.get(120)
                done += len(value) * (time.monotonic() < end)
        return done
    finally:
        producer.close(timeout=5)


def test_a_publisher_is_held_to_its_rate_and_a_gateway_beside_it_is_not(tmp_path: Path) -> None:
    admin = Settings(port_base=free_port_base(), data=tmp_path / "kafka", partitions=1)
    with secured_kafka(admin, tmp_path) as kafka:
        create_topics(admin)
        Plan.of(admin, [], []).put_in_force(prune=False)
        publisher, gateway = (kafka.as_user(f"suoheng-{role}", admin) for role in ("publisher", "gateway"))
        held = sent(publisher, SECONDS)
        free = sent(gateway, 3)
    rates = held / SECONDS / MIB, free / 3 / MIB
    assert DECLARED * SECONDS / 2 <= held <= DECLARED * (SECONDS + MEASURED_OVER_S), rates
    assert free / 3 > 1.5 * DECLARED, f"the machine is too slow to tell: {rates}"
    print(f"publisher {rates[0]:.1f} MiB/s over {SECONDS} s, gateway {rates[1]:.1f} MiB/s")
