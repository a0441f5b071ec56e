"""The dead-letter breaker: too many refusals mean that the deployment is wrong, not the data (contract, section 10)."""

from collections import deque


class Breaker:
    """Counts the messages of a partition, one after the other. A limit of 0 never trips.

    Only refusals are remembered, by their place in the log: nearly all messages pass, and cost an addition.
    """

    WINDOW = 1_000

    def __init__(self, streak_limit: int, percent_limit: int) -> None:
        self.streak_limit, self.percent_limit = streak_limit, percent_limit
        self.seen = self.streak = 0
        self.dead: deque[int] = deque()
        """Which of the messages seen were refused, of the last `WINDOW`; counted from 1."""

    def forgot_all(self) -> bool:
        """Whether no refusal is remembered: then messages that pass cannot trip it."""
        return not self.dead

    def all_passed(self, messages: int) -> None:
        """So many were taken and none refused, where no refusal is remembered."""
        self.seen += messages
        self.streak = 0

    def passed(self) -> str | None:
        """A message was taken; the reason to stop, if it is one: the first window is full."""
        self.seen += 1
        self.streak = 0
        return self._too_many() if self.dead else None

    def refused(self) -> str | None:
        """A message was refused; the reason to stop, if it is one."""
        self.seen += 1
        self.streak += 1
        self.dead.append(self.seen)
        if self.streak_limit and self.streak >= self.streak_limit:
            return f"{self.streak} dead letters in a row"
        return self._too_many()

    def _too_many(self) -> str | None:
        dead, before = self.dead, self.seen - self.WINDOW
        while dead and dead[0] <= before:
            dead.popleft()
        if self.percent_limit and before >= 0 and len(dead) * 100 > self.percent_limit * self.WINDOW:
            return f"{len(dead)} dead letters among the last {self.WINDOW:,} events"
        return None
