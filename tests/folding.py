"""Runs messages through the core and reads its rows back as plain dictionaries, for tests."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from streams.core.message import Message
from streams.core.outcome import DeadLetter
from streams.core.pipeline import Breaker, Partition, apply

ValueKey = tuple[str, ...]
VALUE_KEY = ("district", "indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start")
FACT_KEY = ("record", "component", "day", "dimension", "office", "assigner")


@dataclass
class Folded:
    """The newest row of every key after the messages, and what did not get in."""

    partition: Partition
    rows: dict[str, dict[bytes, dict[str, Any]]] = field(default_factory=dict)
    dead: list[DeadLetter] = field(default_factory=list)
    published: list[tuple[str, bytes, dict[str, Any]]] = field(default_factory=list)
    """Every row, in the order of publication."""

    @property
    def values(self) -> dict[ValueKey, tuple[int, int | None, int]]:
        """Rows that say something: (numerator, denominator, scale) by key."""
        rows = self.rows.get("indicator-values", {}).values()
        return {
            tuple(r[k] for k in VALUE_KEY): (r["numerator"], r["denominator"], r["scale"])
            for r in rows
            if r["numerator"] or r["denominator"]
        }

    @property
    def facts(self) -> dict[tuple[str, ...], int]:
        """Amounts of the facts that stand."""
        return {tuple(r[k] for k in FACT_KEY): r["amount"] for r in self.rows.get("facts", {}).values() if not r["gone"]}

    @property
    def counts(self) -> dict[str, int]:
        """read, admitted, duplicates, dead_letters, pending over all districts."""
        names = {"read": "read", "admitted": "admitted", "duplicates": "duplicates", "dead_letters": "dead", "pending": "pending"}
        return {name: sum(getattr(c, slot) for c in self.partition.counts.values()) for name, slot in names.items()}


def fold(messages: Sequence[Message], cuts: Iterable[int] = (), partition: Partition | None = None, epoch: int = 0) -> Folded:
    """Fold the messages in slices that end before each position of `cuts`."""
    folded = Folded(partition or Partition(0, epoch, lambda _key: True, Breaker(0, 0)))
    edges = [0, *sorted(set(cuts) - {0, len(messages)}), len(messages)]
    for start, end in pairwise(edges):
        outputs = apply(folded.partition, messages[start:end])
        folded.dead += outputs.dead
        for topic, rows in outputs.rows.items():
            for key, value in rows:
                row = json.loads(value)
                folded.rows.setdefault(topic, {})[key] = row
                folded.published.append((topic, key, row))
    return folded
