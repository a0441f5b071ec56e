"""What a way is: one attempt at one message."""

from typing import Protocol

from consumers.alerts.outcome import Outcome
from consumers.alerts.telling.message import Message


class Way(Protocol):
    """A way to a receiver."""

    def deliver(self, message: Message) -> Outcome:
        """Make one attempt. The same message always means the same to the receiver."""
