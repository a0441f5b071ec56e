"""Faust as its documentation has it: an agent, and two tables that are kept in changelog topics; state in memory, the faster of its stores.

Variant `event` takes one event at a time, `take` up to 20,000 or what comes within a second, and then writes each touched key once.
Output is handed to the producer without waiting for its acknowledgement.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import faust

from tests.benchmark.peers.job import arguments, fold

TAKE, WITHIN_S = 20_000, 1.0
given = arguments()
app = faust.App(
    given.sink,
    broker=f"kafka://{given.kafka}",
    store="memory://",
    datadir=given.folder,
    web_enabled=False,
    topic_partitions=1,
    topic_replication_factor=1,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    consumer_max_fetch_size=16 << 20,
    stream_buffer_maxsize=TAKE,
    producer_linger=0.05,
    producer_max_batch_size=1_000_000,
    producer_compression_type="zstd",
)
source = app.topic(given.source, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
sink = app.topic(given.sink, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
# `take` leaves no current event behind from which a table could know its partition; there is only one.
seen = app.Table("seen", partitions=1, use_partitioner=True, key_type=str, value_type=bool)
sums = app.Table("sums", partitions=1, use_partitioner=True, key_type=bytes, value_type=list)


async def by_event(stream: Any) -> None:
    """One event at a time."""
    async for event in stream.events():
        await _take([event])


async def by_batch(stream: Any) -> None:
    """What has come."""
    batches: AsyncIterator[Sequence[Any]] = stream.take_events(TAKE, within=WITHIN_S)
    async for events in batches:
        await _take(events)


async def _take(events: Sequence[Any]) -> None:
    for key, value in fold(seen, sums, (event.value for event in events), events[-1].message.offset):
        await sink.send(key=key, value=value)


app.agent(source)(by_event if given.variant == "event" else by_batch)

if __name__ == "__main__":
    faust.Worker(app, loglevel="WARNING").execute_from_commandline()
