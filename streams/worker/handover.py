"""How a partition of the installation's topics passes from one epoch to another. The order of the steps is the guarantee.

1. The other epoch's transactional id is fenced. From here on a worker of it that does not know of the switch yet cannot write, and one that
   starts again asks after its own fence (rule 5) and ends.
2. It is asked whose rows stand in the topics: the epoch of the newest row of `conservation`. If they are ours, there is nothing to do.
3. Our own id is fenced: the rows that our shadow wrote beside are final, and so is its committed offset, from which the worker goes on.
4. In one transaction the rows that stand are kept beside, under the other epoch's names, so that it can come back; ours take their place,
   each key once; and what has no counterpart among ours is withdrawn. Readers see all of the one epoch, then all of the other.
5. Before the commit, and once more when the partition is opened, it is asked whether our epoch is still the one decided.
6. A shadow asks the same two things the other way round: whether its epoch is served now, and when its own fence stands, whether its rows stand in
   the topics already. What it wrote beside from there on would be missing in them.

A crash anywhere leaves the transaction to the next owner's fence, and everything as it was.
"""

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiokafka import AIOKafkaProducer

from schemas.connecting import kafka_options
from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import CONSERVATION, DEAD_LETTERS
from streams.core.reports import rfc3339
from streams.worker.batches import BATCH_BYTES
from streams.worker.commit import Names, Outbox, Row, folding_build
from streams.worker.epochs import Epochs, require_unserved
from streams.worker.exits import Halted
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.log import OFFSET_BITS, Log, exists, last_written, newest_epoch
from streams.worker.moving import Rows, letters, send

logger = structlog.get_logger()

TRANSACTION_MS = 600_000
"""The longest that a handover may take; a million rows take about half a minute."""


class Handover:
    """Brings the partitions that a worker opens to its epoch: of a served one into the installation's topics, of a shadow nowhere."""

    def __init__(self, settings: Settings, names: Names, log: Log, epochs: Epochs, fail_points: FailPoints) -> None:
        self._settings, self._names, self._log, self._epochs, self._fail_points = settings, names, log, epochs, fail_points
        self._public = Names.of(settings.model_copy(update={"shadow": False})).outputs
        self._beside = self._beside_of(settings.epoch).outputs
        self._one_at_a_time = asyncio.Lock()
        self.rows = 0
        """Rows that have changed places so far: the watchdog sees by it that a long handover moves."""

    async def before(self, number: int) -> None:
        """To be done before a partition is opened. Raises Halted when it must not be."""
        switch = await self._epochs.last()
        if self._settings.shadow:
            require_unserved(self._settings.epoch, switch)
            return
        await self._epochs.require(self._settings.epoch)
        if switch is not None and switch.previous != switch.epoch:
            await self._take_over(number, switch)

    async def after(self, number: int) -> None:
        """To be done when a partition's fence stands: rule 5, and rule 6 for a shadow. Raises Halted."""
        if not self._settings.shadow:
            await self._epochs.require(self._settings.epoch)
        elif await self._standing(number) == self._settings.epoch:
            raise Halted(
                f"rows of epoch {self._settings.epoch} stand in the topics of partition {number} themselves: the switch away from it is not "
                "finished; are the workers of the served epoch running?"
            )

    async def _take_over(self, number: int, switch: Switch) -> None:
        await self._fence(number, switch.previous)
        fenced = {None, self._settings.epoch, switch.previous}
        while (standing := await self._standing(number)) not in fenced:  # a switch before the last one was not finished here
            await self._fence(number, standing)
            fenced.add(standing)
        if standing == self._settings.epoch:
            return
        producer = self._producer(number)
        await producer.start()
        try:
            offset = await self._folded(number)
            if offset == 0:  # nothing was rebuilt: the settings have decided, and the worker computes from the log in front of its readers
                return
            self._require_own_work(switch)
            async with self._one_at_a_time:
                await self._in_one_transaction(producer, number, standing, offset)
        finally:
            await producer.stop()

    async def _folded(self, number: int) -> int:
        """The offset at which our rows beside stand; 0 where there are none. Raises Halted when they are gone."""
        offset, beside = await self._log.committed(number), self._beside[CONSERVATION.name]
        kafka, epoch = self._settings.kafka, self._settings.epoch
        if not await exists(kafka, beside) or await newest_epoch(kafka, beside, number) is None:
            if offset:
                raise Halted(
                    f"epoch {epoch} was folded up to offset {offset} of partition {number}, and its rows up to there are not in {beside}: rebuild "
                    "it under a higher number"
                )
            return 0
        return await last_written(kafka, beside, number, epoch) or 0 if offset is None else offset

    def _require_own_work(self, switch: Switch) -> None:
        epoch, ours = self._settings.epoch, folding_build()
        if switch.build and ours and switch.build != ours:
            raise Halted(
                f"epoch {epoch} was computed by build {switch.build[:12]}, this worker's is {ours[:12]}: its definitions may be others; start "
                "the workers of that build, or roll back with `suoheng rebuild rollback`"
            )

    async def _standing(self, number: int) -> int | None:
        return await newest_epoch(self._settings.kafka, self._public[CONSERVATION.name], number)

    async def _fence(self, number: int, epoch: int | None) -> None:
        if epoch is not None and epoch != self._settings.epoch:
            await (await Outbox.open(self._settings, self._beside_of(epoch), number, FailPoints())).close()

    def _producer(self, number: int) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **kafka_options(self._settings),
            transactional_id=self._names.transactional_id(number),
            transaction_timeout_ms=TRANSACTION_MS,
            acks="all",
            max_batch_size=BATCH_BYTES,
            compression_type="zstd",
            retry_backoff_ms=20,
        )

    async def _in_one_transaction(self, producer: AIOKafkaProducer, number: int, standing: int | None, offset: int) -> None:
        version = self._settings.epoch << OFFSET_BITS | offset - 1
        computed_at = await self._appended(number, offset - 1)
        logger.info("handing over", partition=number, of_epoch=standing, to_epoch=self._settings.epoch)
        await producer.begin_transaction()
        for topic, public in self._public.items():
            moving = Rows(self._settings.kafka, number, topic, public, self._beside[topic])
            if topic == DEAD_LETTERS.name:
                await self._send(producer, public, number, letters(self._settings.kafka, number, public, self._beside[topic]))
            else:
                if standing is not None:
                    await self._send(producer, self._beside_of(standing).outputs[topic], number, moving.kept())
                await self._send(producer, public, number, moving.published(self._settings.epoch))
                await self._send(producer, public, number, moving.withdrawn(version, computed_at))
            self._fail_points.passed(FailPoint.DURING_HANDOVER)
        await self._epochs.require(self._settings.epoch)
        await producer.commit_transaction()
        logger.info("handed over", partition=number, of_epoch=standing, to_epoch=self._settings.epoch, rows_so_far=self.rows)

    async def _send(self, producer: AIOKafkaProducer, topic: str, number: int, rows: AsyncIterator[Row]) -> None:
        async for count in send(producer, topic, number, rows):
            self.rows += count

    async def _appended(self, number: int, offset: int) -> str:
        """Append time of the last event folded in, which is what rows of its version were computed at."""
        async for messages in self._log.read(number, offset, offset + 1, at_most=1):
            return rfc3339(messages[0][1] * 1000)
        return rfc3339(0)

    def _beside_of(self, epoch: int) -> Names:
        return Names.of(self._settings.model_copy(update={"epoch": epoch, "shadow": True}))
