"""Addresses by which processes of this machine reach each other."""

from schemas.settings import Settings


def reachable(host: str) -> str:
    """The host, as addresses bear it, by which this machine reaches a process that listens on `host`."""
    if host in {"", "0.0.0.0"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


def gateway_url(settings: Settings) -> str:
    """Where this installation's gateway takes events over HTTP."""
    scheme = "https" if settings.gateway_tls_certificate else "http"
    return f"{scheme}://{reachable(settings.gateway_host)}:{settings.gateway_port}"
