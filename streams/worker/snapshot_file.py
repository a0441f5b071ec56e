"""The file of a snapshot: what it is a snapshot of, the state, and a checksum over both. Pure; where files lie is `snapshot_store.py`'s.

    8 bytes magic | 32 bytes SHA-256 of the rest | 4 bytes length of the label | label, JSON | state, zstd

The checksum is against damage, not against people: who may write where snapshots lie can change numbers, as who may write to the log can.
Nothing in a file is ever run.
"""

from hashlib import blake2b, sha256

import msgspec
import zstandard

from streams.core.message import Message

MAGIC = b"SUOHENG1"
_CHECKSUM_BYTES, _LENGTH_BYTES = 32, 4
_ZSTD_LEVEL = 1  # a third of the size for a tenth of the time of the dump


class Unusable(Exception):
    """Why a snapshot is not taken: a word for counting, and what to read."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Tail(msgspec.Struct, frozen=True):
    """The last message that was folded in. A log in which it does not stand at its offset is not the log that was folded."""

    offset: int
    appended_ms: int
    digest: str

    @classmethod
    def of(cls, message: Message) -> "Tail":
        """The tail that a message is."""
        offset, appended_ms, key, value, headers = message
        whole = repr((key, value, [tuple(header) for header in headers])).encode()
        return cls(offset, appended_ms, blake2b(whole, digest_size=16).hexdigest())


class Label(msgspec.Struct, frozen=True):
    """What a snapshot is of: all records below `offset` of a partition of a log, folded by a build under an epoch."""

    topic: str
    partition: int
    partitions: int
    """Of the topic: they decide which districts belong where."""
    epoch: int
    build: str
    offset: int
    tail: Tail


def pack(label: Label, state: bytes) -> bytes:
    """The whole file."""
    head = msgspec.json.encode(label)
    body = len(head).to_bytes(_LENGTH_BYTES, "big") + head + zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(state)
    return MAGIC + sha256(body).digest() + body


def unpack(data: bytes) -> tuple[Label, bytes]:
    """Label and state of a whole file. Raises Unusable for anything else."""
    start = len(MAGIC) + _CHECKSUM_BYTES
    body = memoryview(data)[start:]
    if data[: len(MAGIC)] != MAGIC or sha256(body).digest() != data[len(MAGIC) : start]:
        raise Unusable("damaged", "cut short, changed, or no snapshot")
    end = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "big")
    try:
        return msgspec.json.decode(body[_LENGTH_BYTES:end], type=Label), zstandard.ZstdDecompressor().decompress(body[end:])
    except (msgspec.DecodeError, zstandard.ZstdError) as error:
        raise Unusable("damaged", f"written by something else ({error})") from error
