"""The table of topics, and rows that fit their models."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.settings import Settings
from schemas.topics import (
    ADMITTED_EVENTS,
    ALERTS,
    CONSERVATION,
    DEAD_LETTERS,
    EPOCHS,
    FACTS,
    INDICATOR_VALUES,
    OFFICE_EVENTS,
    OUTPUT_TOPICS,
    REGISTRY,
    SOURCES,
    TOPICS,
    Topic,
    topic_name,
)  # fmt: skip
from tests.factories import event

VERSION = (1 << 48) | 77
WHEN = "2026-11-24T03:11:31.123Z"
_VALUE = {
    "district": "990107", "indicator": "med_success_rate", "mode": "lead", "dimension": "", "subject_kind": "authority", "subject_id": "au-990107-sfj",
    "window_kind": "month", "window_start": "2026-11-01", "numerator": 95, "denominator": 100, "scale": 1, "version": VERSION, "computed_at": WHEN,
}  # fmt: skip
ROWS = {
    ADMITTED_EVENTS: (
        {"district": "990107", "partition": 3, "offset": 77, "appended_at": WHEN, "version": VERSION, "event": event("clk.ticked")},
        "990107|/districts/990107/bureau|e-1001",
    ),
    FACTS: (
        {"district": "990107", "record": "med:X", "component": "med.accepted", "day": "2026-11-01", "dimension": "", "office": "sfs-990107-001",
         "assigner": "self", "amount": 1, "gone": False, "version": VERSION},
        "990107|med:X|med.accepted|2026-11-01||sfs-990107-001|self",
    ),
    INDICATOR_VALUES: (_VALUE, "990107|med_success_rate|lead||authority|au-990107-sfj|month|2026-11-01"),
    ALERTS: (
        {"district": "990107", "rule": "r", "subject_kind": "office", "subject_id": "sfs-990107-001", "start": "2026-11-01", "state": "firing",
         "severity": "high", "indicator": "med_success_rate", "mode": "none", "dimension": "", "window_kind": "month", "window_start": "2026-11-01",
         "value": 0.9, "threshold": 0.95, "why": "0.9 < 0.95", "titles": {"zh": "低", "en": "low"}, "version": VERSION, "computed_at": WHEN},
        "990107|r|office|sfs-990107-001|2026-11-01",
    ),
    REGISTRY: (
        {"district": "990107", "kind": "split", "id": "sfs-990107-001:funding:all:2026-01-01", "gone": False, "version": VERSION,
         "office": "sfs-990107-001", "role": "funding", "cost_category": "all", "valid_from": "2026-01-01",
         "shares": [{"authority": "au-990107-sfj", "bp": 10_000}], "doc_no": "1", "decided_at": WHEN},
        "990107|split|sfs-990107-001:funding:all:2026-01-01",
    ),
    SOURCES: (
        {"district": "990107", "source": "/districts/990107/bureau", "high_water": 5, "gaps": [[7, 8]], "gaps_first_seen": [WHEN], "last_seen": WHEN,
         "version": VERSION},
        "990107|/districts/990107/bureau",
    ),
    CONSERVATION: (
        {"district": "", "partition": 3, "read": 4, "admitted": 1, "duplicates": 1, "dead_letters": 1, "pending": 1, "version": VERSION},
        "|3",
    ),
    EPOCHS: ({"switch": 2, "epoch": 1, "previous": 0, "decided_at": WHEN, "build": "ab" * 16}, "2"),
}  # fmt: skip


def test_every_topic_stands_once_and_the_input_first() -> None:
    assert TOPICS[0] is OFFICE_EVENTS
    assert len({topic.name for topic in TOPICS}) == len(TOPICS) == 10
    assert {*OUTPUT_TOPICS, EPOCHS} == {*ROWS, DEAD_LETTERS}


@pytest.mark.parametrize(("topic", "row", "key"), [(topic, *pair) for topic, pair in ROWS.items()], ids=[topic.name for topic in ROWS])
def test_a_row_fits_its_model_and_makes_its_key(topic: Topic, row: dict[str, object], key: str) -> None:
    adapter = TypeAdapter(topic.value)
    adapter.validate_python(row, extra="forbid")
    assert topic.key_of(row) == key.encode()
    with pytest.raises(ValidationError):
        adapter.validate_python(row | {"strange": 1}, extra="forbid")
    adapter.validate_python(row | {"of_a_later_version": 1})


def test_the_log_keeps_everything_under_the_brokers_clock() -> None:
    assert OFFICE_EVENTS.config["message.timestamp.type"] == "LogAppendTime"
    assert OFFICE_EVENTS.config["max.message.bytes"] == "1048576"
    for topic in (OFFICE_EVENTS, DEAD_LETTERS):
        assert (topic.config["cleanup.policy"], topic.config["retention.ms"], topic.config["retention.bytes"]) == ("delete", "-1", "-1")
    assert {topic.config["cleanup.policy"] for topic in ROWS} == {"compact"}


def test_a_dead_letter_has_room_for_the_largest_event_and_its_reason() -> None:
    assert int(DEAD_LETTERS.config["max.message.bytes"]) > int(OFFICE_EVENTS.config["max.message.bytes"])


def test_the_prefix_of_an_installation_comes_first() -> None:
    assert topic_name(FACTS, Settings(topic_prefix="trial.")) == "trial.facts"
    assert topic_name(FACTS, Settings(topic_prefix="trial."), beside=1) == "trial.facts-e1"
