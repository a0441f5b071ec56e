"""Every class of bad input is refused with a code that fits, and the refusal gives nothing away."""

import re

import pytest

from schemas.codes import CODES
from streams.core.outcome import Rejected
from streams.core.validate import validate
from tests.bad_input import CASES, FOR_EACH_CODE, Case
from tests.badness.private import IDENTITY, MOBILE, PRIVATE
from tests.factories import APPENDED_MS

NEED_MORE_THAN_THE_RECORD = {"ID_CONFLICT", "DOMAIN_UNKNOWN_OFFICE", "DOMAIN_OFFICE_CLOSED", "ENV_WRONG_PARTITION"}


def outcome(case: Case) -> Rejected:
    found = validate((0, APPENDED_MS, case.key, case.value, case.headers))
    assert isinstance(found, Rejected), "was let in"
    return found


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_refused_with_a_code_that_fits(case: Case) -> None:
    refusal = outcome(case)
    assert refusal.code in case.codes, refusal
    assert refusal.stage == "schema"


def test_the_table_is_large_and_its_names_are_unique() -> None:
    assert len(CASES) == len({case.name for case in CASES}) >= 700


def test_every_code_that_needs_only_the_record_has_a_case() -> None:
    assert FOR_EACH_CODE.keys() == {code for code in CODES if not code.startswith("AUTH_")} - NEED_MORE_THAN_THE_RECORD
    for code, case in FOR_EACH_CODE.items():
        assert outcome(case).code == code


def test_the_detail_is_one_short_line_and_repeats_no_personal_data() -> None:
    for case in CASES:
        detail = outcome(case).detail
        assert "\n" not in detail
        assert 0 < len(detail) < 500, case.name
        assert not re.search("[0-9]{11}", detail.replace(str(2**53), "")), case.name
        assert not any(text in detail for text in (*PRIVATE, IDENTITY, MOBILE)), case.name


def test_an_unknown_field_is_named_if_its_name_tells_nothing_personal() -> None:
    by_name = {case.name: case for case in CASES}
    assert outcome(by_name["unknown/'comment'"]).detail == "comment: no such field"
    assert outcome(by_name["unknown/'comment' in data"]).detail == "data.comment: no such field"
    assert outcome(by_name["private/unknown field"]).detail == "data.?: no such field"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("time/'2025-03-05'", "time: "),
        ("time/recorded '2025-03-05'", "recordedtime: "),
        ("time/due '2025-03-05'", "data.due_at: "),
        ("day/cor.subject.due report_by '2025-3-5'", "data.report_by: "),
        ("id/office 'sfs-990107' of 10", "office: "),
        ("id/assigned_by 'nobody' of 6", "data.assigned_by: "),
        ("split/shares self", "data.shares: "),
        ("split/bp 10001", "data.shares[0].bp: "),
        ("amend/targetsource misshapen", "targetsource: "),
        ("rules/an unknown field", "data.rules[0].note: "),
        ("area/ '4.99' of 4", "data.area_m2: "),
        ("shape/empty object", "type: "),
    ],
)
def test_the_detail_begins_with_the_place(name: str, place: str) -> None:
    case = next(case for case in CASES if case.name == name)
    assert outcome(case).detail.startswith(place)
