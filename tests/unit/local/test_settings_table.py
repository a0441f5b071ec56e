"""`suoheng settings` tells every setting completely."""

import json

import pytest

from deploy.cli import run
from deploy.commands.settings_ import all_settings
from schemas.settings import Settings, settings


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    settings.cache_clear()


def test_every_setting_has_a_meaning() -> None:
    table = {row.variable: row for row in all_settings()}
    assert table.keys() == {f"SUOHENG_{name.upper()}" for name in Settings.model_fields}
    assert [name for name, row in table.items() if not row.meaning] == []


def test_bounds_units_and_defaults_come_from_the_declaration() -> None:
    table = {row.variable: row for row in all_settings()}
    linger = table["SUOHENG_SINK_LINGER_MS"]
    assert (linger.unit, linger.default, linger.bounds) == ("milliseconds", "200", "0…60000")
    assert table["SUOHENG_DEAD_LETTER_STREAK"].bounds == "at least 0"
    assert table["SUOHENG_LOG_LEVEL"].bounds.startswith("matches ")


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SUOHENG_CLICKHOUSE_PASSWORD", "sesame")
    monkeypatch.setenv("SUOHENG_CLICKHOUSE_URL", "http://me:sesame@warehouse:8123")
    monkeypatch.setenv("SUOHENG_WEBHOOK_URL", "https://chat.example/hooks/sesame?key=sesame")
    assert run(["settings", "--json"]) == 0
    printed = capsys.readouterr().out
    assert "sesame" not in printed
    shown = {row["variable"]: row["value"] for row in json.loads(printed)}
    assert shown["SUOHENG_WEBHOOK_URL"] == "https://chat.example/…"
    assert shown["SUOHENG_CLICKHOUSE_URL"] == "http://…@warehouse:8123"
