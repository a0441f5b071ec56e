"""Bytes as ClickHouse sends them: blocks of its Native format that the engine does not make itself, compression, the error inside a stream."""

import zlib
from collections.abc import Callable
from typing import NamedTuple

import lz4.frame

from deploy.local.clickhouse.statement import ClickHouseError, refusal


def varint(number: int) -> bytes:
    """An unsigned number, seven bits a byte, lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str) -> bytes:
    """A string with its length before it."""
    raw = value.encode()
    return varint(len(raw)) + raw


def empty_block(columns: list[tuple[str, str]]) -> bytes:
    """A Native block without rows: clients learn names and types from it."""
    return varint(len(columns)) + varint(0) + b"".join(text(name) + text(kind) for name, kind in columns)


def hello_block(version: str, timezone: str) -> bytes:
    """The answer to `HELLO`: revision 0 tells clickhouse-go to expect plain Native blocks without the additions of newer revisions."""
    block_info = b"\x01\x00\x02\xff\xff\xff\xff\x00"
    columns = [
        ("displayName()", "String", text("chdb")),
        ("version()", "String", text(version)),
    ]
    columns += [
        ("revision()", "UInt32", bytes(4)),
        ("timezone()", "String", text(timezone)),
    ]
    return block_info + varint(len(columns)) + varint(1) + b"".join(text(n) + text(t) + b"\x00" + value for n, t, value in columns)


HELLO = b"SELECT displayName(), version(), revision(), timezone()"
"""The first statement of clickhouse-go (Grafana's plug-in) over HTTP."""


def error_in_stream(error: ClickHouseError, tag: str) -> bytes:
    """How an error is told when the answer has begun: after the data, between marks that carry the tag of the answer's header."""
    message = error.text + "\n"
    return f"\r\n__exception__\r\n{tag}\r\n{message}{len(message.encode())} {tag}\r\n__exception__\r\n".encode()


class Encoder(NamedTuple):
    """A running compression: what comes first, what a chunk becomes, what comes last."""

    name: str | None
    begin: bytes
    chunk: Callable[[bytes], bytes]
    end: Callable[[], bytes]


def encoder(accepted: str) -> Encoder:
    """The first of lz4, zstd and gzip that the client accepts, else none."""
    if "lz4" in accepted:
        frame = lz4.frame.LZ4FrameCompressor()
        return Encoder("lz4", frame.begin(), frame.compress, frame.flush)
    if "zstd" in accepted:
        from backports import zstd

        compressor = zstd.ZstdCompressor(level=1)
        return Encoder("zstd", b"", compressor.compress, compressor.flush)
    if "gzip" in accepted:
        gzip = zlib.compressobj(1, zlib.DEFLATED, 31)
        return Encoder("gzip", b"", gzip.compress, gzip.flush)
    return Encoder(None, b"", bytes, bytes)


def decode(body: bytes, encoding: str) -> bytes:
    """A request's body in plain; aiohttp has already undone gzip, deflate, br and zstd, lz4 is left."""
    if encoding != "lz4":
        return body
    parts = []
    try:
        while body:  # clients send one frame a block of rows, one after another
            frame = lz4.frame.LZ4FrameDecompressor()
            parts.append(frame.decompress(body))
            if not frame.eof:
                raise RuntimeError("it ends in the middle of a frame")
            body = frame.unused_data or b""
        return b"".join(parts)
    except RuntimeError as error:
        raise refusal(354, "CANNOT_DECOMPRESS", f"the request's body is not an lz4 frame: {error}") from error
