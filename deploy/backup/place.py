"""Where backups lie: a folder, or any place that fsspec knows by its URL.

A file is there whole or not at all: on a local disk it is written beside, synced and renamed; object stores show an upload when it is done.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from deploy.errors import MissingDependency, Usage

_UNFINISHED = ".part"


class Place:
    """Files by names with `/` between. Every method raises MissingDependency when the place cannot be used."""

    def __init__(self, url: str) -> None:
        """Raises Usage for a URL whose file system is not installed or not known."""
        self.url = url
        try:
            self._fs, root = url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise Usage(f"{url} cannot be used: {error}; name a folder, or a URL whose fsspec package is installed") from error
        self._root = root.rstrip("/")
        self._is_local = isinstance(self._fs, LocalFileSystem)

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder, without it, ascending; none where there is no such folder."""
        path = f"{self._root}/{folder}"
        with self._used():
            self._fs.invalidate_cache(path)
            try:
                found = self._fs.ls(path, detail=False)
            except FileNotFoundError:
                return []
        return sorted(name for one in found if not (name := one.rsplit("/", 1)[-1]).endswith(_UNFINISHED))

    def read(self, name: str) -> bytes | None:
        """The whole file; None where it is not."""
        with self._used():
            try:
                data: bytes = self._fs.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, durable when this returns; replaces one of this name. Only its owner may read it: it may hold personal data."""
        path = f"{self._root}/{name}"
        with self._used():
            if self._is_local:
                _write_local(Path(path), data)
            else:
                self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._fs.pipe_file(path, data)

    @contextmanager
    def _used(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise MissingDependency(f"{self.url} cannot be used: {error}; make room there, or choose another place") from error


def _write_local(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}{_UNFINISHED}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
