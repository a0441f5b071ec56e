"""Which addresses an alert may be sent to: a receiver's address must not become a way into the machines behind the deliverer."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import IPvAnyNetwork

Address = IPv4Address | IPv6Address

WEBHOOK = "webhook_url"
"""What an address is called in messages unless a receiver of the plan says otherwise."""

# Machines' own metadata services that are neither link-local nor otherwise special: never a receiver of alerts.
_METADATA = {ip_address("100.100.100.200"), ip_address("fd00:ec2::254"), ip_address("192.0.0.192")}
_NAT64 = IPv6Network("64:ff9b::/96")


class UnsafeDestination(Exception):
    """The receiver's address is one to which alerts are not sent; the text says which and what to do."""


class Endpoint(NamedTuple):
    """Where a webhook address points to before its name is resolved."""

    scheme: str
    host: str
    port: int


def endpoint(url: str, what: str = WEBHOOK) -> Endpoint:
    """The parts of an address, which messages call `what`; raises `UnsafeDestination` for anything but http and https with a host and no user name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnsafeDestination(f"{what} is not an address: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnsafeDestination(f"{what} must be http://host… or https://host…, not {parts.scheme or 'no scheme'}://{parts.hostname or ''}")
    if parts.username is not None or parts.password is not None:
        raise UnsafeDestination(f"{what} must not carry a user name or password: it would end up in logs")
    return Endpoint(parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme])


def check(address: Address, private_networks: Sequence[IPvAnyNetwork], what: str = WEBHOOK) -> None:
    """Refuse what is not a public address, nor in a listed network. Link-local, metadata and multicast addresses cannot be listed."""
    real = _embedded(address)
    if real.is_link_local or real.is_multicast or real.is_unspecified or real in _METADATA:
        raise UnsafeDestination(f"{what} points to {address}, a link-local, metadata or multicast address: alerts are never sent there")
    if any(real.version == network.version and real in network for network in private_networks):
        return
    if not real.is_global or real.is_reserved:
        raise UnsafeDestination(
            f"{what} points to {address}, which is not public: list its network in SUOHENG_WEBHOOK_PRIVATE_NETWORKS to allow it"
        )


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def literal(host: str) -> Address | None:
    """The address that a host is written as, or None for a name (aiohttp asks its resolver for names only)."""
    try:
        return ip_address(host)
    except ValueError:
        return None


class CheckedResolver(AbstractResolver):
    """Resolves a name once and lets only allowed addresses through, so what was checked is what is connected to."""

    def __init__(self, private_networks: Sequence[IPvAnyNetwork], what: str = WEBHOOK) -> None:
        self._private_networks, self._what = private_networks, what

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """All addresses of `host`; raises `UnsafeDestination` if any of them is refused: a mixed answer is a trick or a mistake."""
        found = await _addresses(host, port, family)
        for one in found:
            check(ip_address(one["host"].partition("%")[0]), self._private_networks, self._what)
        return found

    async def close(self) -> None:
        """Nothing is held."""


async def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [
        ResolveResult(hostname=host, host=str(to[0]), port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST)
        for kind, _, proto, _, to in infos
    ]
