"""The question about one value as a statement: nothing of a request is ever part of it, and it asks for no more than the formula needs."""

import re
from datetime import date
from typing import Any

import pytest

from consumers.clickhouse.store import Query
from consumers.formulas import Formula, Term
from consumers.lineage import Basis, Key, Shown
from consumers.lineage import events as of_events
from consumers.lineage import record as of_record
from consumers.lineage.payers import Funding, payers
from consumers.lineage.statement import cuts, sums
from consumers.lineage.touched import Touched
from consumers.periods import Period, between
from deploy.formulas import formulas

D, HOSTILE = "990107", "x' OR '1'='1"
MARCH = Period("month", date(2024, 3, 1))
LAST = date(2024, 3, 31)
FORMULAS = {row["id"]: Formula(**row | {"terms": tuple(Term(**term) for term in row["terms"])}) for row in formulas()}
PAGE = Shown(50)
GIVEN = [("share_weighted", "au-990107-sfj", 7_000), ("full", "au-990107-sfj", 1), ("lead", "au-990107-sfj", 1)]
ON = Basis(
    D,
    date(2024, 6, 1),
    FORMULAS,
    {"au-990107-sfj": "district_bureau", "au-990107-jd-001": "street_office", "au-990107-xz-002": "town_government"},
    Funding(D, [("sfs-990107-001", date(2023, 1, 1), [{"authority": "au-990107-sfj", "bp": 7_000}], "au-990107-sfj", GIVEN)]),
)


def asked(indicator: str, subject: str = D, mode: str = "none", dimension: str = "", shown: Shown = PAGE) -> Query:
    return sums(Key(D, indicator, mode, dimension, subject, MARCH), ON, LAST, shown)


def terms(query: Query) -> list[Any]:
    return list(query.parameters["terms"])  # type: ignore[arg-type]


TOUCHED = [Touched("cor_caseload", "none", "", "district", HOSTILE, "month", MARCH.start, 1, 0, 1)]
EVERY = {
    **{id_: asked(id_, mode=HOSTILE, subject=f"sfs-{HOSTILE}", shown=Shown(50, 0, HOSTILE)) for id_ in FORMULAS},
    "payers": payers(HOSTILE),
    "events of records": of_events.of_records(HOSTILE, [HOSTILE]),
    "events of a type": of_events.of_type(HOSTILE, HOSTILE),
    "retractions": of_events.retractions(HOSTILE, [(HOSTILE, HOSTILE)]),
    "one event": of_events.one(HOSTILE, HOSTILE, HOSTILE),
    "facts": of_record.facts(HOSTILE, HOSTILE),
    "spans": of_record.spans(HOSTILE, f"cor:{HOSTILE}", LAST),
    "capacity": of_record.capacity_of(HOSTILE, HOSTILE),
    "values": of_record.values(HOSTILE, TOUCHED),
    "owners": of_record.owners(HOSTILE, TOUCHED),
}


@pytest.mark.parametrize("query", EVERY.values(), ids=EVERY)
def test_what_is_asked_for_stands_in_the_parameters_only(query: Query) -> None:
    assert HOSTILE not in query.sql
    assert set(re.findall(r"\{(\w+):", query.sql)) == set(query.parameters)


def test_facts_are_asked_for_facts_and_persons_for_stays() -> None:
    facts, persons = asked("med_success_rate"), asked("res_help_rate")
    assert "person_spans" not in facts.sql
    assert facts.parameters["of_facts"] == ["med.agreed", "med.concluded"]
    assert "{of_facts:" not in persons.sql
    assert (persons.parameters["family"], persons.parameters["of_persons"]) == ("res", ["res.helped", "res.present"])


def test_a_formula_may_rest_on_both() -> None:
    both = FORMULAS["res_help_rate"].terms[:1] + FORMULAS["med_success_rate"].terms[1:]
    mixed = Formula("mixed", "ratio", (), ("month",), (), True, True, True, 1, both)
    on = Basis(D, ON.today, {"mixed": mixed}, {}, ON.funding)
    query = sums(Key(D, "mixed", "none", "", D, MARCH), on, LAST, Shown(1))
    assert "UNION ALL" in query.sql
    assert set(re.findall(r"\{(\w+):", query.sql)) == set(query.parameters)


def test_only_modes_that_splits_decide_have_weights() -> None:
    assert asked("med_success_rate").parameters["weights"] == []
    weights = asked("med_success_rate", "au-990107-sfj", "share_weighted").parameters["weights"]
    assert weights == [("", date(1900, 1, 1), 0), ("sfs-990107-001", date(2023, 1, 1), 7_000)]
    unknown = asked("med_success_rate", "au-990107-unknown", "lead").parameters["weights"]
    assert unknown == [("", date(1900, 1, 1), 1), ("sfs-990107-001", date(2023, 1, 1), 0)]


def test_money_and_orders_count_for_those_whom_they_name() -> None:
    own = terms(asked("fund_share_actual", "au-990107-sfj", "own"))
    assert [(by_anyone, assigners) for *_, by_anyone, assigners in own] == [(False, ["au-990107-sfj"]), (True, [])]
    assigned = terms(asked("med_accepted_cnt", "au-990107-sfj", "assigned_by"))
    assert assigned[0][-2:] == (False, ["au-990107-sfj"])


def test_the_sides_of_tasks_are_told_by_the_kinds_of_their_assigners() -> None:
    street, everyone = terms(asked("dual_street_task_share"))
    assert street[3] == everyone[3] == "soc.assigned"
    assert street[-2:] == (False, ["au-990107-jd-001", "au-990107-xz-002"])
    assert everyone[-2:] == (True, [])


def test_a_part_with_a_dimension_of_its_own_asks_for_that_and_for_the_total_only() -> None:
    query = asked("med_proactive_share")
    assert query.parameters["dimensions"] == ["", "source=proactive"]
    assert [term[4] for term in terms(query)] == ["source=proactive", ""]
    assert terms(asked("med_accepted_cnt", dimension="source=applied"))[0][4] == "source=applied"


def test_sums_over_months_are_cut_at_each_that_has_begun() -> None:
    quarter = Period("quarter", date(2024, 1, 1))
    assert cuts(quarter, date(2024, 2, 10), monthly=False) == [(0, quarter.start, date(2024, 2, 10))]
    assert cuts(quarter, date(2024, 2, 10), monthly=True)[1:] == [
        (1, date(2024, 1, 1), date(2024, 1, 31)),
        (2, date(2024, 2, 1), date(2024, 2, 10)),
    ]


def test_months_of_any_days_are_counted_from_the_first_of_them() -> None:
    days = between(date(2023, 12, 31), date(2024, 3, 30))
    assert cuts(days, date(2024, 3, 10), monthly=True)[1:] == [
        (12, date(2023, 12, 31), date(2024, 1, 30)),
        (1, date(2024, 1, 31), date(2024, 2, 28)),
        (2, date(2024, 2, 29), date(2024, 3, 10)),
    ]


def test_a_page_of_rows_is_skipped_to_and_all_are_more_than_any_value_has() -> None:
    second = asked("med_success_rate", shown=Shown(50, 50))
    assert (second.parameters["skip"], second.parameters["most"]) == (50, 100)
    assert int(str(asked("med_success_rate", shown=Shown(None)).parameters["most"])) > 1_000_000
