"""A file followed into a spool: each line once, over restarts, rotation and cutting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from streams.ingest.publisher import LARGEST_LINE_BYTES
from streams.ingest.sdk.follow import follow
from streams.ingest.sdk.spool import Spool
from tests.fault.workers import until


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


@contextmanager
def following(file: Path, spool: Spool) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=follow, args=(file, spool, stop, lambda _lines: None))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def lines(spool: Spool) -> list[bytes]:
    return [event for _, event in spool.head(1_000_000)]


def write(file: Path, text: str) -> None:
    with file.open("a") as to:
        to.write(text)


def arrive(spool: Spool, *expected: bytes) -> None:
    until(lambda: lines(spool) == list(expected), f"{expected}, found {lines(spool)}", 10)


def test_a_line_counts_when_it_is_whole(tmp_path: Path, spool: Spool) -> None:
    file = tmp_path / "events.jsonl"
    with following(file, spool):
        write(file, "a\n\nb")
        arrive(spool, b"a")
        write(file, "c\r\n")
        arrive(spool, b"a", b"bc")


def test_it_goes_on_where_it_was_stopped(tmp_path: Path, spool: Spool) -> None:
    file = tmp_path / "events.jsonl"
    write(file, "a\nb\n")
    with following(file, spool):
        arrive(spool, b"a", b"b")
    write(file, "c\n")
    with following(file, spool):
        arrive(spool, b"a", b"b", b"c")


def test_a_renamed_file_is_read_to_its_end_then_the_new_one(tmp_path: Path, spool: Spool) -> None:
    file = tmp_path / "events.jsonl"
    write(file, "a\n")
    with following(file, spool):
        arrive(spool, b"a")
        old = file.rename(tmp_path / "events.1")
        write(old, "b\n")
        arrive(spool, b"a", b"b")
        write(file, "c\n")
        arrive(spool, b"a", b"b", b"c")


def test_a_file_cut_short_is_read_from_its_beginning(tmp_path: Path, spool: Spool) -> None:
    file = tmp_path / "events.jsonl"
    write(file, "a\nbbbb\n")
    with following(file, spool):
        arrive(spool, b"a", b"bbbb")
        file.write_text("c\n")
        arrive(spool, b"a", b"bbbb", b"c")


def test_of_a_line_without_end_only_the_beginning_is_taken(tmp_path: Path, spool: Spool) -> None:
    file = tmp_path / "events.jsonl"
    with file.open("wb") as to:
        to.write(b"x" * (5 * LARGEST_LINE_BYTES) + b"\nlast\n")
    with following(file, spool):
        until(lambda: len(lines(spool)) == 2, "two lines", 10)
    assert [len(line) for line in lines(spool)] == [2 * LARGEST_LINE_BYTES, 4]


def test_while_the_spool_is_full_the_lines_wait_in_their_file(tmp_path: Path) -> None:
    small = Spool(tmp_path / "small", most_bytes=3)
    file = tmp_path / "events.jsonl"
    write(file, "abc\n")
    with following(file, small):
        arrive(small, b"abc")
        write(file, "d\n")
        small.arrived(small.head(1), [None])
        arrive(small, b"d")
    small.close()
