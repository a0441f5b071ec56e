"""The shell around the core: Faust application, transactions, recovery, clock; knows Kafka and nothing of indicators."""
