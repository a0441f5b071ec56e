"""Quix Streams: a data frame with state in RocksDB and a changelog topic, keyed by the message's key, the district; at least once.

Its interface hands over one event at a time; its checkpoints (here every five seconds, the default) write each changed key once.
"""

from typing import Any

from quixstreams import Application, State, message_context

from tests.benchmark.peers.job import arguments, event_of, rows_of
from tests.benchmark.peers.librdkafka import CONSUMER, PRODUCER

Row = dict[str, Any]


def take(value: bytes, state: State) -> list[Row]:
    """The rows of one event."""
    event = event_of(value)
    if event is None or state.exists(seen := f"seen|{event[0]}"):
        return []
    _, office, day, (count, minutes, fen) = event
    state.set(seen, 1)
    version = message_context().offset
    rows = []
    for at, weight in rows_of(office, day):
        key = at.decode()
        before = state.get(key) or (0, 0, 0)
        now = (before[0] + count * weight, before[1] + minutes * weight, before[2] + fen * weight)
        state.set(key, now)
        rows.append({"key": key, "count": now[0], "minutes": now[1], "fen": now[2], "version": version})
    return rows


def main() -> None:
    """Until killed."""
    given = arguments()
    app = Application(
        given.kafka,
        consumer_group=given.sink,
        auto_offset_reset="earliest",
        auto_create_topics=True,
        state_dir=given.folder,
        consumer_extra_config=CONSUMER,
        producer_extra_config=PRODUCER,
        loglevel="WARNING",
    )
    events = app.dataframe(app.topic(given.source, value_deserializer="bytes"))
    rows = events.apply(take, stateful=True, expand=True)
    rows.to_topic(app.topic(given.sink, key_serializer="str", value_serializer="json"), key=lambda row: row["key"])
    app.run()


if __name__ == "__main__":
    main()
