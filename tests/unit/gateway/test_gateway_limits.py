"""What is counted: bytes while they arrive and inflate, bytes of all requests together, events of a key."""

import asyncio
import gzip
import time
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from streams.ingest.gateway import listening
from streams.ingest.gateway.app import Limits
from streams.ingest.gateway.inflate import inflate
from streams.ingest.gateway.quota import Purse, Quotas
from streams.ingest.gateway.refusal import Refused
from tests.clock import Clock
from tests.factories import encoded
from tests.gateway_door import BATCH, BODY_BYTES, EVENT, LIMITS, LINES, Ask, Door, entry, event
from tests.gateway_wire import Wire, request, serving

LIMIT = 1 << 20
TEXT = b'{"a":1}\n' * 1_000
BOMB = 256 * 1024 * 1024


def squeezed(encoding: str, content: bytes) -> bytes:
    return gzip.compress(content) if encoding == "gzip" else zstandard.compress(content)


def zeros(encoding: str) -> bytes:
    """A quarter of a gibibyte of zeros in a few kilobytes."""
    piece, times = bytes(1 << 20), BOMB >> 20
    if encoding == "gzip":
        import zlib

        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        return b"".join([packer.compress(piece) for _ in range(times)]) + packer.flush()
    zstd = zstandard.ZstdCompressor(level=19).compressobj()
    return b"".join([zstd.compress(piece) for _ in range(times)]) + zstd.flush()


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_what_was_squeezed_comes_back(encoding: str) -> None:
    assert inflate(squeezed(encoding, TEXT), encoding, LIMIT) == TEXT
    assert inflate(squeezed(encoding, b""), encoding, LIMIT) == b""
    assert inflate(squeezed(encoding, TEXT) + squeezed(encoding, b"more"), encoding, LIMIT) == TEXT + b"more"
    assert inflate(squeezed(encoding, bytes(LIMIT)), encoding, LIMIT) == bytes(LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_one_byte_too_many_is_too_many(encoding: str) -> None:
    for body in (squeezed(encoding, bytes(LIMIT + 1)), squeezed(encoding, bytes(LIMIT)) + squeezed(encoding, b"x")):
        with pytest.raises(Refused) as caught:
            inflate(body, encoding, LIMIT)
        assert caught.value.refusal.code == "BYTES_TOO_LARGE"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_costs_neither_memory_nor_time(encoding: str) -> None:
    bomb = zeros(encoding)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Refused):
        inflate(bomb, encoding, LIMIT)
    took, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(bomb) < 300_000
    assert most < 4 * LIMIT
    assert took < 2


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_every_cut_and_every_flaw_is_noticed(tmp_path: Path, encoding: str) -> None:
    """Lines that were cut off at the end would not be missed by their absence."""
    door = Door(tmp_path)
    whole = squeezed(encoding, b"\n".join(encoded(event(f"e{n}")) for n in range(20)))
    bad = [whole[:end] for end in range(1, len(whole), 7)] + [whole + b"x", whole[:-1], b"nonsense", b"\x1f\x8b"]
    headers = [("Content-Type", LINES), ("Content-Encoding", encoding)]
    answers = door.ask([Ask(body, headers) for body in bad])
    assert {(answer.status, answer.body["code"]) for answer in answers} == {(400, "BYTES_ENCODING")}
    assert door.log.values == []
    assert door.ask([Ask(whole, headers)])[0].status == 202
    assert len(door.log.values) == 20


