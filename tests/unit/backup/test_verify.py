"""A backup is found damaged wherever a byte of it is another, and read only by builds that know its format."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.backup import manifest as manifests
from deploy.backup.manifest import File, Last, Manifest, Partition, Segment, Table
from deploy.backup.parts import Parts, stored
from deploy.backup.place import Place
from deploy.backup.segments import Damaged, Record, broken_at, compressed, digest, inflated, packed, unpacked
from deploy.backup.verify import verify
from deploy.cli import run
from deploy.errors import Finding, Usage
from deploy.watcher import Lines

RECORDS: list[Record] = [
    (0, 1_700_000_000_000, b"990107", b'{"id":"a"}', ()),
    (2, 1_700_000_000_000, None, None, (("h", None), ("h", b"x"))),
    (3, 1_700_000_000_500, b"", b"", ()),
]


def segment(place: Place, records: Sequence[Record], start: int, end: int) -> Segment:
    return Segment(start, end, len(records), stored(place, f"log/0/{start:020d}-{end:020d}.zst", packed(records)))


def backup(folder: Path, *segments: Segment, made_at: str = "20261130T080000.000Z") -> str:
    """A whole backup of one partition; its name."""
    place = Place(str(folder))
    parts = Parts(place, {})
    made = segments or (segment(place, RECORDS[:1], 0, 2), segment(place, RECORDS[1:], 2, 5))
    file = File("data", "audit/2026-11-30.jsonl", 0o600, False, parts.put_in_pieces(b'{"n":1}\n' * 100))
    table = Table("replay_rows", ("topic",), 1, (parts.put(b"office-events\n"),))
    partition = Partition(0, 5, Last(RECORDS[-1][0], digest(RECORDS[-1])), made)
    return manifests.save(
        place,
        Manifest(
            manifests.FORMAT,
            made_at,
            "suoheng 1",
            "office-events",
            {},
            (partition,),
            parts.put(packed([])),
            (file,),
            (),
            (table,),
            None,
        ),
    )


def problems(folder: Path) -> list[str]:
    place = Place(str(folder))
    return [f"{one.where}: {one.what}" for one in verify(place, manifests.chosen(place)[1], Lines())]


def test_a_whole_one_has_no_problems(tmp_path: Path) -> None:
    backup(tmp_path)
    assert problems(tmp_path) == []


def test_another_byte_anywhere_in_any_file_is_found(tmp_path: Path) -> None:
    backup(tmp_path)
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        for at in range(0, len(whole), 5):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            if path.suffix == ".json":
                with pytest.raises(Finding, match="is damaged"):
                    problems(tmp_path)
            else:
                assert len(problems(tmp_path)) == 1, (path, at)
        path.write_bytes(whole)
    assert problems(tmp_path) == []


def test_places_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup(tmp_path)
    (tmp_path / "log/0/00000000000000000002-00000000000000000005.zst").unlink()
    assert run(["backup", "verify", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "partition 0, offsets 2 to 4: log/0/00000000000000000002-00000000000000000005.zst is missing" in told.out
    assert "damaged in 1 place(s), first partition 0, offsets 2 to 4" in told.err


def test_a_gap_and_a_wrong_order_are_problems_though_every_checksum_fits(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    backup(tmp_path, segment(place, RECORDS[:1], 0, 1), segment(place, RECORDS[1:], 2, 5), made_at="20261130T080001.000Z")
    assert problems(tmp_path) == ["partition 0, offsets 2 to 4: offsets 1 to 1 are missing before it"]
    backup(tmp_path, segment(place, [RECORDS[0], RECORDS[2], RECORDS[1]], 0, 5), made_at="20261130T080002.000Z")
    assert any("offset 2 of partition 0 is out of order" in told for told in problems(tmp_path))


def test_a_manifest_of_a_newer_build_is_refused_and_not_misread(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    name = backup(tmp_path)
    kept = manifests.load(place, name)
    newer = manifests.save(place, msgspec.structs.replace(kept, format=manifests.FORMAT + 1, id="20270101T000000Z"))
    with pytest.raises(Finding, match="written by a newer build"):
        manifests.chosen(place)
    assert manifests.chosen(place, name)[0] == name
    assert manifests.names(place) == [name, newer]


def test_half_a_backup_is_none(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    segment(place, RECORDS[:1], 0, 2)
    with pytest.raises(Usage, match="there is no backup"):
        manifests.chosen(place)


records = st.lists(
    st.tuples(
        st.integers(0, 2**53),
        st.integers(-1, 2**53),
        st.none() | st.binary(max_size=20),
        st.none() | st.binary(max_size=200),
        st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5)), max_size=3).map(tuple),
    )
)


@given(records)
def test_records_come_back_as_they_were(given_records: list[Record]) -> None:
    data = packed(given_records)
    assert unpacked(inflated(compressed(data), len(data))) == given_records


@given(st.binary(max_size=200))
def test_any_other_bytes_are_damaged(data: bytes) -> None:
    for read in (unpacked, lambda given_bytes: inflated(given_bytes, 1 << 20)):
        try:
            read(data)
        except Damaged:
            continue


@given(st.lists(st.integers(0, 20)), st.integers(0, 20), st.integers(0, 20))
def test_order_means_ascending_within_the_bounds(offsets: list[int], start: int, end: int) -> None:
    found: list[Record] = [(offset, 0, None, None, ()) for offset in offsets]
    fits = offsets == sorted(set(offsets)) and all(start <= offset < end for offset in offsets)
    assert (broken_at(found, start, end) is None) == fits


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    with pytest.raises(Damaged, match="more than 1,000"):
        inflated(compressed(bytes(10_000_000)), 1_000)
