"""Seals: what they hold together, what is refused without them, and that the oracle, which shares no code, judges them alike."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.reconcile.oracle import by_key
from consumers.reconcile.seals import Seals
from streams.core.pipeline import Breaker, Partition, apply
from streams.core.scope import Scope
from streams.core.seal import HEADER, OPERATOR, Claims, SealKeyError, Stamp, parse_keys, recheck
from tests.badness.binary import binary
from tests.factories import APPENDED_MS, BUREAU_SOURCE, DISTRICT, OFFICE, OFFICE_SOURCE, amendment, encoded, event

OLD, NEW = "ab" * 32, "cd" * 40
KEYS = parse_keys(f"# newest first\nnew-1 {NEW}\nold-1 {OLD}  # until May\n")
OTHERS = parse_keys(f"new-1 {OLD}\n")
KEY = DISTRICT.encode()
OTHER = f"sfs-{DISTRICT}-002"
OFFICE_KEY = Scope("k", DISTRICT, frozenset([OFFICE]), frozenset(["office-1"]))
BUREAU_KEY = Scope("b", DISTRICT, roles=frozenset(("registry", "closing", "rules", "clock")))
CLERK = Scope("c", DISTRICT)
Headers = tuple[tuple[str, bytes], ...]
PLAIN = "leg.consultation.given"


def sealed(content: dict[str, Any] | bytes, claims: Claims, keys: Any = KEYS, headers: Headers = ()) -> tuple[bytes, Headers]:
    value = content if isinstance(content, bytes) else encoded(content)
    return value, (*headers, Stamp(keys, claims).header(KEY, value, headers))


def verdicts(records: Sequence[tuple[bytes, Sequence[tuple[str, bytes]]]], appended_ms: int = APPENDED_MS, from_ms: int = 0) -> list[str]:
    """The code of each record after an opening of the office: the worker's, which the oracle must share; empty for those let in."""
    opened = sealed(event("reg.office.opened", id="o", data={"office": OFFICE}), OPERATOR)
    other = sealed(event("reg.office.opened", id="o2", data={"office": OTHER}), OPERATOR)
    messages = [(n, appended_ms, KEY, value, tuple(headers)) for n, (value, headers) in enumerate([opened, other, *records])]
    dead = {
        letter.offset: letter.code
        for letter in apply(Partition(0, 0, lambda _: True, Breaker(0, 0), recheck(KEYS, from_ms)), messages).dead
    }
    oracle = by_key([(0, *message) for message in messages], seals=Seals(dict(KEYS.secrets), from_ms))[KEY]
    assert {offset: code for _, offset, code, _ in oracle.dead} == dead
    return [dead.get(n + 2, "") for n in range(len(records))]


def test_a_seal_of_any_known_key_is_good() -> None:
    old = parse_keys(f"old-1 {OLD}\n")
    records = [sealed(event(PLAIN, id=f"e{n}"), Claims.of(OFFICE_KEY), keys) for n, keys in enumerate((KEYS, old))]
    assert verdicts(records) == ["", ""]


def test_without_its_own_seal_a_record_is_refused() -> None:
    value, headers = sealed(event(PLAIN), OPERATOR)
    (name, seal), other = headers[-1], sealed(event(PLAIN, id="other"), OPERATOR)
    binary_value, binary_headers = binary(event(PLAIN, id="binary"))
    _, of_binary = sealed(binary_value, OPERATOR, headers=binary_headers)
    moved = tuple((name, b"sfs-990107-002" if name == "ce_office" else text) for name, text in of_binary)
    records = [
        (value, ()),
        (value, other[1]),
        (value + b" ", headers),
        (value, (*headers, headers[-1])),
        (value, ((name, seal.replace(b"v1", b"v2", 1)),)),
        (value, ((name, seal.replace(b"new-1", b"old-1", 1)),)),
        (value, ((name, seal.replace(b"new-1", b"nobody", 1)),)),
        (value, ((name, seal.replace(b"operator", b"0perator", 1)),)),
        (value, ((name, seal[:-1]),)),
        (value, ((name, b""),)),
        (value, ((name, b"v1 new-1"),)),
        (value, (("x", b"y"), *headers)),
        sealed(event(PLAIN), OPERATOR, OTHERS),
        (binary_value, moved),
    ]
    assert verdicts(records) == ["AUTH_SEAL"] * len(records)
    assert verdicts([(value, headers), (binary_value, of_binary)]) == ["", ""]


