"""One way to say that ClickHouse is not there, for the commands that ask it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, connect, in_short
from consumers.clickhouse.store import Store, Unavailable
from deploy.errors import MissingDependency
from schemas import settings as in_force
from schemas.settings import Settings

Answer = TypeVar("Answer")


@contextmanager
def asking_clickhouse(settings: Settings) -> Iterator[Client]:
    """A connection; what goes wrong on it is told as MissingDependency."""
    with clickhouse_errors_told(settings), connect(settings) as client:
        yield client


@contextmanager
def clickhouse_errors_told(settings: Settings) -> Iterator[None]:
    """The same for what makes connections of its own."""
    try:
        yield
    except CLICKHOUSE_ERRORS as error:
        raise MissingDependency(
            f"ClickHouse at {settings.clickhouse_url} cannot be asked: {in_short(error)}; is it up, and are its tables (`suoheng migrate`)?"
        ) from error


def ask_store(question: Callable[[Store], Awaitable[Answer]], answer_seconds: float) -> Answer:
    """The answer of a function of a store with the settings in force, of one epoch; what goes wrong on it is told as MissingDependency."""

    async def ask() -> Answer:
        store = Store.of(in_force.settings(), answer_seconds=answer_seconds)
        try:
            return await store.of_one_epoch(lambda: question(store))
        finally:
            # Of questions asked together the others may still run when one has failed.
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
            await store.close()

    try:
        return asyncio.run(ask())
    except Unavailable as error:
        raise MissingDependency(f"{error} Is it up, and are its tables (`suoheng migrate`)?") from error
