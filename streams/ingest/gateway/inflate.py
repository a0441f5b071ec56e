"""Bodies as they arrive: read within a time, counted piece by piece, and inflated no further than a plain body may be long.

A few kilobytes of gzip or zstd can hold gigabytes, so nothing is inflated at once: pieces are counted, and the first byte too many ends it.
"""

import asyncio
import io
import zlib
from collections.abc import Iterator

import zstandard
from aiohttp import web

from streams.ingest.gateway.refusal import Refusal, Refused
from streams.ingest.gateway.room import Share

BODY_WITHIN_S = 30.0
_PIECE_BYTES = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_WINDOW_BYTES = 8 * 1024 * 1024
"""Memory that a zstd frame may ask for, the most that RFC 8878 asks every reader to give."""
_ENCODINGS = ("identity", "gzip", "zstd")


def encoding_of(request: web.Request) -> str:
    """`identity`, `gzip` or `zstd`. Raises `Refused` for any other, and for several on top of each other."""
    told = ",".join(request.headers.getall("Content-Encoding", ["identity"])).strip().lower().removeprefix("x-") or "identity"
    if told not in _ENCODINGS:
        raise Refused(Refusal("BYTES_ENCODING", "send the body plain, or with Content-Encoding gzip or zstd", 415))
    return told


async def arrived(request: web.Request, limit: int, share: Share) -> bytes:
    """The body as it was sent, at most `limit` bytes, its room taken from `share` as it comes. Raises `Refused`."""
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > limit:
                    raise _too_large(limit)
                share.take(len(piece))
                pieces.append(piece)
    except TimeoutError:
        raise Refused(Refusal("BYTES_EMPTY", f"the body did not arrive within {BODY_WITHIN_S:g} s", 408)) from None
    return b"".join(pieces)


class Inflater:
    """Inflates beside the event loop, since a large body takes tens of milliseconds, and one body at a time: each may need room for the most
    that is allowed until its size is known, and many small ones that come together must not crowd each other out."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def inflated(self, body: bytes, encoding: str, limit: int, share: Share) -> bytes:
        """The body without its encoding. Raises `Refused`."""
        if encoding == "identity":
            return body
        async with self._turn:
            share.take(limit)
            try:
                plain = await asyncio.to_thread(inflate, body, encoding, limit)
            except (zlib.error, zstandard.ZstdError, EOFError) as error:
                raise Refused(Refusal("BYTES_ENCODING", f"the body is no whole {encoding} stream")) from error
            share.give_back(limit - len(plain))
        return plain


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """Raises `Refused` at the first byte beyond `limit`; EOFError, zlib.error or ZstdError for a stream that is broken or cut off."""
    pieces: list[bytes] = []
    size = 0
    for piece in (_gzip if encoding == "gzip" else _zstd)(body):
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        pieces.append(piece)
    if encoding == "zstd":
        _require_whole_frames(body)
    return b"".join(pieces)


def _gzip(body: bytes) -> Iterator[bytes]:
    """The pieces of all members (RFC 1952 allows several)."""
    while body:
        member = zlib.decompressobj(_GZIP)
        piece = member.decompress(body, _PIECE_BYTES)
        while piece or not member.eof:
            yield piece
            if not piece and not member.unconsumed_tail:
                raise EOFError
            piece = member.decompress(member.unconsumed_tail, _PIECE_BYTES)
        body = member.unused_data


def _zstd(body: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).stream_reader(io.BytesIO(body), read_across_frames=True)
    while piece := reader.read(_PIECE_BYTES):
        yield piece


def _require_whole_frames(body: bytes) -> None:
    """The reader above ends silently where the last frame is cut off, and lines that are missing at the end would not be missed.

    This one knows, but would inflate without bound; so it looks second, when the size is known to be small.
    """
    while body:
        frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj()
        frame.decompress(body)
        if not frame.eof:
            raise EOFError
        body = frame.unused_data


def _too_large(limit: int) -> Refused:
    return Refused(Refusal("BYTES_TOO_LARGE", f"the body is larger than {limit} bytes, inflated or not; send fewer events at once"))
