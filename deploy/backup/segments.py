"""A stretch of one partition as a file: what a reader of committed records sees, with the offsets, so that gaps are known.

zstd around one MessagePack array of `[offset, append time in ms, key, value, [[header, value], …]]`; key, values and header values may be nil.
An open format on purpose: it must be readable without Suoheng.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
import zstandard

_LEVEL = 6

Record = tuple[int, int, bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]
"""Offset, append time in milliseconds since 1970 UTC, key, value, headers."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Record])


class Damaged(ValueError):
    """Bytes that are not what was written; the text says how one knows."""


def packed(records: Sequence[Record]) -> bytes:
    """The records as bytes, uncompressed."""
    return _encoder.encode(records)


def unpacked(data: bytes) -> list[Record]:
    """The records of `packed`. Raises Damaged."""
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise Damaged(f"is no segment: {error}") from error


def compressed(data: bytes) -> bytes:
    """A zstd frame that knows its length and bears a checksum."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)


def inflated(data: bytes, at_most: int) -> bytes:
    """What `compressed` was given. Raises Damaged for anything else, and for what would be larger than `at_most` bytes."""
    try:
        length = zstandard.frame_content_size(data)
        if not 0 <= length <= at_most:
            raise Damaged(f"says that it unpacks to {length:,} bytes, more than {at_most:,}")
        return zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise Damaged(f"cannot be unpacked: {error}") from error


def digest(record: Record) -> str:
    """By which a record is known again: SHA-256 of all of it, in hex."""
    return sha256(_encoder.encode(record)).hexdigest()


def broken_at(records: Sequence[Record], start: int, end: int) -> int | None:
    """The first offset that is out of order or outside of `[start, end)`; None when all fit."""
    before = start - 1
    for offset, *_ in records:
        if not before < offset < end:
            return offset
        before = offset
    return None
