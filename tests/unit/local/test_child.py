"""Settings as an environment, and the last words of a log."""

from pathlib import Path

import pytest

from deploy.local.child import as_environment, last_line
from schemas.settings import Settings


def test_a_child_reads_the_same_settings_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(port_base=31_000, topic_prefix="a.", webhook_private_networks=["127.0.0.0/8"], clickhouse_password="p w", epoch=3)
    for name, value in as_environment(given).items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


def test_settings_of_the_starter_that_were_overruled_do_not_reach_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUOHENG_GATEWAY_CREDENTIALS", "/keys.toml")
    monkeypatch.setenv("LANG", "C.UTF-8")
    environment = as_environment(Settings().model_copy(update={"gateway_credentials": None}))
    assert "SUOHENG_GATEWAY_CREDENTIALS" not in environment
    assert environment["LANG"] == "C.UTF-8"


def test_the_last_line_with_text_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert last_line(log) == ""
    log.write_bytes(b"x" * 20_000 + b"\nthe reason \xff\n\n")
    assert last_line(log) == "the reason \ufffd"
