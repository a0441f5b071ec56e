"""What takes the place of rows that the epoch served from now on does not have."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from schemas.topics import ADMITTED_EVENTS, ALERTS, CONSERVATION, FACTS, INDICATOR_VALUES, REGISTRY, SOURCES, Topic
from streams.worker.withdrawn import withdrawn

VERSION, NOW = 1 << 48 | 99, "2026-11-25T00:00:00.000Z"
VALUE: dict[str, Any] = {
    "district": "990107", "indicator": "med_success_rate", "mode": "none", "dimension": "", "subject_kind": "district", "subject_id": "990107",
    "window_kind": "month", "window_start": "2026-11-01", "numerator": 95, "denominator": 100, "scale": 1, "version": 7, "computed_at": "x",
}  # fmt: skip
ALERT: dict[str, Any] = {
    "district": "990107", "rule": "r", "subject_kind": "district", "subject_id": "990107", "start": "2026-11-01", "state": "firing", "severity": "low",
    "indicator": "i", "mode": "none", "dimension": "", "window_kind": "month", "window_start": "2026-11-01", "value": 1.0, "threshold": 0.0,
    "why": "1 > 0", "titles": {"zh": "低", "en": "low"}, "version": 7, "computed_at": "x",
}  # fmt: skip
FACT: dict[str, Any] = {
    "district": "990107", "record": "med:X", "component": "med.accepted", "day": "2026-11-01", "dimension": "", "office": "sfs-990107-001",
    "assigner": "self", "amount": 1, "gone": False, "version": 7,
}  # fmt: skip
AUTHORITY: dict[str, Any] = {
    "district": "990107",
    "kind": "authority",
    "id": "a",
    "gone": False,
    "authority": "a",
    "name": "n",
    "authority_kind": "k",
    "version": 7,
}


@pytest.mark.parametrize(
    ("topic", "row", "said"),
    [
        (INDICATOR_VALUES, VALUE, {"numerator": 0, "denominator": 0, "computed_at": NOW}),
        (INDICATOR_VALUES, VALUE | {"denominator": None}, {"numerator": 0, "denominator": None, "computed_at": NOW}),
        (
            INDICATOR_VALUES,
            VALUE | {"indicator": "med_duration_p90", "denominator": None},
            {"numerator": 0, "empty": True, "computed_at": NOW},
        ),
        (ALERTS, ALERT, {"state": "resolved", "why": "not in epoch 1", "computed_at": NOW}),
        (ALERTS, ALERT | {"state": "resolved"}, {"state": "resolved", "why": "1 > 0", "computed_at": NOW}),
        (FACTS, FACT, {"gone": True}),
        (REGISTRY, AUTHORITY, {"gone": True}),
    ],
)
def test_the_row_stays_and_says_nothing_under_the_new_version(topic: Topic, row: dict[str, Any], said: dict[str, Any]) -> None:
    found = withdrawn(topic.name, row, VERSION, NOW)
    assert found == row | said | {"version": VERSION}
    TypeAdapter(topic.value).validate_python(found)
    assert topic.key_of(found) == topic.key_of(row)


@pytest.mark.parametrize("topic", [ADMITTED_EVENTS, SOURCES, CONSERVATION])
def test_where_rows_cannot_say_nothing_the_key_is_deleted(topic: Topic) -> None:
    assert withdrawn(topic.name, {"version": 7}, VERSION, NOW) is None
