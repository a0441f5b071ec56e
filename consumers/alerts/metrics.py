"""What the deliverer counts, each once with its meaning."""

from prometheus_client import Counter, Gauge

delivered = Counter("suoheng_alerts_delivered_total", "Notices that the receiver has taken (or that were logged).", ["state"])
attempts_failed = Counter("suoheng_alerts_attempts_failed_total", "Attempts that failed: `later` (tried again) or `refused`.", ["kind"])
given_up = Counter("suoheng_alerts_given_up_total", "Notices skipped because the receiver refused them repeatedly; each is in the log.")
unreadable = Counter("suoheng_alerts_unreadable_total", "Rows that are no alert of a known form; each is in the log.")
lag = Gauge("suoheng_alerts_lag_rows", "Rows of the alerts topic that have not been dealt with.")
