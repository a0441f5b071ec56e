"""The page's way to ClickHouse: run one query, get its rows, or learn in one line why there are none."""

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import clickhouse_connect
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError
from prometheus_client import Histogram

from consumers.dashboard.queries import Query

_CONNECT_SECONDS = 3
_ANSWER_SECONDS = 20
"""Past this a reader has stopped waiting; the answer is then a page that says so and tries again."""

QUERY_SECONDS = Histogram("suoheng_dashboard_query_seconds", "Time from asking ClickHouse to holding the rows, per query")


class Unavailable(Exception):
    """ClickHouse does not answer, or answers that it cannot; the text is one readable line."""


class Store:
    """Rows from ClickHouse over HTTP. One client for the process, made at the first question, so the page starts before ClickHouse does."""

    def __init__(self, url: str, database: str, user: str, password: str) -> None:
        self._url, self._database, self._user, self._password = url, database, user, password
        self._client: AsyncClient | None = None
        self._making = asyncio.Lock()

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

    async def close(self) -> None:
        """Close the connections; the store can be used again afterwards."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> AsyncClient:
        async with self._making:
            if self._client is None:
                address = urlsplit(self._url)
                self._client = await clickhouse_connect.get_async_client(
                    host=address.hostname,
                    port=address.port,
                    secure=address.scheme == "https",
                    username=self._user,
                    password=self._password,
                    database=self._database,
                    connect_timeout=_CONNECT_SECONDS,
                    send_receive_timeout=_ANSWER_SECONDS,
                )
            return self._client

    def _explained(self, error: Exception) -> str:
        text = " ".join(str(error).split()) or type(error).__name__
        if "UNKNOWN_TABLE" in text or "UNKNOWN_DATABASE" in text:
            return f"ClickHouse at {self._url} has no tables of Suoheng in database {self._database}: run `suoheng migrate`."
        if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
            return f"ClickHouse at {self._url} refused a query: {text[:200]}"
        return f"ClickHouse at {self._url} does not answer ({text[:120]})."
