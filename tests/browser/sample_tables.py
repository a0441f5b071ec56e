"""The sample district as rows of ClickHouse's base tables, and a second district whose every name tries to be markup."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from consumers.clickhouse.client import connect
from deploy.migrate import migrate
from schemas.settings import Settings
from tests.browser.sample_district import (
    AUTHORITIES,
    BUREAU,
    CLOSED_THROUGH,
    DISTRICT,
    NAMES,
    OFFICES,
    TODAY,
    Value,
    funding,
    history,
    months,
    office,
    street,
    values,
)

Table = tuple[list[str], Sequence[tuple[object, ...]]]
"""Columns and rows."""


def version(row: Value) -> int:
    """Rows of the log's middle; the restated one is newer than the closing of its month."""
    restated = (row.indicator, row.window_kind, row.window_start, row.subject_kind) == (
        "med_success_rate",
        "month",
        date(2025, 3, 1),
        "district",
    )
    return 90_000 if restated else 50_000


SILENT = 4
"""Number of the office that has sent nothing in June."""


def _source(number: int) -> str:
    return f"/districts/{DISTRICT}/office-{number}"


def tables() -> dict[str, Table]:
    """Every base table with its columns and rows."""
    now = datetime(2025, 6, 18, 9, 24, 31, tzinfo=UTC)
    made = history()
    facts = [
        (
            DISTRICT,
            f"task:{number}-{month}-{n}",
            "soc.assigned",
            month + timedelta(days=n % 18),
            "",
            office(number),
            assigner,
            1,
            False,
            50_000,
        )
        for (number, month), counts in made.items()
        for assigner in (BUREAU, street(number), "self")
        for n in range(counts[f"task:{assigner}"])
    ]
    facts = [(*row[:1], f"{row[1]}-{place}", *row[2:]) for place, row in enumerate(facts)]
    splits = [
        (DISTRICT, office(number), role, category, start, shares, doc, now, False, 10)
        for number in range(1, len(NAMES) + 1)
        for role, category, start, shares, doc in _decisions(number)
    ]
    value_columns = [
        "district",
        "indicator",
        "mode",
        "dimension",
        "subject_kind",
        "subject_id",
        "window_kind",
        "window_start",
        "numerator",
        "denominator",
    ]
    return {
        "district_rows": (["district", "today", "gone", "version"], [(DISTRICT, TODAY, False, 95_000)]),
        "office_rows": (
            ["district", "office", "name", "opened_on", "closed_on", "merged_into", "split_from", "gone", "version"],
            [(DISTRICT, id_, name, date(2019, 5, 1), None, None, None, False, 1) for id_, name in OFFICES.items()],
        ),
        "authority_rows": (
            ["district", "authority", "name", "kind", "gone", "version"],
            [(DISTRICT, id_, name, kind, False, 1) for id_, (name, kind) in AUTHORITIES.items()],
        ),
        "split_rows": (
            ["district", "office", "role", "cost_category", "valid_from", "shares", "doc_no", "decided_at", "gone", "version"],
            splits,
        ),
        "period_rows": (
            ["district", "window_kind", "window_start", "closed_version", "gone", "version"],
            [(DISTRICT, "month", month, 60_000, False, 60_000) for month in months() if month < CLOSED_THROUGH],
        ),
        "indicator_value_versions": (
            [*value_columns, "scale", "empty", "version", "computed_at"],
            [(DISTRICT, *row, version(row), now) for row in values()],
        ),
        "fact_rows": (["district", "record", "component", "day", "dimension", "office", "assigner", "amount", "gone", "version"], facts),
        **_operation(now),
    }


def _decisions(number: int) -> Iterator[tuple[str, str, date, list[tuple[str, int]], str]]:
    own, start = street(number), date(2021, 1, 1)
    for valid_from, shares, doc in funding(number):
        yield "funding", "operating", valid_from, shares, doc
    yield "managing", "all", start, [(BUREAU, 10_000)], "示编发〔2020〕9号"
    yield "head_appointing", "all", start, [(BUREAU, 10_000)], "示编发〔2020〕9号"
    yield "staff_assigning", "all", start, [(BUREAU, 10_000)] if number <= 2 else [(own, 6_000), (BUREAU, 4_000)], "示编发〔2020〕9号"
    yield "premises_owner", "all", start, [(BUREAU if number == 1 else own, 10_000)], "示资〔2020〕2号"


