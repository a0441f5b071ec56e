"""What is shown of a refused event: what the catalogue allows, and of all else the shape only."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.letters.redaction import changed, redacted, redacted_header, shape
from schemas.events import CATALOGUE
from tests.factories import SUBJECT, encoded, event

NAME, PHONE, ID_NUMBER = "张三", "13912345678", "11010519491231002X"


@pytest.mark.parametrize("type_", [one.name for one in CATALOGUE if one.family == "business"])
def test_a_valid_event_stands_as_it_is(type_: str) -> None:
    made = event(type_)
    assert json.loads(redacted(encoded(made))) == made


@pytest.mark.parametrize(
    "spoilt",
    [
        event("leg.consultation.given", data={"topic": NAME}),
        event("leg.consultation.given", data={"note": NAME}),
        event("leg.consultation.given", data={"note": {"deep": [NAME, {"er": NAME}]}}),
        event("leg.consultation.given", data={NAME: "visit"}),
        event("leg.consultation.given", id=f"a-{PHONE}"),
        event("leg.consultation.given", data={"persons": int(PHONE)}),
        event("leg.consultation.given", data={"persons": float(PHONE)}),
        event("med.case.accepted", subject=ID_NUMBER),
        event("med.case.accepted", traceparent=NAME),
        event("reg.authority.registered", data={"name": NAME}),
        event("med.case.accepted") | {"type": NAME},
        event("med.case.accepted") | {"type": {"name": NAME}},
        [NAME, {"id": PHONE}],
        NAME,
    ],
    ids=range(14),
)
def test_no_name_and_no_number_is_left(spoilt: object) -> None:
    for text in (json.dumps(spoilt, ensure_ascii=False), json.dumps(spoilt), json.dumps(spoilt, ensure_ascii=False)[:-1]):
        told = redacted(text.encode())
        assert not {NAME, PHONE, ID_NUMBER, "zhang"} & set(told.replace('"', " ").replace("-", " ").split())
        assert NAME not in told
        assert PHONE not in told


def test_the_shape_tells_what_is_wrong() -> None:
    told = json.loads(redacted(encoded(event("med.case.agreed", data={"perform_due_on": "2026/03/09", "form": "Oral", "amount_yuan": 7}))))
    assert told["data"] == {"perform_due_on": "9999/99/99", "form": "Aaaa", "amount_yuan": 7}
    assert shape("x" * 200) == "a" * 80 + "… (200)"


def test_broken_text_keeps_the_catalogues_names_only() -> None:
    told = redacted(f'{{"type":"leg.consultation.given","data":{{"persons":2,"姓名":"{NAME}"'.encode())
    assert told == '{"type":"aaa.aaaaaaaaaaaa.aaaaa","data":{"persons":9,"字字":"字字"'
    assert redacted(b"\xff\xfe\x1b[31m") == r"\aaa\aaa?[99a"


@given(st.text(max_size=300))
def test_any_text_is_shown_without_its_own_chinese_words(text: str) -> None:
    assert not {c for c in redacted(text.encode("utf-8", "surrogatepass")) if ord(c) > 0x2E80} - {"字"}


def test_headers_are_shown_as_far_as_they_are_ours() -> None:
    assert redacted_header("ce_type", b"med.case.agreed") == ("ce_type", "med.case.agreed")
    assert redacted_header("ce_subject", NAME.encode())[1] == "字字"
    assert redacted_header("suoheng-letter", b"3:17") == ("suoheng-letter", "3:17")
    assert redacted_header("content-type", PHONE.encode()) == ("aaaaaaa-aaaa", "99999999999")
    assert redacted_header(NAME, PHONE.encode()) == ("字字", "99999999999")


def test_a_correction_shows_the_new_words_and_of_the_old_ones_the_shape() -> None:
    before, after = {"id": "a", "data": {"topic": NAME, "persons": 2, "x": 1}}, {"id": "a", "data": {"persons": 3, "subject": SUBJECT}}
    assert changed(before, after) == [
        ("data.persons", "2", "3"),
        ("data.subject", "–", SUBJECT),
        ("data.topic", "字字", "–"),
        ("aaaa.a", "1", "–"),
    ]
