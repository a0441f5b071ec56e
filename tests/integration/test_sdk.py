"""An office's publisher against real Kafka and the real gateway: killed, cut off, refused; what it took arrives, in order, none missing."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.sdk import AsyncPublisher, EventRefused, Publisher
from streams.ingest.sdk.spool import Place
from tests.integration.asking import logged
from tests.integration.test_gateway import Door, until

D = "990101"
OFFICE, SOURCE = f"sfs-{D}-001", f"/districts/{D}/office-001"
GIVEN = {"channel": "visit", "persons": 1}
OFFICE_SYSTEM = """
import sys, time
from streams.ingest.sdk import Publisher
to, spool, source, office, times = sys.argv[1:]
out = Publisher(to, source, spool)
for _ in range(int(times)):
    out.publish("leg.consultation.given", office=office, data={"channel": "visit", "persons": 1})
    print("taken", flush=True)
assert out.flush(60)
time.sleep(0.5)  # the publisher waits for more now, and is not closed
"""


@pytest.fixture
def door(installation: Any, tmp_path: Path) -> Door:
    return Door(dict(installation.environment) | {"SUOHENG_DATA": str(tmp_path / "data")}, tmp_path / "gateway.log")


def first_sequences(records: list[Any]) -> list[int]:
    """The numbers in the order in which each first came; every record is a valid event."""
    for record in records:
        assert not isinstance(validate((record.offset, record.timestamp, record.key, record.value, record.headers)), Rejected)
    return list(dict.fromkeys(int(json.loads(record.value)["sequence"]) for record in records))


@contextmanager
def office_system(installation: Any, spool: Path, times: int) -> "Iterator[subprocess.Popen[str]]":
    arguments = [f"kafka://{installation.kafka}", str(spool), SOURCE, OFFICE, str(times)]
    command = [sys.executable, "-c", OFFICE_SYSTEM, *arguments]
    with subprocess.Popen(command, env=installation.environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_process_that_does_not_close_its_publisher_ends(installation: Any, tmp_path: Path) -> None:
    with office_system(installation, tmp_path / "spool", 5) as process:
        assert process.wait(60) == 0
    assert first_sequences(logged(installation)) == [1, 2, 3, 4, 5]


def test_killed_while_it_publishes_all_that_was_taken_arrives_in_order(installation: Any, tmp_path: Path) -> None:
    taken = 0
    for kill_after in (1, 60):
        with office_system(installation, tmp_path / "spool", 100_000) as process:
            assert process.stdout is not None
            for _ in range(kill_after):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
            taken += kill_after + process.stdout.read().count("taken\n")
    with office_system(installation, tmp_path / "spool", 5) as process:
        assert process.wait(90) == 0
    numbers = first_sequences(logged(installation))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= taken + 5


def test_while_the_gateway_is_away_events_wait_and_arrive_when_it_is_back(door: Door, installation: Any, tmp_path: Path) -> None:
    with Publisher(f"http://127.0.0.1:{door.port}", SOURCE, tmp_path / "spool") as out:
        ids = [out.publish("leg.consultation.given", office=OFFICE, data=GIVEN) for _ in range(20)]
        assert not out.flush(0.2)
        until(lambda: "does not answer" in out.trouble, "trouble is told")
        assert out.waiting == 20
        with door.running():
            assert out.flush(40)
            assert (out.waiting, out.trouble, out.refused()) == (0, "", [])
    records = logged(installation)
    assert [json.loads(record.value)["id"] for record in records] == ids
    assert first_sequences(records) == list(range(1, 21))


def test_what_the_gateway_refuses_is_put_aside_and_stops_nothing(door: Door, installation: Any, tmp_path: Path) -> None:
    with door.running(), Publisher(f"http://127.0.0.1:{door.port}", SOURCE, tmp_path / "spool") as out:
        out.spool.copy([b'{"no":"event"}'], "a file", Place("1:1", 15))
        kept = out.publish("leg.consultation.given", office=OFFICE, data=GIVEN)
        assert out.flush(30)
        (refused,) = out.refused()
        assert refused.event == b'{"no":"event"}'
        assert refused.code.startswith("STRUCT_")
    assert [json.loads(record.value)["id"] for record in logged(installation)] == [kept]


def test_what_a_worker_would_refuse_is_not_taken_and_uses_up_no_number(tmp_path: Path) -> None:
    out = Publisher("kafka://127.0.0.1:9", SOURCE, tmp_path / "spool", close_timeout_s=0)
    with out:
        with pytest.raises(EventRefused, match="STRUCT_"):
            out.publish("leg.consultation.given", office=OFFICE, data={"channel": "visit"})
        with pytest.raises(EventRefused, match="ENV_DISTRICT_MISMATCH"):
            out.publish("leg.consultation.given", office="sfs-990102-001", data=GIVEN)
        out.publish("leg.consultation.given", office=OFFICE, data=GIVEN)
        assert [json.loads(event)["sequence"] for _, event in out.spool.head(9)] == ["1"]
    with pytest.raises(ValueError, match="is no address"):
        Publisher("ftp://127.0.0.1", SOURCE, tmp_path / "other")


def test_the_time_may_be_the_text_of_an_event(tmp_path: Path) -> None:
    with Publisher("kafka://127.0.0.1:9", SOURCE, tmp_path / "spool", close_timeout_s=0) as out:
        out.publish("leg.consultation.given", office=OFFICE, data=GIVEN, time="2026-03-09T10:00:00+08:00")
        for wrong in ("2026-03-09", "", "yesterday"):
            with pytest.raises(EventRefused, match="TIME_FORMAT"):
                out.publish("leg.consultation.given", office=OFFICE, data=GIVEN, time=wrong)
        assert out.waiting == 1


def test_asyncio(door: Door, installation: Any, tmp_path: Path) -> None:
    async def publish() -> None:
        async with AsyncPublisher(f"http://127.0.0.1:{door.port}", SOURCE, tmp_path / "spool") as out:
            for _ in range(3):
                await out.publish("leg.consultation.given", office=OFFICE, data=GIVEN)
            assert await out.flush(30)

    with door.running():
        asyncio.run(publish())
    assert first_sequences(logged(installation)) == [1, 2, 3]


def test_a_file_is_followed_over_kills_each_line_at_least_once_and_in_order(installation: Any, tmp_path: Path) -> None:
    file, spool, written = tmp_path / "events.jsonl", tmp_path / "spool", 0
    command = [sys.executable, "-m", "deploy", "publish", str(file), "--follow", "--spool", str(spool), "--json"]

    def write(lines: int) -> None:
        nonlocal written
        with file.open("a") as to:
            for _ in range(lines):
                written += 1
                to.write(f'{{"district":"{D}","number":{written}}}\n')

    for _ in range(2):
        write(300)
        with subprocess.Popen(command, env=installation.environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert "following" in process.stderr.readline()
            write(300)
            process.kill()
    with subprocess.Popen(command, env=installation.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: len(logged(installation)) >= written, "all lines are in the log", 60)
        process.terminate()
        told, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert json.loads(told)["waiting"] == 0
    numbers = [json.loads(record.value)["number"] for record in logged(installation)]
    assert list(dict.fromkeys(numbers)) == list(range(1, written + 1))
    assert all(b <= a + 1 for a, b in pairwise(numbers))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--follow"], "needs --spool"),
        (["--spool", "x"], "go with --follow"),
        (["--follow", "--spool", "s", "--to", "ftp://x"], "is no address"),
        (["--follow", "--spool", "s", "--to", "http://x", "--key-file", "none"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy", "publish", "events.jsonl", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
