"""From one registry to another: which events say the difference."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from deploy.errors import Usage
from deploy.registry.changes import changes
from deploy.registry.entries import Authority, Office, Registry, Split, WorkingYear
from deploy.registry.standing import Said, Standing

D = "990107"
O1, O2 = f"sfs-{D}-001", f"sfs-{D}-002"
BUREAU, STREET = f"au-{D}-sfj", f"au-{D}-jd-001"
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
SOURCE = f"/districts/{D}/bureau"


def split(valid_from: date, **shares: int) -> Split:
    held = {BUREAU: shares["bureau"], STREET: shares["street"]}
    return Split(office=O1, role="funding", cost_category="operating", valid_from=valid_from, shares=held, doc_no="1")


KNOWN = Registry(
    district=D,
    offices=[Office(office=O1, name="东街", opened_on=date(2020, 1, 1)),
             Office(office=O2, name="南湖", opened_on=date(2020, 1, 1), closed_on=date(2025, 1, 1), merged_into=O1)],
    authorities=[Authority(authority=BUREAU, name="司法局", kind="district_bureau"), Authority(authority=STREET, name="街道", kind="street_office")],
    splits=[split(date(2024, 1, 1), bureau=4000, street=6000)],
    calendar={2026: WorkingYear(doc_no="9", days_off=[date(2026, 1, 1)])},
    rules=(),
)  # fmt: skip
SAID = (
    Said(SOURCE, "closing", "reg.office.closed", {"office": O2, "closed_on": "2025-01-01"}),
    Said(SOURCE, "opening-2", "reg.office.opened", {"office": O2, "name": "南湖", "opened_on": "2020-01-01"}),
    Said("/districts/990107/vendor", "s1", "reg.split.decided", {"office": O1, "role": "funding", "cost_category": "operating", "valid_from": "2024-01-01"}),
    Said(SOURCE, "s2", "reg.split.decided", {"office": O1, "role": "funding", "cost_category": "operating", "valid_from": "2024-01-01"}),
    Said(SOURCE, "s3", "reg.split.decided", {"office": O1, "role": "managing", "cost_category": "all", "valid_from": "2024-01-01"}),
)  # fmt: skip


def told(wanted: Registry, *, prune: bool = False) -> list[tuple[str, list[tuple[str, Any]]]]:
    found = changes(Standing(KNOWN, SAID), wanted, prune=prune, now=NOW)
    return [(change.sign, [(event["type"], event["data"]) for event in change.events]) for change in found]


def test_the_same_registry_changes_nothing() -> None:
    assert told(KNOWN) == []
    assert told(KNOWN, prune=True) == []
    assert told(KNOWN.model_copy(update={"calendar": None, "rules": None}), prune=True) == []


def test_a_share_decided_otherwise_is_a_decision_of_the_same_day() -> None:
    ((sign, ((type_, data),)),) = told(KNOWN.model_copy(update={"splits": [split(date(2024, 1, 1), bureau=10_000, street=0)]}))
    assert (sign, type_) == ("~", "reg.split.decided")
    assert data == {
        "office": O1, "role": "funding", "cost_category": "operating", "valid_from": "2024-01-01", "doc_no": "1",
        "shares": [{"authority": BUREAU, "bp": 10_000}, {"authority": STREET, "bp": 0}],
    }  # fmt: skip


def test_what_the_file_does_not_name_is_kept_unless_it_is_pruned() -> None:
    wanted = KNOWN.model_copy(update={"splits": []})
    assert told(wanted) == [(".", [])]
    ((sign, events),) = told(wanted, prune=True)
    assert sign == "-"
    assert [data["target"] for _, data in events] == ["s1", "s2"]


def test_a_retraction_names_a_foreign_source_and_only_that() -> None:
    (change,) = changes(Standing(KNOWN, SAID), KNOWN.model_copy(update={"splits": []}), prune=True, now=NOW)
    assert [event.get("targetsource") for event in change.events] == ["/districts/990107/vendor", None]


def test_an_office_is_renamed_closed_or_open_after_all() -> None:
    one, two = KNOWN.offices
    renamed = one.model_copy(update={"name": "东街中心"})
    closed = one.model_copy(update={"closed_on": date(2026, 6, 1), "merged_into": O2})
    reopened = two.model_copy(update={"closed_on": None, "merged_into": None})
    assert told(KNOWN.model_copy(update={"offices": [renamed, two]})) == [
        ("~", [("reg.office.opened", {"office": O1, "name": "东街中心", "opened_on": "2020-01-01"})])
    ]
    assert told(KNOWN.model_copy(update={"offices": [closed, two]})) == [
        ("~", [("reg.office.closed", {"office": O1, "closed_on": "2026-06-01", "merged_into": O2})])
    ]
    assert told(KNOWN.model_copy(update={"offices": [one, reopened]})) == [
        ("~", [("dat.event.retracted", {"target": "closing", "reason": "other"})])
    ]


def test_an_office_that_came_out_of_another_says_so_in_the_version_that_can() -> None:
    new = Office(office=f"sfs-{D}-003", name="北街", opened_on=date(2026, 6, 1), split_from=O1)
    wanted = KNOWN.model_copy(update={"offices": [*KNOWN.offices, new]})
    (change,) = changes(Standing(KNOWN, SAID), wanted, prune=False, now=NOW)
    ((event,), line) = change.events, change.line
    assert (event["dataschema"], event["data"]["split_from"]) == ("urn:suoheng:reg.office.opened:2", O1)
    assert f"析自 {O1}" in line
    with_it = Standing(wanted, SAID)
    assert changes(with_it, wanted, prune=False, now=NOW) == []
    (taken_back,) = changes(
        with_it, KNOWN.model_copy(update={"offices": [*KNOWN.offices, new.model_copy(update={"split_from": None})]}), prune=False, now=NOW
    )
    assert "split_from" not in taken_back.events[0]["data"]


def test_a_year_is_told_whole() -> None:
    year = WorkingYear(doc_no="10", days_off=[date(2027, 1, 1)], days_worked=[])
    assert told(KNOWN.model_copy(update={"calendar": {**(KNOWN.calendar or {}), 2027: year}})) == [
        ("+", [("reg.calendar.decided", {"year": 2027, "doc_no": "10", "off": ["2027-01-01"], "worked": []})])
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"splits": [split(date(2025, 1, 1), bureau=1, street=9_999).model_copy(update={"office": f"sfs-{D}-009"})]}, "no office"),
        ({"splits": [split(date(2025, 1, 1), bureau=1, street=9_999).model_copy(update={"shares": {f"au-{D}-czj": 10_000}})]}, "no authority"),
        ({"offices": [KNOWN.offices[0].model_copy(update={"closed_on": date(2026, 1, 1), "merged_into": f"sfs-{D}-009"})]}, "merged into"),
        ({"offices": [KNOWN.offices[0].model_copy(update={"split_from": f"sfs-{D}-009"})]}, "split from"),
        ({"offices": [KNOWN.offices[0].model_copy(update={"split_from": O1})]}, "split from itself"),
    ],
)  # fmt: skip
def test_unknown_ids_end_it(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Usage, match=said):
        changes(Standing(KNOWN, SAID), KNOWN.model_copy(update=changed), prune=False, now=NOW)


def test_a_new_authority_is_registered_before_it_carries_a_share() -> None:
    finance = Authority(authority=f"au-{D}-czj", name="财政局", kind="district_finance")
    more = split(date(2026, 1, 1), bureau=0, street=0).model_copy(update={"shares": {finance.authority: 10_000}})
    wanted = KNOWN.model_copy(update={"authorities": [*KNOWN.authorities, finance], "splits": [*KNOWN.splits, more]})
    assert [(sign, events[0][0]) for sign, events in told(wanted)] == [("+", "reg.authority.registered"), ("+", "reg.split.decided")]
