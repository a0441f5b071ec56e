"""The dry run: headings found, lines read, faults told by line and column, remarks left out."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from streams.ingest.ledger.checking import Checked, check, remarks
from streams.ingest.ledger.columns import columns_of
from streams.ingest.ledger.files import Book, Sheet
from streams.ingest.ledger.guidance import example
from streams.ingest.ledger.lines import Entry, Fault, Reader
from streams.ingest.ledger.places import Office, Places
from streams.ingest.ledger.sheets import Line
from tests.ledgers import ACCEPTED, AGREED, DISTRICT, OFFICE, accepted, checked, setting

PLACES = Places(
    known=True,
    offices={
        OFFICE: Office("城关司法所", date(2020, 1, 1), None),
        f"sfs-{DISTRICT}-002": Office("旧司法所", date(2020, 1, 1), date(2025, 1, 1)),
    },
    authorities={f"au-{DISTRICT}-jd-001": "城关街道办事处"},
)
IDENTITY = "11010519491231002X"


def faults(found: Checked) -> list[tuple[int, str, str]]:
    return [(line, one.column, one.code) for (_, line), of in sorted(found.faults.items()) for one in of]


def line(*lines: Any, **of: Any) -> Checked:
    return checked({"受理": [ACCEPTED, *lines]}, **of)


def events(found: Checked) -> list[dict[str, Any]]:
    return [entry.event for entry in found.entries]


def test_a_line_becomes_an_event() -> None:
    (event,) = events(line(["1", OFFICE, "2026-3-9", "邻里", "申请调解", "否"]))
    assert event["type"] == "med.case.accepted"
    assert event["time"] == "2026-03-09T00:00:00+08:00"
    assert event["data"] == {"dispute_type": "neighbour", "source": "applied", "is_collective": False, "entry": "bulk_import"}
    assert event["office"] == OFFICE
    assert event["id"].startswith("led:")


def test_fields_of_a_later_version_of_a_type_say_which_it_is() -> None:
    reader = Reader(
        setting(),
        {at: one for at, one in enumerate(columns_of("med.case.accepted")) if one.required or one.field == "difficulty"},
        "med.case.accepted",
        0,
    )
    cells = example("med.case.accepted")
    reader._kind = replace(reader._kind, since={"difficulty": 2})
    outcome = reader.read(Line(2, "med.case.accepted", cells, frozenset()))
    assert [fault.code for fault in outcome if isinstance(fault, Fault)] == ["SCHEMA_UNKNOWN"]
    without = [None if column.field == "difficulty" else cell for column, cell in zip(columns_of("med.case.accepted"), cells, strict=True)]
    assert isinstance(reader.read(Line(2, "med.case.accepted", without, frozenset())), Entry)


def test_what_happens_on_one_day_keeps_the_order_of_the_catalogue() -> None:
    of_day = {"受理": [ACCEPTED, accepted("1", "2026-3-9")], "达成协议": [AGREED, ["1", OFFICE, "2026-3-9", "口头协议", None]]}
    first, second = events(checked(of_day))
    assert first["subject"] == second["subject"]
    assert first["time"] < second["time"] < "2026-03-09T00:10:00+08:00"


def test_all_faults_of_a_line_are_told_at_once() -> None:
    found = line([None, "x", "2026-2-30", "吵架", None, "不详"])
    assert faults(found) == [
        (2, "案件编号", "STRUCT_MISSING"),
        (2, "司法所", "DOMAIN_UNKNOWN_OFFICE"),
        (2, "日期", "TIME_FORMAT"),
        (2, "纠纷类型", "STRUCT_VALUE"),
        (2, "案件来源", "STRUCT_MISSING"),
        (2, "是否群体性", "STRUCT_VALUE"),
    ]
    assert found.entries == []


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (accepted(IDENTITY, "2026-3-9"), "案件编号", "TEXT_PRIVATE"),
        (accepted(f"张三{IDENTITY.lower()}", "2026-3-9"), "案件编号", "TEXT_PRIVATE"),
        (accepted("１３９１２３４５６７８", "2026-3-9"), "案件编号", "TEXT_PRIVATE"),
        (accepted(13912345678.0, "2026-3-9"), "案件编号", "TEXT_PRIVATE"),
        (accepted("a@b.cn", "2026-3-9"), "案件编号", "TEXT_PRIVATE"),
        (accepted("1", "2026-3-9", "13912345678"), "纠纷类型", "TEXT_PRIVATE"),
        (accepted("=1+1", "2026-3-9"), "案件编号", "STRUCT_VALUE"),
        (accepted("1", "2026-3-9", "=cmd|' /C calc'!A0"), "纠纷类型", "STRUCT_VALUE"),
        (accepted("＋1a", "2026-3-9"), "案件编号", "STRUCT_VALUE"),
        (accepted("1", "1989-12-31"), "日期", "TIME_TOO_OLD"),
        (accepted("1", "2099-1-1"), "日期", "TIME_FUTURE"),
        (accepted("1", "2026-3-9", office="sfs-990108-001"), "司法所", "ENV_DISTRICT_MISMATCH"),
        (accepted(date(2026, 3, 1), "2026-3-9"), "案件编号", "STRUCT_VALUE"),
    ],
)
def test_what_is_refused_and_where(cells: list[Any], column: str, code: str) -> None:
    found = line(cells)
    assert faults(found) == [(2, column, code)]
    told = str(found.faults)
    assert not any(str(cell) in told for cell in cells if isinstance(cell, str) and len(cell) > 7)


def test_the_rules_between_fields_are_told_at_their_column() -> None:
    found = checked({"创建命名": [("编号", "司法所", "日期", "创建项目", "星级"), ("1", OFFICE, "2026-3-9", "星级司法所", None), ("2", OFFICE, "2026-3-9", "五好司法所", 3.0), ("3", OFFICE, "2026-3-9", "星级司法所", 9.0)]})  # fmt: skip
    assert faults(found) == [(2, "星级", "STRUCT_MISSING"), (3, "星级", "STRUCT_VALUE"), (4, "星级", "NUM_RANGE")]
    assert "1 至 5" in found.faults[0, 4][0].zh


def test_offices_and_authorities_by_name_where_the_registry_is_known() -> None:
    heading = (*ACCEPTED, "交办单位")
    sheet = [
        heading,
        [*accepted("1", "2026-3-9", office="城关司法所"), "城关街道办事处"],
        [*accepted("2", "2026-3-9", office=f"城关 {OFFICE}"), "本所"],
    ]
    first, second = events(checked({"受理": sheet}, places=PLACES))
    assert (first["office"], first["data"]["assigned_by"]) == (OFFICE, f"au-{DISTRICT}-jd-001")
    assert (second["office"], second["data"]["assigned_by"]) == (OFFICE, "self")
    found = line(accepted("1", "2026-3-9", office="旧司法所"), accepted("2", "2026-3-9", office=f"sfs-{DISTRICT}-009"), places=PLACES)
    assert faults(found) == [(2, "司法所", "DOMAIN_OFFICE_CLOSED"), (3, "司法所", "DOMAIN_UNKNOWN_OFFICE")]


def test_two_offices_of_one_name_must_be_told_by_id() -> None:
    places = Places(known=True, offices={OFFICE: PLACES.offices[OFFICE], f"sfs-{DISTRICT}-003": PLACES.offices[OFFICE]})
    found = line(accepted("1", "2026-3-9", office="城关司法所"), places=places)
    assert "重名" in found.faults[0, 2][0].zh


def test_the_office_may_be_said_for_the_whole_file() -> None:
    heading = [name for name in ACCEPTED if name != "司法所"]
    found = checked({"受理": [heading, ["1", "2026-3-9", "邻里", "申请调解", "否"]]}, office=OFFICE)
    assert events(found)[0]["office"] == OFFICE
    assert faults(checked({"受理": [heading, ["1", "2026-3-9", "邻里", "申请调解", "否"]]})) == [(1, "司法所", "STRUCT_MISSING")]


def test_who_did_it_is_a_pseudonym_unless_it_is_one() -> None:
    heading = (*ACCEPTED, "经办人")
    first, second, third = events(checked({"受理": [heading, *([*accepted(str(n), "2026-3-9"), who] for n, who in enumerate(("张三", "张 三", "w-0a1b")))]}))  # fmt: skip
    assert first["data"]["worker"].startswith("w-")
    assert len(first["data"]["worker"]) == 14
    assert second["data"]["worker"] != third["data"]["worker"] == "w-0a1b"


TITLE = ["城关司法所人民调解台账(2026年)", None, None, None, None, None]


@pytest.mark.parametrize(
    "rows",
    [
        [ACCEPTED, accepted("1", "2026-3-9")],
        [TITLE, [], ACCEPTED, accepted("1", "2026-3-9")],
        [TITLE, ["填报单位:城关司法所", None, "2026年"], ACCEPTED, [], accepted("1", "2026-3-9"), [], []],
        [["编号 *", "司法所(必填)", " 日 期 ", "纠纷类型", "案件来源", "是否群体性"], accepted("1", "2026-3-9")],
        [["案号", "所", "受理日期", "dispute_type", "source", "is_collective"], accepted("1", "2026-3-9")],
        [
            ["编号", "司法所", "办理情况", None, None, None],
            [None, None, "日期", "纠纷类型", "案件来源", "是否群体性"],
            accepted("1", "2026-3-9"),
        ],
        [
            ACCEPTED,
            accepted("1", "2026-3-9"),
            ACCEPTED,
            ["合计", None, 1.0],
            ["注:以上数据已核对", "x"],
            ["填表人:某某", None, "审核人:某某"],
        ],
        [ACCEPTED, accepted("示例-1", "2026-3-9"), accepted("1", "2026-3-9"), ["本表一式两份"]],
        [ACCEPTED, ["备注:下列为三月"], accepted("1", "2026-3-9"), [None, None, None, None, None, "以下空白"]],
        [["序号", *ACCEPTED, "备注"], [1.0, *accepted("1", "2026-3-9"), "=HYPERLINK(1)"], [2.0]],
        [[None, *ACCEPTED], [None, *accepted("1", "2026-3-9")]],
        [["错误", *ACCEPTED], ["日期:不是日期", *accepted("1", "2026-3-9")]],
    ],
)
def test_the_heading_is_found_and_remarks_are_left_out(rows: Any) -> None:
    found = checked({"受理": rows})
    assert found.faults == {}
    assert [one["time"][:10] for one in events(found)] == ["2026-03-09"]


def test_what_is_not_read_is_told() -> None:
    found = checked(
        {
            "受理": [["序号", *ACCEPTED, "难易程渡", "错误"], [1.0, *accepted("1", "2026-3-9"), "x", "y"], ["合计", 1.0]],
            "统计": [["a", "b"]],
        }
    )
    assert [zh for zh, _ in remarks(found.sheets[0])] == [
        "未使用的列:序号",
        "未使用的列:难易程渡,是否应为“难易程度”?",
        "未读取的行(注、合计等):第 3 行",
    ]
    assert found.skipped == [(0, "统计")]


def test_personal_data_in_a_column_that_is_not_read_is_told_and_stays() -> None:
    found = checked({"受理": [[*ACCEPTED, "联系电话"], [*accepted("1", "2026-3-9"), "13912345678"]]})
    assert [zh for zh, _ in remarks(found.sheets[0])] == ["未使用的列:联系电话(含个人信息;不会发出,建议从台账中删去)"]
    assert "13912345678" not in str(found.entries)


def test_a_column_under_its_own_name_goes_before_one_that_might_be_it() -> None:
    found = checked({"受理": [[*ACCEPTED, "时间"], [*accepted("1", "2026-3-9"), "上午"]]})
    assert [one["time"][:10] for one in events(found)] == ["2026-03-09"]
    assert [zh for zh, _ in remarks(found.sheets[0])] == ["未使用的列:时间"]


def test_a_lone_number_amid_lines_is_a_line_that_somebody_forgot() -> None:
    assert {at for at, *_ in faults(line(["1"], accepted("2", "2026-3-9")))} == {2}


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([("编号", "司法所", "纠纷类型", "案件来源", "是否群体性"), ["1", OFFICE, "邻里", "申请调解", "否"]], "日期"),
        ([("编号", "日期", "编号", "司法所", "纠纷类型", "案件来源", "是否群体性"), ["1"]], ""),
        ([["这里", "没有"], ["表头", "。"]], ""),
    ],
)
def test_a_sheet_without_the_columns_that_it_must_have_is_one_fault(rows: Any, column: str) -> None:
    found = checked({"受理": rows})
    assert [one.column for (one,) in found.faults.values()] == [column]
    assert found.entries == []


def test_a_column_can_say_what_each_line_is() -> None:
    heading = ("事项", *ACCEPTED, "协议形式")
    rows = [heading, ["受理", *accepted("1", "2026-3-9"), None], ["med.case.agreed", "1", OFFICE, "2026-3-10", None, None, None, "口头协议"], ["闲聊", *accepted("2", "2026-3-9"), None]]  # fmt: skip
    found = checked({"登记簿": rows})
    assert [one["type"] for one in events(found)] == ["med.case.accepted", "med.case.agreed"]
    assert faults(found) == [(4, "事项", "TYPE_UNKNOWN")]


@pytest.mark.parametrize("name", ["受理", "城关_受理", "2.受理", "受理（3月）", "med.case.accepted", "2026-受理"])
def test_a_sheet_or_file_says_what_it_holds_in_its_name(name: str) -> None:
    assert len(checked({name: [ACCEPTED, accepted("1", "2026-3-9")]}).entries) == 1


@pytest.mark.parametrize("name", ["受理和走访", "受理_走访", "台账", ""])
def test_or_it_is_not_read(name: str) -> None:
    assert checked({name: [ACCEPTED, accepted("1", "2026-3-9")]}).sheets == []


def test_a_line_twice_is_one_too_many_but_a_person_is_visited_twice() -> None:
    assert faults(line(accepted("1", "2026-3-9"), accepted("1", "2026年3月9日"))) == [(3, "", "ID_CONFLICT")]
    visits = [("编号", "司法所", "日期"), ["P1", OFFICE, "2026-3-9"], ["P1", OFFICE, "2026-4-9"], ["P1", OFFICE, "2026-4-9 15:00"]]
    found = checked({"走访": visits})
    assert (found.faults, len(found.entries)) == ({}, 3)
    advice = [
        ("编号", "司法所", "日期", "咨询方式", "咨询人次"),
        ["1", OFFICE, "2026-3-9", "来访", 1.0],
        ["1", OFFICE, "2026-3-10", "来访", 2.0],
    ]
    assert faults(checked({"法律咨询": advice})) == [(3, "", "ID_CONFLICT")]


def of_sheet(rows: Any, **told: Any) -> Checked:
    return check([Book("xlsx", [Sheet("受理", [list(row) for row in rows], **told)])], setting())


def test_merged_cells_count_for_all_their_lines_where_they_name_something() -> None:
    rows = [
        ACCEPTED,
        accepted("1", "2026-3-9"),
        ["2", None, "2026-3-10", "合同", "申请调解", "否"],
        ["3", None, None, "合同", "申请调解", "否"],
    ]
    found = of_sheet(rows, merged=[(1, 3, 1, 1), (2, 3, 2, 2)])
    assert [one["office"] for one in events(found)] == [OFFICE, OFFICE]
    assert faults(found) == [(4, "日期", "STRUCT_MISSING")]


def test_formulas_are_refused_where_they_are_read() -> None:
    found = of_sheet([ACCEPTED, accepted("1", "2026-3-9"), accepted("2", "2026-3-9")], formulas=[(1, 2), (2, 9)])
    assert faults(found) == [(2, "日期", "STRUCT_VALUE")]
    assert "公式" in found.faults[0, 2][0].zh
    assert len(found.entries) == 1
    empty = of_sheet([ACCEPTED, [None] * 6], formulas=[(1, 2)])
    assert (2, "日期", "STRUCT_VALUE") in faults(empty)
    assert [one.column for one in of_sheet([ACCEPTED, accepted("1", "2026-3-9")], formulas_anywhere=True).faults[0, 1]] == [""]


def test_the_years_of_the_lines_are_what_a_ledger_covers() -> None:
    period = line(accepted("1", "2025-12-31"), accepted("2", "2026-1-1")).years()
    assert period
    assert (period.first, period.last) == (date(2025, 1, 1), date(2026, 12, 31))
    assert line().years() is None


def test_old_macs_day_numbers() -> None:
    book = Book("xlsx", [Sheet("受理", [list(ACCEPTED), accepted("1", 44628.0)])], since_1904=True)
    assert [entry.day for entry in check([book], setting()).entries] == [date(2026, 3, 9)]
