"""The catalogue of types: complete, named in both languages, and the same as the oracle's own reading of the contract."""

from typing import get_type_hints

import pytest

from consumers.reconcile.vocabulary import TYPES as ORACLES
from consumers.reconcile.vocabulary import WORK
from schemas.envelope import EventType
from schemas.events import CATALOGUE, KINDS, TYPES
from tests.field_kinds import fields_of, names_of

SUBJECT = {True: "required", False: "refused", None: "optional"}


def test_there_is_every_type_of_the_contract_once() -> None:
    assert len(set(TYPES)) == len(TYPES) >= 46
    assert set(TYPES) == set(ORACLES)
    assert [TYPES[KINDS[name]] for name in TYPES] == list(TYPES)


@pytest.mark.parametrize("kind", CATALOGUE, ids=TYPES)
def test_fields_are_those_of_the_contract(kind: EventType) -> None:
    second = ORACLES[kind.name]
    business = kind.family == "business"
    assert kind.since == second.added
    assert kind.data.__required_keys__ == second.required
    assert set(kind.data.__annotations__) == second.fields.keys() | (WORK.keys() if business else set())
    assert kind.subject == SUBJECT[second.subject]
    assert kind.office == ("required" if business or kind.family == "dat" else "refused")


@pytest.mark.parametrize("kind", CATALOGUE, ids=TYPES)
def test_the_codes_of_a_list_all_have_names(kind: EventType) -> None:
    hints = get_type_hints(kind.data, include_extras=True)
    for name, of in fields_of(kind).items():
        names = names_of(hints[name])
        if of.name == "enum" and kind.family in ("business", "dat"):
            assert names, f"{name} has no names"
            assert set(names) == set(of.values), name
        for zh, en in (names or {}).values():
            assert zh
            assert not zh.isascii()
            assert en.isascii()


@pytest.mark.parametrize("kind", CATALOGUE, ids=TYPES)
def test_a_type_is_named_and_told_in_both_languages(kind: EventType) -> None:
    assert kind.zh
    assert not kind.zh.isascii()
    assert kind.en.isascii()
    zh, separator, en = (kind.data.__doc__ or "").partition(" · ")
    assert separator, "docstring of the data: name in Chinese · meaning in English"
    assert not zh.isascii()
    assert en[0].islower()


def test_families_are_what_an_amendment_may_stay_within() -> None:
    families = {kind.name: kind.family for kind in CATALOGUE}
    assert families["med.case.agreed"] == families["cap.fund.disbursed"] == "business"
    assert (families["reg.split.decided"], families["clk.ticked"], families["dat.event.retracted"]) == ("reg", "clk", "retraction")
    assert {kind.domain for kind in CATALOGUE} == {"med", "cor", "res", "leg", "pub", "gov", "ppl", "soc", "cap", "dat", "reg", "clk"}
