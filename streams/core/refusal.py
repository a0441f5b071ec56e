"""How a refusal travels inside validation, which has many places that refuse and one that answers; outside of it a refusal is a value."""


class Refusal(ValueError):
    """`code` of `schemas.codes`; `detail` names place and rule, never the offending text."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Malformed(Refusal):
    """A text that is not of its format; `detail` names the format, the place is found out when it is needed."""
