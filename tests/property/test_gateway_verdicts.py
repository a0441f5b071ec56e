"""Whatever bytes come, the gateway's verdict is the worker's, and what it lets in is in the log byte for byte.

`FUZZ_TEXTS=1000000 pytest tests/property/test_gateway_verdicts.py` tries so many texts (default 2,000) and prints what became of them.
"""

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.events import TYPES
from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.gateway.app import Limits
from tests.bad_input import CASES
from tests.factories import APPENDED_MS, encoded, event
from tests.gateway_door import BATCH, LINES, Door
from tests.gateway_wire import EVENT, Reply, recorded, request, send_all, serving
from tests.property.rendering import RANDOMS, events, write

A_TURN = 40
TEXTS = int(os.environ.get("FUZZ_TEXTS", "2000"))
SEEDS = [encoded(event(type_)) for type_ in TYPES] + [
    case.value for case in CASES if case.value and len(case.value) < 2_000 and not case.headers
]
PIECES = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u0000",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"0",
    b"-",
    b"1e9",
    b"null",
    b'"id":"x",',
    b"13812345678",
)


class Tried:
    """A gateway that runs in a thread of its own as long as the tests do, and what became of what it was sent."""

    def __init__(self, folder: Path) -> None:
        self.door = Door(folder, limits=Limits(4 << 20, 1 << 26, 0))
        self.seen: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._stop = asyncio.Event()
        self._port = 0
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._up.wait(30)

    async def _serve(self) -> None:
        async with serving(self.door.gateway) as self._port:
            self._up.set()
            await self._stop.wait()

    def send(self, texts: list[bytes], content_type: str = EVENT) -> list[Reply]:
        requests = [request(one, content_type=content_type) for one in texts]
        return asyncio.run_coroutine_threadsafe(send_all(self._port, requests), self._loop).result(120)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        self._loop.close()


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.ingest.gateway.intake._now_ms", lambda: APPENDED_MS)
        made = Tried(tmp_path_factory.mktemp("door"))
        yield made
        made.close()
    print(f"\n{sum(made.seen.values()):,} texts at the gateway and in the topic: {dict(made.seen.most_common())}")


@given(st.lists(st.tuples(st.one_of(events(), st.sampled_from(SEEDS), st.binary(max_size=300)), RANDOMS), min_size=A_TURN, max_size=A_TURN))
@settings(max_examples=max(TEXTS // A_TURN, 1), suppress_health_check=list(HealthCheck), database=None)
def test_both_say_the_same(tried: Tried, drawn: list[tuple[object, Random]]) -> None:
    texts = [
        _damaged(one if isinstance(one, bytes) else write(one, chance, faults=0.02).encode("utf-8", "surrogatepass"), chance)
        for one, chance in drawn
    ]
    log = tried.door.log
    log.records.clear()
    replies = tried.send(texts)
    expected: list[bytes] = []
    for text, reply in zip(texts, replies, strict=True):
        key, value, headers = recorded(text, ())
        outcome = validate((0, APPENDED_MS, key, value, headers))
        assert reply.code == (outcome.code if isinstance(outcome, Rejected) else ""), text
        tried.seen[reply.code or "let in"] += 1
        if not reply.code:
            expected.append(value)
            assert reply.status == 202
    assert log.values == expected
    _check_lists(tried, dict(zip(texts, (reply.code for reply in replies), strict=True)))


def _check_lists(tried: Tried, codes: dict[bytes, str]) -> None:
    """In a list every event has the verdict that it has alone."""
    log = tried.door.log
    lines = [text for text in codes if b"\n" not in text and text.strip(b" \t\r")]
    good = [text for text, code in codes.items() if not code]
    for content_type, some, body in ((LINES, lines, b"\n".join(lines)), (BATCH, good, b"[" + b",".join(good) + b"]")):
        log.records.clear()
        if some:
            (reply,) = tried.send([body], content_type)
            assert [entry.get("code", "") for entry in reply.body] == [codes[text] for text in some]
            assert log.values == [text if content_type == LINES else text.strip() for text in some if not codes[text]]


def _damaged(text: bytes, chance: Random) -> bytes:
    """The text as it is (often), or with a few bytes dropped, doubled, flipped or put in."""
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 5))):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice((0, 1, 1, 2, 20))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:end] + text[at:]
            case 2 if text:
                at = min(at, len(text) - 1)
                text = text[:at] + bytes([text[at] ^ 1 << chance.randrange(8)]) + text[at + 1 :]
            case _:
                text = text[:at] + chance.choice(PIECES) + text[at:]
    return text
