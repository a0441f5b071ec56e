"""Where snapshots lie: names, a local folder and another file system, what is pruned."""

from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from streams.worker.snapshot_store import Name, Store

OURS, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    MemoryFileSystem.store.clear()
    url = str(tmp_path / "place") if request.param == "local" else "memory://bucket/place"
    return Store(url, "t.office-events", tmp_path / "scratch")


def put(store: Store, name: Name, partition: int = 3) -> None:
    scratch = store.scratch(partition)
    scratch.write_bytes(str(name).encode())
    store.take(partition, name, scratch)
    assert not scratch.exists()


def test_names() -> None:
    name = Name(4_711, 2, OURS)
    assert str(name) == f"00000000000000004711-e2-{OURS}.snapshot"
    assert Name.parse(str(name)) == name
    for strange in ("", "x.snapshot", str(name) + ".part", str(name)[1:], str(name).upper(), "123.part"):
        assert Name.parse(strange) is None


def test_what_was_put_is_there(store: Store) -> None:
    assert store.names(3) == []
    names = [Name(20, 0, OURS), Name(3, 0, OTHER), Name(100, 1, OURS)]
    for name in names:
        put(store, name)
    assert store.names(3) == sorted(names)
    assert store.names(4) == []
    assert store.read(3, names[0]) == str(names[0]).encode()


def test_the_newest_of_ours_and_of_all_others_are_kept(store: Store) -> None:
    for offset in (10, 20, 30, 40):
        put(store, Name(offset, 0, OURS))
    for offset, build in ((11, OTHER), (12, THIRD), (21, OTHER)):
        put(store, Name(offset, 0, build))
    put(store, Name(1, 1, OURS))
    put(store, Name(40, 0, OURS), partition=4)
    store.prune(3, Name(40, 0, OURS), keep=2)
    assert store.names(3) == [Name(1, 1, OURS), Name(12, 0, THIRD), Name(21, 0, OTHER), Name(30, 0, OURS), Name(40, 0, OURS)]
    assert store.names(4) == [Name(40, 0, OURS)]


def test_what_lies_beyond_is_of_another_log_and_goes(store: Store) -> None:
    """A topic that was made anew begins at 0; else its snapshots would be pruned in favour of the old one's for ever."""
    for offset in (500, 600):
        put(store, Name(offset, 0, OURS))
    put(store, Name(30, 0, OURS))
    store.prune(3, Name(30, 0, OURS), keep=1)
    assert store.names(3) == [Name(30, 0, OURS)]


def test_what_an_earlier_writer_left_is_removed(store: Store) -> None:
    left = store.scratch(3)
    left.write_bytes(b"half a snap")
    other = left.with_name("12345.part")
    other.write_bytes(b"half")
    assert store.names(3) == []
    store.scratch(3)
    assert not left.exists()
    assert not other.exists()


@pytest.mark.parametrize("url", ["nowhere://bucket", "abfs://container/x"])
def test_a_file_system_that_is_not_there(url: str, tmp_path: Path) -> None:
    with pytest.raises((ImportError, ValueError)):
        Store(url, "topic", tmp_path)
