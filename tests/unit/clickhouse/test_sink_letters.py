"""The index entry of a dead letter: from headers, and of the payload no more than well-formed ids."""

from typing import NamedTuple

import pytest

from consumers.clickhouse.letters import letter


class Dead(NamedTuple):
    """A message of the dead-letters topic."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    topic: str = "dead-letters"
    partition: int = 2
    offset: int = 77
    timestamp: int = 1_795_489_891_123


REASON = [
    ("dl-code", b"STRUCT_VALUE"),
    ("dl-detail", b"data.form: not one of written, oral"),
    ("dl-stage", b"schema"),
    ("dl-topic", b"office-events"),
    ("dl-partition", b"2"),
    ("dl-offset", b"1207"),
    ("dl-sha256", b"ab" * 32),
    ("dl-build", b"suoheng-0.1.0"),
]


def test_headers_say_what_and_where() -> None:
    entry = letter(Dead(b"990001", b'{"office":"sfs-990001-003"}', [("trace", b"x"), *REASON]))
    assert (entry.code, entry.stage, entry.topic, entry.partition, entry.offset) == ("STRUCT_VALUE", "schema", "office-events", 2, 1207)
    assert (entry.letter_partition, entry.letter_offset, entry.received_at) == (2, 77, 1_795_489_891_123)
    assert (entry.district, entry.office) == ("990001", "sfs-990001-003")


def test_the_workers_headers_hold_against_forged_ones() -> None:
    assert letter(Dead(b"990001", b"{}", [("dl-code", b"FORGED"), ("dl-partition", b"x"), *REASON])).code == "STRUCT_VALUE"


@pytest.mark.parametrize(
    ("key", "value", "headers", "expected"),
    [
        (None, None, [], ("", "")),
        (b"", b"\xff\xfe", [], ("", "")),
        (b"990001", b'{"office":"\xff"}', [], ("990001", "")),
        (None, b'{"district":"\xff","office":"sfs-990001-003"}', [], ("", "")),
        (b"\xff", b'{"district":"990002"}', [], ("990002", "")),
        (b"zhang san 13800000000", b'{"district":"13800000000","office":"zhang san"}', [], ("", "")),
        (b"990001", b'{"office":{"a":1},"district":7}', [], ("990001", "")),
        (b"990001", b'{"a":' * 100_000, [], ("990001", "")),
        (None, b'{"form":"oral"}', [("ce_district", b"990001"), ("ce_office", b"sfs-990001-001")], ("990001", "sfs-990001-001")),
    ],
)
def test_only_well_formed_ids_leave_the_payload(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]], expected: tuple[str, str]
) -> None:
    entry = letter(Dead(key, value, [*headers, *REASON]))
    assert (entry.district, entry.office) == expected


def test_a_letter_without_a_reason_was_not_written_by_a_worker() -> None:
    with pytest.raises(ValueError, match="dl-code"):
        letter(Dead(b"990001", b"{}", []))


@pytest.mark.parametrize(
    ("value", "headers", "expected"),
    [
        (
            b'{"source":"/districts/990001/office-1","id":"a-17","type":"med.case.agreed","sequence":"17"}', [],
            ("/districts/990001/office-1", "a-17", "med.case.agreed", 17),
        ),
        (b'{"source":"/elsewhere","id":"zhang san","type":"no.such","sequence":"017"}', [], ("", "", "", None)),
        (b'{"source":7,"id":["a"],"type":{"a":1},"sequence":17}', [], ("", "", "", None)),
        (b'{"id":"13912345678","sequence":"13912345678"}', [], ("", "", "", None)),
        (b'{"id":"a-11010519491231002X","source":"/districts/990001/13912345678"}', [], ("", "", "", None)),
        (b'{"id":"a\\n-1"}', [], ("", "", "", None)),
        (b"{}", [("ce_id", b"b-1"), ("ce_type", b"med.case.agreed"), ("ce_sequence", b"3"), ("ce_source", b"\xff")], ("", "b-1", "med.case.agreed", 3)),
    ],
)  # fmt: skip
def test_what_names_the_event_is_kept_if_it_is_well_formed_and_nobodys_number(
    value: bytes, headers: list[tuple[str, bytes]], expected: tuple[str, str, str, int | None]
) -> None:
    entry = letter(Dead(b"990001", value, [*headers, *REASON]))
    assert (entry.source, entry.id, entry.type, entry.sequence) == expected


def test_a_replay_that_was_refused_names_the_letter_that_it_sent_again() -> None:
    assert letter(Dead(b"990001", b"{}", [("suoheng-letter", b"3:17"), *REASON])).replays == "3:17"
    assert letter(Dead(b"990001", b"{}", [("suoheng-letter", b"3:17 or so"), *REASON])).replays == ""
