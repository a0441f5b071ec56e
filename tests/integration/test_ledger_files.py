"""Files that are made to hurt, read as the import reads them: in a process of its own, within its bounds."""

import os
import resource
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.ingest.ledger.files import Unreadable, read, reading
from tests.ledgers import ACCEPTED, accepted, ods, xls, xlsx

SHEETS = {"受理": [ACCEPTED, *(accepted(f"调-{n}", "2026-3-9") for n in range(20))]}


@pytest.mark.parametrize("place", ["XFD1048576", "CV1048576"])
def test_cells_far_away_end_only_the_reading_process(tmp_path: Path, place: str) -> None:
    """Two cells, and the reader of workbooks asks for 512 GiB and ends its process."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active[place] = "x", "y"
    book.save(tmp_path / "far.xlsx")
    began = time.monotonic()
    with pytest.raises(Unreadable):
        read(tmp_path / "far.xlsx")
    assert time.monotonic() - began < 60


def test_a_cell_repeated_a_thousand_million_times(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", {"受理": [["x"]]}, attributes='table:number-columns-repeated="1000000000"')
    with pytest.raises(Unreadable):
        read(path)


def test_the_bounds_are_in_force_where_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = resource.getrlimit(resource.RLIMIT_AS)
    for path in (xlsx(tmp_path / "a.xlsx", SHEETS), xls(tmp_path / "a.xls", SHEETS), ods(tmp_path / "a.ods", SHEETS)):
        (sheet,) = read(path).sheets
        assert len(sheet.rows) == 21
    assert resource.getrlimit(resource.RLIMIT_AS) == made
    monkeypatch.setattr(reading, "_PATIENCE_S", 0.001)
    with pytest.raises(Unreadable, match="minute"):
        read(tmp_path / "a.xlsx")


def test_a_file_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read(tmp_path / "none.xlsx")


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("originals")
    return [kind(folder / "a", SHEETS).read_bytes() for kind in (xlsx, xls, ods)]


def outcome(path: Path) -> str:
    """The kind of the file, or why it is refused."""
    try:
        return read(path).kind
    except Unreadable as refusal:
        return refusal.zh


@given(st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_have_an_outcome(originals: list[bytes], tmp_path: Path, data: st.DataObject) -> None:
    """Bytes of a workbook, some of them changed, dropped or doubled, or any bytes at all."""
    text = bytearray(data.draw(st.sampled_from([*originals, b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    path = tmp_path / f"{os.getpid()}"
    path.write_bytes(text)
    assert outcome(path)
