"""One way to say that ClickHouse is not there, for the commands that ask it."""

from collections.abc import Iterator
from contextlib import contextmanager

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, connect, in_short
from deploy.errors import MissingDependency
from schemas.settings import Settings


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
