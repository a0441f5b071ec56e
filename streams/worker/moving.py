"""Rows on their way from one epoch's topics to another's, at a handover. Everything is read twice rather than held in memory."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import blake2b
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from streams.core.message import Message
from streams.worker.commit import Row
from streams.worker.log import whole
from streams.worker.withdrawn import withdrawn

MOST_ON_THE_WAY = 8
"""Batches sent and not acknowledged yet: bounds the memory."""

Index = dict[bytes, int]
"""Digest of a key -> offset of its newest record; the keys themselves would take several times the memory."""


class Rows:
    """The rows of one partition of a compacted topic: the newest record of each key counts.

    `public`: the installation's topic; `beside`: the topic that holds ours; `topic`: its name without prefix.
    """

    def __init__(self, kafka: str, number: int, topic: str, public: str, beside: str) -> None:
        self._kafka, self._number, self._topic = kafka, number, topic
        self._public, self._beside = public, beside
        self._ours: Index = {}
        self._theirs: Index | None = None

    async def kept(self) -> AsyncIterator[Row]:
        """What stands now."""
        async for key, value in self._newest(self._public, await self._standing()):
            yield key, value, [], None

    async def published(self, epoch: int) -> AsyncIterator[Row]:
        """What takes its place; a header says that it was not news when it was written."""
        self._ours = await self._index(self._beside)
        said = [("rebuild", b"%d" % epoch)]
        async for key, value in self._newest(self._beside, self._ours):
            yield key, value, said, None

    async def withdrawn(self, version: int, computed_at: str) -> AsyncIterator[Row]:
        """What stood and has no counterpart; to be asked after `published`."""
        gone = {key: at for key, at in (await self._standing()).items() if key not in self._ours}
        async for key, value in self._newest(self._public, gone):
            row = withdrawn(self._topic, orjson.loads(value), version, computed_at)
            yield key, None if row is None else orjson.dumps(row), [], None

    async def _standing(self) -> Index:
        """Indexed once: nobody else writes now, and readers of committed records do not see what the transaction in hand has written."""
        if self._theirs is None:
            self._theirs = await self._index(self._public)
        return self._theirs

    async def _index(self, topic: str) -> Index:
        newest: Index = {}
        async for messages in whole(self._kafka, topic, self._number):
            newest.update({_digest(key): offset for offset, _, key, _, _ in messages})
        return newest

    async def _newest(self, topic: str, index: Index) -> AsyncIterator[tuple[bytes, bytes]]:
        """The records that an index names; a deleted key has none."""
        if not index:
            return
        async for messages in whole(self._kafka, topic, self._number):
            for offset, _, key, value, _ in messages:
                if value is not None and index.get(_digest(key)) == offset:
                    yield key or b"", value


async def letters(kafka: str, number: int, public: str, beside: str) -> AsyncIterator[Row]:
    """The dead letters beside that are not in `public` yet. Letters stay for ever; an epoch has one a record, by which its index can be made anew."""
    there = {_refused(message) async for messages in whole(kafka, public, number) for message in messages}
    async for messages in whole(kafka, beside, number):
        for message in messages:
            if _refused(message) not in there:
                _, appended_ms, key, value, headers = message
                yield key, value, list(headers), appended_ms


async def send(producer: AIOKafkaProducer, topic: str, number: int, rows: AsyncIterator[Row]) -> AsyncIterator[int]:
    """Send rows in prebuilt batches; tells how many the broker has acknowledged since the last time. Raises what it answers."""
    batch = producer.create_batch()
    on_the_way: list[Any] = []
    count = 0
    async for key, value, headers, stamp in rows:
        if batch.append(key=key, value=value, timestamp=stamp, headers=headers) is None:
            on_the_way.append(await producer.send_batch(batch, topic, partition=number))
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=stamp, headers=headers)
            if len(on_the_way) >= MOST_ON_THE_WAY:
                await asyncio.gather(*on_the_way)
                on_the_way.clear()
                yield count
                count = 0
        count += 1
    batch.close()
    if batch.record_count():
        on_the_way.append(await producer.send_batch(batch, topic, partition=number))
    await asyncio.gather(*on_the_way)
    yield count


def _digest(key: bytes | None) -> bytes:
    return blake2b(key or b"", digest_size=16).digest()


def _refused(message: Message) -> tuple[Any, ...]:
    """The place of the record that a letter is about, and the epoch that refused it."""
    said = dict(message[4])
    return said.get("dl-partition"), said.get("dl-offset"), said.get("dl-epoch")
