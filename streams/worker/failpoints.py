"""Named places where a worker can be told to kill itself (setting `fail_point`), so that fault tests hit them exactly."""

import os
import signal
from enum import StrEnum


class FailPoint(StrEnum):
    """A place at which a crash leaves a distinct situation behind."""

    AFTER_FOLD = "after_fold"
    """State has moved on, nothing is written."""
    AFTER_SEND = "after_send"
    """Outputs lie in an open transaction, the offset does not."""
    AFTER_OFFSETS = "after_offsets"
    """Outputs and offset lie in an open transaction."""
    AFTER_COMMIT = "after_commit"
    """The transaction is committed, the worker does not know it yet."""
    DURING_RECOVERY = "during_recovery"
    """Part of the log is folded again."""
    DURING_SNAPSHOT = "during_snapshot"
    """A snapshot is being written (odd passes), or is written and not in its place yet (even ones)."""
    DURING_HANDOVER = "during_handover"
    """Rows of another epoch lie in an open transaction (one pass a topic)."""
    DURING_REBALANCE = "during_rebalance"
    """Partitions have been given and taken, nothing is opened or closed yet."""


class FailPoints:
    """Counts passes and kills the process with SIGKILL at the n-th pass of the armed point.

    `armed` is `<name>` or `<name>:<n>` (n from 1, default 1) or empty. Raises ValueError for an unknown name.
    """

    def __init__(self, armed: str = "") -> None:
        name, _, count = armed.partition(":")
        self._point = FailPoint(name) if name else None
        self._left = int(count or 1)

    def passed(self, point: FailPoint) -> None:
        """Die here if this pass is the armed one."""
        if point is not self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
