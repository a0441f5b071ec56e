"""`suoheng simulate` writes whole files or none."""

import json
from pathlib import Path

import pytest

from deploy import cli

SMALL = ["simulate", "--offices", "2", "--days", "5", "--seed", "3"]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert cli.run([*SMALL, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_the_counts_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "events.jsonl"
    assert cli.run([*SMALL, "--out", str(out), "--json", "--start", "2025-01-30"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["events"] == out.read_bytes().count(b"\n")
    assert (told["bytes"], told["last_day"]) == (out.stat().st_size, "2025-02-03")


def test_days_that_lie_ahead_are_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*SMALL, "--out", str(tmp_path / "x"), "--start", "2999-01-01"]) == 0
    assert "TIME_FUTURE" in capsys.readouterr().err


@pytest.mark.parametrize("district", ["420107", "99010", "99010a", "9901077"])
def test_a_real_districts_code_is_refused(tmp_path: Path, district: str) -> None:
    assert cli.run([*SMALL, "--out", str(tmp_path / "x"), "--district", district]) == 2


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*SMALL, "--out", str(tmp_path / "no" / "x")]) == 2
    assert "cannot be written" in capsys.readouterr().err
