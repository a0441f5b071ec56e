"""What a snapshot says: the levels of stocks, from its data. What it does not state it does not hold up."""

from collections.abc import Callable, Iterable
from typing import Any

Levels = Iterable[tuple[str, int]]
"""Components and levels; a level of 0 says the same as none."""


def hundredths(value: str) -> int:
    """`12.5` -> 1250: money in fen, areas in 0.01 m²."""
    whole, _, part = value.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


SAYS: dict[str, Callable[[dict[str, Any]], Levels]] = {
    "cap.staff.snapshot": lambda d: (("cap.staff", d["staff"]),),
    "cap.premises.snapshot": lambda d: (("cap.area", hundredths(d["area_m2"])),),
    "cap.village.snapshot": lambda d: (("cap.villages", d["villages"]),),
}
