"""Addresses of services, as settings and options have them."""

import re
from urllib.parse import urlsplit

_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})")


def kafka_servers(address: str) -> list[str]:
    """The servers of a Kafka address `host:port[,host:port]`. Raises ValueError with what is wrong."""
    servers = [server.strip() for server in address.split(",")]
    for server in servers:
        found = _SERVER.fullmatch(server)
        if not found or not 0 < int(found[2]) < 65_536:
            raise ValueError(f"write host:port[,host:port], for instance 10.0.0.5:9092, not {address!r}")
    return servers


def require_http(address: str) -> None:
    """Raises ValueError, with what is wrong, for what is no `http://host[:port]` or `https://host[:port]`."""
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError(f"write http://host:port or https://host:port, not {address!r}")