def _operation(now: datetime) -> dict[str, Table]:
    alert = [
        "district",
        "rule",
        "subject_kind",
        "subject_id",
        "start",
        "state",
        "severity",
        "indicator",
        "mode",
        "dimension",
        "window_kind",
        "window_start",
    ]
    june, hour = date(2025, 6, 1), timedelta(hours=1)
    return {
        "alert_rows": (
            [*alert, "value", "threshold", "why", "title_zh", "title_en", "version", "computed_at"],
            [
                (DISTRICT, "reoffence", "office", office(3), "2025-06-11", "firing", "critical", "cor_reoffence_cnt", "none", "", "month", june,
                 1.0, 0.0, "cor_reoffence_cnt = 1 > 0", "出现再犯罪", "Reoffence recorded", 70_000, now - 160 * hour),
                (DISTRICT, "mismatch", "authority", street(3), "2025-06-02", "firing", "high", "dual_mismatch_pp", "own", "", "quarter", date(2025, 4, 1),
                 -21.37, -20.0, "dual_mismatch_pp = -21.37 < -20", "财事匹配差超限", "Funding and tasks do not match", 70_001, now - 400 * hour),
                (DISTRICT, "success", "office", office(5), "2025-05-03", "firing", "medium", "med_success_rate", "none", "", "month", date(2025, 5, 1),
                 0.9411764705882353, 0.95, "med_success_rate = 0.9412 < 0.95", "调解成功率低于95%", "Success rate below 95%", 70_002, now - 700 * hour),
                (DISTRICT, "silent", "office", office(4), "2025-06-16", "firing", "low", "silence", "none", "", "day", date(2025, 6, 18),
                 5.0, 3.0, "5 > 3 in day 2025-06-18, since 2025-06-16", "三个工作日以上无数据", "Silent for three working days", 70_004, now),
                (DISTRICT, "missing", "source", f"/districts/{DISTRICT}/ledger", "2025-06-17", "firing", "info", "gaps", "none", "", "day", date(2025, 6, 18),
                 3.0, 0.0, "3 > 0 in day 2025-06-18, since 2025-06-17", "事件序号缺失", "Events missing", 70_005, now),
                (DISTRICT, "overdue", "office", office(2), "2025-05-01", "resolved", "info", "med_overdue_rate", "none", "", "month", date(2025, 5, 1),
                 0.02, 0.05, "below the clear level", "超期率偏高", "Many overdue cases", 70_003, now),
            ],
        ),
        "source_rows": (
            ["district", "source", "high_water", "gaps", "gaps_first_seen", "last_seen", "version"],
            [
                (DISTRICT, f"/districts/{DISTRICT}/ledger", 48_211, [(48_011, 48_012), (48_100, 48_100)], [now - hour, now], now, 5),
                (DISTRICT, f"/districts/{DISTRICT}/bureau", 1_204, [], [], now - hour, 5),
            ],
        ),
        "conservation_rows": (
            ["district", "partition", "read", "admitted", "duplicates", "dead_letters", "pending", "version"],
            [(DISTRICT, 3, 101_204, 99_120, 2_061, 21, 2, 9)],
        ),
        "dead_letter_rows": (
            ["code", "detail", "stage", "district", "office", "topic", "partition", "offset", "sha256", "received_at", "build", "letter_partition", "letter_offset", "source", "id", "type", "sequence"],
            [
                ("NUM_RANGE", "data.staff: 2023 is above 60", "schema", DISTRICT, office(1), "office-events", 3, n, "0" * 64, now, "test", 3, n,
                 _source(1), f"staff-{n}", "cap.staff.snapshot", 48_011 if n == 0 else None)
                for n in range(19)
            ]
            + [("TEXT_PRIVATE", "", "schema", DISTRICT, office(2), "office-events", 3, n, "0" * 64, now - 30 * hour, "test", 3, n, "", "", "", None) for n in (40, 41)]
            + [("JSON_SYNTAX", "", "bytes", "", "", "office-events", 3, 77, "0" * 64, now, "test", 3, 77, "", "", "", None)],
        ),
        "replay_rows": (
            ["topic", "partition", "offset", "replayed_at", "replayed_by", "approved_by", "proposal", "corrected", "sha256", "sent_partition", "sent_offset"],
            [("office-events", 3, 2, now, "王芳", "李强", "", True, "0" * 64, 3, 90)],
        ),
        "event_rows": (
            ["district", "source", "id", "type", "time", "office", "sequence", "data", "partition", "offset", "appended_at", "version"],
            [
                (DISTRICT, _source(number), f"e-{number}-{day:%m%d}", "leg.consultation.given", now + (day - TODAY), office(number), None, "{}", 3, 1_000, now, 1)
                for number in range(1, len(NAMES) + 1)
                for day in (TODAY - timedelta(days=back) for back in range(40))
                if day.weekday() < 5 and (number, day.month) != (SILENT, 6)
            ]
            + [(DISTRICT, _source(1), "staff-3", "cap.staff.snapshot", now, office(1), None, "{}", 3, 91, now, 1)],
        ),
        "reconciliations": (
            ["ran_at", "district", "compared", "rows_compared", "rows_different", "detail"],
            [
                (now - 2 * hour, DISTRICT, "indicator_values", 183_404, 0, ""),
                (now - 2 * hour, DISTRICT, "facts", 612_050, 0, ""),
                (now - 90 * hour, DISTRICT, "facts", 500_000, 3, ""),
            ],
        ),
    }  # fmt: skip


