"""Why a request or an event is not taken: the contract's code, a sentence, and the HTTP status that fits the code."""

from typing import NamedTuple

_STATUS = {
    "AUTH_OFFICE_MISMATCH": 403,
    "AUTH_ROLE": 403,
    "AUTH_QUOTA": 429,
    "AUTH_UNAVAILABLE": 503,
    "BYTES_TOO_LARGE": 413,
}
_UNAVAILABLE_FOR_S = 5


class Refusal(NamedTuple):
    """One refusal. `status` follows from the code unless the transport itself is at fault."""

    code: str
    detail: str
    http_status: int | None = None
    again_after_s: int | None = None
    """When to try again; None: five seconds with 503, else trying again is of no use."""

    @property
    def status(self) -> int:
        """401, 403 and 429 for credentials, 413 for size, 400 for bytes that are no JSON, 422 for JSON that is no valid event."""
        if self.http_status is not None:
            return self.http_status
        if self.code in _STATUS:
            return _STATUS[self.code]
        if self.code.startswith("AUTH_"):
            return 401
        return 400 if self.code.startswith(("BYTES_", "JSON_")) else 422

    @property
    def retry_after_s(self) -> int | None:
        """Seconds for the header Retry-After, if any."""
        return _UNAVAILABLE_FOR_S if self.again_after_s is None and self.status == 503 else self.again_after_s


class Refused(Exception):
    """The whole request is refused. `key`: id of the credential that was shown or claimed, if there is such a one; for the audit."""

    def __init__(self, refusal: Refusal, key: str = "") -> None:
        super().__init__(refusal.detail)
        self.refusal, self.key = refusal, key
