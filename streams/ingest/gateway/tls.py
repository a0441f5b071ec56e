"""HTTPS, and client certificates where an authority for them is named; a renewed certificate comes into force without a restart."""

import asyncio
import ssl
from pathlib import Path

import structlog

from schemas.settings import Settings

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0


class TlsError(Exception):
    """The TLS files cannot be used; the text says which and why."""


def context_of(config: Settings) -> ssl.SSLContext | None:
    """The server's side of TLS; None: plain HTTP. Raises `TlsError`."""
    certificate, key, authority = config.gateway_tls_certificate, config.gateway_tls_key, config.gateway_tls_client_ca
    if certificate is None:
        if key or authority:
            raise TlsError("SUOHENG_GATEWAY_TLS_KEY and _CLIENT_CA are of no use without SUOHENG_GATEWAY_TLS_CERTIFICATE")
        return None
    try:
        context = _fresh(certificate, key)
        if authority is not None:
            context.load_verify_locations(authority)
            # Optional, so that a bearer token, health and documentation need none; what it opens, the credentials say.
            context.verify_mode = ssl.CERT_OPTIONAL
    except (OSError, ssl.SSLError) as error:
        raise TlsError(f"the gateway's TLS files cannot be used ({certificate}, {key}, {authority}): {error}") from None
    return context


async def keep_fresh(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Load the certificate again whenever its files have changed and fit; until cancelled."""
    stamp = _stamp(certificate, key)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now = _stamp(certificate, key)
        if now == stamp:
            continue
        try:
            # First elsewhere: a certificate whose key is not there yet would spoil the one in use.
            _fresh(certificate, key)
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            log.error("the renewed TLS certificate cannot be used, the old one stays", file=str(certificate), error=str(error))
            continue
        stamp = now
        log.info("TLS certificate renewed", file=str(certificate))


def _fresh(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def _stamp(*files: Path | None) -> tuple[float, ...]:
    try:
        return tuple(file.stat().st_mtime_ns for file in files if file is not None)
    except OSError:
        return ()
