"""The chain of hashes: what it holds together, and what it finds out."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import audit
from schemas.audit import LOCAL, Audit, days, entries, verify

LINES = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of four days."""
    return tmp_path / "audit"


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon of a day."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL).astimezone(tz)

    monkeypatch.setattr(audit, "datetime", Now)


@pytest.fixture
def filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = Audit(folder, 400)
    for n in range(LINES):
        on(date(2026, 11, 1) + timedelta(days=n // 10), monkeypatch)
        log.append("refused", key=f"k{n}", events=n)
    return folder


def test_a_log_holds_and_counts_on_from_day_to_day(filled: Path) -> None:
    found = verify(filled)
    assert (found.days, found.entries, found.head.n, found.problems) == (4, LINES, LINES, [])
    assert [one["n"] for one in entries(filled)] == list(range(1, LINES + 1))
    assert next(path.name for path in days(filled)) == "2026-11-01.jsonl"


def test_an_empty_log_holds(folder: Path) -> None:
    assert verify(folder).entries == 0


def changed(line: bytes) -> bytes:
    return json.dumps(json.loads(line) | {"events": 0}, separators=(",", ":")).encode()


@pytest.mark.parametrize("at", range(LINES))
@pytest.mark.parametrize("deed", ["change", "drop", "double", "swap"])
def test_every_change_but_of_the_last_line_is_found(filled: Path, at: int, deed: str) -> None:
    if at in (LINES - 1, 0):
        return
    path = days(filled)[at // 10]
    lines = path.read_bytes().splitlines()
    here = at % 10
    if deed == "change":
        lines[here] = changed(lines[here])
    elif deed == "drop":
        del lines[here]
    elif deed == "double":
        lines.insert(here, lines[here])
    else:
        lines[here], lines[here - 1] = lines[here - 1], lines[here]
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert verify(filled).problems, f"{deed} at {at}"


def test_a_missing_day_is_found(filled: Path) -> None:
    days(filled)[1].unlink()
    assert [problem.file for problem in verify(filled).problems] == ["2026-11-03.jsonl"]


def test_a_noted_head_finds_out_what_the_chain_alone_cannot(filled: Path) -> None:
    head = verify(filled).head.hash
    assert verify(filled, head).problems == []
    last = days(filled)[-1]
    lines = last.read_bytes().splitlines()
    last.write_bytes(b"\n".join([*lines[:-1], changed(lines[-1])]) + b"\n")
    assert verify(filled).problems == []
    assert "expected head" in verify(filled, head).problems[0].what
    last.unlink()
    assert verify(filled).problems == []
    assert verify(filled, head).problems


def test_a_torn_line_is_told_and_mended(filled: Path) -> None:
    last = days(filled)[-1]
    with last.open("ab") as file:
        file.write(b'{"n":41,"what":"half')
    assert "torn" in verify(filled).problems[0].what
    Audit(filled, 400).append("refused")
    assert verify(filled).problems == []
    assert [one["what"] for one in entries(filled)][-2:] == ["torn line removed", "refused"]


def test_files_are_kept_as_long_as_they_must_and_no_longer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Audit(folder, 184)
    first = date(2026, 1, 1)
    for day in (first, first + timedelta(days=1), first + timedelta(days=184), first + timedelta(days=185)):
        on(day, monkeypatch)
        log.append("x")
    assert [path.stem for path in days(folder)] == ["2026-01-02", "2026-07-04", "2026-07-05"]
    assert verify(folder).problems == []


def test_a_clock_that_goes_back_breaks_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Audit(folder, 400)
    for day in (10, 9, 11):
        on(date(2026, 3, day), monkeypatch)
        log.append("x")
    assert [path.stem for path in days(folder)] == ["2026-03-10", "2026-03-11"]
    assert verify(folder).problems == []


def test_no_text_begins_a_line_of_its_own(folder: Path) -> None:
    Audit(folder, 400).append("x", key='k"\n{"n":2}\r\u2028\x00')
    assert len(days(folder)[0].read_bytes().splitlines()) == 1
    assert verify(folder).problems == []


def test_long_lines_are_found_again_from_the_end(folder: Path) -> None:
    log = Audit(folder, 400)
    for size in (10, 300_000, 10, 70_000, 65_536):
        log.append("x", text="y" * size)
    assert (verify(folder).entries, verify(folder).problems) == (5, [])


def test_processes_side_by_side_keep_one_chain(folder: Path) -> None:
    code = f"from pathlib import Path; from schemas.audit import Audit; [Audit(Path({str(folder)!r}), 400).append('x', n2=n) for n in range(50)]"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    found = verify(folder)
    assert (found.entries, found.head.n, found.problems) == (200, 200, [])
