"""The ClickHouse sink: messages of the output topics in, one insert a table out.

Rows carry their epoch in the version, and the tables keep epochs apart; so one sink stores whatever is served, before and after a switch,
and the sink of a shadow differs in what it reads only.
"""

from collections.abc import Sequence

from consumers.clickhouse.metrics import Metrics
from consumers.clickhouse.rows import EVENTS, READERS, Batch
from consumers.clickhouse.writer import Writer
from consumers.loop import Message
from schemas.operation import traces
from schemas.settings import Settings
from schemas.topics import EPOCHS, OUTPUT_TOPICS, topic_name

_APPENDED_AT = list(EVENTS.columns).index("appended_at")


class ClickHouseSink:
    """Gathers rows and stores them; a table that was stored before another one failed is not sent again."""

    def __init__(self, writer: Writer, metrics: Metrics, given: Settings) -> None:
        self._writer = writer
        self._metrics = metrics
        self._batch = Batch()
        beside = given.epoch if given.shadow else None
        self._readers = {topic_name(topic, given, beside): READERS[topic.name] for topic in OUTPUT_TOPICS}
        if not given.shadow:
            self._readers[topic_name(EPOCHS, given)] = READERS[EPOCHS.name]

    @property
    def topics(self) -> list[str]:
        """The topics to subscribe to, by their full names."""
        return list(self._readers)

    def add(self, messages: Sequence[Message]) -> int:
        """Take in messages of one partition; rows that wait now. Raises UnreadableRow."""
        self._batch.add(self._readers[messages[0].topic], messages)
        return len(self._batch)

    def flush(self) -> None:
        """Store everything taken in. Raises Unavailable; then what is not stored yet still waits."""
        rows, appended = len(self._batch), None
        for table, columns in self._batch.tables():
            with traces.span("insert", table=table.name, rows=len(columns[0])):
                self._writer.insert(table, columns)
            self._metrics.rows(table.name, len(columns[0]))
            if table is EVENTS:
                appended = columns[_APPENDED_AT]
            self._batch.clear(table)
        self._metrics.stored(rows)
        if appended:
            self._metrics.visible(appended)
