"""Who asks for the page, as far as it matters: somebody on this machine, somebody whom the sign-on before it names, or anybody.

The sign-on (a reverse proxy that asks for a login) names people in a header. It is believed only from the sign-on's own networks, so nobody who
reaches the page past it can name himself; the sign-on in turn must drop the header from what comes to it.
"""

import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from hashlib import sha256
from hmac import new as hmac
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp import web
from pydantic.networks import IPvAnyNetwork

from consumers.dashboard.serving import is_loopback

_LONGEST_NAME = 64


class SignOn(NamedTuple):
    """A header, the networks from which it is believed, and the origin (`https://host`) under which browsers know the page."""

    header: str
    networks: tuple[IPvAnyNetwork, ...]
    origin: str


class _Caller(NamedTuple):
    is_here: bool
    name: str


_HERE = _Caller(is_here=True, name="")
_caller: ContextVar[_Caller | None] = ContextVar("caller", default=None)


class Door:
    """The page bound to `host`, with a sign-on before it or none. `key`: what several processes of one page share; empty: there is one."""

    def __init__(self, host: str, sign_on: SignOn | None = None, key: str = "") -> None:
        self._host, self._sign_on = host, sign_on
        self._key = key.encode() or secrets.token_bytes(32)

    @property
    def name(self) -> str:
        """Whom the sign-on names as the one who asks now; empty where there is none."""
        return (_caller.get() or _HERE).name

    @property
    def may_act(self) -> bool:
        """Whether who asks now may change something: whom the sign-on names; without one, who is on this machine."""
        return bool(self.name) if self._sign_on else is_loopback(self._host) and (_caller.get() or _HERE).is_here

    @property
    def token(self) -> str:
        """What a form must bear that this page has shown to who asks now; of no use to anybody else."""
        return hmac(self._key, f"desk form of {self.name}".encode(), sha256).hexdigest()

    def is_own(self, request: web.Request) -> bool:
        """Whether a form comes from this page. Referrers are kept back, so a browser may say `null` for its origin; then another header says whose it is."""
        origin, site = request.headers.get("Origin", "null"), request.headers.get("Sec-Fetch-Site", "")
        expected = self._sign_on.origin if self._sign_on else f"http://{request.host}"
        return (origin == expected or (origin == "null" and site == "same-origin")) and site in ("", "same-origin")

    @web.middleware
    async def come_in(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        """Note who asks, for as long as the request takes."""
        remote = request.remote or ""
        _caller.set(_Caller(is_loopback(remote), self._named(remote, request)))
        return await handler(request)

    def _named(self, remote: str, request: web.Request) -> str:
        sign_on = self._sign_on
        if sign_on is None or not _within(remote, sign_on.networks):
            return ""
        told = request.headers.getall(sign_on.header, [])
        name = told[0].strip() if len(told) == 1 else ""
        return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""


def _within(remote: str, networks: tuple[IPvAnyNetwork, ...]) -> bool:
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in networks)


def origin(url: str) -> str:
    """`https://host:8443/` -> `https://host:8443`, as browsers say it: without the scheme's own port."""
    parts = urlsplit(url)
    own = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(own)}"
