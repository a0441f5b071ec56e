"""What the deliverer answers to `/health` and `/ready`."""

from threading import Event

from consumers.alerts.channels import Channel
from consumers.alerts.outcome import Delivered, Outcome
from consumers.alerts.policy import Notice
from schemas.operation.health import Condition, Health, Pulse

STILL_S = 600.0
"""A receiver may keep one attempt waiting for a minute; a loop that stands still for ten does not come back."""
_NAP_S = 30.0


class AlertsHealth:
    """Filled while it works; read by other threads."""

    def __init__(self) -> None:
        self.pulse = Pulse("the loop", STILL_S)
        self.topic = "waiting for Kafka and the topic of alerts; `suoheng topics` makes it"
        """Why the topic is not read; empty: it is."""
        self.receiver = ""
        """Why the last attempt to deliver failed; empty: it did not."""
        self.receivers: dict[str, str] = {}
        """The same for each receiver of a plan."""

    def __call__(self) -> Health:
        needs = (Condition("topic", self.topic), Condition("receiver", self.receiver or self._failing()))
        return Health("alerts", (self.pulse.condition(),), needs)

    def _failing(self) -> str:
        return "; ".join(f"{name}: {why}" for name, why in sorted(self.receivers.items()) if why)

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait on purpose, which is no standing still; whether the process is to stop."""
        while seconds > 0:
            self.pulse.beat()
            if stop.wait(min(seconds, _NAP_S)):
                return True
            seconds -= _NAP_S
        return stop.is_set()


class Watched:
    """A channel whose outcomes the health tells."""

    def __init__(self, channel: Channel, health: AlertsHealth) -> None:
        self._channel, self._health = channel, health

    def deliver(self, notice: Notice) -> Outcome:
        """As the channel does."""
        outcome = self._channel.deliver(notice)
        self._health.pulse.beat()
        self._health.receiver = "" if isinstance(outcome, Delivered) else f"the receiver of alerts has not taken one: {outcome.reason}"
        return outcome
