"""E-mail by SMTP: plain text and HTML, the messages of a group as one thread, encrypted unless the plan says otherwise."""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import structlog
from pydantic import IPvAnyNetwork

from consumers.alerts.destination import UnsafeDestination, check
from consumers.alerts.outcome import Delivered, Later, Outcome, Refused
from consumers.alerts.telling.message import Message
from consumers.alerts.ways.wording import text, words

log = structlog.get_logger(__name__)

TIMEOUT_S = 10.0
_TEMPORARY = range(400, 500)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = ""
    ca_file: Path | None = None


class Mail:
    """One receiver's mail: each message to all of its addresses."""

    def __init__(
        self, server: Server, sender: str, to: Sequence[str], *, lang: str, page: str, private_networks: Sequence[IPvAnyNetwork], what: str
    ) -> None:
        self._server, self._sender, self._to = server, sender, tuple(to)
        self._lang, self._page, self._private_networks, self._what = lang, page, private_networks, what

    def deliver(self, message: Message) -> Outcome:
        """Hand it in; the server has it, or says when to try again. Some addresses refused: the others have it; that is logged."""
        try:
            refused = self._handed_in(message)
        except (UnsafeDestination, smtplib.SMTPException, OSError) as error:
            return _outcome(error)
        if refused:
            code, said = next(iter(refused.values()))
            log.error(
                "mail delivered, but not to all addresses", receiver=message.receiver, refused=len(refused), reason=f"{code} {_said(said)}"
            )
        return Delivered()

    def _handed_in(self, message: Message) -> dict[str, tuple[int, bytes]]:
        """The addresses that were refused, while at least one was not."""
        with self._connected() as server:
            if self._server.security == "starttls":
                server.starttls(context=self._context())
            if self._server.user:
                server.login(self._server.user, self._server.password)
            return server.send_message(self.made(message))

    def made(self, message: Message) -> EmailMessage:
        """The mail. Its id is the message's key, so that a repeated one can be told; replies are to the group's first one."""
        mail = EmailMessage(policy=SMTP)
        domain = self._sender.partition("@")[2]
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._to)
        mail["Subject"] = " ".join(words(message, self._lang, self._page).title.split())
        mail["Date"] = format_datetime(message.made_at)
        mail["Message-ID"] = f"<{message.key}@{domain}>"
        if message.thread != message.key:
            mail["In-Reply-To"] = mail["References"] = f"<{message.thread}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Suoheng-Receiver"] = message.receiver
        mail.set_content(text(message, self._lang, self._page))
        mail.add_alternative(_html(message, self._lang, self._page), subtype="html")
        return mail

    def _connected(self) -> smtplib.SMTP:
        """A connection to an address that has been checked, under the name that the certificate must bear."""
        address = self._address()

        class Checked(smtplib.SMTP_SSL if self._server.security == "tls" else smtplib.SMTP):  # type: ignore[misc]
            def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
                plain = socket.create_connection((address, port), timeout)
                return self.context.wrap_socket(plain, server_hostname=self._host) if isinstance(self, smtplib.SMTP_SSL) else plain

        extra = {"context": self._context()} if self._server.security == "tls" else {}
        made: smtplib.SMTP = Checked(self._server.host, self._server.port, timeout=TIMEOUT_S, **extra)
        return made

    def _address(self) -> str:
        found = socket.getaddrinfo(self._server.host, self._server.port, type=socket.SOCK_STREAM)
        for *_, to in found:
            check(ip_address(str(to[0]).partition("%")[0]), self._private_networks, self._what)
        return str(found[0][4][0])

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)


def _outcome(error: Exception) -> Later | Refused:
    """What went wrong, and whether the same may succeed later."""
    match error:
        case smtplib.SMTPResponseException():
            login = isinstance(error, smtplib.SMTPAuthenticationError)
            return _judged(error.smtp_code, "the login was refused: see user and password_file" if login else _said(error.smtp_error))
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            return _judged(code, _said(said))
        case smtplib.SMTPNotSupportedError():
            return Refused(f"the server cannot do what the plan asks for: {error}")
        case ssl.SSLError():
            return Refused(f"the server's certificate or encryption does not hold: {error.reason or error}; see security and ca_file")
        case UnsafeDestination():
            return Later(str(error))
        case _:
            return Later(f"{type(error).__name__}: {error}")


def _judged(code: int, said: str) -> Later | Refused:
    return Later(f"{code} {said}") if code in _TEMPORARY else Refused(f"{code} {said}")


def _said(text: bytes | str) -> str:
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(told.split())[:200]


def _html(message: Message, lang: str, page: str) -> str:
    whole = words(message, lang, page)
    rows = "".join(
        f'<tr><td style="padding:4px 8px;border-left:4px solid {"#a3201d" if line.state == "firing" else "#22683a"}">'
        f"<strong>{escape(line.head)}</strong><br>{escape(line.facts)}</td></tr>"
        for line in whole.lines
    )
    what, _, address = whole.more.partition(": ")
    return (
        f'<!DOCTYPE html><html lang="{"zh-CN" if lang == "zh" else "en"}"><body><h2 style="font-size:17px">{escape(whole.title)}</h2>'
        f'<table style="border-spacing:0 6px">{rows}</table><p><a href="{escape(address)}">{escape(what)}</a></p></body></html>'
    )
