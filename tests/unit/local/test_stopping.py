"""What asks a command to stop, and what does not."""

import os
import signal
from collections.abc import Iterator

import pytest

from deploy.stopping import asked_to_stop


@pytest.fixture
def hang_up() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hang_up")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_of_them_asks(number: signal.Signals) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    before, asked = signal.getsignal(number), list[int]()
    with asked_to_stop(lambda given, _: asked.append(given)):
        os.kill(os.getpid(), number)
    assert asked == [number]
    assert signal.getsignal(number) is before


@pytest.mark.usefixtures("hang_up")
def test_a_closed_terminal_does_not_where_it_is_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asked = list[int]()
    with asked_to_stop(lambda given, _: asked.append(given)):
        os.kill(os.getpid(), signal.SIGHUP)
    assert asked == []
