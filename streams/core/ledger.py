"""The sequence ledger of a source: the contiguous high-water mark and the open gaps, each with when it was first seen.

What is missing is kept, as ranges: a source that leaves one gap open for ever costs one entry, and a leap of 10^17 numbers costs one too.
"""

from bisect import bisect_left


class Ledger:
    """Sequence numbers of one source, counted from 1. All times in µs."""

    __slots__ = ("last_seen", "missing", "top")

    def __init__(self) -> None:
        self.top = 0
        """Greatest number seen."""
        self.missing: list[tuple[int, int, int]] = []
        """Gaps in order: last number, first number, append time of the event that showed it."""
        self.last_seen = 0
        """Greatest `time` of the source's events."""

    @property
    def high_water(self) -> int:
        """All numbers up to this one were seen."""
        return self.missing[0][1] - 1 if self.missing else self.top

    def see(self, number: int, appended_us: int) -> None:
        """A number arrived; one that was seen before says nothing new."""
        if number > self.top:
            if number > self.top + 1:
                self.missing.append((number - 1, self.top + 1, appended_us))
            self.top = number
            return
        i = bisect_left(self.missing, (number,))
        if i < len(self.missing) and self.missing[i][1] <= number:
            last, first, since = self.missing[i]
            parts = [(number - 1, first, since)] if first < number else []
            self.missing[i : i + 1] = parts + ([(last, number + 1, since)] if number < last else [])

    def gaps(self, most: int | None = None) -> list[tuple[int, int]]:
        """The missing ranges, first and last number included; the lowest `most` of them."""
        return [(first, last) for last, first, _ in self.missing[:most]]

    def first_seen(self, most: int | None = None) -> list[int]:
        """When each gap was first seen, in the order of `gaps`."""
        return [since for _, _, since in self.missing[:most]]
