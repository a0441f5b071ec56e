"""Stopping: a worker's background work ends whenever it is told to, at the moments, too, at which aiokafka does not hear it."""

import asyncio
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher

from streams.worker import tasks
from streams.worker.log import Log
from tests.conftest import Installation

pytestmark = pytest.mark.topics_only


@pytest.mark.parametrize("closing", [Fetcher, AIOKafkaClient])
async def test_a_look_at_the_log_that_is_cancelled_while_it_closes_ends(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, closing: type[Any]
) -> None:
    log = Log(installation.kafka, "nobody", installation.topic_prefix + "office-events")
    close, at_closing = closing.close, asyncio.Event()

    async def tell_and_close(client: Any) -> None:
        at_closing.set()
        await close(client)

    async def look() -> None:
        while True:
            await log.ends([0, 1])

    monkeypatch.setattr(closing, "close", tell_and_close)
    failures: list[BaseException] = []
    looking = tasks.start(look(), "look", failures.append)
    await at_closing.wait()
    async with asyncio.timeout(10):
        await tasks.cancel(looking)
    assert (looking.cancelled(), failures) == (True, [])
