"""Reading from ClickHouse without blocking: a query is a value, its rows come back, or one line says why there are none."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

import aiohttp
import clickhouse_connect
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from schemas.connecting import clickhouse_options
from schemas.operation.instruments import histogram
from schemas.operation.metrics import dashboard
from schemas.settings import Settings

T = TypeVar("T")

_CONNECT_SECONDS = 3
_ANSWER_SECONDS = 20
"""Past this a reader has stopped waiting; the answer is then a page that says so and tries again."""

QUERY_SECONDS = histogram(dashboard.QUERY_SECONDS)

Parameter = str | int | date | Sequence[str] | Sequence[int] | Sequence[date] | Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with `{name:Type}` places, and the value for each. Where answers are kept, one so many seconds old will do; a new one is made from half of that on."""

    sql: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    may_lag_s: float = 0


_SWITCHES = Query("SELECT max(switch) FROM epochs")
"""A number that changes when another epoch comes to be served: its rows take the place of all others at once."""


class Rows(Protocol):
    """Whatever answers queries: the store below, or a reader of a test's own."""

    async def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows of a query, each in the order of its columns. Raises Unavailable."""


class Unavailable(Exception):
    """ClickHouse does not answer, or answers that it cannot; the text is one readable line."""


class Store:
    """Rows from ClickHouse over HTTP. One client for the process, made at the first question, so the page starts before ClickHouse does."""

    def __init__(self, settings: Settings, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._settings, self._seconds = settings, answer_seconds
        self._url, self._database = settings.clickhouse_url, settings.clickhouse_database
        self._client: AsyncClient | None = None
        self._making = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings, answer_seconds: float = _ANSWER_SECONDS) -> "Store":
        """A store with the settings' address, database and user."""
        return cls(settings, answer_seconds)

    async def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows of a query, each in the order of its columns. Raises Unavailable."""
        began = time.perf_counter()
        try:
            client = await self._connected()
            result = await client.query(query.sql, parameters=dict(query.parameters))
        except (ClickHouseError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(self._explained(error)) from error
        QUERY_SECONDS.observe(time.perf_counter() - began)
        return [tuple(row) for row in result.result_rows]

    async def blocks(self, query: Query) -> AsyncIterator[list[tuple[Any, ...]]]:
        """The rows of a query as they come, so many at a time and never all at once. Raises Unavailable."""
        try:
            client = await self._connected()
            async with await client.query_row_block_stream(query.sql, parameters=dict(query.parameters)) as stream:
                async for block in stream:
                    yield [tuple(row) for row in block]
        except (ClickHouseError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(self._explained(error)) from error

    async def of_one_epoch(self, make: Callable[[], Awaitable[T]], mark: object = None) -> T:  # noqa: ARG002 - of use to one that remembers
        """What `make` makes of rows of one epoch only: it is called again when another one came to be served between its questions. `mark`: one that
        was just asked for."""
        served = await self.rows(_SWITCHES)
        while True:
            made = await make()
            before, served = served, await self.rows(_SWITCHES)
            if served == before:
                return made

    async def mark(self) -> object:
        """What changes when a table is written; None where that is not known."""
        return None

    async def close(self) -> None:
        """Close the connections; the store can be used again afterwards."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> AsyncClient:
        async with self._making:
            if self._client is None:
                self._client = await clickhouse_connect.get_async_client(
                    **clickhouse_options(self._settings),
                    database=self._database,
                    connect_timeout=_CONNECT_SECONDS,
                    send_receive_timeout=self._seconds,
                )
            return self._client

    def _explained(self, error: Exception) -> str:
        text = " ".join(str(error).split()) or type(error).__name__
        if "UNKNOWN_TABLE" in text or "UNKNOWN_DATABASE" in text:
            return f"ClickHouse at {self._url} has no tables of Suoheng in database {self._database}: run `suoheng migrate`."
        if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
            return f"ClickHouse at {self._url} refused a query: {text[:200]}"
        return f"ClickHouse at {self._url} does not answer ({text[:120]})."