def test_a_window_of_a_gibibyte_is_not_given(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    body = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(b"x" * 200_000) or b""
    frame = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = frame.compress(b"x" * 200_000) + frame.flush()
    answer = Door(tmp_path).post(body, LINES, **{"Content-Encoding": "zstd"})
    assert (answer.status, answer.body["code"]) == (400, "BYTES_ENCODING")


def test_plain_and_inflated_bodies_have_one_limit(tmp_path: Path) -> None:
    door = Door(tmp_path)
    for body, encoding in ((b" " * (BODY_BYTES + 1), "identity"), (gzip.compress(b" " * (BODY_BYTES + 1)), "gzip")):
        answer = door.post(body, LINES, **{"Content-Encoding": encoding})
        assert (answer.status, answer.body["code"]) == (413, "BYTES_TOO_LARGE")
    announced = door.post(b"{}", LINES, **{"Content-Length": str(BODY_BYTES + 1)})
    assert announced.status == 413


def test_beyond_its_room_the_gateway_says_when_to_come_again(tmp_path: Path) -> None:
    small = Door(tmp_path, limits=Limits(BODY_BYTES, 40_000, 0))
    body = b"\n".join(encoded(event(f"e{n}")) for n in range(100))
    assert 10_000 < len(body) < 40_000
    answers = small.ask([Ask(body, small.headers(LINES))] * 12, at_once=12)
    assert {answer.status for answer in answers} <= {202, 503}
    full = [answer for answer in answers if answer.status == 503]
    assert full or len(small.log.values) == 1_200
    for answer in full:
        assert (answer.body["code"], answer.headers["Retry-After"]) == ("UNAVAILABLE", "1")
    # All room is given back, also by those who were refused.
    assert all(answer.status == 202 for answer in small.ask([Ask(body, small.headers(LINES))] * 5))
    too_large = small.post(gzip.compress(body), LINES, **{"Content-Encoding": "gzip"})
    assert (too_large.status, too_large.headers["Retry-After"]) == (503, "1")


def wait_of(purse: Purse) -> int | None:
    try:
        purse.require()
    except Refused as error:
        return error.refusal.retry_after_s if error.refusal.status == 429 else -1
    return None


def test_a_bucket_fills_evenly_and_may_be_overdrawn() -> None:
    clock = Clock()
    purse = Purse(Quotas(clock), "k", 60)
    purse.charge(59)
    assert wait_of(purse) is None
    purse.charge(100)
    assert wait_of(purse) == 100
    clock.now += 99
    assert wait_of(purse) == 1
    clock.now += 1.5
    assert wait_of(purse) is None
    clock.now += 86_400
    purse.charge(61)
    assert wait_of(purse) == 2


def test_keys_have_buckets_of_their_own_and_zero_is_no_quota() -> None:
    quotas = Quotas(Clock())
    Purse(quotas, "a", 10).charge(1_000)
    assert wait_of(Purse(quotas, "b", 10)) is None
    free = Purse(quotas, "c", 0)
    free.charge(10**9)
    assert wait_of(free) is None


def test_a_key_beyond_its_quota_is_told_to_wait_and_others_are_not(tmp_path: Path) -> None:
    keys = entry("a", events_per_minute="6") + entry("b") + entry("c", events_per_minute="0")
    door = Door(tmp_path, keys, LIMITS._replace(events_per_minute=100))
    assert door.post([event(f"e{n}") for n in range(30)], BATCH, key="a").status == 202
    answer = door.post(event("late"), key="a")
    assert (answer.status, answer.body["code"]) == (429, "AUTH_QUOTA")
    assert 240 < int(answer.headers["Retry-After"]) <= 250
    for key in "bc":
        assert door.post([event(f"{key}{n}") for n in range(50)], BATCH, key=key).status == 202
    assert len(door.log.values) == 130


def test_refused_events_are_paid_for_too(tmp_path: Path) -> None:
    door = Door(tmp_path, entry("a", events_per_minute="3"))
    for _ in range(3):
        assert door.post(b"{", key="a").status == 400
    assert door.post(event(), key="a").status == 429


@pytest.mark.parametrize("said", [b"", b"POST /events HTTP/1.1\r\nHost: x\r\n"])
def test_callers_who_say_nothing_are_hung_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(listening, "FIRST_REQUEST_WITHIN_S", 0.2)
    door = Door(tmp_path)
    good = request(encoded(event()))

    async def call() -> tuple[bytes, list[int]]:
        async with serving(door.gateway) as port:
            silent, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            patient = Wire(port)
            first = await patient.send(good)
            heard = await asyncio.wait_for(silent.read(), 10)
            writer.close()
            second = await patient.send(good)
            await patient.close()
            return heard, [first.status, second.status]

    assert asyncio.run(call()) == (b"", [202, 202])


def test_room_for_inflating_is_given_back_when_the_size_is_known(tmp_path: Path) -> None:
    door = Door(tmp_path, limits=Limits(BODY_BYTES, 2 * BODY_BYTES, 0))
    body = gzip.compress(encoded(event()))
    headers = [("Content-Type", EVENT), ("Content-Encoding", "gzip")]
    door.log.wait_s = 0.2
    answers = door.ask([Ask(body, headers)] * 20, at_once=20)
    assert [answer.status for answer in answers].count(202) >= 15
