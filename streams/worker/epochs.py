"""Which epoch is served: the last switch that topic `epochs` tells. Processes begin with it and begin anew when it changes.

A worker may write for an epoch only if it was the one decided *after* the worker's fences stood (`handover.py`); what it read at its start
tells it whom to work for, not that it may.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NoReturn

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.connecting import kafka_options
from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name
from streams.worker.commit import folding_build
from streams.worker.exits import RESTART, Halted, leave
from streams.worker.log import reader

logger = structlog.get_logger()

PARTITION = 0
LOOK_EVERY_S = 1.0


Asked = Callable[[], Awaitable[Switch | None]]
"""Looks for the last switch."""


class Overtaken(Exception):
    """Somebody else has decided meanwhile which epoch is served."""


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
        served = switch.epoch if switch else 0
        if settings.shadow:
            require_unserved(settings.epoch, switch)
            return settings
        if settings.epoch > epochs.highest:
            await decide(settings, switch, epochs.last, served, settings.epoch, folding_build())
            logger.warning("the settings name a higher epoch: it is served from now on", epoch=settings.epoch, before=served)
            served = settings.epoch
    finally:
        await epochs.close()
    return settings.model_copy(update={"epoch": served})


def require_unserved(epoch: int, switch: Switch | None) -> None:
    """Raise Halted when a shadow's epoch is the one that is served."""
    if epoch == (switch.epoch if switch else 0):
        raise Halted(f"epoch {epoch} is served, a shadow of it has nothing to do; SUOHENG_SHADOW is for epochs that are rebuilt")


async def decide(settings: Settings, known: Switch | None, ask: Asked, served: int, epoch: int, build: str) -> None:
    """Have another epoch served; returns when all replicas have it. `build` may work on with its rows; '': any.

    `known` is the switch that the decision rests on, the last one (None: there was none), after which `served` is served. Whoever decides fences
    whoever else does before asking for the last switch once more, so that of two at once one only writes, and none without knowing of the other.
    Raises Overtaken, aiokafka's ProducerFenced.
    """
    number = known.switch + 1 if known else 1
    switch = Switch(switch=number, epoch=epoch, previous=served, decided_at=datetime.now(UTC), build=build)
    producer = AIOKafkaProducer(**kafka_options(settings), transactional_id=f"{settings.app_id}-{EPOCHS.name}", acks="all")
    await producer.start()
    try:
        last = await ask()
        if last != known:
            raise Overtaken(f"somebody else has switched to epoch {last.epoch if last else 0} meanwhile")
        async with producer.transaction():
            value, key = switch.model_dump_json().encode(), str(number).encode()
            await producer.send_and_wait(topic_name(EPOCHS, settings), value, key, partition=PARTITION)
    finally:
        await producer.stop()
