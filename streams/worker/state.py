"""What the shell knows of the core's state: how to fold into it, and how it becomes bytes and comes back. The rest is the core's."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.worker.snapshot_file import Tail

State = TypeVar("State")
State_contra = TypeVar("State_contra", contravariant=True)
Fold = Callable[[State, Sequence[Message], Outputs[Any]], object]
"""Puts what follows from messages into outputs of any kind of rows."""


class Codec(Protocol[State_contra]):
    """Makes snapshots of states. `streams.core.snapshot` is one."""

    def dump(self, partition: State_contra, /) -> bytes:
        """The state as bytes. Runs in a forked process."""
        ...

    def load(self, data: bytes, partition: State_contra, /) -> Iterator[None]:
        """Fill an empty state, in steps between which others may work; raises anything for bytes that are no such dump."""
        ...


class Restored(NamedTuple, Generic[State]):
    """A state, the offset up to which the log is folded into it, and the last message that was (None: there was none)."""

    state: State
    offset: int
    tail: Tail | None
