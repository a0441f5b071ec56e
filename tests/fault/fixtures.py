"""Fixtures of tests that watch worker processes: what feeds them, what looks from outside, and the list of those to end."""

from collections.abc import Iterator

import pytest

from tests.conftest import Installation
from tests.fault.workers import Feed, Outside, Worker, ending


@pytest.fixture
def feed(installation: Installation) -> Iterator[Feed]:
    feed = Feed(installation)
    yield feed
    feed.close()


@pytest.fixture
def outside(installation: Installation) -> Iterator[Outside]:
    outside = Outside(installation)
    yield outside
    outside.close()


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    with ending([]) as started:
        yield started
