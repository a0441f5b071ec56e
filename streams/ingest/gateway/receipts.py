"""`GET /receipts/<partition>/<offset>/<sha256>`: whether the log still holds what a receipt says, read from the log itself.

For whoever may hand in that event: the office, or the district's bureau. To everyone else, and with another hash, there is nothing.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from aiohttp import web
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.connecting import kafka_options
from streams.core.message import Headers
from streams.core.outcome import Rejected
from streams.core.scope import objection
from streams.ingest.gateway import answers
from streams.ingest.gateway.door import Door
from streams.ingest.gateway.gate import Validate
from streams.ingest.gateway.quota import Quotas
from streams.ingest.gateway.refusal import Refusal, Refused

_ANSWER_WITHIN_S = 8.0
_FETCH_BYTES = 64 * 1024
_NOTHING = Refusal("NOT_FOUND", "no event of yours with this hash is there", 404)


class Held(NamedTuple):
    """A record of the log."""

    appended_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class LogReader:
    """Single records by their place; connects with the first question."""

    def __init__(self, kafka: str, topic: str) -> None:
        self._kafka, self._topic = kafka, topic
        self._consumer: AIOKafkaConsumer | None = None
        self._one_at_a_time = asyncio.Lock()

    async def at(self, partition: int, offset: int) -> Held | None:
        """The record there, if any. Raises KafkaError, OSError or TimeoutError when Kafka does not answer."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    return await self._read(partition, offset)
            except (KafkaError, OSError, TimeoutError):
                await self.close()
                raise

    async def close(self) -> None:
        """Stop; the next question connects anew."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, OSError):
                await consumer.stop()

    async def _read(self, partition: int, offset: int) -> Held | None:
        consumer = self._consumer
        if consumer is None:
            consumer = self._consumer = AIOKafkaConsumer(
                **kafka_options(self._kafka),
                enable_auto_commit=False,
                isolation_level="read_committed",
                max_partition_fetch_bytes=_FETCH_BYTES,
            )
            await consumer.start()
            await consumer._client.force_metadata_update()  # noqa: SLF001
        place = TopicPartition(self._topic, partition)
        if partition not in (consumer.partitions_for_topic(self._topic) or ()):
            return None
        first, end = (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        consumer.assign([place])
        consumer.seek(place, offset)
        record = await consumer.getone(place)
        consumer.pause(place)
        return Held(record.timestamp, record.key, record.value, tuple(record.headers)) if record.offset == offset else None


class Receipts:
    """Answers for receipts."""

    def __init__(self, reader: LogReader, door: Door, quotas: Quotas, validate: Validate) -> None:
        self._reader, self._door, self._quotas, self._validate = reader, door, quotas, validate

    async def confirm(self, request: web.Request, events_per_minute: int) -> web.Response:
        """200 with the receipt and when it was appended, 404 when there is nothing to confirm. Raises `Refused`."""
        visitor = self._door.knock(request)
        await self._door.enter(visitor, b"")
        purse = self._quotas.purse(visitor.credential, events_per_minute)
        purse.require()
        purse.charge(1)
        partition, offset, digest = (request.match_info[name] for name in ("partition", "offset", "sha256"))
        try:
            held = await self._reader.at(int(partition), int(offset))
        except (KafkaError, OSError, TimeoutError) as error:
            raise Refused(Refusal("UNAVAILABLE", "Kafka does not answer; ask again later", 503)) from error
        if held is None or held.value is None or sha256(held.value).hexdigest() != digest:
            raise Refused(_NOTHING)
        outcome = self._validate((int(offset), held.appended_ms, held.key, held.value, held.headers))
        if isinstance(outcome, Rejected) or (visitor.credential and objection(visitor.credential.scope, outcome[0])):
            raise Refused(_NOTHING)
        receipt = {"id": outcome[0]["id"], "partition": int(partition), "offset": int(offset), "sha256": digest}
        return answers.json(200, receipt | {"appended_at": _rfc3339(held.appended_ms)})


def _rfc3339(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
