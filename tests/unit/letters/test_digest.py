"""The week's digest: cut at +08:00, by office and reason, with cures in both languages, and marks that nobody can forge."""

from datetime import UTC, date, datetime

import pytest

from deploy.errors import Usage
from deploy.letters.digest import LOCAL, Week, digest, document, markdown, parse_week
from deploy.letters.index import Entry

MONDAY = Week(date(2026, 7, 27))
OFFICE = "sfs-990107-001"


def entry(
    offset: int, at: datetime, code: str = "STRUCT_VALUE", state: str = "open", office: str = OFFICE, detail: str = "data.form: x"
) -> Entry:
    return Entry(code, detail, "schema", "990107", office, "office-events", 3, offset, "", at, "", 3, offset, state=state)


def local(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL)


def test_weeks_are_iso_weeks_at_local_midnight() -> None:
    assert parse_week("2026-W31", datetime.now(UTC)) == MONDAY
    assert MONDAY.name == "2026-W31"
    assert parse_week("", datetime(2026, 8, 2, 16, 0, tzinfo=UTC)) == MONDAY
    assert parse_week("", datetime(2026, 8, 2, 15, 59, tzinfo=UTC)) == MONDAY.before
    assert MONDAY.holds(local(8, 2, 23))
    assert not MONDAY.holds(local(8, 3, 0))
    for wrong in ("2026", "2026-W54", "W31", "x-Wy"):
        with pytest.raises(Usage, match="ISO week"):
            parse_week(wrong, datetime.now(UTC))


def test_the_digest_counts_what_came_and_what_became_of_the_week_before() -> None:
    found = [
        *(entry(n, local(7, 28, n)) for n in range(5)),
        entry(9, local(7, 29), state="replayed"),
        entry(10, local(7, 30), code="TIME_FUTURE"),
        entry(11, local(7, 21), state="superseded"),
        entry(12, local(7, 22)),
        entry(13, local(7, 28), office=""),
    ]
    told = document(digest("990107", MONDAY, found, {OFFICE: "城关司法所"}))
    first, nobody = told["offices"]
    assert (first["name"], first["total"], nobody["office"]) == ("城关司法所", 7, "")
    value, future = first["reasons"]
    assert (value["code"], value["states"]) == ("STRUCT_VALUE", {"open": 5, "replayed": 1, "superseded": 0})
    assert [one["place"] for one in value["examples"]] == ["3:4", "3:3", "3:2"]
    assert (future["total"], future["remedy_zh"], future["remedy_en"][:9]) == (1, "请校准发送方时钟", "set the s")
    assert first["week_before"] == {"week": "2026-W30", "open": 1, "replayed": 0, "superseded": 1}


def test_the_markdown_is_in_both_languages_and_its_marks_are_its_own() -> None:
    text = markdown(digest("990107", MONDAY, [entry(1, local(7, 28), detail="a|b <script>"), entry(2, local(7, 20))], {OFFICE: "*所*"}))
    assert "| `STRUCT_VALUE` 字段取值不在允许范围<br>a value that the field does not allow | 1 | 1 |" in text
    assert r"a\|b \<script\>" in text
    assert rf"## \*所\* {OFFICE}" in text
    assert "上周(2026-W30)的 1 件:未处理 1 open" in text
    assert "没有死信" in markdown(digest("990107", MONDAY, [], {}))
