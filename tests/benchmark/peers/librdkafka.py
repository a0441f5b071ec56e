"""Settings of librdkafka for throughput, the same for the three peers that stand on it: large fetches read ahead, large lz4 batches."""

CONSUMER: dict[str, str | int | bool] = {
    "queued.min.messages": 500_000,
    "queued.max.messages.kbytes": 262_144,
    "fetch.max.bytes": 67_108_864,
    "max.partition.fetch.bytes": 16_777_216,
    "check.crcs": False,
}
PRODUCER: dict[str, str | int | bool] = {
    "linger.ms": 5,
    "batch.size": 1_000_000,
    "batch.num.messages": 100_000,
    "queue.buffering.max.messages": 2_000_000,
    "queue.buffering.max.kbytes": 1_048_576,
    "compression.type": "lz4",
}
