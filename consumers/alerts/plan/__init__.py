"""Who is told of which alerts, how and when, as `alerting.yaml` says it: pure data and what can be read from it."""
