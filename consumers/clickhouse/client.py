"""A connection to ClickHouse's HTTP interface from the settings; the same for the embedded one and for a real server."""

import logging
import re
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import (
    DatabaseError,
    InterfaceError,
    OperationalError,
)

from schemas.connecting import clickhouse_options
from schemas.settings import Settings

CLICKHOUSE_ERRORS = (DatabaseError, InterfaceError, OSError)
"""What any use of a connection may raise."""

__all__ = ["CLICKHOUSE_ERRORS", "Client", "DatabaseError", "OperationalError", "connect", "in_short"]

# What goes wrong is raised as well; said by whoever catches it, it is said once and with what to do.
logging.getLogger("clickhouse_connect").setLevel(logging.ERROR)

_SYSTEM_SAYS = re.compile(r"\[Errno -?\d+\] ([\w -]+)")
_MOST_CHARACTERS = 500


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
    return clickhouse_connect.get_client(
        **clickhouse_options(settings),
        database=settings.clickhouse_database if database else None,
        autogenerate_session_id=False,
        connect_timeout=5,
        send_receive_timeout=timeout_s,
        **options,
    )


def in_short(error: BaseException) -> str:
    """What went wrong, for one line: the system's words when no connection came about, else the beginning of the error's text."""
    text = " ".join(str(error).split())
    said = _SYSTEM_SAYS.search(text)
    return said[1].strip() if said else text[:_MOST_CHARACTERS]
