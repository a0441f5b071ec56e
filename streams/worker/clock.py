"""Time is an event: publishes `clk.ticked` when a local day (+08:00) begins, so that deadlines pass without other events.

Only for districts that live in the present: a replayed month of 2016 must not be dragged to today. What a tick says is fixed by district
and day, so several workers that tick the same are harmless duplicates.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol

import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.connecting import kafka_options
from streams.core.seal import OPERATOR, SealKeys, Stamp
from streams.worker import metrics

logger = structlog.get_logger()

LOCAL = timezone(timedelta(hours=8))
EPOCH_DAY = date(1970, 1, 1)
LIVING_DAYS = 7
"""A district that was never ticked counts as living in the present when its newest event is at most so many days old."""
AFTER_MIDNIGHT_S = 5.0
LOOK_EVERY_S = 1.0


class District(Protocol):
    """What the clock needs to know of a district."""

    today: int | None
    """Day number since 1970 of its newest local day; None: no event yet."""
    ticked: bool
    """Whether a tick of it has been admitted."""


def local_day(seconds: float) -> int:
    """The day number since 1970 of an instant at +08:00."""
    return (datetime.fromtimestamp(seconds, LOCAL).date() - EPOCH_DAY).days


def due(districts: Mapping[str, District], day: int) -> list[str]:
    """The districts that must be told that `day` has begun."""
    return sorted(
        name
        for name, district in districts.items()
        if district.today is not None and district.today < day and (district.ticked or day - district.today <= LIVING_DAYS)
    )


def tick(district: str, day: int) -> bytes:
    """The event: local midnight of `day`, the same bytes whoever publishes it."""
    midnight = datetime.combine(EPOCH_DAY + timedelta(days=day), datetime.min.time(), LOCAL)
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": f"tick-{district}-{midnight:%Y%m%d}",
            "source": f"/districts/{district}/bureau",
            "type": "clk.ticked",
            "time": midnight.isoformat(timespec="seconds"),
            "district": district,
            "data": {},
        }
    )


class Clock:
    """Ticks the districts of open partitions: once when a partition has been opened, and when a local day has begun."""

    def __init__(
        self,
        kafka: str,
        topic: str,
        districts: Callable[[int], Mapping[str, District] | None],
        open_partitions: Callable[[], Iterable[int]],
        now: Callable[[], float] = time.time,
        seal_keys: SealKeys | None = None,
    ) -> None:
        self._producer: Any = None
        self._kafka = kafka
        self._topic = topic
        self._districts = districts
        self._open_partitions = open_partitions
        self._now = now
        self._stamp = Stamp(seal_keys, OPERATOR) if seal_keys else None
        self._waiting: set[tuple[int, str, int]] = set()
        """Partition, district, day of ticks that are not published yet."""

    def opened(self, partition: int) -> None:
        """Tick the living districts of this partition if it has slept over midnight; called when its state has been recovered."""
        day = self._day()
        districts = self._districts(partition) or {}
        self._waiting.update((partition, district, day) for district in due(districts, day))

    async def run(self) -> None:
        """Until cancelled. A tick that could not be sent is tried again."""
        day = self._day()
        while True:
            if self._day() != day:
                day = self._day()
                for partition in self._open_partitions():
                    self.opened(partition)
            try:
                await self._publish_waiting()
            except KafkaError as error:
                logger.warning("tick not published, trying again", error=repr(error))
            await asyncio.sleep(LOOK_EVERY_S)

    def _day(self) -> int:
        """Today, a few seconds late: clocks differ, and a tick of a day that has not begun for the broker is no gain."""
        return local_day(self._now() - AFTER_MIDNIGHT_S)

    async def _publish_waiting(self) -> None:
        for partition, district, day in sorted(self._waiting):
            producer = await self._started()
            key, value = district.encode(), tick(district, day)
            headers = [self._stamp.header(key, value)] if self._stamp else None
            await producer.send_and_wait(self._topic, key=key, value=value, partition=partition, headers=headers)
            self._waiting.discard((partition, district, day))
            metrics.TICKS.inc()
            logger.info("ticked", district=district, day=(EPOCH_DAY + timedelta(days=day)).isoformat())

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(**kafka_options(self._kafka), enable_idempotence=True, acks="all")
            await producer.start()
            self._producer = producer
        return self._producer

    async def close(self) -> None:
        """Close the connection to the broker."""
        if self._producer is not None:
            await self._producer.stop()
