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
from tests.factories import APPENDED_MS, amendment, event, message
from tests.property.rendering import RANDOMS, events, write

KNOWN = ("-0", "rule for a foreign", "张三@", "too large with the headers", "ce_ 'x'", "ce_traceparent 'x", "ce_tracestate 'x")
"""Cases that the oracle lets in: the contract is silent about minus zero, non-ASCII addresses and binary mode's size, or can be read so."""


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
