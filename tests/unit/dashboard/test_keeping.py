"""Finished answers: made once for all, kept while nothing was written, given for a moment after that with the word that they are behind."""

import asyncio
from datetime import datetime

import pytest

from consumers.dashboard import keeping
from consumers.dashboard.keeping import Answers


class Kitchen:
    """Makes answers when it is let to, and counts them."""

    def __init__(self) -> None:
        self.made = 0
        self.open = asyncio.Event()
        self.open.set()

    async def make(self, _: datetime) -> tuple[bytes, str]:
        self.made += 1
        number = self.made
        await self.open.wait()
        return str(number).encode(), "text/plain"


class Asking:
    """Asks for one address, and tells body and whether it is behind."""

    def __init__(self, most_bytes: int = 1000) -> None:
        self.kitchen, self.answers = Kitchen(), Answers(most_bytes)

    async def get(self, mark: object, address: str = "/a", *, newest: bool = False) -> tuple[str, bool]:
        answer, behind = await self.answers.answer(address, mark, self.kitchen.make, newest=newest)
        return answer.body.decode(), behind


async def test_it_is_made_once_while_nothing_was_written() -> None:
    asking = Asking()
    assert [await asking.get(1) for _ in range(3)] == [("1", False)] * 3


async def test_all_who_ask_at_once_wait_for_the_same() -> None:
    asking = Asking()
    asking.kitchen.open.clear()
    waiting = [asyncio.create_task(asking.get(1)) for _ in range(4)]
    await asyncio.sleep(0)
    asking.kitchen.open.set()
    assert await asyncio.gather(*waiting) == [("1", False)] * 4


async def test_after_a_write_the_last_one_is_given_as_behind_and_a_new_one_made_meanwhile() -> None:
    asking = Asking()
    await asking.get(1)
    assert await asking.get(2) == ("1", True)
    await asyncio.sleep(0.01)
    assert await asking.get(2) == ("2", False)


async def test_whoever_asks_for_the_newest_waits_for_it_even_where_an_older_one_is_on_its_way() -> None:
    asking = Asking()
    asking.kitchen.open.clear()
    older = asyncio.create_task(asking.get(1))
    await asyncio.sleep(0)
    newest = asyncio.create_task(asking.get(2, newest=True))
    await asyncio.sleep(0)
    asking.kitchen.open.set()
    assert (await older, await newest) == (("1", False), ("2", False))


async def test_an_answer_that_was_on_its_way_before_a_write_says_that_it_is_behind() -> None:
    asking = Asking()
    asking.kitchen.open.clear()
    waiting = [asyncio.create_task(asking.get(1)), asyncio.create_task(asking.get(2))]
    await asyncio.sleep(0)
    asking.kitchen.open.set()
    assert await asyncio.gather(*waiting) == [("1", False), ("1", True)]


async def test_what_is_too_old_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Asking()
    await asking.get(1)
    monkeypatch.setattr(keeping, "BEHIND_SECONDS", 0.0)
    assert await asking.get(2) == ("2", False)
    monkeypatch.setattr(keeping, "KEPT_SECONDS", 0.0)
    assert await asking.get(2) == ("3", False)


async def test_without_a_mark_nothing_is_kept_or_shared() -> None:
    asking = Asking()
    asking.kitchen.open.clear()
    waiting = [asyncio.create_task(asking.get(None)) for _ in range(2)]
    await asyncio.sleep(0)
    asking.kitchen.open.set()
    assert {body for body, _ in await asyncio.gather(*waiting)} == {"1", "2"}
    assert await asking.get(None) == ("3", False)


async def test_what_cannot_be_made_is_told_to_all_and_tried_again() -> None:
    asking = Asking()

    async def fail(_: datetime) -> tuple[bytes, str]:
        raise RuntimeError("no")

    told = await asyncio.gather(*(asking.answers.answer("/a", 1, fail, newest=False) for _ in range(2)), return_exceptions=True)
    assert [str(one) for one in told] == ["no", "no"]
    assert await asking.get(1) == ("1", False)


async def test_only_so_many_bytes_are_kept_those_asked_for_last() -> None:
    asking = Asking(most_bytes=2)
    for address in ("/a", "/b", "/a", "/c"):
        await asking.get(1, address)
    assert [await asking.get(1, address) for address in ("/a", "/c")] == [("1", False), ("3", False)]
    assert await asking.get(1, "/b") == ("4", False)
