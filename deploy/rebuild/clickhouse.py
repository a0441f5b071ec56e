"""Asking ClickHouse with patience: a rebuild takes long, and ClickHouse may be restarted meanwhile."""

import time
from collections.abc import Callable
from typing import TypeVar

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, OperationalError, connect, in_short
from deploy.errors import MissingDependency
from schemas.settings import Settings

T = TypeVar("T")

_PATIENCE_S = 60.0
_NOT_MIGRATED = ("UNKNOWN_TABLE", "UNKNOWN_IDENTIFIER", "UNKNOWN_DATABASE")


def ask(settings: Settings, work: Callable[[Client], T]) -> T:
    """What `work` makes of a connection; it may be called again from its beginning. Raises MissingDependency when ClickHouse stays away."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with connect(settings) as client:
                return work(client)
        except (OperationalError, OSError) as error:
            if time.monotonic() > until:
                raise MissingDependency(
                    f"ClickHouse at {settings.clickhouse_url} cannot be asked: {in_short(error)}; start it or set SUOHENG_CLICKHOUSE_URL"
                ) from error
            time.sleep(1.0)
        except CLICKHOUSE_ERRORS as error:
            told = in_short(error)
            if any(word in told for word in _NOT_MIGRATED):
                raise MissingDependency(
                    f"database {settings.clickhouse_database} is not as this build makes it; run `suoheng migrate`"
                ) from error
            raise
