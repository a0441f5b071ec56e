"""What single activities tell: one entry a type, from an event's data to the flow facts of its day.

A component may carry a dimension in brackets: `pub.surveyed[asked_of=public]`. An amount of 0 tells nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any

Told = Iterable[tuple[str, int]]
"""Components and amounts."""

TELLS: dict[str, Callable[[dict[str, Any]], Told]] = {
    "leg.consultation.given": lambda d: (("leg.persons", d["persons"]),),
    "pub.activity.held": lambda d: (("pub.activity", 1), ("pub.audience", d["audience_est"])),
}
