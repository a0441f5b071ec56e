"""HTTPS and client certificates by real handshakes: who is let in, as whom, and a renewal without a restart."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from streams.ingest.gateway import tls
from tests.authority import Authority
from tests.gateway_door import entry
from tests.integration.test_gateway import Door, event, until


class Client:
    """Asks over TLS, with or without a certificate of its own."""

    def __init__(self, door: Door, authority: Authority, certificate: Path | None = None) -> None:
        self._door = door
        self._context = ssl.create_default_context(cafile=str(authority.file))
        if certificate:
            self._context.load_cert_chain(certificate)

    @contextmanager
    def connection(self) -> Iterator[HTTPSConnection]:
        """One connection for several requests."""
        connection = HTTPSConnection("127.0.0.1", self._door.port, timeout=10, context=self._context)
        try:
            yield connection
        finally:
            connection.close()

    def post(self, content: dict[str, Any], connection: HTTPSConnection | None = None, **headers: str) -> tuple[int, Any]:
        if connection is None:
            with self.connection() as own:
                return self.post(content, own, **headers)
        connection.request("POST", "/events", json.dumps(content), {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def server_certificate(self) -> bytes:
        with self.connection() as connection:
            connection.connect()
            found = connection.sock.getpeercert(binary_form=True)
            assert isinstance(found, bytes)
            return found

    def ready(self) -> bool:
        try:
            with self.connection() as connection:
                connection.request("GET", "/ready")
                return connection.getresponse().status == 200
        except OSError:
            return False


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def door(installation: Any, tmp_path: Path, authority: Authority) -> Door:
    """A gateway with TLS whose keys are certificates."""
    server, _ = authority.issue("server")
    environment = dict(installation.environment) | {
        "SUOHENG_DATA": str(tmp_path / "data"),
        "SUOHENG_GATEWAY_TLS_CERTIFICATE": str(server),
        "SUOHENG_GATEWAY_TLS_CLIENT_CA": str(authority.file),
    }
    (tmp_path / "data").mkdir()
    return Door(environment, tmp_path / "gateway.log")


def test_a_client_certificate_opens_the_door_for_its_office(door: Door, authority: Authority, tmp_path: Path) -> None:
    mine, fingerprint = authority.issue("office")
    unknown, _ = authority.issue("unknown")
    expired, gone = authority.issue("expired", days=-1)
    foreign, of_foreign = Authority(tmp_path, "foreign").issue("stranger")
    keys = tmp_path / "data" / "credentials.toml"
    keys.write_text(
        entry("office", certificate_sha256=f'"{fingerprint}"')
        + entry("expired", certificate_sha256=f'"{gone}"')
        + entry("stranger", certificate_sha256=f'"{of_foreign}"')
    )
    client = Client(door, authority, mine)
    with door.running(ready=False):
        until(client.ready, "the gateway is ready")
        assert client.post(event("e1"))[0] == 202
        assert client.post(event("e2", office="sfs-990101-002"))[1]["code"] == "AUTH_OFFICE_MISMATCH"
        assert Client(door, authority).post(event("e3"))[1]["code"] == "AUTH_MISSING"
        assert Client(door, authority, unknown).post(event("e4"))[1]["code"] == "AUTH_UNKNOWN"
        for certificate in (expired, foreign):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                Client(door, authority, certificate).post(event("e5"))
        with socket.create_connection(("127.0.0.1", door.port), 10) as plain:
            plain.sendall(b"POST /events HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"202" not in plain.recv(1000)
        with client.connection() as open_one:
            assert client.post(event("e6"), open_one)[0] == 202
            keys.write_text(keys.read_text().replace('id = "office"', 'id = "office"\nrevoked = true'))
            assert client.post(event("e7"), open_one)[1]["code"] == "AUTH_REVOKED"


def test_a_renewed_certificate_comes_into_force_without_a_restart(door: Door, authority: Authority) -> None:
    client = Client(door, authority)
    with door.running(ready=False):
        until(client.ready, "the gateway is ready")
        before = client.server_certificate()
        (authority.folder / "server.pem").write_text("not a certificate")
        until(lambda: "cannot be used" in door.log(), "the damage is told", 10 * tls.LOOK_EVERY_S)
        assert client.server_certificate() == before
        authority.issue("server")
        until(lambda: "certificate renewed" in door.log(), "the renewal is noticed", 10 * tls.LOOK_EVERY_S)
        assert client.server_certificate() != before
        assert client.post(event("e1"))[0] == 202


@pytest.mark.parametrize(
    "changed",
    [
        {"SUOHENG_GATEWAY_TLS_CERTIFICATE": "/no/such/file"},
        {"SUOHENG_GATEWAY_TLS_CLIENT_CA": "/no/such/file"},
        {"SUOHENG_GATEWAY_TLS_KEY": __file__},
    ],
)
def test_tls_files_that_cannot_be_used_are_told_at_the_start(door: Door, changed: dict[str, str]) -> None:
    with door.running(ready=False, **changed):
        assert door.process is not None
        assert door.process.wait(30) == 78
    assert "TLS" in door.log()
