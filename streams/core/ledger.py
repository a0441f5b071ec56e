"""The sequence ledger of a source: the contiguous high-water mark and the open gaps, each with when it was first seen.

Numbers that came ahead of a gap are kept as ranges, so a source that never closes a gap costs no memory for what follows it.
"""

from bisect import bisect_right


class Ledger:
    """Sequence numbers seen of one source. All times in µs."""

    __slots__ = ("ahead", "first_seen", "high_water", "last_seen")

    def __init__(self) -> None:
        self.high_water = 0
        self.ahead: list[list[int]] = []
        """Ranges [from, to] seen beyond the high-water mark, in order, apart from each other."""
        self.first_seen: dict[int, int] = {}
        """Last missing number of a gap -> append time of the event that showed it."""
        self.last_seen = 0

    def see(self, number: int, appended_us: int) -> None:
        """A sequence number arrived; numbers seen before say nothing new."""
        if number == self.high_water + 1 and not self.ahead:
            self.high_water = number
            return
        if number <= self.high_water:
            return
        i = bisect_right(self.ahead, [number, number])
        before = self.ahead[i - 1] if i else None
        if before is not None and before[1] >= number:
            return
        self._open(number, before, appended_us)
        self._insert(number, i, before)
        if self.ahead and self.ahead[0][0] == self.high_water + 1:
            self.high_water = self.ahead.pop(0)[1]
        still_open = {last for _, last in self.gaps()}
        self.first_seen = {last: at for last, at in self.first_seen.items() if last in still_open}

    def _open(self, number: int, before: list[int] | None, appended_us: int) -> None:
        """The gap that ends just below the number is new, or what is left of one that was there."""
        if (before[1] if before else self.high_water) < number - 1:
            known = next((at for last, at in sorted(self.first_seen.items()) if last >= number), appended_us)
            self.first_seen[number - 1] = known

    def _insert(self, number: int, i: int, before: list[int] | None) -> None:
        after = self.ahead[i] if i < len(self.ahead) else None
        joins_before, joins_after = before is not None and before[1] == number - 1, after is not None and after[0] == number + 1
        if joins_before and joins_after:
            self.ahead[i - 1][1] = self.ahead.pop(i)[1]
        elif joins_before:
            self.ahead[i - 1][1] = number
        elif joins_after:
            self.ahead[i][0] = number
        else:
            self.ahead.insert(i, [number, number])

    def gaps(self) -> list[tuple[int, int]]:
        """The missing ranges, first and last number included."""
        out, expected = [], self.high_water + 1
        for first, last in self.ahead:
            out.append((expected, first - 1))
            expected = last + 1
        return out
