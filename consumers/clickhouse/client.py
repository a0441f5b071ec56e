"""A connection to ClickHouse's HTTP interface from the settings; the same for the embedded one and for a real server."""

from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import (
    DatabaseError,
    InterfaceError,
    OperationalError,
)

from schemas.settings import Settings

CLICKHOUSE_ERRORS = (DatabaseError, InterfaceError, OSError)
"""What any use of a connection may raise."""

__all__ = ["CLICKHOUSE_ERRORS", "Client", "OperationalError", "connect"]


def connect(
    settings: Settings,
    *,
    database: bool = True,
    timeout_s: float = 300.0,
    **options: Any,
) -> Client:
    """Open a connection, for one thread at a time; raises OperationalError when ClickHouse does not answer.

    `database=False` connects without the installation's database, which may not be there yet. `timeout_s` bounds one request;
    `options` go to clickhouse-connect as they are. There is no session: it would forbid two requests at once and keep state between them.
    """
    address = urlsplit(settings.clickhouse_url)
    return clickhouse_connect.get_client(
        host=address.hostname or "",
        port=address.port or (8443 if address.scheme == "https" else 8123),
        secure=address.scheme == "https",
        username=settings.clickhouse_user,
        password=settings.clickhouse_password,
        database=settings.clickhouse_database if database else None,
        autogenerate_session_id=False,
        connect_timeout=5,
        send_receive_timeout=timeout_s,
        **options,
    )
