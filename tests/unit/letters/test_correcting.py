"""Corrections: merge patches, values as the field takes them, and what cannot be corrected."""

import json
from typing import Any

import pytest

from deploy.errors import Usage
from deploy.letters.correcting import Correction, NotCorrectable, amendment, corrected, merged, original, parse_sets
from deploy.letters.people import Person
from deploy.letters.reading import Letter
from tests.factories import encoded, event


def letter(text: bytes, headers: list[tuple[str, bytes]] | None = None) -> Letter:
    return Letter(b"990107", text, headers or [], [])


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"a": "foo"}, None, None),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_are_those_of_rfc_7396(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


@pytest.mark.parametrize(
    ("said", "place", "value"),
    [
        ("data.amount_yuan=1200.00", ("data", "amount_yuan"), "1200.00"),
        ("sequence=17", ("sequence",), "17"),
        ("data.immediate=true", ("data", "immediate"), True),
        ("data.form=oral", ("data", "form"), "oral"),
        ("data.minutes=20", ("data", "minutes"), 20),
        ("data.co_handlers=[]", ("data", "co_handlers"), []),
    ],
)
def test_a_value_is_what_its_field_takes(said: str, place: tuple[str, ...], value: object) -> None:
    found = corrected(letter(encoded(event("med.case.agreed"))), Correction(sets=parse_sets([said])))
    for name in place:
        found = found[name]
    assert found == value


def test_parts_apply_in_order_and_unset_takes_away() -> None:
    made = event("leg.consultation.given", data={"note": "x", "persons": "two"})
    told = Correction(patch={"data": {"persons": 2, "channel": "phone"}}, sets=(("data.persons", "3"),), unset=("data.note",))
    assert corrected(letter(encoded(made)), told)["data"] == {"channel": "phone", "topic": "labour", "persons": 3}
    assert Correction.of_document(json.loads(json.dumps(told.as_document()))) == told
    assert told.digest != Correction().digest


def test_a_binary_event_is_corrected_as_a_whole() -> None:
    headers = [("ce_id", b"a-1"), ("ce_type", b"leg.consultation.given"), ("content-type", b"application/json")]
    found = corrected(letter(b'{"persons":1}', headers), Correction(sets=(("data.persons", "2"),)))
    assert (found["id"], found["data"]) == ("a-1", {"persons": 2})


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"a":1,"a":2}', b'{"a":' * 50], ids=range(6))
def test_what_is_no_object_can_only_be_written_anew(text: bytes) -> None:
    assert original(letter(text)) is None
    with pytest.raises(NotCorrectable, match="--edited"):
        corrected(letter(text), Correction(sets=(("data.persons", "2"),)))
    assert corrected(letter(text), Correction(document='{"id":"a"}')) == {"id": "a"}


def test_an_amendment_has_the_identity_as_its_target_and_no_number() -> None:
    told = amendment(event("med.case.accepted", sequence="9"), 3)
    assert (told["id"], told["op"], told["target"], told["revision"]) == ("e-1001:r3", "amend", "e-1001", 3)
    assert "sequence" not in told
    with pytest.raises(NotCorrectable, match="no room"):
        amendment(event("med.case.accepted", id="a" * 62), 3)
    with pytest.raises(NotCorrectable, match="--set revision"):
        amendment(event("med.case.accepted", op="amend", target="e-1", revision=2), 3)


@pytest.mark.parametrize("said", ["data", "=3", "data..x=1", ".=1"])
def test_a_set_without_a_field_is_wrong_usage(said: str) -> None:
    with pytest.raises(Usage, match="FIELD=VALUE"):
        parse_sets([said])


def test_a_second_person_is_somebody_else() -> None:
    assert not Person("王 芳", "root").is_other_than("王芳", "wang", "name")
    assert not Person("LI", "root").is_other_than("ｌｉ", "li", "name")
    assert Person("Li", "root").is_other_than("Wang", "root", "name")
    assert not Person("Li", "root").is_other_than("Wang", "root", "account")
    assert Person("Li", "li").is_other_than("Wang", "root", "account")
