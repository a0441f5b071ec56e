"""The doctor's checks of a machine: each mistake is made, found, and its cure named, in both languages."""

import os
import shutil
import socket
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from consumers.alerts.journal.asking import Answering
from consumers.alerts.journal.desk import OwnJournal
from consumers.alerts.journal.journal import FILE, Journal
from deploy import cli
from deploy.doctor import machine, places
from deploy.doctor.check import NAMES, Check
from schemas import settings as in_force
from schemas.audit import Audit
from schemas.operation.health import Condition, Health
from schemas.operation.serving import serve
from schemas.settings import Settings
from tests.ports import free_port_base


def told(check: Check | None, *, ok: bool, en: str, zh: str = "") -> None:
    assert check is not None
    assert (check.ok, en in check.finding("en"), zh in check.finding("zh")) == (ok, True, True), check
    assert check.name in NAMES


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def test_a_slip_in_a_settings_name(given: Settings, tmp_path: Path) -> None:
    config = tmp_path / "suoheng.toml"
    config.write_text('webhook_ulr = "https://example.org"\nkafka = "k:9092"\n')
    environment = {"SUOHENG_CONFIG": str(config), "SUOHENG_KAFAK": "k:9092", "SUOHENG_DATA": "x", "PATH": "y"}
    check = machine.settings(given, environment)
    told(check, ok=False, en="SUOHENG_KAFAK (environment, SUOHENG_KAFKA?)", zh="未生效")
    told(check, ok=False, en=f"webhook_ulr ({config}, SUOHENG_WEBHOOK_URL?)", zh="suoheng settings")
    assert "PATH" not in check.finding("en")
    told(machine.settings(given, {"SUOHENG_CONFIG": os.devnull, "SUOHENG_SECRETS": "s", "SUOHENG_DATA": "x"}), ok=True, en="no name")


@pytest.mark.parametrize(
    ("total_gib", "free_gib", "ok"), [(100, 1.9, False), (1_000, 10, False), (1_000, 21, True), (100, 6, True), (30_000, 500, True)]
)
def test_a_disk_that_is_nearly_full(given: Settings, monkeypatch: pytest.MonkeyPatch, total_gib: float, free_gib: float, ok: bool) -> None:
    usage = (int(total_gib * 2**30), int((total_gib - free_gib) * 2**30), int(free_gib * 2**30))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(*usage))
    told(machine.disk(given), ok=ok, en=f"{free_gib:.1f} GiB", zh="剩余")


def test_a_port_that_somebody_else_has(free_base: int) -> None:
    given = Settings(port_base=free_base)
    told(machine.ports(given), ok=True, en="are free", zh="空闲")
    with closing(socket.create_server(("127.0.0.1", free_base + 5))):
        told(machine.ports(given), ok=False, en=f"in use: {free_base + 5} (sink)", zh="SUOHENG_PORT_BASE")
        assert machine.processes(given) is None


def test_a_process_of_ours_that_lacks_something(free_base: int) -> None:
    given = Settings(port_base=free_base)
    conditions = [Condition("clickhouse", "ClickHouse is away")]
    server = serve("127.0.0.1", free_base + 5, lambda: Health("sink", (), tuple(conditions)), CollectorRegistry())
    try:
        told(machine.ports(given), ok=True, en="our own processes", zh="本系统的进程")
        told(machine.processes(given), ok=False, en="sink: ClickHouse is away", zh="先解决所述原因")
        conditions.clear()
        told(machine.processes(given), ok=True, en="ready: sink", zh="均就绪")
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def free_base() -> int:
    return free_port_base()


