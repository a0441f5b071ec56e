"""Back-pressure: the bytes of all bodies in hand are bounded, whoever comes beyond that is told when to come again."""

from types import TracebackType
from typing import Self

from streams.ingest.gateway.refusal import Refusal, Refused

AGAIN_AFTER_S = 1


class Room:
    """`most` bytes for the bodies of all requests in hand."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def share(self) -> "Share":
        """One request's part, given back when its block ends."""
        return Share(self)


class Share:
    """What one request has taken; grows as its body does, so that nobody waits for room that a slow sender has only announced."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._taken = 0

    def take(self, size: int) -> None:
        """Raises `Refused` 503 when the room is full."""
        if self._room.taken + size > self._room.most:
            raise Refused(Refusal("UNAVAILABLE", "the gateway has too much in hand; send again later", 503, AGAIN_AFTER_S))
        self._room.taken += size
        self._taken += size

    def give_back(self, size: int) -> None:
        """A part of what was taken is not needed after all."""
        self._room.taken -= size
        self._taken -= size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.give_back(self._taken)
