"""The publisher without a broker: keys, lines, batches, counts, failures."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.ingest import publisher as module
from streams.ingest.publisher import LARGEST_LINE_BYTES, Publisher, PublishError, key_of, read_lines


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b'{"district":"990107","id":"1"}', b"990107"),
        (b' {"data":{},"district" : "990107"}', b"990107"),
        (b'{"district":"990107","data":{"x":', b"990107"),  # cut off
        (b'{"district":"990107"} trailing', b"990107"),
        ('{"district":"９９０１０７"}'.encode(), b""),  # full-width digits
        (b'{"district":990107}', b""),
        (b'{"district":"99010"}', b""),
        (b'{"id":"1"}', b""),
        (b'{"district":"990107","data":' + b"[" * 100_000, b"990107"),  # nested beyond every parser
        (b"[1,2]", b""),
        (b"not json", b""),
        (b"\xff\xfe\x00", b""),
        (b'{"district":"\xff"}', b""),
        (b'{"note":"\xff","district":"990107"}', b"990107"),
        (b"null", b""),
    ],
)
def test_the_key_is_the_district_wherever_it_can_be_read(line: bytes, key: bytes) -> None:
    assert key_of(line) == key


def test_lines_lose_their_ends_and_nothing_else() -> None:
    file = io.BytesIO(b'{"a":1}\r\n  {"b":2}  \n\n{"c":3}')
    assert list(read_lines(file)) == [b'{"a":1}', b'  {"b":2}  ', b"", b'{"c":3}']


def test_of_an_endless_line_only_the_beginning_is_held() -> None:
    endless = b"x" * (5 * LARGEST_LINE_BYTES)
    lines = list(read_lines(io.BytesIO(endless + b"\nnext\n")))
    assert [len(lines[0]) > LARGEST_LINE_BYTES, lines[1:]] == [True, [b"next"]]
    assert len(lines[0]) <= 2 * LARGEST_LINE_BYTES


class FakeProducer:
    """Takes batches as the real producer does; `fate` decides what becomes of one."""

    def __init__(self, fate: Callable[[], Any] = lambda: None) -> None:
        self.batches: list[tuple[int, int]] = []
        self._fate = fate

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(module._BATCH_BYTES, 0)

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        self.batches.append((partition, batch.record_count()))
        future = asyncio.get_running_loop().create_future()
        outcome = self._fate()
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
        return future


async def published(producer: FakeProducer, lines: list[bytes], partitions: int = 12) -> Publisher:
    publisher = Publisher(producer, "office-events", partitions, lambda _events, _bytes: None)
    for line in lines:
        await publisher.send(line)
    await publisher.flush()
    return publisher


def test_counts_tell_what_became_of_every_line() -> None:
    lines = [b'{"district":"990107"}', b"broken", b"", b"   ", b"x" * (LARGEST_LINE_BYTES + 1), b'{"district":"990216"}']
    counts = asyncio.run(published(FakeProducer(), lines)).published
    assert (counts.sent, counts.without_district, counts.blank, counts.too_large) == (3, 1, 2, 1)
    assert sum(counts.partitions.values()) == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_partitioners_hash_is_that_of_kafkas_own_tests(key: bytes, value: int) -> None:
    assert murmur2(key) == value % 2**32


def test_a_district_stays_on_the_partition_of_its_key() -> None:
    producer = FakeProducer()
    asyncio.run(published(producer, [b'{"district":"990107"}'] * 3, partitions=4))
    assert producer.batches == [((murmur2(b"990107") & 0x7FFFFFFF) % 4, 3)]


def test_full_batches_go_on_their_way_before_the_end() -> None:
    producer = FakeProducer()
    line = b'{"district":"990107","x":"' + b"y" * 2_000 + b'"}'
    counts = asyncio.run(published(producer, [line] * 1_000)).published
    assert counts.sent == 1_000
    assert len(producer.batches) > 2


def test_a_batch_that_is_refused_ends_the_publishing_with_what_to_do() -> None:
    producer = FakeProducer(KafkaTimeoutError)
    with pytest.raises(PublishError, match="publish the same file again"):
        asyncio.run(published(producer, [b'{"district":"990107"}']))
