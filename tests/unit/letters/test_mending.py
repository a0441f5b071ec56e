"""What is sent again: with the headers that say whence, sealed for whom it was sealed, and as an operator's word once it is corrected."""

from datetime import datetime
from typing import Any

import pytest

from deploy.letters.index import Entry
from deploy.letters.mending import Mended, traced
from deploy.letters.reading import Letter
from deploy.letters.verdict import Record, Valid, Verdict, by_schema
from streams.core.scope import Scope
from streams.core.seal import HEADER, Claims, SealKeys, Stamp, recheck
from tests.factories import DISTRICT, OFFICE, encoded, event

KEY = DISTRICT.encode()
KEYS = SealKeys({"k1": b"s" * 32}, "k1")
GOOD = encoded(event("leg.consultation.given"))
OWN = Claims.of(Scope("office-key", DISTRICT, frozenset([OFFICE]), frozenset(["office-1"])))
FOREIGN = Claims.of(Scope("other-key", DISTRICT, frozenset(["sfs-990107-002"]), frozenset(["office-2"])))
ENTRY = Entry("STRUCT_VALUE", "", "schema", DISTRICT, OFFICE, "office-events", 3, 17, "ab" * 32, datetime.now().astimezone(), "", 3, 1)


def mended(headers: list[tuple[str, bytes]], sent: bytes = GOOD) -> Mended:
    return Mended(ENTRY, Letter(KEY, GOOD, headers, []), Verdict(), Verdict(), Record(KEY, sent, headers))


def sealed(claims: Claims) -> list[tuple[str, bytes]]:
    headers = [("trace", b"\x00")]
    return [*headers, Stamp(KEYS, claims).header(KEY, GOOD, headers)]


def test_a_replay_is_the_record_with_a_trace() -> None:
    record = traced(mended([("trace", b"a"), ("suoheng-letter", b"1:1"), ("suoheng-replayed-by", b"x"), ("trace", b"b")]), "王", "", None)
    assert record == Record(
        KEY, GOOD, [("trace", b"a"), ("trace", b"b"), ("suoheng-letter", b"3:17"), ("suoheng-replayed-by", "王".encode())]
    )
    told = dict(traced(mended([], encoded(event("leg.consultation.given", data={"persons": 2}))), "Li", "Wang", None).headers)
    assert told == {
        "suoheng-letter": b"3:17", "suoheng-replayed-by": b"Li", "suoheng-approved-by": b"Wang", "suoheng-corrected": b"ab" * 32,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "sent", "code"),
    [
        (sealed(OWN), GOOD, ""),
        (sealed(FOREIGN), GOOD, "AUTH_SEAL"),
        ([(HEADER, b"v1 k1 00 {}")], GOOD, "AUTH_SEAL"),
        ([], GOOD, "AUTH_SEAL"),
        (sealed(FOREIGN), encoded(event("leg.consultation.given", data={"persons": 2})), ""),
    ],
    ids=["own", "foreign", "forged", "none", "corrected"],
)
def test_a_seal_is_made_anew_for_whom_it_was_made_and_for_nobody_else(headers: Any, sent: bytes, code: str) -> None:
    """A replay may not turn a foreign or a missing seal into an operator's; a correction is the operator's own word."""
    record = traced(mended(headers, sent), "Li", "", KEYS)
    judged = by_schema(record, recheck(KEYS, 0))
    assert (judged.code if isinstance(judged, Verdict) else "") == code
    assert isinstance(by_schema(record), Valid)
