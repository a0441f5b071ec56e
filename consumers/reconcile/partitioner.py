"""Kafka's default partitioner, which decides where a district's events belong."""


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key by Kafka's default partitioner: murmur2, sign bit cleared, modulo the partition count."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2 (seed 0x9747b28c), as an unsigned integer."""
    length, mask, m = len(data), 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ length
    for at in range(0, length - length % 4, 4):
        k = int.from_bytes(data[at : at + 4], "little") * m & mask
        h = (h * m & mask) ^ ((k ^ (k >> 24)) * m & mask)
    if tail := data[length - length % 4 :]:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)
