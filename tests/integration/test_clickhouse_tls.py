"""ClickHouse over TLS: both clients ask for a certificate that the given authority signed, and take no other."""

import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from consumers.clickhouse.client import OperationalError, connect
from consumers.clickhouse.store import Query, Store, Unavailable
from tests.authority import Authority
from tests.conftest import Stack

ASKED = Query("SELECT 42")


@contextmanager
def tls_before(port: int, certificate: Path) -> Iterator[int]:
    """A port of loopback that speaks TLS and hands on to another one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as near,
                socket.create_connection(("127.0.0.1", port)) as far,
            ):
                back = Thread(target=_carry, args=(far, near), daemon=True)
                back.start()
                _carry(near, far)
                back.join(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


async def test_both_clients_check_the_certificate(stack: Stack, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, _ = authority.issue("clickhouse")
    port = urlsplit(stack.clickhouse_url).port
    assert port
    with tls_before(port, certificate) as secured:
        update = {"clickhouse_url": f"https://127.0.0.1:{secured}", "clickhouse_database": "default", "clickhouse_tls_ca": authority.file}
        given = stack.settings.model_copy(update=update)
        with connect(given) as client:
            assert client.command(ASKED.sql) == 42
        store = Store(given)
        assert await store.rows(ASKED) == [(42,)]
        await store.close()

        unknown = given.model_copy(update={"clickhouse_tls_ca": None})
        with pytest.raises(OperationalError, match="certificate"):
            connect(unknown)
        store = Store(unknown)
        with pytest.raises(Unavailable, match="SSLCertVerificationError"):
            await store.rows(ASKED)
        await store.close()