def test_a_key_publishes_what_it_may_and_nothing_else() -> None:
    office, clerk, bureau = map(Claims.of, (OFFICE_KEY, CLERK, BUREAU_KEY))
    closing = Claims.of(CLERK._replace(roles=frozenset(("closing",))))
    elsewhere = Claims.of(Scope("n", "990108", roles=BUREAU_KEY.roles))
    told = [
        (event(PLAIN, id="a"), office, ""),
        (event(PLAIN, id="b", office=OTHER), office, "AUTH_OFFICE_MISMATCH"),
        (event(PLAIN, id="c", source=f"/districts/{DISTRICT}/office-2"), office, "AUTH_OFFICE_MISMATCH"),
        (event(PLAIN, id="d", source=BUREAU_SOURCE), office, "AUTH_OFFICE_MISMATCH"),
        (event(PLAIN, id="e", office=OTHER), clerk, ""),
        (event(PLAIN, id="f"), elsewhere, "AUTH_OFFICE_MISMATCH"),
        (event("reg.split.decided", id="g"), office, "AUTH_OFFICE_MISMATCH"),
        (event("reg.split.decided", id="h"), clerk, "AUTH_ROLE"),
        (event("reg.split.decided", id="i"), bureau, ""),
        (event("reg.period.closed", id="j"), closing, ""),
        (event("reg.rules.published", id="k"), closing, "AUTH_ROLE"),
        (amendment("reg.period.closed", "j"), closing, "AUTH_ROLE"),
        (amendment("reg.period.closed", "j"), bureau, ""),
        (event("clk.ticked", id="l"), closing, "AUTH_ROLE"),
        (event("clk.ticked", id="l"), bureau, ""),
        (event("dat.event.retracted", id="m", source=BUREAU_SOURCE), closing, "AUTH_ROLE"),
        (event("dat.event.retracted", id="n", source=BUREAU_SOURCE), bureau, ""),
        (event("dat.event.retracted", id="q", source=BUREAU_SOURCE, targetsource=OFFICE_SOURCE), clerk, ""),
        (event("dat.event.retracted", id="p", data={"target": "a"}), office, ""),
    ]
    assert verdicts([sealed(content, claims) for content, claims, _ in told]) == [code for _, _, code in told]


def test_what_was_appended_before_needs_no_seal() -> None:
    record = (encoded(event(PLAIN)), ())
    assert verdicts([record], from_ms=APPENDED_MS) == ["AUTH_SEAL"]
    assert verdicts([record], from_ms=APPENDED_MS + 1) == [""]


def test_without_the_setting_a_seal_means_nothing() -> None:
    value, headers = sealed(event("reg.office.opened", data={"office": OFFICE}), OPERATOR)
    messages = [(0, APPENDED_MS, KEY, value, headers), (1, APPENDED_MS, KEY, encoded(event(PLAIN)), (("suoheng-seal", b"\xff"),))]
    assert apply(Partition(0, 0, lambda _: True, Breaker(0, 0)), messages).dead == []
    assert by_key([(0, *message) for message in messages])[KEY].dead == []


def test_bad_input_keeps_its_own_reason() -> None:
    assert verdicts([sealed(b"{", OPERATOR), (b"{", ())]) == ["JSON_SYNTAX", "JSON_SYNTAX"]


@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.sampled_from([HEADER, "x", "ce_id"]), st.one_of(st.none(), st.binary(max_size=80))), max_size=4),
)
def test_any_headers_have_a_verdict_and_both_say_the_same(noise: bytes, headers: list[tuple[str, Any]]) -> None:
    value = encoded(event(PLAIN))
    structured = ("content-type", b"application/cloudevents+json")
    assert verdicts([(value, (structured, *headers)), (value, (structured, (HEADER, b"v1 new-1 " + noise)))]) == ["AUTH_SEAL", "AUTH_SEAL"]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "new\n", "new 12\n", f"new {'AB' * 32}\n", f"a {NEW}\na {OLD}\n", f"two words {NEW}\n", f"a {NEW} b\n"]
)
def test_mistakes_in_the_key_file_are_told(text: str) -> None:
    with pytest.raises(SealKeyError):
        parse_keys(text)


def test_the_claims_are_readable() -> None:
    _, ((_, seal),) = sealed(event(PLAIN), Claims.of(OFFICE_KEY))
    version, name, mac, claims = seal.split(b" ", 3)
    assert (version, name, len(mac)) == (b"v1", b"new-1", 64)
    assert json.loads(claims) == {"key": "k", "district": DISTRICT, "offices": [OFFICE], "publishers": ["office-1"], "roles": []}
