"""A member of a consumer group that sees committed transactions only and commits only when told to."""

from typing import Any

from kafka import KafkaConsumer, TopicPartition

from consumers.records import PartitionRecords
from schemas.connecting import kafka_options
from schemas.settings import Settings

REBALANCE_MS = 2_000
"""A poll that finds a rebalance unfinished waits for it at least so long."""


class Member(KafkaConsumer):  # type: ignore[misc]  # kafka-python carries no types
    """A consumer that finishes every rebalance it has begun.

    kafka-python 3.0.12 loses a join that a short poll leaves in flight. Where the join itself took its reason away (the group's leader notes
    the newest partitions while it assigns them), nothing asks for a rebalance any more, so the answer is never taken: the member fetches
    nothing, and every commit is refused, for ever. And an answer that came between two polls is thrown away for another join. So an
    unfinished rebalance is asked for again, by a poll that waits for the answer.
    """

    def __init__(self, **configs: Any) -> None:
        """As KafkaConsumer, for bytes: no deserializers."""
        super().__init__(**configs)
        self._fetcher.PartitionRecords = PartitionRecords

    def poll(self, timeout_ms: int = 0, **options: Any) -> Any:
        """As KafkaConsumer.poll; longer than `timeout_ms` while a rebalance is unfinished."""
        if self._coordinator.rejoining:
            self._coordinator.request_rejoin()
            timeout_ms = max(timeout_ms, REBALANCE_MS)
        return super().poll(timeout_ms=timeout_ms, **options)

    def positions(self) -> dict[TopicPartition, int]:
        """Where the next message of each of our partitions is expected, as far as that is known.

        `position`, asked of one partition, first looks through all of them: of a hundred and twenty, all asked, that takes a tenth of a second.
        """
        return {tp: at.offset for tp, at in self._subscription.all_consumed_offsets().items()}


def sink_group(given: Settings) -> str:
    """The group of the ClickHouse sink; it stays when another epoch is served. The sink of a shadow has a group of its own."""
    return f"{given.app_id}-{'shadow-' if given.shadow else ''}sink-e{given.epoch}"


def subscriber(settings: Settings, group: str, *, member: str | None = None) -> Member:
    """A member of `group`, not yet subscribed to anything.

    `member` is a name that outlives the process: a restarted process takes over its partitions at once instead of after the session timeout.
    Without a committed offset it begins at the earliest message, never at the latest: for a sink, reading again is harmless and skipping is not.
    Raises KafkaError when no broker answers.
    """
    return Member(
        **kafka_options(settings),
        group_id=group,
        group_instance_id=member,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        session_timeout_ms=settings.session_timeout_ms,
        heartbeat_interval_ms=min(3_000, settings.session_timeout_ms // 3),
        metadata_max_age_ms=10_000,
        max_partition_fetch_bytes=4 << 20,
        fetch_max_bytes=32 << 20,
    )
