"""What comes near a limit, who is on a list, and which numbers moved, on ClickHouse: from facts and versions written down by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.clickhouse.client import connect
from schemas.settings import Settings

DISTRICT = "990107"
ONE, TWO = f"sfs-{DISTRICT}-001", f"sfs-{DISTRICT}-002"
TODAY = date(2026, 2, 12)
"""A Thursday before the Spring Festival: Saturday the 14th is worked, 15 to 23 February are off, so is Saturday the 21st."""
THAT_DAY = datetime(2026, 2, 12, tzinfo=UTC)


def tell(settings: Settings, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connect(settings, compress=False) as client:
        client.insert(table, rows, column_names=columns.split())


def facts(settings: Settings, *told: tuple[str, str, int, int] | tuple[str, str, int, int, str]) -> None:
    """Facts as (record, component, days from today, amount, office), with today known."""
    tell(settings, "district_rows", "district today gone version", [(DISTRICT, TODAY, False, 1)])
    rows = [(DISTRICT, t[0], t[1], TODAY + timedelta(days=t[2]), "", t[4] if len(t) > 4 else ONE, "self", t[3], False, 1) for t in told]
    tell(settings, "fact_rows", "district record component day dimension office assigner amount gone version", rows)


def asked(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as client:
        return [tuple(row) for row in client.query(query).result_rows]


def ahead(settings: Settings, days: int) -> dict[str, tuple[str, int]]:
    """By kind: the one record and in how many days its limit ends."""
    rows = asked(settings, f"SELECT kind, record, last_day FROM limits_ahead(district = '{DISTRICT}', days = {days}) ORDER BY kind, record")
    return {kind: (record, (day - TODAY).days) for kind, record, day in rows}


def test_a_limit_is_the_last_day_in_time_and_goes_when_its_duty_is_met(installation: Settings) -> None:
    facts(
        installation,
        ("med:a", "med.open_overdue", 4, 1),
        ("cor:a", "cor.missed_open", 1, 1),
        ("cor:b", "cor.monitor_over", 8, 1),
        ("cor:c", "cor.monitor_over", 9, 1),
        ("task:a", "soc.due", 0, 1),
        ("task:b", "soc.due", 1, 1),
        ("task:b", "soc.done", 1, 1),
        ("task:c", "soc.due", -1, 1),
        ("leg:v", "leg.contracted", 6, -1),
    )
    expected = {"mediation": ("med:a", 3), "report": ("cor:a", 0), "monitor": ("cor:b", 7), "task": ("task:a", 0), "counsel": ("leg:v", 5)}
    assert ahead(installation, 7) == expected
    assert set(ahead(installation, 3)) == {"mediation", "report", "task"}


def test_a_written_agreement_can_be_confirmed_for_thirty_days_unless_it_was_or_was_performed(installation: Settings) -> None:
    facts(
        installation,
        ("med:a", "med.agreed_written", -30, 1),
        ("med:b", "med.agreed_written", -31, 1),
        ("med:c", "med.agreed_written", -25, 1),
        ("med:c", "med.confirmed", -2, 1),
        ("med:d", "med.agreed_written", -25, 1),
        ("med:d", "med.fulfilled", 3, 1),
        ("med:d", "med.due", 3, 1),
    )
    assert ahead(installation, 7) == {"confirmation": ("med:a", 0)}


def test_legal_aid_is_decided_within_seven_days_that_are_worked(installation: Settings) -> None:
    """Received on Wednesday the 4th: 5, 6, 9, 10, 11, 12 and 13 February. Received on the 9th: five days up to Saturday the 14th, then 24, 25."""
    facts(installation, ("leg:a", "leg.aid_received", -8, 1), ("leg:b", "leg.aid_received", -3, 1), ("leg:b", "leg.aid_decided", -1, 1))
    assert ahead(installation, 7) == {"aid_decision": ("leg:a", 1)}
    facts(installation, ("leg:c", "leg.aid_received", -3, 1), ("leg:a", "leg.aid_decided", 0, 1))
    assert ahead(installation, 14) == {"aid_decision": ("leg:c", 13)}


def test_lists_name_those_who_are_on_them_today(installation: Settings) -> None:
    facts(
        installation,
        ("med:a", "med.open_overdue", -5, 1),
        ("med:b", "med.open_overdue", -9, 1),
        ("med:b", "med.open_overdue", -1, -1),
        ("cor:a", "cor.missed_open", -2, 1),
        ("cor:m", "cor.monitor_over", -40, 1),
        ("cor:m", "cor.monitor_over", -30, -1),
        ("cor:m", "cor.monitor_over", 60, 1, TWO),
        ("cor:o", "cor.monitor_over", -1, 1),
        ("res:l", "res.lost", -3, 1),
        *((f"cor:{name}", "cor.caseload", -90, 1) for name in "lfx"),
        *((f"cor:{name}", "cor.lost", -4, 1) for name in "lfx"),
        ("cor:f", "cor.regain_hours", -3, 20),
        ("cor:x", "cor.caseload", -1, -1),
    )
    found = asked(installation, f"SELECT kind, record, office, since_day FROM watch_lists(district = '{DISTRICT}') ORDER BY kind")
    assert {(kind, record, office, day and (TODAY - day).days) for kind, record, office, day in found} == {
        ("overdue", "med:a", ONE, 5),
        ("unreported", "cor:a", ONE, 2),
        ("monitored", "cor:m", TWO, None),
        ("over_limit", "cor:o", ONE, 1),
        ("lost_released", "res:l", ONE, 3),
        ("lost", "cor:l", ONE, 4),
    }


@pytest.mark.parametrize(("since", "moved"), [("2026-02-12 00:00:00", {"med_success_rate"}), ("2026-02-13 00:00:00", set())])
def test_what_moved_is_what_read_otherwise_before(installation: Settings, since: str, moved: set[str]) -> None:
    tell(installation, "district_rows", "district today gone version", [(DISTRICT, TODAY, False, 1)])
    january, february, before = date(2026, 1, 1), date(2026, 2, 1), THAT_DAY - timedelta(days=3)
    rows = [
        ("med_success_rate", january, 9, 10, 1, before),
        ("med_success_rate", january, 10, 10, 2, THAT_DAY),
        ("med_handling_rate", january, 9, 10, 1, before),
        ("med_handling_rate", january, 9, 10, 2, THAT_DAY),
        ("med_accepted_cnt", january, 4, None, 2, THAT_DAY),
        ("med_overdue_rate", february, 1, 10, 1, before),
        ("med_overdue_rate", february, 2, 10, 2, THAT_DAY),
    ]
    tell(
        installation,
        "indicator_value_versions",
        "district indicator mode dimension subject_kind subject_id window_kind window_start numerator denominator scale empty version computed_at",
        [(DISTRICT, id_, "none", "", "district", DISTRICT, "month", start, n, d, 1, False, v, at) for id_, start, n, d, v, at in rows],
    )
    found = asked(
        installation,
        f"SELECT indicator, old_numerator, numerator FROM moved_values(district = '{DISTRICT}', since = '{since}', first_start = '2025-01-01')",
    )
    assert {row[0] for row in found} == moved
    assert all(row[1:] == (9, 10) for row in found)
