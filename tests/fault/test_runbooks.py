"""Run books on a stack as `suoheng up` starts it: what they are for is brought about, their blocks are run as they stand, and every row is right."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fault.report import LONG
from tests.integration.test_reconcile import crowd
from tests.ports import free_port_base
from tests.runbooks import script
from tests.scenarios.story import D

pytestmark = [
    pytest.mark.skipif(not LONG, reason="each starts a stack of its own, twenty seconds and more: LONG_FAULTS=1"),
    pytest.mark.timeout(900),
]

Run = Callable[..., "subprocess.CompletedProcess[str]"]

AT_WORK = """
export SUOHENG_DEAD_LETTER_STREAK=0 SUOHENG_DEAD_LETTER_PERCENT=0
start
suoheng publish events.jsonl
suoheng wait --timeout 300
suoheng backup create "$DEST"
"""
GOOD = """
start
suoheng publish good.jsonl
suoheng wait --timeout 300
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a run book in a folder with events; whatever it started is ended."""
    base = free_port_base()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SUOHENG_DATA": str(tmp_path / "data"),
        "SUOHENG_CACHE": os.environ.get("SUOHENG_CACHE", str(Path(".data/cache").resolve())),
        "SUOHENG_PORT_BASE": str(base),
        "SUOHENG_PARTITIONS": "3",
        "DEST": str(tmp_path / "kept"),
    }
    events = crowd(D, 0, 400)
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, events)) + "\n", "utf-8")
    registry = [one for one in events if one["type"].startswith("reg.office")]
    (tmp_path / "good.jsonl").write_text("\n".join(map(json.dumps, registry)) + "\n", "utf-8")
    (tmp_path / "bad.jsonl").write_text("\n".join(json.dumps({"district": D, "n": number}) for number in range(150)) + "\n", "utf-8")

    def one(name: str, beginning: str, end: str = "stop") -> "subprocess.CompletedProcess[str]":
        ended = "trap '[ -f up.pid ] && { kill \"$(cat up.pid)\"; wait; }' EXIT"
        text = "\n".join([ended, script(name, beginning), end])
        shell = ["bash", "-euo", "pipefail", "-c", text]
        done = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{(tmp_path / 'up.log').read_text('utf-8')[-2000:]}"
        return done

    return one


def test_lost_clickhouse(run: Run) -> None:
    done = run("lost-clickhouse", AT_WORK)
    assert "no difference in" in done.stdout
    assert "rows 已恢复" in done.stdout


def test_lost_worker(run: Run) -> None:
    kill = 'kill -9 "$(python -c \'import json, os; print(json.load(open(os.environ["SUOHENG_DATA"] + "/pids.json"))["worker-1"])\')"\n'
    assert "no difference in" in run("lost-worker", AT_WORK + kill).stdout


def test_disk_full(run: Run) -> None:
    assert "no difference in" in run("disk-full", AT_WORK).stdout


def test_poison(run: Run) -> None:
    halted = "suoheng publish bad.jsonl\nuntil grep -q 'dead letters' \"$SUOHENG_DATA\"/logs/worker-1.log; do sleep 0.5; done\n"
    done = run("poison", GOOD + halted)
    assert "no difference in" in done.stdout


def test_restore(run: Run) -> None:
    lost = 'stop\nrm -rf "$SUOHENG_DATA"\n'
    done = run("restore", AT_WORK + lost, "")
    assert "are whole 完好" in done.stdout
    assert "no difference in" in done.stdout
    assert "events, 0 of them new" in done.stdout


def test_move(run: Run) -> None:
    assert "no difference in" in run("move", AT_WORK, "").stdout


def test_keys_are_rotated_as_the_run_book_says(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SUOHENG_DATA": str(tmp_path / "data")}
    begun = "suoheng credentials add --office sfs-990107-001 --publisher office-1 > key.txt; suoheng ledger keys > /dev/null"
    shell = ["bash", "-euo", "pipefail", "-c", script("rotate-keys", begun)]
    done = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "revoked" in done.stdout
    assert (tmp_path / "handover.json").stat().st_mode & 0o777 == 0o600
