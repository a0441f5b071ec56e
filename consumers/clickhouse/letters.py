"""The index entry of a dead letter: what its headers say and where it lies.

Of the payload nothing is kept but what names the event: office, source, id, type and sequence number, each only if it is well-formed and no
personal number is in it. By source and id it is seen later that the event has arrived well after all.
"""

import re
from contextlib import suppress
from typing import NamedTuple

import msgspec

from consumers.loop import Message
from consumers.reconcile.private import is_private
from schemas.events import KINDS
from schemas.fields import DISTRICT, OFFICE, SOURCE

REPLAYS = "suoheng-letter"
"""Header of a record that sends a dead letter again: `PARTITION:OFFSET`, the refused event's place in the log."""

_DISTRICT, _OFFICE, _SOURCE = re.compile(DISTRICT), re.compile(OFFICE), re.compile(SOURCE)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SEQUENCE = re.compile("0|[1-9][0-9]{0,17}")
_PLACE = re.compile("[0-9]{1,10}:[0-9]{1,20}")
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
    source: str
    id: str
    type: str
    sequence: int | None
    replays: str
    """Place of the letter that this event sent again, and that was refused once more; '' for what a publisher sent."""


class _Named(msgspec.Struct, gc=False):
    district: object = ""
    office: object = ""
    source: object = ""
    id: object = ""
    type: object = ""
    sequence: object = ""


_decode = msgspec.json.Decoder(_Named).decode


def letter(message: Message) -> Letter:
    """Read the index entry from a message of the dead-letters topic.

    The original headers come first and the worker's `dl-*` last, so of two with one name the last holds. Raises ValueError when a `dl-*`
    header is missing: such a message was not written by a worker. received_at is when the log took the refused event, in milliseconds.
    """
    headers = {name: value or b"" for name, value in message.headers}

    def said(name: str) -> str:
        try:
            return headers[name].decode("utf-8", "replace")
        except KeyError:
            raise ValueError(f"the dead letter has no header {name}") from None

    named = _named(message.value)
    number = _matching(_SEQUENCE, named.sequence, headers.get("ce_sequence"))
    return Letter(
        said("dl-code"),
        said("dl-detail")[:_LONGEST_DETAIL],
        said("dl-stage"),
        _district(message.key, named, headers),
        _matching(_OFFICE, named.office, headers.get("ce_office")),
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
        _matching(_SOURCE, named.source, headers.get("ce_source")),
        _matching(_ID, named.id, headers.get("ce_id")),
        _type(named, headers),
        int(number) if number else None,
        _matching(_PLACE, "", headers.get(REPLAYS)),
    )


def _named(value: bytes | None) -> _Named:
    # Texts that are no UTF-8 raise an error of their own; and what nests a thousand deep names nobody either.
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode(value or b"")
    return _Named()


def _district(key: bytes | None, named: _Named, headers: dict[str, bytes]) -> str:
    """The key if it is a district's, else what the event says."""
    district = (key or b"").decode("ascii", "replace")
    return district if _DISTRICT.fullmatch(district) else _matching(_DISTRICT, named.district, headers.get("ce_district"))


def _type(named: _Named, headers: dict[str, bytes]) -> str:
    stated = (named.type, headers.get("ce_type", b"").decode("utf-8", "replace"))
    return next((one for one in stated if isinstance(one, str) and one in KINDS), "")


def _matching(pattern: re.Pattern[str], stated: object, header: bytes | None) -> str:
    """What is well-formed and not personal of what the event or its header says; '' when neither is. Never any other text."""
    for candidate in (stated, (header or b"").decode("utf-8", "replace")):
        if isinstance(candidate, str) and pattern.fullmatch(candidate) and not is_private(candidate):
            return candidate
    return ""
