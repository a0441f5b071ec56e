"""A receipt is confirmed by the log, to those whom its event concerns."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.gateway_door import EVENT, OTHER, Answer, Door, entry, event


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Two offices, their bureau, and the next district's."""
    other = f'offices = ["{OTHER}"]\npublishers = ["office-002"]\n'
    keys = entry("office") + entry("other", other) + entry("bureau", 'bureau = "990101"\n') + entry("next", 'bureau = "990102"\n')
    return Door(tmp_path, keys + entry("revoked", revoked="true"))


@pytest.fixture
def receipt(door: Door) -> Any:
    answer = door.post(json.dumps(event()).encode(), EVENT, key="office")
    assert answer.status == 202
    return answer.body


def confirm(door: Door, receipt: Any, key: str = "office", **changed: Any) -> Answer:
    told = receipt | changed
    return door.get(f"/receipts/{told['partition']}/{told['offset']}/{told['sha256']}", key)


@pytest.mark.parametrize("key", ["office", "bureau"])
def test_who_may_hand_it_in_may_ask(door: Door, receipt: Any, key: str) -> None:
    answer = confirm(door, receipt, key)
    assert answer.status == 200
    appended = answer.body.pop("appended_at")
    assert appended.endswith("Z")
    assert answer.body == receipt


@pytest.mark.parametrize("key", ["other", "next"])
def test_to_others_there_is_nothing(door: Door, receipt: Any, key: str) -> None:
    nothing = confirm(door, receipt, "office", offset=77)
    for answer in (confirm(door, receipt, key), nothing):
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
        assert answer.body == nothing.body


@pytest.mark.parametrize("changed", [{"sha256": "0" * 64}, {"offset": 1}, {"partition": 2}, {"offset": 10**17}])
def test_another_place_or_hash_is_not_confirmed(door: Door, receipt: Any, changed: dict[str, Any]) -> None:
    assert confirm(door, receipt, **changed).status == 404


@pytest.mark.parametrize("key", ["", "nobody", "revoked"])
def test_without_a_key_in_force_nothing_is_told(door: Door, receipt: Any, key: str) -> None:
    assert confirm(door, receipt, key).status == 401


@pytest.mark.parametrize(
    "path", ["/receipts/3/0/abc", "/receipts/-1/0/" + "0" * 64, "/receipts/3/x/" + "0" * 64, "/receipts/3/0", "/receipts/"]
)
def test_what_is_no_receipt_is_not_found(door: Door, path: str) -> None:
    assert door.get(path, "office").status == 404


def test_what_was_no_valid_event_is_not_shown(door: Door) -> None:
    """Others may write to the log directly, whatever they like."""
    value = b'{"district":"990101","phone":"13812345678"}'
    door.log.records.append((b"990101", value, ()))
    answer = confirm(door, {"partition": 3, "offset": 0, "sha256": sha256(value).hexdigest()}, "bureau")
    assert answer.status == 404


def test_asking_counts_against_the_quota(tmp_path: Path) -> None:
    door = Door(tmp_path, entry("office", events_per_minute="2"))
    receipt = door.post(event(), key="office").body
    assert confirm(door, receipt).status == 200
    answer = confirm(door, receipt)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
