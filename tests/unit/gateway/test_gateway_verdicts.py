"""The verdict at the gateway is the verdict in the topic, for every case of bad input."""

import asyncio
from pathlib import Path

import pytest

from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.gateway.app import Limits
from tests.bad_input import CASES, Case
from tests.factories import APPENDED_MS, encoded, event
from tests.gateway_door import Door
from tests.gateway_wire import Reply, recorded, request, send_all, serving

LARGE = Limits(4 << 20, 1 << 26, 0)


def not_sayable(case: Case) -> bool:
    """HTTP's names have no case, and a request has one Content-Type; such records can only be written to the topic directly."""
    names = [name for name, _ in case.headers]
    return any(name != name.lower() for name in names) or names.count("content-type") > 1


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reply]:
    """Every case, handed in over HTTP at the time at which the cases are bad."""
    door = Door(tmp_path_factory.mktemp("door"), limits=LARGE)

    async def hand_in() -> list[Reply]:
        async with serving(door.gateway) as port:
            return await send_all(port, [request(case.value, case.headers) for case in CASES])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.ingest.gateway.intake._now_ms", lambda: APPENDED_MS)
        found = dict(zip((case.name for case in CASES), asyncio.run(hand_in()), strict=True))
    assert all(reply.status == 202 for name, reply in found.items() if reply.code == "")
    return found


def test_there_are_enough_cases() -> None:
    assert len([case for case in CASES if not not_sayable(case)]) >= 700


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_gateway_says_what_the_worker_says(case: Case, replies: dict[str, Reply]) -> None:
    reply = replies[case.name]
    if case.name == "binary/two content-types":
        assert (reply.status, reply.code) == (400, "BYTES_ENCODING")
        return
    key, value, headers = recorded(case.value, case.headers)
    outcome = validate((0, APPENDED_MS, key, value, headers))
    assert reply.code == (outcome.code if isinstance(outcome, Rejected) else "")
    if key == case.key and not not_sayable(case):
        assert reply.code in case.codes
        assert 400 <= reply.status < 500


def test_only_the_key_is_out_of_a_callers_hands(replies: dict[str, Reply]) -> None:
    """What is bad by its key alone is good at the gateway, which makes the key itself; nothing else is let in."""
    let_in = [case for case in CASES if not replies[case.name].code]
    assert all(case.codes == {"ENV_KEY_MISMATCH"} for case in let_in), [case.name for case in let_in]


def test_a_good_event_is_good(tmp_path: Path) -> None:
    door = Door(tmp_path, limits=LARGE)

    async def hand_in() -> list[Reply]:
        async with serving(door.gateway) as port:
            return await send_all(port, [request(encoded(event("leg.consultation.given")))] * 3)

    assert [reply.status for reply in asyncio.run(hand_in())] == [202] * 3
