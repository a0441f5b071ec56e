"""How a partition becomes ours: rules 1 and 2 of `partition.py`."""

import asyncio
from typing import Generic

import structlog

from schemas.settings import Settings
from schemas.topics import CONSERVATION
from streams.worker import metrics
from streams.worker.commit import Names, Outbox
from streams.worker.handover import Handover
from streams.worker.log import last_written
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.recovery import Recovery
from streams.worker.state import State

logger = structlog.get_logger()


class Opening(Generic[State]):
    """Opens partitions: all are fenced at once, so that readers are not kept waiting, and recovered one after another."""

    def __init__(
        self, settings: Settings, names: Names, recovery: Recovery[State], wiring: Wiring[State], handover: Handover | None = None
    ) -> None:
        """No `handover`: there is one epoch only, as in tests of a part."""
        self._settings = settings
        self._names = names
        self._recovery = recovery
        self._wiring = wiring
        self._handover = handover
        self._one_at_a_time = asyncio.Lock()

    async def open(self, number: int) -> OwnedPartition[State]:
        """The partition, ready to process from its committed offset on."""
        if self._handover:
            await self._handover.before(number)
        outbox = await Outbox.open(self._settings, self._names, number, self._wiring.fail_points)
        try:
            if self._handover:
                await self._handover.after(number)
            committed = await self._wiring.log.committed(number)
            offset = await self._by_outputs(number) if committed is None else committed
            async with self._one_at_a_time:
                restored = await self._recovery.restore(number, offset)
            partition = OwnedPartition(number, restored, outbox, self._wiring)
            if offset != (committed or 0):
                await partition.commit_offset()
        except BaseException:
            await outbox.close()
            raise
        return partition

    async def _by_outputs(self, number: int) -> int:
        """What the outputs say when the group has no offset: 0 on a first start, else the group was deleted or has expired."""
        conservation = self._names.outputs[CONSERVATION.name]
        written = await last_written(self._settings.kafka, conservation, number, self._settings.epoch)
        if written is None:
            return 0
        metrics.LOST_OFFSETS.inc()
        logger.error("committed offset is gone, going on from the outputs", group=self._names.group, partition=number, offset=written)
        return written
