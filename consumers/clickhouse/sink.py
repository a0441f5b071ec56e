"""The ClickHouse sink: messages of the output topics in, one insert a table out."""

from collections.abc import Sequence

from consumers.clickhouse.metrics import Metrics
from consumers.clickhouse.rows import READERS, Batch
from consumers.clickhouse.writer import Writer
from consumers.loop import Message


class ClickHouseSink:
    """Gathers rows and stores them; a table that was stored before another one failed is not sent again."""

    def __init__(self, writer: Writer, metrics: Metrics, topic_prefix: str = "") -> None:
        self._writer = writer
        self._metrics = metrics
        self._batch = Batch()
        self._readers = {topic_prefix + name: reader for name, reader in READERS.items()}

    @property
    def topics(self) -> list[str]:
        """The topics to subscribe to, with the prefix."""
        return list(self._readers)

    def add(self, messages: Sequence[Message]) -> int:
        """Take in messages of one partition; rows that wait now. Raises UnreadableRow."""
        self._batch.add(self._readers[messages[0].topic], messages)
        return len(self._batch)

    def flush(self) -> None:
        """Store everything taken in. Raises Unavailable; then what is not stored yet still waits."""
        for table, columns in self._batch.tables():
            self._writer.insert(table, columns)
            self._metrics.rows(table.name, len(columns[0]))
            self._batch.clear(table)
