"""Why a request or an event is not taken: the contract's code, a sentence, and the HTTP status that fits the code."""

from typing import NamedTuple

_STATUS = {
    "AUTH_MISSING": 401,
    "AUTH_UNKNOWN": 401,
    "AUTH_EXPIRED": 401,
    "AUTH_REVOKED": 401,
    "AUTH_OFFICE_MISMATCH": 403,
    "AUTH_UNAVAILABLE": 503,
    "BYTES_TOO_LARGE": 413,
}


class Refusal(NamedTuple):
    """One refusal. `status` follows from the code unless the transport itself is at fault."""

    code: str
    detail: str
    http_status: int | None = None

    @property
    def status(self) -> int:
        """401 and 403 for credentials, 413 for size, 400 for bytes that are no JSON, 422 for JSON that is no valid event."""
        if self.http_status is not None:
            return self.http_status
        return _STATUS.get(self.code) or (400 if self.code.startswith(("BYTES_", "JSON_")) else 422)


class Refused(Exception):
    """The whole request is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal
