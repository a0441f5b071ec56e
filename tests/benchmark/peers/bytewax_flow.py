"""Bytewax: a stateful step by district that is handed what the source read at once, between the Kafka connectors that come with it.

Variant `memory` keeps no recovery data. Variant `recovery` has Bytewax's own store (SQLite) with the default epoch of ten seconds: state goes
there as a whole, and output since the last epoch is repeated after a crash.
"""

from collections.abc import Iterable
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main
from confluent_kafka import OFFSET_BEGINNING

from tests.benchmark.peers.job import Sums, arguments, fold
from tests.benchmark.peers.librdkafka import CONSUMER, PRODUCER

BATCH = 20_000
State = tuple[dict[str, bool], dict[bytes, Sums]]
Message = tuple[int, bytes]


class District(StatefulBatchLogic):  # type: ignore[misc]
    """Identities seen and sums of one district."""

    def __init__(self, restored: State | None) -> None:
        self.seen, self.sums = restored or ({}, {})

    def on_batch(self, values: list[Message]) -> tuple[Iterable[KafkaSinkMessage], bool]:
        rows = fold(self.seen, self.sums, (value for _, value in values), values[-1][0])
        return [KafkaSinkMessage(key, value) for key, value in rows], StatefulBatchLogic.RETAIN

    def snapshot(self) -> State:
        # A list of sums is replaced, never changed, once it is in the dictionary.
        return self.seen.copy(), self.sums.copy()


def main() -> None:
    """Until killed."""
    given = arguments()
    flow = Dataflow("restricted")
    source = KafkaSource([given.kafka], [given.source], starting_offset=OFFSET_BEGINNING, add_config=CONSUMER, batch_size=BATCH)
    messages = op.input("events", flow, source)
    keyed = op.map("key", messages, lambda message: (message.key.decode(), (message.offset, message.value)))
    rows = op.stateful_batch("fold", keyed, District)
    op.output("rows", op.key_rm("unkey", rows), KafkaSink([given.kafka], given.sink, add_config=PRODUCER))
    recovery = None
    if given.variant == "recovery":
        init_db_dir(Path(given.folder), 1)
        recovery = RecoveryConfig(given.folder)
    cli_main(flow, workers_per_process=1, recovery_config=recovery)


if __name__ == "__main__":
    main()
