"""Who comes in: the credential behind a request, in two steps, because a signature can only be checked once the body is there."""

from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from ssl import SSLObject
from typing import NamedTuple

from aiohttp import web

from streams.ingest.gateway import signature
from streams.ingest.gateway.bodies import is_binary
from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.keyring import Keyring, Shown, require_in_force
from streams.ingest.gateway.numbers import Numbers
from streams.ingest.gateway.refusal import Refusal, Refused
from streams.ingest.gateway.signature import Signed

_FORWARDED = ("Origin", "Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers of a browser's page or of a proxy: a caller behind one is not a program on this machine."""


class Visitor(NamedTuple):
    """A caller whose key is known; with `signed`, the signature is still to be verified."""

    credential: Credential | None
    """None: there are no credentials yet, and this is a program on the gateway's own machine."""
    signed: Signed | None = None


class Door:
    """Asks for credentials as soon as there are any; until then only programs on this machine come in, for any office."""

    def __init__(self, keyring: Keyring, numbers: Numbers) -> None:
        self.keyring = keyring
        self._numbers = numbers

    def knock(self, request: web.Request) -> Visitor:
        """Before the body is read. Raises `Refused`."""
        self.keyring.refresh()
        if not self.keyring.exists:
            _require_own_machine(request)
            return Visitor(None)
        now = datetime.now(UTC)
        signed = signature.read_headers(request.headers, now)
        shown = Shown(request.headers.get("Authorization"), _certificate(request), signed.key if signed else None)
        credential = self.keyring.caller(shown)
        if signed is None:
            require_in_force(credential, now)
        elif is_binary(request):
            raise Refused(Refusal("AUTH_SIGNATURE", "sign structured events: the headers of a binary one are not under the signature"))
        return Visitor(credential, signed)

    async def enter(self, visitor: Visitor, body: bytes) -> None:
        """With the body, as it was sent. Raises `Refused`."""
        credential, signed = visitor
        if credential is None or signed is None:
            return
        signature.verify(signed, body, credential)
        require_in_force(credential, datetime.now(UTC))
        try:
            rises = await self._numbers.rises(credential.id, signed.number)
        except OSError as error:
            raise Refused(Refusal("AUTH_UNAVAILABLE", "the gateway cannot check batch numbers at the moment; try again later")) from error
        if not rises:
            told = "Suoheng-Batch: not higher than the last; sign the request anew under a higher number"
            raise Refused(Refusal("AUTH_REPLAY", told), credential.id)


def _certificate(request: web.Request) -> str | None:
    """SHA-256 of the client certificate that this connection's handshake has proven; None without one."""
    tls: SSLObject | None = request.get_extra_info("ssl_object")
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return sha256(certificate).hexdigest() if certificate else None


def _require_own_machine(request: web.Request) -> None:
    """A page in a browser on this machine, or a name that was turned to loopback, must not write into the log either."""
    if not is_local(request.remote) or not is_local(request.url.host) or any(name in request.headers for name in _FORWARDED):
        raise Refused(Refusal("AUTH_MISSING", "without credentials only programs on the gateway's own machine may hand in events", 403))


def is_local(host: str | None) -> bool:
    """Whether a peer address or the name in a request is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
