"""Which files are kept, which of them are secret, and where they go back to."""

import sqlite3
from pathlib import Path

import pytest

from deploy.backup.files import files, require_outside, target, write
from deploy.errors import Finding, Usage
from schemas.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with files of every kind."""
    monkeypatch.setenv("SUOHENG_CONFIG", str(tmp_path / "suoheng.toml"))
    data, elsewhere = tmp_path / "data", tmp_path / "etc"
    for name in ("audit/2026-11-30.jsonl", "audit/lock", "assessment/schemes/own.yaml", "credentials.toml", "pseudonym-keys.toml",
                 "kafka/log/segment", "clickhouse/store", "logs/worker.log", "snapshots/one", "cache/jar", "lock", "pids.json", "rules.of.a.later.build", "robot.url"):  # fmt: skip
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name, "utf-8")
    (data / "alerting.yaml").write_text("receivers:\n  - {name: duty, wecom: [{url_file: robot.url}]}\n", "utf-8")
    elsewhere.mkdir()
    (elsewhere / "seals").write_text("office 00", "utf-8")
    (tmp_path / "suoheng.toml").write_text("partitions = 12\n", "utf-8")
    return Settings(data=data, seal_keys=elsewhere / "seals")


def test_all_is_kept_that_cannot_be_made_anew_and_secrets_are_known(settings: Settings) -> None:
    found = {(one.place, one.path): one.secret for one in files(settings)}
    assert found == {
        ("config", ""): True,
        ("data", "alerting.yaml"): False,
        ("data", "assessment/schemes/own.yaml"): False,
        ("data", "audit/2026-11-30.jsonl"): False,
        ("data", "credentials.toml"): True,
        ("data", "pseudonym-keys.toml"): True,
        ("data", "robot.url"): True,
        ("data", "rules.of.a.later.build"): False,
        ("seal_keys", ""): True,
    }


def test_a_database_in_use_is_kept_in_one_state(settings: Settings) -> None:
    path = settings.data / "gateway" / "batches.sqlite"
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE batches (number INTEGER)")
        database.execute("INSERT INTO batches VALUES (7)")
    (one,) = (one for one in files(settings) if one.path == "gateway/batches.sqlite")
    copy = path.with_name("copy.sqlite")
    copy.write_bytes(one.content())
    database.close()
    with sqlite3.connect(copy) as again:
        assert again.execute("SELECT number FROM batches").fetchall() == [(7,)]
    again.close()


def test_files_go_back_with_their_modes_and_nowhere_else(settings: Settings, tmp_path: Path) -> None:
    path = target(settings, "data", "audit/2026-11-30.jsonl")
    write(path, iter((b"a", b"b")), 0o640)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"ab", 0o640)
    assert target(settings, "seal_keys", "") == settings.seal_keys
    assert target(settings, "gateway_tls_key", "") == settings.data.resolve() / "restored" / "gateway_tls_key"
    with pytest.raises(Finding, match="leads out of its folder"):
        target(settings, "data", "../../etc/passwd")


def test_a_backup_is_not_put_into_what_it_keeps(settings: Settings, tmp_path: Path) -> None:
    require_outside(settings, str(tmp_path / "elsewhere"))
    with pytest.raises(Usage, match="another disk"):
        require_outside(settings, str(settings.data / "backup"))
