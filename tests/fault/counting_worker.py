"""A worker process whose core only counts: the whole shell (Faust, transactions, recovery) with next to no fold.

Events are any bytes under any key. Per key it counts events and sums the digits of their values; a value beginning with `bad` is refused,
one beginning with `flood` trips the breaker. Run as a script; the settings are the worker's.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from streams.core.message import Message
from streams.core.outcome import DeadLetter
from streams.core.pipeline import Outputs
from streams.worker.__main__ import main


class Counts:
    """State of one partition: per key the number of events and the sum of their numbers; and how many records were read and refused."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.by_key: dict[bytes, list[int]] = {}
        self.read = self.refused = 0
        self.districts: dict[str, Any] = {}


def count(state: Counts, messages: Sequence[Message], outputs: Outputs[Any]) -> None:
    """Fold a slice: one row per touched key, one per admitted event, one for the partition."""
    touched: dict[bytes, int] = {}
    admitted = outputs.rows["admitted-events"]
    for offset, _appended_ms, raw_key, raw_value, _headers in messages:
        state.read += 1
        key, value = raw_key or b"", raw_value or b""
        if value.startswith(b"flood"):
            outputs.tripped = "flood"
        if value.startswith((b"bad", b"flood")):
            state.refused += 1
            outputs.dead.append(DeadLetter(offset, "STRUCT_VALUE", "a bad one", "schema"))
            continue
        cell = state.by_key.setdefault(key, [0, 0])
        cell[0] += 1
        cell[1] += int(value[:12])
        touched[key] = offset
        admitted.append((b"%s|%s" % (key, value[:12]), b'{"version":%d}' % offset))
    outputs.rows["indicator-values"].extend(
        (key, orjson.dumps({"count": state.by_key[key][0], "sum": state.by_key[key][1], "version": offset}))
        for key, offset in touched.items()
    )
    totals = {"read": state.read, "dead_letters": state.refused, "version": messages[-1][0]}
    outputs.rows["conservation"].append((b"%d" % state.number, orjson.dumps(totals)))


if __name__ == "__main__":
    main(count, lambda number, _partitions: Counts(number))
