"""What readers are told instead of codes, whatever event types and fields there are."""

import pytest

from consumers.dashboard import names
from schemas.events import CATALOGUE
from schemas.labels import FIELDS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_advice_to_who_fills_it_in_is_shown_to_who_reads_it(lang: str) -> None:
    for label in FIELDS:
        *type_, field = label.split(".")
        assert ";" not in names.field(lang, ".".join(type_), field)


def test_codes_and_truths_have_words_and_everything_else_stays_as_it_is() -> None:
    assert names.said("en", "med.case.accepted", "dispute_type", "neighbour") == "neighbours"
    assert names.said("zh", "med.case.accepted", "dispute_type", "neighbour") == "邻里"
    assert names.said("zh", "med.case.accepted", "is_collective", "false") == "否"
    assert names.said("en", "med.case.accepted", "party_count", "2") == "2"
    assert names.said("en", "x.y.z", "any", "as it is") == "as it is"


def test_every_event_type_has_both_names() -> None:
    for one in CATALOGUE:
        assert names.event_type("zh", one.name) != names.event_type("en", one.name)
    assert names.event_type("en", "x.y.z") == "x.y.z"
