"""`suoheng alerts`: acknowledging and silencing from the command line, in the audit log, and trying a receiver."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.alerts.journal.journal import FILE, Journal, Read
from consumers.alerts.planned import look
from deploy.cli import run
from schemas.audit import entries, verify
from schemas.settings import settings
from tests.alerting import firing, plan_of
from tests.robots import Robots, serving

PLAN = "route: {to: [desk], group_wait: 0s}\nreceivers: [{name: desk, log: {}}]\n"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SUOHENG_DATA", str(tmp_path))
    monkeypatch.setenv("SUOHENG_WEBHOOK_PRIVATE_NETWORKS", '["127.0.0.0/8"]')
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with --json; what it printed."""

    def ask(*arguments: str, ends: int = 0) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == ends, capsys.readouterr().err
        return json.loads(capsys.readouterr().out or "{}")

    return ask


@pytest.fixture
def journal(data: Path) -> Any:
    """Two alerts that fire and were told."""
    journal, now = Journal.at(data / FILE), datetime.now(UTC)
    journal.position(0, 0)
    journal.fold(0, [Read(0, firing(1), False), Read(1, firing(2, severity="critical"), False)], 2, 0, now)
    look(plan_of(PLAN), journal, now)
    while queued := journal.head("desk"):
        journal.end(queued, now, delivered=True)
    yield journal
    journal.close()


def test_an_alert_is_acknowledged_once_under_a_name_and_in_the_audit_log(journal: Journal, said: Any, data: Path) -> None:
    grave, other = said("alerts", "list")["alerts"]
    assert (grave["severity"], other["acknowledged"], other["told"][0]["receiver"]) == ("critical", None, "desk")
    said("alerts", "ack", other["id"][:5], "--by", "王芳", "--note", "已去现场")
    assert said("alerts", "list")["alerts"][1]["acknowledged"] | {"at": ""} == {"by": "王芳", "at": "", "note": "已去现场"}
    said("alerts", "ack", other["id"], "--by", "李强", ends=2)
    said("alerts", "ack", "beef", ends=2)
    (entry, *_) = entries(data / "audit")
    assert (entry["what"], entry["by"], entry["alert"], entry["rule"]) == ("alert acknowledged", "王芳", other["id"], "lost")
    assert verify(data / "audit").problems == []


def test_a_silence_has_an_author_a_reason_and_an_end(journal: Journal, said: Any, data: Path) -> None:
    made = said("alerts", "silence", 'office="sfs-990101-001"', "--for", "4h", "--by", "王芳", "--reason", "搬迁")
    assert (made["matchers"], made["acts"]) == (['office="sfs-990101-001"'], True)
    said("alerts", "silence", "planet=mars", "--for", "4h", "--reason", "x", ends=2)
    said("alerts", "silence", "rule=lost", "--for", "2d", "--until", "2099-01-01", "--reason", "x", ends=2)
    said("alerts", "silence", "rule=lost", "--for", "900d", "--reason", "x", ends=2)
    said("alerts", "unsilence", str(made["id"]), "--by", "李强")
    assert said("alerts", "silences")["silences"][0]["acts"] is False
    said("alerts", "unsilence", str(made["id"]), ends=2)
    assert [entry["what"] for entry in entries(data / "audit")][:1] == ["alerts silenced"]


def test_a_receiver_is_tried(data: Path, said: Any, capsys: pytest.CaptureFixture[str]) -> None:
    robots = Robots(lambda: datetime.now(UTC).timestamp())
    (data / "key").write_text(Robots.KEY)
    with serving(robots.routes()) as base:
        (data / "alerting.yaml").write_text(
            f"route: {{to: [desk]}}\nreceivers: [{{name: desk, wecom: {{base: '{base}', key_file: key}}}}]\n"
        )
        assert said("alerts", "check")["receivers"] == {"desk": "wecom"}
        assert said("alerts", "send-test", "desk")["delivered"] is True
        assert "测试" in robots.got[0]["markdown"]["content"]
        (data / "key").write_text("0123456789")
        assert run(["alerts", "send-test", "desk"]) == 1
    told = capsys.readouterr().err
    assert "93000" in told
    assert "0123456789" not in told
    (data / "alerting.yaml").write_text("route: {to: [nobody]}\nreceivers: [{name: desk, log: {}}]\n")
    assert run(["alerts", "check"]) == 1
    assert "alerting.yaml:1: route.to: there is no receiver 'nobody'" in capsys.readouterr().err


def test_without_a_plan_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "list"]) == 3
    assert run(["alerts", "check"]) == 3
    assert "alerting.yaml" in capsys.readouterr().err
