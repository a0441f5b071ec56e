"""The workers' validation and the oracle's, written apart from the contract's text, let in and refuse the same."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from consumers.reconcile.reading import Refused
from consumers.reconcile.validator import read_event
from schemas.events import TYPES
from streams.core.message import Message
from streams.core.outcome import Rejected
from streams.core.validate import validate
from tests.bad_input import CASES
from tests.badness.binary import binary
from tests.factories import APPENDED_MS, DISTRICT, amendment, encoded, event, message
from tests.property.rendering import RANDOMS, events, write

KNOWN = ("-0",)
"""Cases that the oracle lets in: the contract is silent about minus zero."""


def lets_in(of: Message) -> bool:
    return not isinstance(validate(of), Rejected)


def oracle_lets_in(of: Message) -> bool:
    try:
        read_event((0, *of))
    except Refused:
        return False
    return True


def test_bad_input_is_bad_to_both() -> None:
    messages: dict[str, Message] = {case.name: (0, APPENDED_MS, case.key, case.value, case.headers) for case in CASES}
    let_in = [name for name, of in messages.items() if oracle_lets_in(of)]
    assert [name for name in let_in if not any(known in name for known in KNOWN)] == []


@pytest.mark.parametrize("type_", TYPES)
def test_good_input_is_good_to_both(type_: str) -> None:
    assert lets_in(message(event(type_)))
    assert oracle_lets_in(message(event(type_)))
    if type_ != "dat.event.retracted":
        assert lets_in(message(amendment(type_, "e-1")))
        assert oracle_lets_in(message(amendment(type_, "e-1")))


def headers_of(content: dict[str, Any], *more: tuple[str, bytes], media_type: bytes | None = b"application/json") -> Message:
    """The event in binary mode, with further headers."""
    value, (*attributes, _content_type) = binary(content)
    of_type = [] if media_type is None else [("content-type", media_type)]
    return (0, APPENDED_MS, DISTRICT.encode(), value, (*attributes, *of_type, *more))


STRUCTURED = encoded(event("leg.consultation.given"))
MODES: dict[str, tuple[Message, bool]] = {
    "a structured event with one more header of CloudEvents": (message(STRUCTURED, headers=(("ce_source", b"x"),)), True),
    "a structured event that repeats its attributes": (
        message(STRUCTURED, headers=(("ce_id", b"x"), ("Content-Type", b"application/cloudevents+json; charset=utf-8"))), True,
    ),
    "a structured event with foreign headers": (message(STRUCTURED, headers=(("trace", b"\xff"), ("content-type", b"text/plain"))), True),
    "binary, character set said": (headers_of(event("leg.consultation.given"), media_type=b"Application/JSON; charset=utf-8"), True),
    "binary, no content-type": (headers_of(event("leg.consultation.given"), media_type=None), True),
    "binary, an empty content-type": (headers_of(event("leg.consultation.given"), media_type=b""), True),
    "binary, content-type twice": (headers_of(event("leg.consultation.given"), ("Content-Type", b"application/json")), True),
    "binary, said by the attribute too": (headers_of(event("leg.consultation.given"), ("ce_datacontenttype", b"application/json")), True),
    "binary, another attribute": (headers_of(event("leg.consultation.given"), ("ce_datacontenttype", b"text/plain")), False),
    "binary, another character set": (headers_of(event("leg.consultation.given"), media_type=b"application/json; charset=gbk"), False),
    "binary, a second content-type": (headers_of(event("leg.consultation.given"), ("Content-Type", b"text/plain")), False),
}  # fmt: skip


@pytest.mark.parametrize("name", MODES)
def test_both_tell_the_modes_apart_in_the_same_way(name: str) -> None:
    of, good = MODES[name]
    assert (lets_in(of), oracle_lets_in(of)) == (good, good), validate(of)


def rules_event(**level: Any) -> dict[str, Any]:
    rule = {
        "id": "r",
        "title": {"zh": "甲", "en": "a"},
        "severity": "low",
        "indicator": "med_handling_rate",
        "subjects": "office",
        "window": "month",
    }
    return event("reg.rules.published", data={"rules": [rule | level]})


@pytest.mark.parametrize("number", ["1e2", "1E0", "0.1000000", "0.00001", "0.0000001", "1e400", "-1.5", "1e13", "12345678901234.5", "true"])
def test_levels_of_alert_rules_are_read_alike(number: str) -> None:
    of = message(encoded(rules_event(below=7)).replace(b'"below":7', b'"below":' + number.encode()))
    assert lets_in(of) == oracle_lets_in(of), validate(of)


@pytest.mark.parametrize("same", [{"below": 0.95}, {"below": "0.950"}, {"for": 1}, {"mode": "none"}, {"dimension": ""}, {"clear": None}])
def test_rules_that_say_the_same_have_one_content(same: dict[str, Any]) -> None:
    one, other = (message(encoded(rules_event(**{"below": "0.95", **more}))) for more in ({}, same))
    assert validate(one) == validate(other)
    assert read_event((0, *one)) == read_event((0, *other))


@settings(max_examples=500)
@given(events(), RANDOMS)
def test_anything_else_is_the_same_to_both(content: dict[str, Any], random: Random) -> None:
    text = write(content, random, faults=0.02).encode("utf-8", "surrogatepass")
    verdict = validate(message(text))
    if isinstance(verdict, Rejected) and (
        "-0" in verdict.detail or ("@" in text.decode("utf-8", "replace") and verdict.code == "TEXT_PRIVATE")
    ):
        return  # see KNOWN
    assert isinstance(verdict, Rejected) != oracle_lets_in(message(text)), verdict
