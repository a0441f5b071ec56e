"""A snapshot's file: what was put in comes out, and damage of any kind is noticed."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.worker.snapshot_file import MAGIC, Label, Tail, Unusable, pack, unpack

LABEL = Label("t.office-events", 3, 12, 1, "ab" * 16, 4_711, Tail(4_709, 1_900_000_000_000, "cd" * 16))
STATE = b"some state, " * 40
FILE = pack(LABEL, STATE)

LABELS = st.builds(
    Label,
    topic=st.text(max_size=20),
    partition=st.integers(0, 511),
    partitions=st.integers(1, 512),
    epoch=st.integers(0, 32_767),
    build=st.text("0123456789abcdef", min_size=32, max_size=32),
    offset=st.integers(0, 1 << 48),
    tail=st.builds(Tail, st.integers(0, 1 << 48), st.integers(0, 1 << 48), st.text(max_size=32)),
)


@given(LABELS, st.binary(max_size=2_000))
def test_what_was_put_in_comes_out(label: Label, state: bytes) -> None:
    assert unpack(pack(label, state)) == (label, state)


def damaged(data: bytes) -> None:
    with pytest.raises(Unusable) as refusal:
        unpack(data)
    assert refusal.value.reason == "damaged"


@given(st.integers(0, 8 * len(FILE) - 1))
def test_a_flipped_bit(bit: int) -> None:
    data = bytearray(FILE)
    data[bit // 8] ^= 1 << bit % 8
    damaged(bytes(data))


def test_cut_short_anywhere() -> None:
    for length in range(len(FILE)):
        damaged(FILE[:length])


@given(st.binary(min_size=1, max_size=50))
def test_something_behind_it(more: bytes) -> None:
    damaged(FILE + more)


@given(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=50))
def test_a_stretch_overwritten(start: int, other: bytes) -> None:
    data = FILE[:start] + other + FILE[start + len(other) :]
    if data != FILE:
        damaged(data)


@given(st.binary(max_size=200))
@example(MAGIC)
@example(b"")
def test_any_bytes(data: bytes) -> None:
    damaged(data)


@given(LABELS, LABELS)
def test_the_head_of_another(one: Label, other: Label) -> None:
    """Two whole files, the first half of one and the second of the other."""
    a, b = pack(one, STATE), pack(other, STATE)
    half = len(a) // 2
    if (data := a[:half] + b[half:]) not in (a, b):
        damaged(data)


@pytest.mark.parametrize("label", [b"{}", b"[]", b"", b"\xff", msgspec.json.encode(LABEL)[:-1]])
def test_a_right_checksum_over_what_is_no_label(label: bytes) -> None:
    from hashlib import sha256

    body = len(label).to_bytes(4, "big") + label + b"no zstd"
    damaged(MAGIC + sha256(body).digest() + body)


def test_tails_tell_messages_apart() -> None:
    message = (7, 1_900_000_000_000, b"990107", b"{}", [("a", b"1")])
    others = [
        (7, 1_900_000_000_001, b"990107", b"{}", [("a", b"1")]),
        (7, 1_900_000_000_000, None, b"{}", [("a", b"1")]),
        (7, 1_900_000_000_000, b"990107", b"{} ", [("a", b"1")]),
        (7, 1_900_000_000_000, b"990107", b"{}", ()),
    ]
    assert Tail.of(message) == Tail.of((*message[:4], (("a", b"1"),)))
    assert all(Tail.of(other) != Tail.of(message) for other in others)
