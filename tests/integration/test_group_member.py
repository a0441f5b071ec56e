"""A member of a consumer group finishes a rebalance that began in a short poll and whose reason is gone before it ends."""

import time

import pytest
from kafka.errors import RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from consumers.group import Member, subscriber
from schemas.topics import FACTS, topic_name
from tests.conftest import Installation
from tests.fault.workers import until

pytestmark = pytest.mark.topics_only


def test_a_rebalance_left_in_flight_is_finished(installation: Installation) -> None:
    member = subscriber(installation, f"{installation.app_id}-group", member="only")
    try:
        member.subscribe([topic_name(FACTS, installation)])
        until(lambda: (member.poll(timeout_ms=200), member.assignment())[1], "the first assignment")
        partition = min(member.assignment())
        change_what_the_leader_assigned(member)
        until(lambda: (member.poll(timeout_ms=0), member._coordinator.rejoining)[1], "a rebalance that a short poll begins")
        # The answer arrives between two polls; by then the leader knows nothing that would ask for another rebalance.
        until(lambda: commits(member, partition), "a commit after the rebalance", 20)
    finally:
        member.close(autocommit=False)


def change_what_the_leader_assigned(member: Member) -> None:
    """As when a topic's partitions became known after the first assignment."""
    member._coordinator._assignment_snapshot = {"another": {0}}


def commits(member: Member, partition: object) -> bool:
    time.sleep(0.1)
    member.poll(timeout_ms=1)
    try:
        member.commit({partition: OffsetAndMetadata(0, "", -1)}, timeout_ms=1_000)
    except RebalanceInProgressError:
        return False
    return True
