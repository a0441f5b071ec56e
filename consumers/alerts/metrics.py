"""What the deliverer counts; `schemas.operation.metrics.alerts` says what it means."""

from schemas.operation.instruments import counter, gauge
from schemas.operation.metrics import alerts

delivered = counter(alerts.DELIVERED)
attempts_failed = counter(alerts.ATTEMPTS_FAILED)
given_up = counter(alerts.GIVEN_UP)
unreadable = counter(alerts.UNREADABLE)
lag = gauge(alerts.LAG)

messages = counter(alerts.MESSAGES)
messages_failed = counter(alerts.MESSAGES_FAILED)
messages_given_up = counter(alerts.MESSAGES_GIVEN_UP)
messages_waiting = gauge(alerts.MESSAGES_WAITING)
oldest_message = gauge(alerts.OLDEST_MESSAGE)
alerts_open = gauge(alerts.OPEN)
alerts_held = gauge(alerts.HELD)