def seed(settings: Settings) -> None:
    """Make the installation's tables and fill them with the district."""
    migrate(settings)
    with connect(settings, compress=False) as client:
        for table, (columns, rows) in tables().items():
            client.insert(table, rows, column_names=columns)


HOSTILE_DISTRICT = "990199"
HOSTILE_NAME = "<script>alert('所')</script>\"&'><img src=x onerror=alert(1)>"


def seed_hostile(settings: Settings) -> None:
    """A second district whose every name tries to be markup."""
    office_id, authority, now = f"sfs-{HOSTILE_DISTRICT}-001", f"au-{HOSTILE_DISTRICT}-sfj", datetime(2025, 6, 1, tzinfo=UTC)
    columns = {name: columns for name, (columns, _) in tables().items()}
    may = date(2025, 5, 1)
    alert = (HOSTILE_DISTRICT, HOSTILE_NAME, "office", office_id, "x", "firing", HOSTILE_NAME, "med_accepted_cnt", "none", "", "month", may)
    rows: dict[str, list[tuple[object, ...]]] = {
        "district_rows": [(HOSTILE_DISTRICT, TODAY, False, 1)],
        "office_rows": [(HOSTILE_DISTRICT, office_id, HOSTILE_NAME, date(2019, 5, 1), None, None, None, False, 1)],
        "authority_rows": [(HOSTILE_DISTRICT, authority, HOSTILE_NAME, "district_bureau", False, 1)],
        "split_rows": [(HOSTILE_DISTRICT, office_id, "funding", "all", may, [(authority, 10_000)], HOSTILE_NAME, now, False, 1)],
        "indicator_value_versions": [
            (HOSTILE_DISTRICT, "med_accepted_cnt", "none", dimension, "district", HOSTILE_DISTRICT, "month", may, 1, None, 1, False, 1, now)
            for dimension in ("", f"dispute_type={HOSTILE_NAME}", "source=</script><script>alert(1)</script>")
        ],
        "alert_rows": [(*alert, 1.0, 0.0, HOSTILE_NAME, HOSTILE_NAME, HOSTILE_NAME, 1, now)],
        "fact_rows": [(HOSTILE_DISTRICT, "task:x", "soc.assigned", may, "", office_id, HOSTILE_NAME, 1, False, 1)],
    }
    with connect(settings, compress=False) as client:
        for table, made in rows.items():
            client.insert(table, made, column_names=columns[table])
