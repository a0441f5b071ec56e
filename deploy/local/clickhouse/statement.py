"""What a request asks for: the statement, its data, the format of the answer; and how an error of the engine is told over HTTP."""

import re
from typing import NamedTuple

_BLANK = rb"(?:--[^\n]*\n|/\*.*?\*/|\s)*"
_NAME = rb"(?:`(?:[^`\\]|\\.)*`|\"(?:[^\"\\]|\\.)*\"|\w+)"
_COLUMNS = rb"\((?:[^()`\"']|`(?:[^`\\]|\\.)*`|\"(?:[^\"\\]|\\.)*\"|\([^()]*\))*\)"

# The head of an insert up to its FORMAT, by its grammar: inline VALUES may contain the word as well.
_INSERT_WITH_FORMAT = re.compile(
    rb"(?P<head>" + _BLANK + rb"INSERT\s+INTO\s+(?:TABLE\s+)?(?:FUNCTION\s+\w+\s*\([^()]*\)|" + _NAME + rb"(?:\s*\.\s*" + _NAME + rb")?)"
    rb"\s*(?:"
    + _COLUMNS
    + rb")?(?:\s*SETTINGS\s+[^()]+?)?)\s*\bFORMAT\s+(?P<format>\w+)(?:[ \t]*;?[ \t]*\r?\n|[ \t]*;?\s*\Z|(?=[ \t{\[(]))",
    re.IGNORECASE | re.DOTALL,
)
_ANSWERS = re.compile(
    rb"(?:--[^\n]*\n|/\*.*?\*/|\s|\()*(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN|CHECK|VALUES|FROM)\b",
    re.IGNORECASE | re.DOTALL,
)
_STREAMS = re.compile(rb"(?:--[^\n]*\n|/\*.*?\*/|\s|\()*(?:SELECT|WITH|FROM)\b", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*(?:SETTINGS\b[^']*)?;?\s*\Z", re.IGNORECASE)

_STATUS = {
    27: 400, 36: 400, 38: 400, 41: 400, 43: 400, 47: 400, 53: 400, 62: 400, 70: 400, 354: 400,  # what was sent is wrong
    46: 404, 60: 404, 81: 404, 115: 404, 372: 404,  # something named does not exist
    164: 403, 497: 403, 516: 403,
    159: 408, 373: 409, 48: 501,
}  # fmt: skip


class ClickHouseError(Exception):
    """An error as ClickHouse tells it: `Code: n. DB::Exception: …`."""

    def __init__(self, text: str) -> None:
        start = text.find("Code: ")
        self.text = text[max(start, 0) :]
        match = re.match(r"Code: (\d+)", self.text)
        self.code = int(match[1]) if match else 1002
        super().__init__(self.text)

    @property
    def status(self) -> int:
        """The HTTP status that a server answers with."""
        return _STATUS.get(self.code, 500)


def refusal(code: int, name: str, text: str) -> ClickHouseError:
    """An error of this endpoint, in the engine's form."""
    return ClickHouseError(f"Code: {code}. DB::Exception: {text} ({name})")


class Statement(NamedTuple):
    """A statement without the data it brings along."""

    sql: bytes
    """The text for the engine; of an insert with data only what stands before FORMAT."""
    data: bytes | None
    """Data of an insert, encoded in `format`; None: the statement brings none, or has it inline."""
    format: str
    """Format of the data, or of the answer."""
    answers: bool
    """Whether there is a result to send."""
    streams: bool = False
    """Whether the engine can hand out the result while it runs; of SHOW, DESCRIBE and their like it cannot."""


def parse(query: bytes, body: bytes, default_format: str) -> Statement:
    """Split a request (its `query` parameter and its body) into statement and data.

    As with a server the body continues the parameter: it is the data of an insert, or the rest of the text.
    """
    text, rest = (query, body) if query.strip() else (body, b"")
    insert = _INSERT_WITH_FORMAT.match(text)
    if insert:
        data = text[insert.end() :] + rest
        return Statement(insert["head"].rstrip(), data, insert["format"].decode(), answers=False)
    if rest:
        text += b"\n" + rest
    answers = bool(_ANSWERS.match(text))
    named = _FORMAT.search(text) if answers else None
    return Statement(text, None, named[1].decode() if named else default_format, answers, bool(_STREAMS.match(text)))


def without_format(sql: bytes) -> bytes:
    """A query without its FORMAT clause, to be put into parentheses."""
    return _FORMAT.sub(b"", sql).strip().rstrip(b";")
