"""Asking a process of this machine how it is: its `/health`, `/ready` and `/metrics`."""

import http.client
import json
import ssl
from typing import Any, NamedTuple

from schemas.operation.health import CAUGHT_UP


class Answer(NamedTuple):
    """What a process answered; status 0: it did not."""

    status: int
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON; nothing when it is none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


def ask(host: str, port: int, path: str, *, tls: bool = False, timeout_s: float = 1.0) -> Answer:
    """`GET path`. Asked directly: a proxy from the environment is not for this machine."""
    connection: http.client.HTTPConnection
    if tls:
        # Our own process, under a name that its certificate need not bear.
        own = ssl._create_unverified_context()  # noqa: S323, SLF001
        connection = http.client.HTTPSConnection(host.strip("[]"), port, timeout=timeout_s, context=own)
    else:
        connection = http.client.HTTPConnection(host.strip("[]"), port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    except (OSError, http.client.HTTPException):
        return Answer(0, b"")
    finally:
        connection.close()


def can_work(host: str, port: int, *, tls: bool = False) -> bool:
    """Whether a process is ready, or would be but for a backlog: that is what it was started for."""
    answer = ask(host, port, "/ready", tls=tls)
    conditions = answer.document.get("conditions", [])
    failed = {one["name"] for one in conditions if not one["ok"]}
    return answer.status == http.HTTPStatus.OK or (bool(failed) and failed <= {CAUGHT_UP})
