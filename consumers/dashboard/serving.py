"""Rules that hold for every answer of the page: what a browser may do with it, and under which names it is served.

The content policy allows nothing but this server's own files: no inline script or style, no other host. The host check keeps a foreign
web site from reading a loopback page through a name that it lets point here (DNS rebinding).
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "suoheng",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: the headers of every answer, errors included. Numbers are kept by no cache; files are, and asked for again each time."""
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-cache" if request.path.startswith("/static/") else "no-store"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and only this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def right_host(bound_to: str, host_header: str) -> bool:
    """Whether a request may be answered: on loopback only under a loopback name; elsewhere names are the operator's affair."""
    if not is_loopback(bound_to):
        return True
    try:
        return is_loopback(urlsplit(f"//{host_header}").hostname or "")
    except ValueError:
        return False
