"""How every client of this product reaches Kafka and ClickHouse: address, TLS and login, from the settings. Nobody else puts these together.

aiokafka and kafka-python take the same names. TLS always checks the other side's certificate and name; there is no switch for that: give the
authority that signed them (`SUOHENG_KAFKA_TLS_CA`) instead.
"""

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.addresses import kafka_servers
from schemas.settings import Settings, Unusable, settings


def kafka_options(kafka: Settings | str) -> dict[str, Any]:
    """The options of any Kafka client. A bare address (`host:port[,…]`) is reached with this process's TLS and login.

    Raises Unusable.
    """
    given = settings() if isinstance(kafka, str) else kafka
    address = kafka if isinstance(kafka, str) else kafka.kafka
    try:
        servers = kafka_servers(address)
    except ValueError as error:
        raise Unusable(f"the address of Kafka: {error}") from error
    options: dict[str, Any] = {
        "bootstrap_servers": servers,
        "security_protocol": given.kafka_security.upper(),
    }
    if given.kafka_security.endswith("ssl"):
        options["ssl_context"] = _context(given, "kafka")
    if given.kafka_security.startswith("sasl"):
        options |= {
            "sasl_mechanism": given.kafka_login,
            "sasl_plain_username": given.kafka_user,
            "sasl_plain_password": given.kafka_password,
        }
    return options


def clickhouse_options(given: Settings) -> dict[str, Any]:
    """The options of clickhouse-connect's clients, without the database. Raises Unusable."""
    address = urlsplit(given.clickhouse_url)
    is_secure = address.scheme == "https"
    options: dict[str, Any] = {
        "host": address.hostname or "",
        "port": address.port or (8443 if is_secure else 8123),
        "secure": is_secure,
        "username": given.clickhouse_user,
        "password": given.clickhouse_password,
    }
    if is_secure:
        _context(given, "clickhouse")  # says which file is wrong; the client would only say that it cannot connect
        files = (given.clickhouse_tls_ca, given.clickhouse_tls_certificate, given.clickhouse_tls_key)
        names = ("ca_cert", "client_cert", "client_cert_key")
        options |= {name: str(file) for name, file in zip(names, files, strict=True) if file}
        if given.clickhouse_tls_certificate:
            # The certificate opens the connection; who asks is told by user and password, as without it.
            options["tls_mode"] = "proxy"
    return options


def _context(given: Settings, service: str) -> ssl.SSLContext:
    """What a client of one of the services expects of its server, and shows it."""
    authority: Path | None = getattr(given, f"{service}_tls_ca")
    certificate: Path | None = getattr(given, f"{service}_tls_certificate")
    variable = f"SUOHENG_{service.upper()}_TLS"
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise Unusable(f"{variable}_CA: {authority} cannot be used: {error.strerror or error}") from error
    if certificate:
        try:
            context.load_cert_chain(certificate, getattr(given, f"{service}_tls_key"))
        except OSError as error:
            raise Unusable(f"{variable}_CERTIFICATE: {certificate} and its key cannot be used: {error.strerror or error}") from error
    return context
