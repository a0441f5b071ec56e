"""The rules of one partition against a real broker, in this process: gaps, overlaps, slices of a stranger's, a refused batch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced
from kafka.admin import ConfigResource, ConfigResourceType

from streams.core.message import Message
from streams.worker import transport
from streams.worker.commit import Names
from streams.worker.failpoints import FailPoints
from streams.worker.log import Log
from streams.worker.opening import Opening
from streams.worker.ownership import Ownership
from streams.worker.partition import OwnedPartition, Wiring, joined
from streams.worker.recovery import Recovery
from streams.worker.room import Room
from tests.conftest import Installation
from tests.fault.counting_worker import Counts, count
from tests.fault.workers import Feed, Outside, until

pytestmark = pytest.mark.topics_only

NUMBER = 2


@pytest.fixture(autouse=True)
def core_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartitionRecords, "_consumer_record", transport.as_message)


@pytest.fixture
def fed(installation: Installation) -> Outside:
    """Sixty countable events on one partition."""
    feed = Feed(installation)
    feed.records([(b"99%04d" % (number % 3), b"%012d" % number, []) for number in range(60)], partition=NUMBER)
    feed.close()
    return Outside(installation)


def opening(installation: Installation) -> Opening[Counts]:
    names, fail_points = Names.of(installation), FailPoints()
    log = Log(installation.kafka, names.group, names.source)
    recovery = Recovery(log, count, Counts, fail_points)
    return Opening(installation, names, recovery, Wiring(log, count, fail_points, Room(20)))


@asynccontextmanager
async def owned(installation: Installation) -> AsyncIterator[OwnedPartition[Counts]]:
    partition = await opening(installation).open(NUMBER)
    yield partition
    await partition.close()


async def messages_of(installation: Installation, start: int, end: int) -> list[Message]:
    names = Names.of(installation)
    log = Log(installation.kafka, names.group, names.source)
    return [message async for messages in log.read(NUMBER, start, end, at_most=1_000) for message in messages]


async def test_a_gap_is_read_from_the_log_and_an_overlap_dropped(installation: Installation, fed: Outside) -> None:
    async with owned(installation) as partition:
        await partition.process(await messages_of(installation, 0, 10))
        await partition.process(await messages_of(installation, 35, 50))
        assert partition.next_offset == 50
        await partition.process(await messages_of(installation, 5, 55))
        assert partition.next_offset == 55
        await partition.catch_up(60)
    assert fed.committed()[NUMBER] == 60
    await asyncio.to_thread(fed.judge)
    fed.close()


async def test_nothing_is_taken_while_a_rebalance_decides(installation: Installation, fed: Outside) -> None:
    async with owned(installation) as partition:
        await partition.process(await messages_of(installation, 0, 10))
        await partition.suspend()
        await partition.process(await messages_of(installation, 10, 60))
        assert not await partition.catch_up(60)
        assert partition.next_offset == 10
        partition.live = True
        await partition.process(await messages_of(installation, 40, 60))
    await asyncio.to_thread(fed.judge)
    fed.close()


async def test_the_next_owner_fences_the_last_one(installation: Installation, fed: Outside) -> None:
    slow = await opening(installation).open(NUMBER)
    await slow.process(await messages_of(installation, 0, 10))
    async with owned(installation) as partition:
        assert partition.next_offset == 10
        assert partition.state.read == 10
        with pytest.raises(ProducerFenced):
            await slow.process(await messages_of(installation, 10, 30))
        await partition.process(await messages_of(installation, 10, 60))
    with suppress(ProducerFenced):
        await slow.close()
    await asyncio.to_thread(fed.judge)
    fed.close()


async def test_a_refused_batch_leaves_the_offset_and_shows_nothing(installation: Installation, fed: Outside) -> None:
    """As F25 wants it: the broker takes the values and refuses the dead letter; neither may be visible."""
    topic = ConfigResource(ConfigResourceType.TOPIC, f"{installation.topic_prefix}dead-letters", {"max.message.bytes": "200"})
    fed.admin.alter_configs([topic])
    feed = Feed(installation)
    feed.records([(b"990001", b"bad" + bytes(range(256)) * 4, [])], partition=NUMBER)
    feed.close()
    partition = await opening(installation).open(NUMBER)
    await partition.process(await messages_of(installation, 0, 40))
    with pytest.raises(MessageSizeTooLargeError):
        await partition.process(await messages_of(installation, 40, 61))
    assert partition.next_offset == 60
    assert fed.committed()[NUMBER] == 60
    assert fed.read("dead-letters") == []
    await partition.close()
    fed.close()


async def test_a_partition_that_leaves_is_closed_and_one_that_stays_is_kept(installation: Installation, fed: Outside) -> None:
    failures: list[BaseException] = []
    ownership = Ownership(opening(installation).open, failures.append, FailPoints())
    await ownership.assigned([NUMBER, 3])
    await asyncio.to_thread(until, lambda: ownership.ready, "both partitions open")
    kept, left = ownership.get(NUMBER), ownership.get(3)
    assert kept
    assert left
    await ownership.revoked()
    assert not ownership.is_open(NUMBER)
    await ownership.assigned([NUMBER])
    assert ownership.get(NUMBER) is kept
    assert ownership.is_open(NUMBER)
    assert not left.live
    await kept.deliver(await messages_of(installation, 0, 60))
    await asyncio.to_thread(until, lambda: kept.next_offset == 60, "all processed")
    await ownership.close()
    assert failures == []
    await asyncio.to_thread(fed.judge)
    fed.close()


def _slice(*offsets: int) -> Sequence[Message]:
    return [(offset, 0, None, None, ()) for offset in offsets]


def test_only_slices_that_follow_each_other_become_one() -> None:
    found: list[Any] = [
        [message[0] for message in messages] for messages in joined([_slice(1, 2), _slice(3), _slice(5, 6), _slice(6), _slice(7)])
    ]
    assert found == [[1, 2, 3], [5, 6], [6, 7]]


async def test_room_lets_one_batch_gather_while_another_is_committed() -> None:
    room = Room(10)
    await room.enter(15)
    await room.enter(5)
    waiting = asyncio.create_task(room.enter(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    room.leave(5)
    await asyncio.wait_for(waiting, 5)
    room.leave(16)
    await asyncio.wait_for(room.enter(1_000), 5)
