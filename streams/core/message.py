"""A record of the log as the core sees it: plain data, no client's class."""

from collections.abc import Sequence

Headers = Sequence[tuple[str, bytes]]
"""Header names and values in order; a name may occur several times. A value of None (Kafka allows it) is treated as empty."""

Message = tuple[int, int, bytes | None, bytes | None, Headers]
"""Offset, append time in milliseconds since 1970 UTC, key, value, headers; the partition is known from the context."""