def test_keys_that_others_can_read(given: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "suoheng.toml"
    config.write_text('clickhouse_password = "x"\n')
    monkeypatch.setenv("SUOHENG_CONFIG", str(config))
    given.data.mkdir()
    keys = given.data / "pseudonym-keys.toml"
    keys.write_text("")
    for file in (config, keys):
        file.chmod(0o600)
    told(machine.secrets(given), ok=True, en="owner only", zh="只有属主可读")
    keys.chmod(0o640)
    told(machine.secrets(given), ok=False, en=f"`chmod 600 {keys}`", zh="他人可读")
    config.chmod(0o604)
    told(machine.secrets(given), ok=False, en=str(config))


def test_a_place_for_snapshots_that_cannot_be_written_or_is_not_shared(given: Settings, tmp_path: Path) -> None:
    told(places.snapshots(given), ok=True, en="can be written", zh="可写")
    assert list((given.data / "snapshots").iterdir()) == [], "the trial leaves nothing"
    told(places.snapshots(given, hosts=2), ok=False, en="set SUOHENG_SNAPSHOT_PATH", zh="2 台机器")
    file = tmp_path / "file"
    file.write_text("in the way")
    told(places.snapshots(given.model_copy(update={"snapshot_path": f"{file}/below"})), ok=False, en="cannot be written", zh="不可写")
    told(places.snapshots(given.model_copy(update={"snapshot_path": "nonsense://x"})), ok=False, en="nonsense")
    shared = given.model_copy(update={"snapshot_path": f"memory://{tmp_path.name}"})
    told(places.snapshots(shared, hosts=2), ok=True, en="can be written")
    assert places.snapshots(given.model_copy(update={"snapshot_events": 0, "snapshot_minutes": 0})) is None


def test_a_receiver_of_alerts_that_is_not_there(given: Settings) -> None:
    told(places.receiver(given), ok=True, en="none", zh="未设置")
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        there = Settings(webhook_url=f"http://localhost:{port}/secret-path", webhook_private_networks=("127.0.0.0/8", "::1/128"))
        told(places.receiver(there), ok=True, en="can be reached", zh="可连接")
        forbidden = Settings(webhook_url=f"http://127.0.0.1:{port}/secret-path")
        told(places.receiver(forbidden), ok=False, en="SUOHENG_WEBHOOK_PRIVATE_NETWORKS", zh="SUOHENG_WEBHOOK_URL")
    told(places.receiver(there), ok=False, en="cannot be reached: SUOHENG_WEBHOOK_URL: localhost", zh="无法送达")
    assert "secret-path" not in places.receiver(there).finding("en")
    told(places.receiver(Settings(webhook_url="ftp://x")), ok=False, en="http")


def test_the_journal_of_alerts_on_another_machine(given: Settings, tmp_path: Path) -> None:
    assert places.alert_desk(given) is None
    key = "k" * 24
    journal = OwnJournal(tmp_path / FILE, Audit(tmp_path / "audit", 400))
    server = serve("127.0.0.1", 0, lambda: Health("alerts", (), ()), also=Answering(journal, key))
    there = given.model_copy(update={"desk_url": f"http://127.0.0.1:{server.server_address[1]}", "desk_key": key})
    try:
        told(places.alert_desk(there), ok=True, en="no plan of telling yet", zh="尚无通知方案")
        Journal.at(tmp_path / FILE).close()
        told(places.alert_desk(there), ok=True, en="answers", zh="有应答")
        told(places.alert_desk(there.model_copy(update={"desk_key": "x" * 24})), ok=False, en="SUOHENG_DESK_KEY", zh="问不到")
    finally:
        server.shutdown()
        server.server_close()
    told(places.alert_desk(there), ok=False, en="does not answer", zh="SUOHENG_DESK_URL")


def test_receivers_of_a_plan(given: Settings) -> None:
    given.data.mkdir()
    plan, token = given.alerting_file, given.data / "token"
    ours = given.model_copy(update={"webhook_private_networks": (ip_network("127.0.0.0/8"),)})
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        plan.write_text(
            f"""route: {{to: [bureau]}}
receivers:
  - {{name: bureau, dingtalk: {{token_file: token, base: "http://127.0.0.1:{port}"}}}}
  - {{name: street, email: {{host: 127.0.0.1, port: {port}, security: none, from: a@b.cn, to: [c@d.cn]}}}}
  - {{name: quiet, log: {{}}}}
"""
        )
        told(places.receiver(ours), ok=False, en="the secret's file", zh="suoheng alerts check")
        token.write_text("a-secret\n")
        token.chmod(0o644)
        told(places.receiver(ours), ok=True, en="can be reached: bureau, street", zh="可连接")
        told(machine.secrets(ours), ok=False, en=str(token))
        token.chmod(0o600)
        told(machine.secrets(ours), ok=True, en="owner only")
    told(places.receiver(ours), ok=False, en="cannot be reached: bureau: 127.0.0.1", zh="street")
    plan.write_text("route: {to: [nobody]}\nreceivers: [{name: x, log: {}}]\n")
    told(places.receiver(ours), ok=False, en="line 1", zh="逐行列出")


def test_nothing_runs_and_the_command_says_so_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: Any, free_base: int
) -> None:
    monkeypatch.setenv("SUOHENG_PORT_BASE", str(free_base))
    in_force.settings.cache_clear()
    try:
        assert cli.run(["doctor", "--lang", "zh"]) == 3
        shown = capsys.readouterr()
        assert f"问题  Kafka       无法检查;127.0.0.1:{free_base} 无应答" in shown.out
        assert "正常  设置" in shown.out
        assert shown.err.strip() == "suoheng: cannot reach Kafka and ClickHouse"
    finally:
        in_force.settings.cache_clear()
