"""How a partition becomes ours: rules 1 and 2 of `partition.py`."""

import asyncio
from typing import Generic

import structlog

from schemas.settings import Settings
from schemas.topics import CONSERVATION
from streams.worker import metrics
from streams.worker.commit import Names, Outbox
from streams.worker.log import last_written
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.recovery import Recovery
from streams.worker.state import State

logger = structlog.get_logger()


class Opening(Generic[State]):
    """Opens partitions: all are fenced at once, so that readers are not kept waiting, and recovered one after another."""

    def __init__(self, settings: Settings, names: Names, recovery: Recovery[State], wiring: Wiring[State]) -> None:
        self._settings = settings
        self._names = names
        self._recovery = recovery
        self._wiring = wiring
        self._one_at_a_time = asyncio.Lock()

    async def open(self, number: int) -> OwnedPartition[State]:
        """The partition, ready to process from its committed offset on."""
        outbox = await Outbox.open(self._settings, self._names, number, self._wiring.fail_points)
        try:
            offset = await self._committed(number)
            async with self._one_at_a_time:
                restored = await self._recovery.restore(number, offset)
        except BaseException:
            await outbox.close()
            raise
        return OwnedPartition(number, restored, outbox, self._wiring)

    async def _committed(self, number: int) -> int:
        """The group's offset; when the group has none, what the outputs say: 0 on a first start, else the group was deleted or expired."""
        offset = await self._wiring.log.committed(number)
        if offset is not None:
            return offset
        conservation = self._names.outputs[CONSERVATION.name]
        written = await last_written(self._settings.kafka, conservation, number, self._settings.epoch)
        if written is None:
            return 0
        metrics.LOST_OFFSETS.inc()
        logger.error("committed offset is gone, going on from the outputs", group=self._names.group, partition=number, offset=written)
        return written
