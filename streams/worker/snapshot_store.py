"""Where snapshots lie: a folder, or any place that fsspec knows by its URL. Blocking; called from threads.

    <place>/<topic>/<partition>/<offset>-e<epoch>-<build>.snapshot

A file is written beside (`scratch`) and then moved, on a local disk by one rename. Elsewhere it is uploaded under its name: object stores
show it when it is whole; where half a file can be seen, the checksum refuses it.
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

_NAME = re.compile(r"(?P<offset>\d{20})-e(?P<epoch>\d{1,5})-(?P<build>[0-9a-f]{32})\.snapshot")


class Name(NamedTuple):
    """A snapshot's name, in the order of offsets."""

    offset: int
    epoch: int
    build: str

    def __str__(self) -> str:
        return f"{self.offset:020d}-e{self.epoch}-{self.build}.snapshot"

    @classmethod
    def parse(cls, text: str) -> "Name | None":
        """The name that a file's name is, if it is one."""
        found = _NAME.fullmatch(text)
        return cls(int(found["offset"]), int(found["epoch"]), found["build"]) if found else None


class Store:
    """The snapshots of a topic's partitions. Raises what the file system raises; the constructor, ImportError or ValueError for a URL
    whose file system is not installed or not known."""

    def __init__(self, url: str, topic: str, scratch: Path) -> None:
        self._fs, root = url_to_fs(url)
        self._root = f"{root.rstrip('/')}/{topic}"
        self._is_local = isinstance(self._fs, LocalFileSystem)
        self._scratch = Path(self._root) if self._is_local else scratch / topic

    def names(self, partition: int) -> list[Name]:
        """All snapshots of a partition, of whatever build and epoch, the newest last."""
        folder = self._folder(partition)
        self._fs.invalidate_cache(folder)
        try:
            paths = self._fs.ls(folder, detail=False)
        except FileNotFoundError:
            return []
        return sorted(name for path in paths if (name := Name.parse(path.rsplit("/", 1)[-1])))

    def read(self, partition: int, name: Name) -> bytes:
        """The whole file."""
        data: bytes = self._fs.cat_file(self._path(partition, name))
        return data

    def scratch(self, partition: int) -> Path:
        """A local file to write a snapshot into; what an earlier writer of the partition left behind is removed."""
        folder = self._scratch / str(partition)
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):
            left.unlink(missing_ok=True)
        return folder / f"{os.getpid()}.part"

    def take(self, partition: int, name: Name, scratch: Path) -> None:
        """Put a finished file in its place; the scratch is gone afterwards."""
        if self._is_local:
            scratch.replace(self._path(partition, name))
        else:
            self._fs.makedirs(self._folder(partition), exist_ok=True)
            self._fs.put_file(str(scratch), self._path(partition, name))
            scratch.unlink()

    def prune(self, partition: int, ours: Name, keep: int) -> None:
        """Keep the newest of our build and as many of all others, to which a rolling upgrade may go back. Other epochs are left alone.

        What lies beyond ours is of another log and would else stay the newest for ever: nothing beyond ours is committed in this one.
        """
        names = [name for name in self.names(partition) if name.epoch == ours.epoch]
        old = [name for name in names if name.offset > ours.offset]
        for is_ours in (True, False):
            old += [name for name in names if name.offset <= ours.offset and (name.build == ours.build) is is_ours][:-keep]
        for name in old:
            self._fs.rm_file(self._path(partition, name))

    def forget(self, partition: int, epoch: int) -> None:
        """Remove all snapshots of an epoch."""
        for name in self.names(partition):
            if name.epoch == epoch:
                self._fs.rm_file(self._path(partition, name))

    def _folder(self, partition: int) -> str:
        return f"{self._root}/{partition}"

    def _path(self, partition: int, name: Name) -> str:
        return f"{self._folder(partition)}/{name}"
