"""One place for client options: nobody else names a broker's address, and what the settings say is what clients get."""

import re
import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.cli import run
from deploy.errors import Usage
from schemas.connecting import clickhouse_options, kafka_options
from schemas.settings import Settings, Unusable, settings
from tests.authority import Authority

ROOT = Path(__file__).parents[3]
SECURED: dict[str, Any] = {"kafka": "a:1, b:2", "kafka_security": "sasl_ssl", "kafka_user": "suoheng-sink", "kafka_password": "word"}


def test_no_other_module_puts_client_options_together() -> None:
    """A client made with options of its own would speak in the clear to a broker that asks for TLS."""
    words = re.compile(r"bootstrap_servers=|security_protocol=|sasl_mechanism=|get_(async_)?client\((?!\s*\*\*clickhouse_options)")
    found = {
        str(path.relative_to(ROOT))
        for package in ("schemas", "streams", "consumers", "deploy")
        for path in (ROOT / package).rglob("*.py")
        if words.search(path.read_text())
    }
    assert found == set()


def test_in_the_clear_is_what_nothing_says() -> None:
    assert kafka_options(Settings(kafka="a:1,b:2")) == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}
    assert kafka_options("c:3")["bootstrap_servers"] == ["c:3"]
    assert clickhouse_options(Settings(clickhouse_url="http://c")) == {
        "host": "c",
        "port": 8123,
        "secure": False,
        "username": "default",
        "password": "",
    }


def test_a_login_over_tls() -> None:
    options = kafka_options(Settings(**SECURED))
    assert options["bootstrap_servers"] == ["a:1", "b:2"]
    assert (options["security_protocol"], options["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("suoheng-sink", "word")
    assert options["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    assert options["ssl_context"].check_hostname


def test_files_of_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    mine, _ = authority.issue("worker")
    given: dict[str, Any] = {"kafka_security": "ssl", "kafka_tls_ca": authority.file, "kafka_tls_certificate": mine}
    assert kafka_options(Settings(**given))["ssl_context"].get_ca_certs()
    told = clickhouse_options(Settings(clickhouse_url="https://c", clickhouse_tls_ca=authority.file, clickhouse_tls_certificate=mine))
    assert told["port"] == 8443
    assert (told["ca_cert"], told["client_cert"]) == (str(authority.file), str(mine))
    with pytest.raises(Unusable, match="SUOHENG_KAFKA_TLS_CERTIFICATE"):
        kafka_options(Settings(**given | {"kafka_tls_certificate": authority.file}))


def test_half_a_login_is_refused_with_what_is_missing() -> None:
    with pytest.raises(ValidationError, match="SUOHENG_KAFKA_USER and SUOHENG_KAFKA_PASSWORD"):
        Settings(kafka_security="sasl_ssl", kafka_user="x")


def test_secrets_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "suoheng_clickhouse_password").write_text("from a file\n")
    (tmp_path / "suoheng_kafka_password").write_text("also")
    monkeypatch.setenv("SUOHENG_SECRETS", str(tmp_path))
    monkeypatch.setenv("SUOHENG_KAFKA_PASSWORD", "the environment goes first")
    assert Settings().clickhouse_password == "from a file"
    assert Settings().kafka_password == "the environment goes first"


def test_a_command_tells_of_a_file_that_is_no_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    monkeypatch.setenv("SUOHENG_KAFKA_SECURITY", "ssl")
    monkeypatch.setenv("SUOHENG_KAFKA_TLS_CA", str(tmp_path / "empty.pem"))
    settings.cache_clear()
    try:
        assert run(["topics", "--check"]) == Usage.exit_code
    finally:
        settings.cache_clear()
    assert "SUOHENG_KAFKA_TLS_CA" in capsys.readouterr().err
