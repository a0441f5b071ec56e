"""What is published for a row that stood and has no counterpart in the epoch that is served from now on. Pure.

The row stays, saying nothing, as the rows of facts that went away do; where rows have no way of saying nothing the key itself is deleted.
"""

from typing import Any

from schemas.topics import ALERTS, FACTS, INDICATOR_VALUES, REGISTRY

QUANTILES = ("_p50", "_p90")
"""How their ids end: also those that the catalogue no longer has."""


def withdrawn(topic: str, row: dict[str, Any], version: int, computed_at: str) -> dict[str, Any] | None:
    """The row that takes this one's place in a topic (by its name without prefix); None: its key is deleted."""
    stamp = {"version": version}
    if topic == INDICATOR_VALUES.name:
        nothing = {"numerator": 0, "denominator": None if row["denominator"] is None else 0}
        empty = {"empty": True} if row["indicator"].endswith(QUANTILES) else {}
        return row | empty | nothing | stamp | {"computed_at": computed_at}
    if topic == ALERTS.name:
        ended = {"state": "resolved", "why": f"not in epoch {version >> 48}"} if row["state"] == "firing" else {}
        return row | ended | stamp | {"computed_at": computed_at}
    if topic in {FACTS.name, REGISTRY.name}:
        return row | {"gone": True} | stamp
    return None
