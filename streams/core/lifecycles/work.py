"""How a piece of work was done, in one number a slot: its minutes, and whether others had a hand in it."""

from typing import Any

MINUTES = (1 << 11) - 1
"""Mask of the minutes, 0 to 1440."""
SHARED = 1 << 11
"""Set where the event names others who handled it too (`co_handlers`)."""


def work_of(data: dict[str, Any]) -> int:
    """The number that stands for the work fields of `data`."""
    minutes: int = data.get("minutes", 0)
    return minutes | SHARED if data.get("co_handlers") else minutes
