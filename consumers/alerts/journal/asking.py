"""The duty desk between two machines: the deliverer answers at its health port, the page asks. Both know one key; without it nothing is answered.

    GET  /desk?district=990107              what stands, as JSON of `Stands`
    POST /desk/ack?district=990107          one act, its form as JSON; also /desk/silence, /desk/unsilence

The port has no TLS of its own: it is for a network of these processes alone, as `deploy/k8s/network.yaml` makes one.
"""

import http.client
import json
from collections.abc import Mapping
from hmac import compare_digest
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from pydantic import TypeAdapter, ValidationError

from consumers.alerts.journal.acts import Refused
from consumers.alerts.journal.desk import ACTS, Away, OwnJournal, Stands
from consumers.alerts.journal.tables import JournalError
from schemas.operation.serving import Answer, Asked

_STANDS, _FORM = TypeAdapter(Stands), TypeAdapter(dict[str, str])
_TIMEOUT_S = 5
_LONGEST_ANSWER = 16 << 20
_NO_JOURNAL, _REFUSED, _NO_AUDIT = 404, 409, 503


class Answering:
    """What the deliverer's health port answers besides, under `/desk`; None to all else."""

    def __init__(self, journal: OwnJournal, key: str) -> None:
        self._journal, self._expected = journal, f"Bearer {key}".encode()

    def __call__(self, asked: Asked) -> Answer | None:
        address = urlsplit(asked.path)
        where, _, what = address.path.removeprefix("/").partition("/")
        if where != "desk":
            return None
        if not compare_digest(asked.authorization.encode(), self._expected):
            return _said(401, "SUOHENG_DESK_KEY of the page and of the deliverer differ")
        try:
            return self._answer(asked, what, parse_qs(address.query).get("district", [""])[0])
        except (Refused, JournalError, OSError, ValidationError) as error:
            return _failed(error)

    def _answer(self, asked: Asked, what: str, district: str) -> Answer:
        if asked.method == "GET" and not what:
            return 200, _STANDS.dump_json(self._journal.stands(district))
        if asked.method == "POST" and what in ACTS:
            self._journal.act(what, district, _FORM.validate_json(asked.body))
            return _said(200, "")
        return _said(400, "there are GET /desk and POST /desk/ack, /desk/silence, /desk/unsilence")


def _failed(error: Exception) -> Answer:
    if isinstance(error, ValidationError):
        return _said(400, "the form must be an object of texts")
    if isinstance(error, OSError):
        return _said(_NO_AUDIT, f"the audit log cannot be written: {error.strerror}")
    return _said(_REFUSED if isinstance(error, Refused) else _NO_JOURNAL, str(error))


def _said(status: int, why: str) -> Answer:
    return status, json.dumps({"why": why}, ensure_ascii=False).encode()


class AskedJournal:
    """The deliverer of another machine; as `desk.Source`."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key
        self._open = build_opener(ProxyHandler({})).open

    def stands(self, district: str) -> Stands:
        """As `Source`."""
        try:
            return _STANDS.validate_json(self._ask(f"/desk?district={quote(district)}", None))
        except ValidationError as error:
            raise Away(f"{self._url} answers what this build does not know; page and deliverer must be of one build") from error

    def act(self, what: str, district: str, form: Mapping[str, str]) -> None:
        """As `Source`."""
        self._ask(f"/desk/{what}?district={quote(district)}", json.dumps(dict(form)).encode())

    def _ask(self, path: str, body: bytes | None) -> bytes:
        request = Request(self._url + path, body, {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"})  # noqa: S310 - the setting takes http(s) only
        try:
            with self._open(request, timeout=_TIMEOUT_S) as answer:
                return bytes(answer.read(_LONGEST_ANSWER))
        except HTTPError as error:
            why = _why(error.read(1 << 16))
            if not why:  # the deliverer says it; another server's 404 or 503 means no more than that it is not the deliverer, or has no key
                raise Away(f"{self._url}: {error}") from error
            _raise(error.code, why, self._url)
        except (URLError, OSError, http.client.HTTPException) as error:
            raise Away(f"{self._url} does not answer: {getattr(error, 'reason', error)}") from error


def _why(body: bytes) -> str:
    try:
        return str(json.loads(body)["why"])
    except (ValueError, KeyError, TypeError):
        return ""


def _raise(status: int, why: str, url: str) -> NoReturn:
    if status == _REFUSED:
        raise Refused(why)
    if status == _NO_JOURNAL:
        raise JournalError(why)
    if status == _NO_AUDIT:
        raise OSError(why)
    raise Away(f"{url}: {why}")
