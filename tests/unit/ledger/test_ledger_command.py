"""`suoheng ledger` as a stranger calls it: what it writes, and how it ends when it cannot."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from deploy import cli
from deploy.commands.ledger import _period
from deploy.ledger.importing import _free
from schemas import settings as in_force
from schemas.settings import Settings
from tests.ledgers import ACCEPTED, OFFICE, accepted, csv_text, xlsx


@pytest.fixture
def suoheng(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Run the command with nothing around it: exit code, output, errors."""
    monkeypatch.setattr(
        in_force, "settings", lambda: Settings(data=tmp_path / "data", kafka="127.0.0.1:1", clickhouse_url="http://127.0.0.1:1")
    )

    def run(*arguments: Any) -> tuple[int, str, str]:
        code = cli.run(["ledger", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_form_is_written_once(suoheng: Any, tmp_path: Path) -> None:
    out = tmp_path / "调解.xlsx"
    code, said, _ = suoheng("template", "med", "--out", out, "--json")
    assert code == 0
    assert json.loads(said)["sheets"][:2] == ["受理", "达成协议"]
    assert suoheng("template", "med", "--out", out)[0] == 2


def test_a_dry_run_that_finds_nothing_wrong(suoheng: Any, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "a.xlsx", {"受理": [ACCEPTED, accepted("1", "2026-3-9")]})
    code, said, errors = suoheng("import", file, "--offline")
    assert (code, errors) == (0, "")
    assert "1 good lines" in said
    assert not (tmp_path / "data").exists()


def test_a_dry_run_that_does(suoheng: Any, tmp_path: Path) -> None:
    file = tmp_path / "受理.csv"
    file.write_text(csv_text([ACCEPTED, accepted("1", "2026-3-9"), accepted("13912345678", "2026-3-40")]), "gb18030")
    code, said, errors = suoheng("import", file, "--offline", "--json")
    document = json.loads(said)
    assert (code, errors.count("\n")) == (1, 1)
    assert [(one["line"], one["column"], one["code"]) for one in document["faults"]] == [
        (3, "案件编号", "TEXT_PRIVATE"),
        (3, "日期", "TIME_FORMAT"),
    ]
    assert "13912345678" not in said
    copy = Path(document["files"][0]["copy"])
    assert copy.name == "受理.错误.xlsx"
    assert suoheng("import", copy, "--offline", "--no-copy")[0] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["受理.csv", "受理.错误.xlsx"]


def test_what_stands_on_a_terminal_is_not_taken_for_markup(suoheng: Any, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "[red]a.xlsx", {"受理": [[*ACCEPTED, "[bold]x"], [*accepted("1", "2026-3-9"), "y"]], "草稿": [["x"]]})
    code, said, _ = suoheng("import", file, "--offline")
    assert code == 0
    assert "[bold]x" in said
    assert "草稿" in said
    assert "[red]a.xlsx" in said


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("template", "reg", "--out", "a.xlsx"), 2, "there are med cor"),
        (("template", "med", "--out", "a.csv"), 2, ".xlsx"),
        (("template", "med", "--out", "/no/such/folder/a.xlsx"), 2, "cannot be written"),
        (("template", "med", "--out", "b.xlsx", "--district", "99"), 2, "six-digit"),
        (("template", "med", "--out", "b.xlsx", "--district", "990107"), 3, "ClickHouse"),
        (("import", "/no/such/file.xlsx"), 2, "is no file"),
        (("import", "."), 2, "is no file"),
        (("import", "ledger.xlsx", "--office", "x"), 2, "sfs-990107-001"),
        (("import", "ledger.xlsx", "--office", OFFICE, "--district", "990108"), 2, "not of district"),
        (("import", "ledger.xlsx", "--ledger", "bureau"), 2, "--ledger"),
        (("import", "ledger.xlsx", "--ledger", "A"), 2, "--ledger"),
        (("import", "ledger.xlsx", "--type", "闲聊"), 2, "受理 (med.case.accepted)"),
        (("import", "ledger.xlsx", "--period", "2026-13"), 2, "--period"),
        (("import", "ledger.xlsx", "--reason", "x"), 2, "never_happened"),
        (("import", "ledger.xlsx", "--offline", "--yes"), 2, "--offline"),
        (("import", "ledger.xlsx", "--partial", "--retract", "1"), 2, "--partial"),
        (("import", "ledger.xlsx"), 3, "--offline"),
        (("import", "bad.xlsx", "--offline"), 1, "网页"),
        (("import", "none.xlsx", "--offline"), 2, "which district"),
        (("import", "other.xlsx", "--offline", "--district", "990107"), 1, "no ledger was found"),
    ],
)
def test_what_cannot_be_done_is_one_line(suoheng: Any, arguments: Any, code: int, says: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    xlsx(tmp_path / "ledger.xlsx", {"受理": [ACCEPTED, accepted("1", "2026-3-9")]})
    xlsx(tmp_path / "none.xlsx", {"受理": [ACCEPTED, accepted("1", "2026-3-9", office="城关所")]})
    xlsx(tmp_path / "other.xlsx", {"统计": [["a", "b"]]})
    (tmp_path / "bad.xlsx").write_text("<html>")
    ended, said, errors = suoheng(*arguments)
    assert (ended, said, errors.count("\n")) == (code, "", 1)
    assert says in errors


def test_keys_are_made_shown_by_fingerprint_and_rotated(suoheng: Any, tmp_path: Path) -> None:
    made = json.loads(suoheng("keys", "--json")[1])
    assert [one["newest"] for one in made["keys"]] == [True]
    rotated = json.loads(suoheng("keys", "--rotate", "--json")[1])
    assert [one["newest"] for one in rotated["keys"]] == [False, True]
    secret = Path(made["file"]).read_text().split('secret = "')[1][:43]
    assert secret not in suoheng("keys")[1]
    Path(made["file"]).chmod(0o644)
    assert suoheng("keys")[0] == 3


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026-03-01..2026-03-15", "2026-03-01", "2026-03-15"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in _period(text)] == [first, last]


def test_copies_never_take_the_place_of_a_file(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = _free(tmp_path / "台账.错误-2.csv")
        path.touch()
        names.append(path.name)
    assert names == ["台账.错误.xlsx", "台账.错误-2.xlsx", "台账.错误-3.xlsx"]


def test_a_pipe_is_no_file(suoheng: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    began = time.monotonic()
    assert suoheng("import", tmp_path / "pipe.csv", "--offline")[0] == 2
    assert time.monotonic() - began < 10
