"""Backups and snapshots in an object store: `s3://…` against a server with the interface of S3, by the package that `suoheng[s3]` brings."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from deploy.local.child import as_environment, start_child, stop_children
from schemas.settings import Settings
from streams.worker.snapshot_store import Name, Store
from tests.conftest import Installation
from tests.fault.report import LONG
from tests.fault.workers import REAL, Worker, until
from tests.integration.test_backup import log_of
from tests.integration.whole_way import command, publish
from tests.ports import free_port
from tests.scenarios.chance import chance_district

pytestmark = [pytest.mark.skipif(not LONG, reason="half a minute: LONG_FAULTS=1"), pytest.mark.timeout(600)]
Make = Callable[[], Installation]
BUCKET = "kept"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket's URL; every process that starts meanwhile finds the store by its environment, as with a real one."""
    port, folder = free_port(), tmp_path_factory.mktemp("store")
    server = start_child([sys.executable, "-m", "moto.server", "-p", str(port)], as_environment(Settings()), folder / "store.log")
    try:
        until(lambda: _put(f"http://127.0.0.1:{port}/{BUCKET}"), f"the object store takes a bucket, see {folder}", 60)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "ACCESS_KEY_ID": "x",
                "SECRET_ACCESS_KEY": "y",
                "DEFAULT_REGION": "us-east-1",
            }.items():
                patch.setenv(f"AWS_{name}", value)
            yield f"s3://{BUCKET}"
    finally:
        stop_children([server], patience_s=10)


def _put(url: str) -> bool:
    try:
        with urlopen(
            Request(url, method="PUT", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request"}),
            timeout=5,
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_backup_in_it_is_listed_verified_and_brought_back(bucket: str, installations: Make, tmp_path: Path) -> None:
    source, target = (installations().model_copy(update={"data": tmp_path / name}) for name in ("source", "target"))
    records = [(b"990107", json.dumps(event).encode(), (("h", b"\x00"),)) for event in chance_district(7, 60)]
    publish(source, records)
    place = f"{bucket}/backups"
    for asked in (("create", place, "--no-tables"), ("create", place, "--no-tables"), ("list", place), ("verify", place)):
        done = command(source, "backup", *asked)
        assert done.returncode == 0, done.stderr
    back = command(target, "restore", place, "--no-tables")
    assert back.returncode == 0, back.stderr
    assert log_of(target)[0] == log_of(source)[0]
    assert len(log_of(target)[0]) == len(records)


def test_a_worker_goes_on_from_a_snapshot_in_it(bucket: str, installations: Make, workers: list[Worker], tmp_path: Path) -> None:
    ours = installations().model_copy(update={"data": tmp_path, "snapshot_path": f"{bucket}/snapshots", "snapshot_events": 20})
    publish(ours, [(b"990107", json.dumps(event).encode(), ()) for event in chance_district(7, 60)])
    store = Store(f"{bucket}/snapshots", f"{ours.topic_prefix}office-events", tmp_path)
    workers.append(first := Worker(ours, tmp_path, "first", command=REAL))
    first.wait_ready()

    def written() -> list[Name]:
        return [name for number in range(ours.partitions) for name in store.names(number)]

    until(written, "a snapshot is in the object store", 60)
    first.kill()
    workers.append(second := Worker(ours, tmp_path, "second", command=REAL))
    second.wait_ready()
    assert second.metric("suoheng_worker_snapshots_loaded_total") >= 1
    assert second.stop() == 0
