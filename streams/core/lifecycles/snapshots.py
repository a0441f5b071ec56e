"""What a snapshot says: the levels of stocks, from its data. What it does not state it does not hold up."""

from collections.abc import Callable, Iterable
from typing import Any

Levels = Iterable[tuple[str, int]]
"""Components and levels; a level of 0 says the same as none."""


def hundredths(value: str) -> int:
    """`12.5` -> 1250: money in fen, areas in 0.01 m²."""
    whole, _, part = value.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


AREA_STANDARD = 12_000
"""In 0.01 m²: what an office's rooms are expected to have."""
_STATED = ("bureau_supplied", "political_posts", "law_degree", "legal_qualification", "functions")
"""What a snapshot may state of the staff; each is set against the staff of the snapshots that do."""


def _staff(d: dict[str, Any]) -> Levels:
    """More people with something than there are say the same as all of them."""
    staff, established, cards = d["staff"], d.get("established"), d.get("enforcement_card")
    yield "cap.staff", staff
    for name in ("correction_staff", "resettlement_staff"):
        if name in d:
            yield f"cap.{name}", min(d[name], staff)
    for name in _STATED:
        if name in d:
            yield f"cap.staff_with[of={name}]", d[name] if name == "functions" else min(d[name], staff)
            yield f"cap.staff_stating[of={name}]", staff
    if established is not None:
        yield "cap.single", int(established <= 1)
        if cards is not None:
            yield "cap.cards", min(cards, established)
            yield "cap.established", established


def _premises(d: dict[str, Any]) -> Levels:
    area = hundredths(d["area_m2"])
    yield "cap.area", area
    yield "cap.area_ok", int(area >= AREA_STANDARD)
    yield "cap.independent", int(d["independent"])
    yield "cap.uniform_sign", int(d.get("uniform_sign", False))


SAYS: dict[str, Callable[[dict[str, Any]], Levels]] = {
    "cap.staff.snapshot": _staff,
    "cap.premises.snapshot": _premises,
    "cap.village.snapshot": lambda d: (("cap.villages", d["villages"]),),
    "cap.mediator.snapshot": lambda d: (("cap.mediators", d["mediators"]),),
    "cap.volunteer.snapshot": lambda d: (("cap.volunteers", d["active"]),),
    "cap.equipment.snapshot": lambda _d: (),
}
