"""The shell around the core: Faust application, transactions, recovery, clock; knows Kafka and nothing of indicators."""

from streams.worker import build as build  # imported before the core is: see there
