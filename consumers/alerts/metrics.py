"""What the deliverer counts; `schemas.operation.metrics.alerts` says what it means."""

from schemas.operation.instruments import counter, gauge
from schemas.operation.metrics import alerts

delivered = counter(alerts.DELIVERED)
attempts_failed = counter(alerts.ATTEMPTS_FAILED)
given_up = counter(alerts.GIVEN_UP)
unreadable = counter(alerts.UNREADABLE)
lag = gauge(alerts.LAG)
