"""Which epoch is served: the last switch that topic `epochs` tells. Processes begin with it and begin anew when it changes.

A worker may write for an epoch only if it was the one decided *after* the worker's fences stood (`handover.py`); what it read at its start
tells it whom to work for, not that it may.
"""

import asyncio
from datetime import UTC, datetime
from typing import NoReturn

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name
from streams.worker.commit import folding_build
from streams.worker.exits import RESTART, Halted, leave
from streams.worker.log import reader

logger = structlog.get_logger()

PARTITION = 0
LOOK_EVERY_S = 1.0


class Epochs:
    """The switches of an installation. `last` may be asked by several at once."""

    def __init__(self, kafka: str, topic: str) -> None:
        self._kafka = kafka
        self._tp = TopicPartition(topic, PARTITION)
        self._consumer: AIOKafkaConsumer | None = None
        self._last: Switch | None = None
        self.highest = 0
        """The highest epoch that was ever served, as of the last look."""
        self._one_at_a_time = asyncio.Lock()

    async def last(self) -> Switch | None:
        """The switch that holds now; None: there was none yet."""
        async with self._one_at_a_time:
            consumer = await self._started()
            end = (await consumer.end_offsets([self._tp]))[self._tp]
            while await consumer.position(self._tp) < end:
                for messages in (await consumer.getmany(self._tp, timeout_ms=200)).values():
                    for _, _, _, value, _ in messages:
                        self._take(value)
            return self._last

    async def require(self, epoch: int) -> None:
        """End the process when another epoch is served than this one: what starts again works for that."""
        switch = await self.last()
        if switch is not None and switch.epoch != epoch:
            leave(RESTART, f"epoch {switch.epoch} is served now, not {epoch}; starting again for it")

    async def watch(self, epoch: int) -> NoReturn:
        """Until cancelled, or until another epoch is served: then the process ends."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.require(epoch)
            except KafkaError as error:
                logger.warning("cannot look which epoch is served, trying again", error=repr(error))

    async def close(self) -> None:
        """Close the connection."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def _started(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = reader(self._kafka)
            await consumer.start()
            consumer.assign([self._tp])
            consumer.seek(self._tp, 0)
            self._consumer = consumer
        return self._consumer

    def _take(self, value: bytes | None) -> None:
        """Of two decisions under one number, made side by side, the later one holds, as it does in a compacted topic."""
        switch = Switch.model_validate_json(value) if value else None
        if switch is None:
            return
        self.highest = max(self.highest, switch.epoch)
        if self._last is None or switch.switch >= self._last.switch:
            self._last = switch


async def followed(settings: Settings) -> Settings:
    """The settings with the epoch to work for: the served one, or for a shadow that of the settings.

    Settings that name an epoch above all that were ever served decide it here and now: it is computed from the log in front of its readers,
    which is how an installation begins with another epoch than 0. Raises Halted for a shadow of what is served.
    """
    epochs = Epochs(settings.kafka, topic_name(EPOCHS, settings))
    try:
        switch = await epochs.last()
    finally:
        await epochs.close()
    served = switch.epoch if switch else 0
    if settings.shadow:
        if settings.epoch == served:
            raise Halted(f"epoch {served} is served, a shadow of it has nothing to do; SUOHENG_SHADOW is for epochs that are rebuilt")
        return settings
    if settings.epoch > epochs.highest:
        await _decide(settings, switch.switch + 1 if switch else 1, served)
        served = settings.epoch
    return settings.model_copy(update={"epoch": served})


async def _decide(settings: Settings, number: int, previous: int) -> None:
    now = datetime.now(UTC)
    decided = Switch(switch=number, epoch=settings.epoch, previous=previous, decided_at=now, build=folding_build())
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        value, key = decided.model_dump_json().encode(), str(number).encode()
        await producer.send_and_wait(topic_name(EPOCHS, settings), value, key, partition=PARTITION)
    finally:
        await producer.stop()
    logger.warning("the settings name a higher epoch: it is served from now on", epoch=settings.epoch, before=previous)
