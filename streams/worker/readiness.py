"""Before the work begins: waits for the broker and the topics instead of dying, and says what it waits for."""

import asyncio
from collections.abc import Callable

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name
from streams.worker.commit import Names
from streams.worker.exits import Halted

logger = structlog.get_logger()

RETRY_S = 1.0
SAY_AGAIN_AFTER = 15
_MAKING = {False: "suoheng topics", True: "suoheng rebuild"}


async def partition_count(settings: Settings, waits_for: Callable[[str], None]) -> int:
    """Wait until broker and topics are there; the number of partitions of the input topic. `waits_for` is told what is missing.

    Raises Halted when an output topic has another number: rows are written to the partition number of their source.
    """
    names = Names.of(settings)
    topics = [names.source, *names.outputs.values(), topic_name(EPOCHS, settings)]
    said, tries = "", 0
    while True:
        counts, complaint = await _counts(settings, topics, _MAKING[settings.shadow])
        if not complaint:
            break
        waits_for(complaint)
        if complaint != said or tries % SAY_AGAIN_AFTER == 0:
            logger.warning("waiting", why=complaint)
        said, tries = complaint, tries + 1
        await asyncio.sleep(RETRY_S)
    expected = counts[names.source]
    wrong = {topic: count for topic, count in counts.items() if count != expected}
    if wrong:
        raise Halted(f"topics must have as many partitions as {names.source} ({expected}), but {wrong}; make them anew")
    return expected


async def _counts(kafka: Settings, topics: list[str], making: str) -> tuple[dict[str, int], str]:
    """Partition counts by topic, and what is still missing; `making` is the command that makes topics."""
    admin = AIOKafkaAdminClient(**kafka_options(kafka), request_timeout_ms=5_000)
    try:
        await admin.start()
        described = await admin.describe_topics(topics)
    except (KafkaError, OSError) as error:
        return {}, f"Kafka at {kafka.kafka} does not answer ({error}); start it, or set SUOHENG_KAFKA"
    finally:
        await admin.close()
    counts = {topic["topic"]: len(topic["partitions"]) for topic in described if not topic["error_code"]}
    missing = sorted(set(topics) - counts.keys())
    return counts, f"Kafka at {kafka.kafka} has no topic {', '.join(missing)}; run `{making}`" if missing else ""
