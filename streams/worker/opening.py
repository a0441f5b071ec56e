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
        """The partition, ready to process from where its outputs end."""
        if self._handover:
            await self._handover.before(number)
        outbox = await Outbox.open(self._settings, self._names, number, self._wiring.fail_points)
        try:
            if self._handover:
                await self._handover.after(number)
            committed = await self._wiring.log.committed(number)
            offset = await self._stands(number, committed)
            async with self._one_at_a_time:
                restored = await self._recovery.restore(number, offset)
            partition = OwnedPartition(number, restored, outbox, self._wiring)
            if offset != (committed or 0):
                await partition.commit_offset()
        except BaseException:
            await outbox.close()
            raise
        return partition

    async def _stands(self, number: int, committed: int | None) -> int:
        """The offset to go on from: the group's, unless the outputs say more.

        Both were written in one transaction, and still a broker may have less of the offset: the group was deleted or has expired, or its
        coordinator came back from a crash with an older state. Folding on from there would tell the same events once more in other slices,
        and rows that an earlier slice told between two events would stay.
        """
        conservation = self._names.outputs[CONSERVATION.name]
        written = await last_written(self._settings.kafka, conservation, number, self._settings.epoch)
        if written is None or written <= (committed or 0):
            return committed or 0
        metrics.LOST_OFFSETS.inc()
        logger.error(
            "committed offset is behind the outputs, going on from them",
            group=self._names.group,
            partition=number,
            committed=committed,
            offset=written,
        )
        return written
