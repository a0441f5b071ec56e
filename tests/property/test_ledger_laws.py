"""Laws of ledgers: whatever was imported before, what counts is what the ledger says; and any cells end in an event or in faults."""

from collections import Counter
from datetime import date, datetime
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.data_rules import BY_TYPE
from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.ledger.changes import Period, Remembered, compare, event_lines, known_events, retraction_lines
from streams.ingest.ledger.checking import check
from streams.ingest.ledger.columns import columns_of, ledger_types
from streams.ingest.ledger.files import Unreadable
from streams.ingest.ledger.files.book import decode, encode
from streams.ingest.ledger.files.reading import read_bytes
from tests.factories import encoded, event, message
from tests.folding import fold
from tests.ledgers import DISTRICT, KEYRING, OFFICE, SOURCE, checked, setting

VISITS = ("编号", "司法所", "日期", "方式", "用时(分钟)")
Visit = tuple[str, int, str, int]
"""Number of the person, day of March, how, minutes."""
LINES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 6), st.sampled_from(["上门", "电话"]), st.sampled_from([1, 10, 100])),
    max_size=7,
    unique=True,
)
OPENED = encoded(event("reg.office.opened", id="o", data={"office": OFFICE}))
WHOLE = Period(date(2025, 1, 1), date(2025, 12, 31))


def remembered(text: bytes) -> Remembered:
    told = orjson.loads(text)
    of = {name: told.get(name, "") for name in ("type", "time", "office", "subject", "data")}
    return Remembered(told["source"], told["id"], told.get("op", ""), told.get("target", ""), told.get("revision", 0), of)


@given(st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=5))
@settings(max_examples=60)
def test_after_any_imports_what_counts_is_the_last_ledger(versions: list[tuple[list[Visit], bool]]) -> None:
    """Judged by the workers' core, by the minutes of the visits. Each import is sent twice, as by two machines; some are repeated."""
    log: list[bytes] = [OPENED]
    for lines, again in versions:
        found = checked(
            {"走访": [VISITS, *([number, OFFICE, f"2025-3-{day}", how, float(minutes)] for number, day, how, minutes in lines)]}
        )
        assert not found.faults
        for unchanged in (None, len(lines))[: 1 + again]:
            changes = compare(found.entries, known_events(SOURCE, map(remembered, log)), WHOLE, ["res.visit.made"])
            assert unchanged in (None, changes.unchanged)
            sent = event_lines(changes) + retraction_lines(SOURCE, changes.vanished, "other")
            log += sent + sent
    folded = fold([message(text, offset=at, appended_ms=1_900_000_000_000) for at, text in enumerate(log)])
    assert folded.dead == []
    assert folded.counts["pending"] == 0
    expected: Counter[tuple[str, str]] = Counter()
    for number, day, _, minutes in versions[-1][0]:
        expected[f"res:{KEYRING.newest.subject(DISTRICT, 'res', 'ledger', number)}", f"2025-03-0{day}"] += minutes
    assert {
        (record, day): amount for (record, component, day, *_), amount in folded.facts.items() if component == "work.minutes"
    } == expected


CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["2026-3-9", "邻里", "是", "1,2", "=1", OFFICE]),
)


@given(st.sampled_from([one.name for one in ledger_types()]), st.lists(st.lists(CELLS, max_size=25), max_size=4), st.randoms())
@settings(max_examples=150)
def test_any_cells_are_events_or_faults(type_name: str, rows: list[list[Any]], random: Any) -> None:
    kind = next(one for one in ledger_types() if one.name == type_name)
    heading = [column.zh for column in columns_of(type_name)]
    random.shuffle(heading)
    found = checked({kind.zh: [heading, *rows]})
    read = {remark.number for one in found.sheets for remark in one.ledger.remarks}
    judged = {entry.line for entry in found.entries} | {line for _, line in found.faults}
    assert not judged & read
    for faults in found.faults.values():
        assert faults
        assert all(fault.zh and fault.en and fault.code for fault in faults)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=40))
@settings(max_examples=150)
def test_any_sheet_is_a_ledger_or_none(rows: list[list[Any]]) -> None:
    checked({"受理": rows, "其他": rows})


@given(st.data())
@settings(max_examples=100)
def test_a_filled_in_template_is_valid_events(data: st.DataObject) -> None:
    """Every type, filled in with what its columns allow, passes the workers' own check but for rules between fields."""
    kind = data.draw(st.sampled_from(ledger_types()))
    columns = columns_of(kind.name)
    cells = [data.draw(_value(column)) for column in columns]
    found = checked({kind.zh: [[column.zh for column in columns], cells]})
    if kind.name in BY_TYPE:
        return
    assert found.faults == {}
    (entry,) = found.entries
    text = event_lines(compare([entry], [], None, ()))[0]
    assert not isinstance(validate(message(text, appended_ms=1_900_000_000_000)), Rejected)


def _value(column: Any) -> st.SearchStrategy[Any]:
    """Cells that a column takes; optional ones may be blank."""
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "number": st.text("甲乙丙ABC0123456789-", min_size=1, max_size=9).map(lambda text: f"号{text}"),
        "office": st.just(OFFICE),
        "time": st.dates(date(1991, 1, 1), date(2025, 1, 1)),
        "day": st.dates(date(1991, 1, 1), date(2050, 1, 1)).map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
        "instant": st.datetimes(datetime(1991, 1, 1), datetime(2050, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
        "whole": st.integers(column.least or 0, min(column.most or 9, 10**6)).map(float),
        "yes_no": st.sampled_from(["是", "否"]),
        "money": st.decimals(0, 10**9, places=2).map(lambda yuan: f"{yuan:,}元"),
        "decimal": st.decimals(5, 5000, places=2).map(str),
        "worker": st.sampled_from(["张三", "w-0001"]),
        "authority": st.just(f"au-{DISTRICT}-czj"),
        "assigner": st.sampled_from(["本所", f"au-{DISTRICT}-jd-001"]),
    }
    names = list((column.codes or {"own_code": "own_code"}).items())
    by_kind["choices"] = st.lists(st.sampled_from(names).flatmap(st.sampled_from), min_size=1).map("、".join)
    by_kind["choice"] = st.sampled_from(names).flatmap(st.sampled_from)
    by_kind["record"] = by_kind["number"]
    filled = by_kind[column.kind]
    return filled if column.required else st.one_of(st.none(), filled)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(str.encode),
        st.text(',;\t"\n\r编号日期123', max_size=80).map(lambda text: text.encode("gb18030")),
    )
)
@settings(max_examples=300)
def test_any_text_has_an_outcome(data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return
    try:
        book = decode(encode(read_bytes(data, "受理")))
    except Unreadable:
        return
    check([book], setting(), "med.case.accepted")
