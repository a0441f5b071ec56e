"""The published month: its events add up to the brief, and a brief that is not equal is told."""

from collections import Counter
from typing import Any

import orjson
import pytest

from deploy.demo import huangshi


def events() -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in huangshi.events()]


def test_the_same_bytes_every_time() -> None:
    assert list(huangshi.events()) == list(huangshi.events())


def test_counts_are_those_of_the_brief() -> None:
    august = [event for event in events() if event["time"].startswith("2016-08")]
    accepted = [event["data"] for event in august if event["type"] == "med.case.accepted"]
    kinds = Counter(event["type"] for event in august)
    brief = huangshi.brief()
    assert (len(accepted), kinds["med.case.agreed"]) == brief["med_success_rate_accepted", ""][::-1] == (869, 842)
    for field in ("dispute_type", "source"):
        found = {("med_accepted_cnt", f"{field}={code}"): (n, None) for code, n in Counter(data[field] for data in accepted).items()}
        assert found == {key: value for key, value in brief.items() if key[1].startswith(field)}


def test_each_case_is_accepted_once_and_ends_after_it_began() -> None:
    accepted = {e["subject"]: e["time"] for e in events() if e["type"] == "med.case.accepted"}
    ended = {e["subject"]: e["time"] for e in events() if e["type"] in ("med.case.agreed", "med.case.failed")}
    assert len(accepted) == 869
    assert accepted.keys() == ended.keys()
    assert all(accepted[case] < ended[case] for case in accepted)


def test_an_equal_brief_has_no_differences() -> None:
    assert huangshi.differences(huangshi.brief()) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({("med_accepted_cnt", ""): (868, None)}, "med_accepted_cnt (total): 868 instead of 869"),
        ({("med_success_rate_accepted", ""): (841, 869)}, "841/869 instead of 842/869"),
        ({("med_accepted_cnt", "dispute_type=village_affairs"): (1, None)}, "the brief does not have it"),
    ],
)
def test_every_difference_is_told(changed: dict[tuple[str, str], huangshi.Expected], told: str) -> None:
    found = huangshi.differences(huangshi.brief() | changed)
    assert len(found) == 1
    assert told in found[0]


def test_a_missing_line_is_told() -> None:
    found = huangshi.brief()
    del found["med_accepted_cnt", "source=applied"]
    assert huangshi.differences(found) == ["med_accepted_cnt source=applied: nothing instead of 378"]
