"""Files in the place whose name is the SHA-256 of their content: what two backups have in common lies there once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256

from deploy.backup.manifest import Stored
from deploy.backup.place import Place
from deploy.backup.segments import Damaged, compressed, inflated
from deploy.errors import Finding

PART_BYTES = 16 << 20
_LARGEST = 1 << 30


class Parts:
    """Puts contents into a place. `known`: what earlier backups have put there, by name; it is not written again."""

    def __init__(self, place: Place, known: Mapping[str, Stored]) -> None:
        self._place, self._known = place, dict(known)

    def put(self, data: bytes) -> Stored:
        """One content."""
        name = f"parts/{sha256(data).hexdigest()}.zst"
        if name not in self._known:
            there = self._place.read(name)  # of a run that was cut off, perhaps
            whole = there is not None and _is(there, data)
            self._known[name] = described(name, there, data) if there and whole else stored(self._place, name, data)
        return self._known[name]

    def put_in_pieces(self, data: bytes) -> tuple[Stored, ...]:
        """One content in pieces of `PART_BYTES`; none for no bytes."""
        return tuple(self.put(data[at : at + PART_BYTES]) for at in range(0, len(data), PART_BYTES))


def stored(place: Place, name: str, data: bytes) -> Stored:
    """Write a content under a name."""
    small = compressed(data)
    place.write(name, small)
    return described(name, small, data)


def described(name: str, small: bytes, data: bytes) -> Stored:
    """A file that holds `small`, which unpacks to `data`."""
    return Stored(name, sha256(small).hexdigest(), len(small), len(data))


def fetched(place: Place, file: Stored) -> bytes:
    """The content of a file, checked. Raises Damaged."""
    small = place.read(file.name)
    if small is None:
        raise Damaged(f"{file.name} is missing")
    if len(small) != file.stored_bytes or sha256(small).hexdigest() != file.sha256:
        raise Damaged(f"{file.name} is damaged: its SHA-256 is not the one in the manifest")
    try:
        return inflated(small, min(file.bytes, _LARGEST))
    except Damaged as error:
        raise Damaged(f"{file.name} {error}") from error


def fetched_all(place: Place, files: Sequence[Stored]) -> Iterator[bytes]:
    """The contents one after the other. Raises Damaged."""
    for file in files:
        yield fetched(place, file)


def _is(small: bytes, data: bytes) -> bool:
    try:
        return inflated(small, len(data)) == data
    except Damaged:
        return False


@contextmanager
def damage_told() -> Iterator[None]:
    """Damaged as what ends a command: a Finding that says what to do."""
    try:
        yield
    except Damaged as error:
        raise Finding(f"{error}. Mend the place or take an earlier backup; `suoheng backup verify` tells all that is wrong") from error
