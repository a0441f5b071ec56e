"""Places among offices: who is equal shares a place, and the next one is as many lower (1, 1, 3)."""

from collections.abc import Mapping
from fractions import Fraction


def places(scores: Mapping[str, Fraction], better: str = "up") -> dict[str, int]:
    """The place of each: one more than there are better ones."""
    sign = -1 if better == "down" else 1
    return {who: 1 + sum(sign * other > sign * score for other in scores.values()) for who, score in scores.items()}


def reach(lows: Mapping[str, Fraction], highs: Mapping[str, Fraction]) -> dict[str, tuple[int, int]]:
    """The best and the worst place that each can still come to, of scores that are known from low to high."""
    return {
        who: (
            1 + sum(low > highs[who] for other, low in lows.items() if other != who),
            1 + sum(high > lows[who] for other, high in highs.items() if other != who),
        )
        for who in lows
    }


def rounded(score: Fraction, decimals: int) -> Fraction:
    """A score with so many decimals, half up; below zero away from zero, as a clerk does it."""
    unit: int = 10**decimals
    scaled = abs(score) * unit
    whole = Fraction((2 * scaled + 1) // 2)
    return (whole if score >= 0 else -whole) / unit
