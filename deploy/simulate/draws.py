"""Random draws in the shapes that the calibration needs; all from one seeded generator, so that a seed is a district."""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from math import exp, log
from random import Random
from typing import Generic, TypeVar

Value = TypeVar("Value")

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _CROCKFORD for b in _CROCKFORD]


class Table(Generic[Value]):
    """A weighted choice: a value comes up as often as its weight in the sum of weights."""

    __slots__ = ("_limits", "_values")

    def __init__(self, weights: Mapping[Value, float]) -> None:
        self._values = tuple(weights)
        total = sum(weights.values())
        self._limits = [limit / total for limit in accumulate(weights.values())][:-1]

    def draw(self, random: Random) -> Value:
        """One value."""
        return self._values[bisect(self._limits, random.random())]


def log_normal(random: Random, median: float, sigma: float) -> float:
    """A positive number: half lie below the median, `exp(1.28 sigma)` times the median is the ninetieth percentile."""
    return median * exp(random.gauss(0.0, sigma))


def sigma_of(median: float, p90: float) -> float:
    """Sigma of the log-normal with this median and ninetieth percentile."""
    return log(p90 / median) / 1.2815515655446004


def count(random: Random, rate: float) -> int:
    """How many of something that happens `rate` times on average (Poisson; Knuth's way, meant for rates below ten)."""
    limit, product, n = exp(-rate), random.random(), 0
    while product > limit:
        product *= random.random()
        n += 1
    return n


def between(random: Random, bounds: tuple[float, float]) -> float:
    """A number between two bounds, all equally likely."""
    low, high = bounds
    return low + (high - low) * random.random()


def pseudonym(random: Random) -> str:
    """A subject: 26 characters of Crockford's base 32, as a keyed hash would give."""
    bits = random.getrandbits(130)
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(0, 130, 10)])
