"""Bad input through the real gateway and the real worker: one verdict, a bounded memory, and nothing stops."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path

import pytest
import zstandard

from tests.bad_input import CASES
from tests.conftest import Installation
from tests.factories import OFFICE, encoded, event
from tests.gateway_door import BATCH, EVENT, JSON, LINES
from tests.gateway_wire import recorded, request, send_all
from tests.integration.test_gateway import Door
from tests.integration.whole_way import dead_letters, publish, visible, whole_way

MOST_MIB = 512
"""The gateway holds about 80 MiB at rest; without bounds one of these bombs would take gibibytes."""
LARGEST = 900_000
"""Bytes of a value that the topic takes."""
BEYOND_HTTP = {"binary/two content-types", "binary/ce_Office b'x'", "binary/ce_Office 'x'"}
AT_ONCE = 8


@pytest.fixture
def door(installation: Installation, tmp_path: Path) -> Door:
    return Door(dict(installation.environment) | {"SUOHENG_DATA": str(tmp_path / "data")}, tmp_path / "gateway.log")


def test_every_case_has_one_verdict_at_the_gateway_and_in_the_topic(door: Door, installation: Installation, tmp_path: Path) -> None:
    """What the gateway refuses is a dead letter for the same reason when it is written directly; what it lets in is none at that check."""
    cases = [case for case in CASES if len(case.value or b"") <= LARGEST and case.name not in BEYOND_HTTP]
    opened = encoded(event("reg.office.opened", id="o1", data={"office": OFFICE}))
    with whole_way(installation, tmp_path, dead_letter_streak=0, dead_letter_percent=0), door.running():
        replies = asyncio.run(send_all(door.port, [request(case.value, case.headers) for case in cases]))
        publish(installation, [(b"990107", opened, ())])
        positions = publish(installation, [recorded(case.value, case.headers) for case in cases])
        visible(installation)
        letters = {}
        for _, _, headers in dead_letters(installation):
            told = dict(headers)
            letters[int(told["dl-partition"]), int(told["dl-offset"])] = (told["dl-code"].decode(), told["dl-stage"].decode())
        assert door.get("/ready")[0] == 200
    different = {}
    for case, reply, position in zip(cases, replies, positions, strict=True):
        code, stage = letters.get(position, ("", "schema"))
        in_topic = code if stage == "schema" else ""
        if reply.code != in_topic:
            different[case.name] = (reply.code, in_topic)
    assert different == {}
    assert sum(bool(reply.code) for reply in replies) >= 700


def bombs() -> list[tuple[bytes, str, str]]:
    """Body, media type, encoding: small to send, large to unpack or slow to read."""
    zeros, times = bytes(1 << 20), 1_024
    packer, zstd = zlib.compressobj(9, zlib.DEFLATED, 31), zstandard.ZstdCompressor(level=10).compressobj()
    gibibyte = b"".join([packer.compress(zeros) for _ in range(times)]) + packer.flush()
    frames = b"".join([zstd.compress(zeros) for _ in range(times)]) + zstd.flush()
    window = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    wide = zstandard.ZstdCompressor(compression_params=window).compressobj()
    return [
        (gibibyte[: 4 << 20], LINES, "gzip"),
        (gzip.compress(gibibyte)[: 4 << 20], LINES, "gzip"),
        (frames, LINES, "zstd"),
        (wide.compress(bytes(8 << 20)) + wide.flush(), LINES, "zstd"),
        (gzip.compress(b"[" + b"1," * 2_000_000 + b"1]"), BATCH, "gzip"),
        (b"[" + b"1," * 2_000_000 + b"1]", BATCH, "identity"),
        (b"1\n" * 2_000_000, LINES, "identity"),
        (b"\n" * 4_000_000, LINES, "identity"),
        (b"[" * 4_000_000, JSON, "identity"),
        (b"[" * 100_000 + b"]" * 100_000, BATCH, "identity"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, EVENT, "identity"),
        (b"[" + b"9" * 4_000_000 + b"]", BATCH, "identity"),
        (b'["' + b"\\u0000" * 600_000 + b'"]', BATCH, "identity"),
        (b"\n".join([b"{" + b'"a":1,' * 2_000 + b'"b":1}'] * 250), LINES, "identity"),
        (b" " * (4 << 20), EVENT, "identity"),
        (bytes(64 << 20), EVENT, "identity"),
    ]


def test_bombs_cost_neither_memory_nor_the_others_time(door: Door) -> None:
    good = json.dumps([event("leg.consultation.given", id=f"e{n}", time="2025-03-05T09:30:00+08:00") for n in range(10)]).encode()

    async def throw(body: bytes, content_type: str, encoding: str) -> int:
        more = [] if encoding == "identity" else [("Content-Encoding", encoding)]
        head, _, _ = request(body, content_type=content_type, more=more).partition(b"\r\n\r\n")
        try:
            return (await send_all(door.port, [head + b"\r\n\r\n" + body]))[0].status
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0  # the gateway has answered and hung up while we were still sending

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(throw(*one) for one in bombs() for _ in range(AT_ONCE)))

    with door.running():
        assert door.post(good)[0] == 202
        statuses = asyncio.run(all_at_once())
        assert set(statuses) <= {0, 207, 400, 413, 503}
        assert statuses.count(0) < len(statuses) / 2
        assert door.post(good)[0] == 202
        assert door.process is not None
        peak = next(line for line in Path(f"/proc/{door.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    mib = int(peak.split()[1]) / 1024
    assert mib < MOST_MIB, f"{mib:.0f} MiB"
    print(f"\n{len(statuses)} bombs, {mib:.0f} MiB at most")
