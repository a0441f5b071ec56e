"""`suoheng demo` from nothing: the published month printed back, every figure as it must be, nothing left running; then once more."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo import huangshi, report
from deploy.doctor.checks import all_checks
from deploy.local.asking import ask
from deploy.local.child import as_environment
from deploy.watching.scrape import look, of_this_machine
from schemas.operation.metrics import GROUPS
from schemas.settings import Settings
from tests.fault.workers import until
from tests.ports import free_port_base

pytestmark = pytest.mark.timeout(1_800)


def command(data: Path, base: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "deploy", "demo", "--data", str(data), "--port-base", str(base), *more]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def once(data: Path) -> "subprocess.CompletedProcess[str]":
    """The demo, run once from nothing."""
    return subprocess.run(command(data, free_port_base(), "--once"), capture_output=True, text=True, timeout=1_500, check=False)


def test_it_comes_out_as_it_must(once: "subprocess.CompletedProcess[str]") -> None:
    assert once.returncode == 0, once.stdout + once.stderr
    assert "NO 否" not in once.stdout
    assert "no difference in" in once.stdout


def test_huangshis_brief_is_printed(once: "subprocess.CompletedProcess[str]") -> None:
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in once.stdout.splitlines() if line.startswith("│")]
    told = {cells[0].split()[-1]: cells[1:] for cells in lines if cells}
    for (indicator, dimension), (number, _denominator) in huangshi.brief().items():
        if indicator == "med_accepted_cnt" and dimension:
            assert told[dimension.partition("=")[2]] == [str(number), f"{number / 869:.1%}"]
    assert told["达成协议/受理"] == ["842/869", "96.9%"]
    assert told["达成协议/办结"] == ["842/857", "98.2%"]


def test_the_misprint_and_the_alerts_are_shown(once: "subprocess.CompletedProcess[str]") -> None:
    assert "NUM_RANGE" in once.stdout
    assert "firing" in once.stdout
    assert "resolved" in once.stdout


@pytest.fixture(scope="module")
def again(once: "subprocess.CompletedProcess[str]", data: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """The demo on the same data, to stay; with what it printed on standard error until the page was there."""
    assert once.returncode == 0
    base = free_port_base()
    process = subprocess.Popen(command(data, base, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    told = ""
    for line in process.stderr:
        told += line
        if "the page" in line:
            break
    try:
        yield process, f"http://127.0.0.1:{base + 4}"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        assert not _listens(base)


def test_a_second_start_has_the_page_and_publishes_nothing_twice(again: "tuple[subprocess.Popen[str], str]") -> None:
    process, page = again
    assert process.stdout is not None
    document: dict[str, Any] = json.loads(process.stdout.readline())
    assert document["page"] == page
    assert [check for check in document["checks"] if not check["holds"]] == []
    assert document["reconciliation"]["agrees"]
    # Had the files been published again, every event would be a duplicate now.
    assert all(flow["duplicates"] < 0.05 * flow["read"] for flow in document["flows"])
    with urllib.request.urlopen(page, timeout=30) as answer:
        assert answer.status == 200


def test_the_alert_desk_shows_who_was_told(again: "tuple[subprocess.Popen[str], str]") -> None:
    """A stranger finds an alert that fires, whom it was told, and can take it: the demo has a plan of its own."""
    _process, page = again

    def firing() -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{page}/api/d/{report.DISTRICT}/alerts", timeout=30) as answer:
            return list(json.load(answer)["content"]["firing"])

    told = until(lambda: [one for one in firing() if one["receipts"]], "somebody is told of the alert", 90)
    assert {receipt["receiver"] for receipt in told[0]["receipts"]} <= {"bureau", "street", "finance", "office"}


def test_the_trickle_goes_on(again: "tuple[subprocess.Popen[str], str]", data: Path) -> None:
    process, page = again
    clickhouse = page.rsplit(":", 1)[0] + f":{int(page.rsplit(':', 1)[1]) - 2}"
    query = "SELECT count() FROM suoheng.events WHERE source LIKE '%25/live'"
    deadline = time.monotonic() + 120
    found = 0
    while found < 2 and time.monotonic() < deadline:
        assert process.poll() is None
        with urllib.request.urlopen(f"{clickhouse}/?query={query.replace(' ', '%20')}", timeout=30) as answer:
            found = int(answer.read())
        time.sleep(1)
    assert found >= 2


def test_it_can_be_seen_running(again: "tuple[subprocess.Popen[str], str]", data: Path) -> None:
    """Every declared metric is exposed, and nothing else of ours; `top` shows all processes ready; the doctor finds nothing."""
    _process, page = again
    settings = Settings(port_base=int(page.rsplit(":", 1)[1]) - 4, data=data)
    seen = look(of_this_machine(settings))
    assert {one.process for one in seen} == {group.process for group in GROUPS}
    for one in seen:
        told = ask("127.0.0.1", int(one.address.rsplit(":", 1)[1]), "/metrics").body.decode()
        declared = {metric.name for group in GROUPS if group.process == one.process for metric in group.metrics}
        assert set(re.findall(r"^# TYPE (suoheng_\w+) ", told, re.MULTILINE)) == declared
    environment = {**os.environ, **as_environment(settings)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy", "top", "--once", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        timeout=120,
    )
    document = json.loads(done.stdout)
    assert document["ready"]
    assert document["flow"]["letters_open"] >= 1
    assert document["alerts"]
    assert min(row["memory_mib"] for row in document["processes"]) > 10
    checks = {check.name: check for check in all_checks(settings)}
    assert {
        name: check.finding("en") for name, check in checks.items() if not check.ok and name not in {"settings", "disk", "letters"}
    } == {}
    assert checks["processes"].ok


def test_a_folder_in_use_and_a_busy_port_are_one_line(again: "tuple[subprocess.Popen[str], str]", data: Path, tmp_path: Path) -> None:
    _process, page = again
    for folder, base in ((data, free_port_base()), (tmp_path, int(page.rsplit(":", 1)[1]) - 4)):
        done = subprocess.run(command(folder, base, "--once"), capture_output=True, text=True, timeout=120, check=False, env=os.environ)
        assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
