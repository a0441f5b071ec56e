"""The index entry of a dead letter: what its headers say and where it lies. Of the payload nothing is kept but the office's id."""

import re
from contextlib import suppress
from typing import NamedTuple

import msgspec

from consumers.loop import Message

_DISTRICT = re.compile(r"[0-9]{6}")
_OFFICE = re.compile(r"sfs-[0-9]{6}-[0-9]{3}")
_LONGEST_DETAIL = 1_000


class Letter(NamedTuple):
    """A row of the index. topic, partition and offset are the refused event's; the letter itself lies at letter_topic, letter_partition, letter_offset."""

    code: str
    detail: str
    stage: str
    district: str
    office: str
    topic: str
    partition: int
    offset: int
    sha256: str
    received_at: int
    build: str
    letter_topic: str
    letter_partition: int
    letter_offset: int
    epoch: int


class _Named(msgspec.Struct, gc=False):
    district: object = ""
    office: object = ""


_decode = msgspec.json.Decoder(_Named).decode


def letter(message: Message) -> Letter:
    """Read the index entry from a message of the dead-letters topic.

    The original headers come first and the worker's `dl-*` last, so of two with one name the last holds. Raises ValueError when a `dl-*`
    header is missing: such a message was not written by a worker. received_at is when the letter was written, in milliseconds.
    """
    headers = {name: value or b"" for name, value in message.headers}

    def said(name: str) -> str:
        try:
            return headers[name].decode("utf-8", "replace")
        except KeyError:
            raise ValueError(f"the dead letter has no header {name}") from None

    district, office = _whose(message, headers)
    return Letter(
        said("dl-code"),
        said("dl-detail")[:_LONGEST_DETAIL],
        said("dl-stage"),
        district,
        office,
        said("dl-topic"),
        int(said("dl-partition")),
        int(said("dl-offset")),
        said("dl-sha256"),
        message.timestamp,
        said("dl-build"),
        message.topic,
        message.partition,
        message.offset,
        int(headers.get("dl-epoch", b"0")),
    )


def _whose(message: Message, headers: dict[str, bytes]) -> tuple[str, str]:
    """District and office as far as they are well-formed: by the key or else the event; '' when neither says so. Never any other text."""
    named = _Named()
    # Texts that are no UTF-8 raise an error of their own; and what nests a thousand deep names nobody either.
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        named = _decode(message.value or b"")
    district = (message.key or b"").decode("ascii", "replace")
    if not _DISTRICT.fullmatch(district):
        district = _matching(_DISTRICT, named.district, headers.get("ce_district"))
    return district, _matching(_OFFICE, named.office, headers.get("ce_office"))


def _matching(pattern: re.Pattern[str], stated: object, header: bytes | None) -> str:
    for candidate in (stated, (header or b"").decode("utf-8", "replace")):
        if isinstance(candidate, str) and pattern.fullmatch(candidate):
            return candidate
    return ""
