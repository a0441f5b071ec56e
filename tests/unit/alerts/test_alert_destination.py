"""Where alerts may be sent, address by address."""

import asyncio
import socket
from ipaddress import ip_address, ip_network

import pytest

from consumers.alerts.channels import Webhook
from consumers.alerts.destination import CheckedResolver, UnsafeDestination, check, endpoint

ALL = [ip_network("0.0.0.0/0"), ip_network("::/0")]


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_are_open(address: str) -> None:
    check(ip_address(address), [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd12::1",
        "::ffff:127.0.0.1",
        "192.0.2.1",
        "240.0.0.1",
        "2002:7f00:1::1",
        "64:ff9b::a00:1",
    ],
)
def test_private_and_special_addresses_are_closed_unless_listed(address: str) -> None:
    with pytest.raises(UnsafeDestination, match="SUOHENG_WEBHOOK_PRIVATE_NETWORKS"):
        check(ip_address(address), [ip_network("10.99.0.0/16")])
    check(ip_address(address), ALL)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "100.100.100.200",
        "fd00:ec2::254",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",
        "::",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_metadata_link_local_and_multicast_cannot_be_listed(address: str) -> None:
    with pytest.raises(UnsafeDestination, match="never"):
        check(ip_address(address), ALL)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org/hook",
        "http://",
        "http://user:secret@example.org/",
        "http://[::1",
        "http://h:99999/",
    ],
)
def test_only_plain_http_addresses_are_taken(url: str) -> None:
    with pytest.raises(UnsafeDestination) as caught:
        endpoint(url)
    assert "secret" not in str(caught.value)


def test_ports_follow_the_scheme() -> None:
    assert endpoint("https://example.org/hook").port == 443
    assert endpoint("http://example.org:8080/hook").port == 8080


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/latest/meta-data/"])
def test_a_written_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UnsafeDestination):
        Webhook(url, "")


@pytest.mark.parametrize("name", ["localhost", "2130706433", "0x7f000001"])
def test_a_name_is_checked_by_what_it_resolves_to(name: str) -> None:
    """A decimal or hexadecimal address is a name as well: the resolver turns it into loopback."""
    with pytest.raises(UnsafeDestination):
        asyncio.run(CheckedResolver([]).resolve(name, 80, socket.AF_INET))
    found = asyncio.run(CheckedResolver(ALL).resolve(name, 80, socket.AF_INET))
    assert {one["host"] for one in found} == {"127.0.0.1"}
