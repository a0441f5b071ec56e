"""Columns follow from the models: whatever type there is has a ledger, and all that it has is named."""

import re
from typing import Literal, NotRequired, get_args, get_type_hints

import pytest

from schemas.envelope import EventType, Work
from schemas.events import CATALOGUE
from schemas.fields import Code, Day, Instant, Money
from schemas.labels import DOMAINS, field_label
from streams.ingest.ledger import columns
from streams.ingest.ledger.columns import columns_of, domains, headings, ledger_types, sheet_name
from streams.ingest.ledger.guidance import example, note
from streams.ingest.ledger.lines import Entry, Reader
from streams.ingest.ledger.plain import folded
from streams.ingest.ledger.sheets import Line, type_by_name
from tests.ledgers import setting

TYPES = [one.name for one in ledger_types()]


def test_every_business_type_has_a_ledger() -> None:
    assert [one.name for one in CATALOGUE if one.domain not in ("reg", "clk") and one.name != "dat.event.retracted"] == TYPES
    assert set(domains()) == set(DOMAINS)


@pytest.mark.parametrize("type_name", TYPES)
def test_every_field_is_a_column_with_a_name_and_every_code_has_one(type_name: str) -> None:
    kind = next(one for one in CATALOGUE if one.name == type_name)
    fields = {column.field: column for column in columns_of(type_name) if column.field}
    assert fields.keys() == get_type_hints(kind.data).keys()
    for name, column in fields.items():
        assert column.required == (name in kind.data.__required_keys__)
        assert field_label(type_name, name)[0] != name, f"{type_name}.{name} needs a label"
        assert column.kind != "text", f"{type_name}.{name} is of a kind that is not known"
        codes = column.codes or {}
        assert not column.closed or all(zh != code for code, zh in codes.items()), f"a code of {name} needs a label"
        assert len({folded(zh) for zh in codes.values()}) == len(codes)
        assert all(re.fullmatch("[a-z0-9_]{1,32}", code) for code in codes)


@pytest.mark.parametrize("type_name", TYPES)
def test_headings_are_told_apart(type_name: str) -> None:
    names = [folded(column.zh) for column in columns_of(type_name)]
    assert len(set(names)) == len(names)
    assert {headings(type_name)[name].place for name in names} == {column.place for column in columns_of(type_name)}
    assert type_by_name(sheet_name(next(one for one in ledger_types() if one.name == type_name))) == type_name


@pytest.mark.parametrize("type_name", TYPES)
def test_the_example_is_a_line_that_is_taken(type_name: str) -> None:
    cells = example(type_name)
    outcome = Reader(setting(), dict(enumerate(columns_of(type_name))), type_name, 0).read(Line(2, type_name, cells, frozenset()))
    assert isinstance(outcome, Entry), outcome
    assert str(cells[0]).startswith("示例")


class Reviewed(Work):
    """合法性审查 · a type that nobody has thought of here."""

    kind: Literal["contract", "rule"]
    steps: NotRequired[list[Code]]
    answered_on: NotRequired[Day]
    at: NotRequired[Instant]
    worth: NotRequired[Money]
    remark: NotRequired[str]
    grade: NotRequired[Literal["a", "b"] | int]


def test_a_type_of_tomorrow_has_a_ledger_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "CATALOGUE", (*CATALOGUE, EventType("oth.review.issued", "合法性审查", "review issued", Reviewed)))
    assert domains()[-1] == "oth"
    own = [column for column in columns_of("oth.review.issued") if column.field and not column.work]
    assert [(one.zh, one.kind, one.required) for one in own] == [
        ("kind", "choice", True), ("steps", "choices", False), ("answered_on", "day", False), ("at", "instant", False),
        ("worth", "money", False), ("remark", "text", False), ("grade", "text", False),
    ]  # fmt: skip
    assert own[0].codes == {"contract": "contract", "rule": "rule"}
    assert "required" in note(own[0])
    assert len(get_args(columns.Kind)) == len({*get_args(columns.Kind)})
