"""Laws of validation: any bytes have an outcome, the cheap proofs change no verdict, and how an event is written does not matter."""

from random import Random
from typing import Any

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.codes import CODES
from schemas.events import TYPES
from streams.core import validate as step
from streams.core.message import Message
from streams.core.outcome import Rejected
from streams.core.privacy import may_be_private, private_place
from streams.core.refusal import Refusal
from streams.core.strict_json import examine
from tests.badness.binary import binary
from tests.factories import APPENDED_MS, DISTRICT, encoded, event, message
from tests.property.rendering import RANDOMS, VALUES, events, write

HEADERS = st.lists(
    st.tuples(st.one_of(st.sampled_from(["ce_id", "ce_type", "ce_specversion", "ce_revision", "ce_data", "content-type"]), st.text(max_size=8)), st.binary(max_size=30)),
    max_size=6,
)  # fmt: skip


def outcome(of: Message) -> Any:
    """The outcome, which must be one of the two kinds."""
    found = step.validate(of)
    if isinstance(found, Rejected):
        assert found.code in CODES
        assert found.detail
    else:
        content, time_us, kind = found
        assert content["time"] == time_us
        assert content["type"] == TYPES[kind]
        orjson.dumps(content)
    return found


def exact(of: Message) -> Any:
    """The outcome when nothing is proven cheaply."""

    def check_text(text: bytes, event: dict[str, Any]) -> None:
        examine(text)
        if (place := private_place(event)) is not None:
            raise Refusal("TEXT_PRIVATE", f"{place}: personal data")

    cheap = step._check_text
    step._check_text = check_text
    try:
        return step.validate(of)
    finally:
        step._check_text = cheap


@given(st.one_of(st.none(), st.binary(max_size=200)), st.one_of(st.none(), st.binary(max_size=8)), HEADERS)
@example(b"\xed\xa0\x80", b"", [("ce_id", b"\xed")])
@example(b'{"type":1e999}', None, [])
def test_any_bytes_have_an_outcome(value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes]]) -> None:
    outcome((0, APPENDED_MS, key, value, headers))


@settings(max_examples=300)
@given(st.sampled_from(TYPES), st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3), st.binary(min_size=1, max_size=3)), max_size=4))
def test_any_damage_to_an_event_has_the_exact_outcome(type_: str, damage: list[tuple[int, int, bytes]]) -> None:
    text = encoded(event(type_, sequence="1", recordedtime="2025-03-05T09:30:00Z"))
    for at, cut, octets in damage:
        text = text[:at] + octets + text[at + cut :]
    assert outcome(message(text)) == exact(message(text))


@settings(max_examples=600)
@given(events(), RANDOMS, st.sampled_from([0.0, 0.0, 0.05, 0.3]))
def test_cheap_proofs_change_no_verdict(content: dict[str, Any], random: Random, faults: float) -> None:
    text = write(content, random, faults=faults).encode("utf-8", "surrogatepass")
    assert outcome(message(text)) == exact(message(text))


@settings(max_examples=500)
@given(
    st.dictionaries(st.text(max_size=6), st.one_of(VALUES, st.dictionaries(st.text(max_size=6), VALUES, max_size=3)), max_size=6),
    RANDOMS,
)
def test_what_is_proven_clean_is_clean(value: dict[str, Any], random: Random) -> None:
    # Of any JSON object, whatever its shape: personal data in a field that the catalogue does not have yet must be found as well.
    text = write(value, random).encode("utf-8", "surrogatepass")
    if not may_be_private(text, text.translate(step._MASK)):
        assert private_place(value) is None


@settings(max_examples=300)
@given(events(), RANDOMS)
def test_how_an_event_is_written_does_not_matter(content: dict[str, Any], random: Random) -> None:
    plain = outcome(message(write(content, Random(0)).encode("utf-8", "surrogatepass")))
    written = outcome(message(write(content, random).encode("utf-8", "surrogatepass")))
    if isinstance(plain, Rejected):
        assert isinstance(written, Rejected)
    else:
        assert orjson.dumps(written[0]) == orjson.dumps(plain[0])


@settings(max_examples=300)
@given(events(), st.sampled_from([DISTRICT.encode(), b"990108", None]))
def test_both_modes_have_the_same_outcome(content: dict[str, Any], key: bytes | None) -> None:
    if any(name != "data" and not isinstance(value, str) for name, value in content.items()):
        return  # headers hold texts only
    try:
        value, headers = binary(content)
        whole = encoded(content)
    except UnicodeEncodeError:
        return
    one, other = outcome(message(whole, key=key)), outcome(message(value, key=key, headers=headers))
    assert one == other or (isinstance(one, Rejected) and isinstance(other, Rejected))
