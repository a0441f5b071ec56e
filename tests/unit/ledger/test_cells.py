"""What cells mean, in all the ways in which clerks type them."""

from datetime import date, datetime, time
from typing import Any

import pytest

from streams.ingest.ledger import cells
from streams.ingest.ledger.cells import Wrong, is_blank, text_of
from streams.ingest.ledger.columns import Column
from streams.ingest.ledger.numbers import number_of
from streams.ingest.ledger.plain import folded, looks_like_formula, plain_text

MARCH_9 = date(2026, 3, 9)


@pytest.mark.parametrize(
    "cell",
    [
        MARCH_9, datetime.fromisoformat("2026-03-09"), 46090.0, "46090", "2026-3-9", "2026-03-09", "2026/3/9", "2026/03/09", "2026.3.9", "2026年3月9日",
        "2026年03月09日", "2026年3月9号", "２０２６年３月９日", "２０２６－３－９", "20260309", 20260309.0, " 2026-3-9 ", "2026-3-9　", "2026 年 3 月 9 日",
        "2026\u200b-3-9", "2026-03-09 00:00:00", "2026-03-08T16:00:00Z", "2026-03-09T00:00:00+08:00",
    ],
)  # fmt: skip
def test_the_ninth_of_march_in_every_spelling(cell: Any) -> None:
    assert cells.day(cell) == "2026-03-09"


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        (datetime.fromisoformat("2026-03-09T14:30"), time(14, 30)),
        (46090.604166666664, time(14, 30)),
        ("2026-3-9 14:30", time(14, 30)),
        ("2026-3-9 14:30:05", time(14, 30, 5)),
        ("2026年3月9日14时30分", time(14, 30)),
        ("2026年3月9日 14点", time(14)),
        ("2026-3-9 9：05", time(9, 5)),
        ("2026-03-09T06:30:00Z", time(14, 30)),
        ("2026-3-9", None),
        (46090.9999999, None),
    ],
)
def test_a_time_of_day_is_kept(cell: Any, at: time | None) -> None:
    assert cells.moment(cell) == (MARCH_9, at)


def test_old_macs_count_days_from_1904() -> None:
    assert cells.day(44628.0, since_1904=True) == "2026-03-09"
    assert cells.day("2026-3-9", since_1904=True) == "2026-03-09"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-2-30", "2026-13-1", "3月9日", "26.3.9", "3/9/2026", "9.3.2026", "2026-3", "2026年3月", "今天", "2026-3-9日记", "2026-3-9 25:00",
        True, 5.0, 199999.0, "0000-1-1", "２６-3-9", "2026--3-9", "2026-3-9 14:30 +08:00x", "一", "2026-003-9", 1e300, float("inf"),
    ],
)  # fmt: skip
def test_what_nobody_can_be_sure_of_is_no_day(cell: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        cells.day(cell)
    assert wrong.value.code == "TIME_FORMAT"


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2026-3-9", "2026-03-09T23:59:59+08:00"),
        ("2026-3-9 18:00", "2026-03-09T18:00:00+08:00"),
        (MARCH_9, "2026-03-09T23:59:59+08:00"),
    ],
)
def test_a_limit_that_is_a_day_is_its_end(cell: Any, instant: str) -> None:
    assert cells.instant(cell) == instant


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("1200", "1200.00"), (1200.0, "1200.00"), (1200.5, "1200.50"), ("1,200.50", "1200.50"), ("¥1,200", "1200.00"), ("￥１，２００元", "1200.00"),
        ("1.2万", "12000.00"), ("1.2万元", "12000.00"), ("3亿", "300000000.00"), ("人民币1200元整", "1200.00"), ("0", "0.00"), (0.1 + 0.2, "0.30"),
        (1234567890.12, "1234567890.12"), ("1200.0", "1200.00"), ("0.00001亿", "1000.00"), ("-5", "-5.00"),
    ],
)  # fmt: skip
def test_money(cell: Any, yuan: str) -> None:
    assert cells.money(cell) == yuan


@pytest.mark.parametrize(
    "cell",
    ["1.234", 1.005, "一千", "约1200", "1,20,0", "1200元/月", True, MARCH_9, "1e3", "1200 1300", "", "1.2.3", "9" * 19, 1e20, "0.001"],
)
def test_no_money(cell: Any) -> None:
    with pytest.raises(Wrong):
        cells.money(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (3.0, 3), ("3", 3), ("３", 3), ("3人", 3), ("3 人次", 3), ("1,200", 1200), ("3.0", 3), ("-1", -1), ("30分钟", 30), ("4星", 4), ("2026年", 2026),
    ],
)  # fmt: skip
def test_whole_numbers(cell: Any, number: int) -> None:
    assert cells.whole(cell) == number


@pytest.mark.parametrize("cell", [3.5, "3.5", "三", "约3", "3个半", True, MARCH_9, "3-4", "1,2", "½", "9" * 30, float("nan")])
def test_no_whole_numbers(cell: Any) -> None:
    with pytest.raises(Wrong):
        cells.whole(cell)


@pytest.mark.parametrize(
    ("cell", "area"), [("152.50", "152.5"), (152.5, "152.5"), ("１５２㎡", "152"), ("1,200平方米", "1200"), ("100", "100")]
)
def test_an_area_is_written_in_one_way(cell: Any, area: str) -> None:
    assert cells.decimal(cell) == area


@pytest.mark.parametrize("cell", ["是", "有", "√", "Y", "yes", "TRUE", True, 1.0, "１", "✓"])
def test_yes(cell: Any) -> None:
    assert cells.yes_no(cell) is True


@pytest.mark.parametrize("cell", ["否", "无", "×", "N", "no", "False", False, 0.0, "没有"])
def test_no(cell: Any) -> None:
    assert cells.yes_no(cell) is False


@pytest.mark.parametrize("cell", ["不详", "是否", "2", MARCH_9, "maybe"])
def test_neither_yes_nor_no(cell: Any) -> None:
    with pytest.raises(Wrong, match="STRUCT_VALUE"):
        cells.yes_no(cell)


OPEN = Column("data.x", "类别", "x", "choice", required=False, codes={"court": "法院", "other": "其他", "street": "街道(乡镇)"})
CLOSED = Column("data.x", "类别", "x", "choice", required=False, codes={"court": "法院", "1": "1 调解"}, closed=True, numeric=True)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("法院", "court"), (" 法 院 ", "court"), ("court", "court"), ("COURT", "court"), ("街道（乡镇）", "street"), ("own_code", "own_code")],
)
def test_codes_by_name_or_as_they_are(cell: str, code: str) -> None:
    assert cells.choice(OPEN)(cell) == code


def test_codes_of_digits_are_numbers_where_the_event_wants_them() -> None:
    assert [cells.choice(CLOSED)(cell) for cell in (1.0, "1", "1 调解")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("column", "cell"), [(CLOSED, "own_code"), (CLOSED, "法"), (OPEN, "县法院"), (OPEN, "a-b"), (OPEN, "a" * 33), (CLOSED, 2.0)]
)
def test_other_codes_are_refused_with_what_there_is(column: Column, cell: Any) -> None:
    with pytest.raises(Wrong, match="法院"):
        cells.choice(column)(cell)


def test_several_codes_in_a_cell() -> None:
    assert cells.choices(OPEN)("法院、其他，法院;own") == ["court", "other", "own"]


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "-", "—", "——", "/", "／", "\u200b", "\xa0"])
def test_blank(cell: Any) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize("cell", ["0", 0.0, False, "无", "a"])
def test_not_blank(cell: Any) -> None:
    assert not is_blank(cell)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-x", "@SUM", "＝1", "'=1", "\t=1", " =cmd|' /C calc'!A0", "\r@x", "’+1", "\ufeff=1", "－1"]
)
def test_what_looks_like_a_formula(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "1", "张三", "a=b", "'x", "(2026)1号", "2026-1"])
def test_what_does_not(text: str) -> None:
    assert not looks_like_formula(text)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("调字２０２６－１号", "调字2026-1号"), ("a 1", "A 1"), (1.0, "1"), ("001", "001"), (" x\u200b ", "X"), (2026000001.0, "2026000001")],
)
def test_numbers_of_clerks(cell: Any, number: str) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", [MARCH_9, datetime.fromisoformat("2026-03-09"), 1.5, True, 110101199001011234.0, "x" * 65])
def test_numbers_that_a_program_has_changed(cell: Any) -> None:
    with pytest.raises(Wrong):
        number_of(cell)


def test_plain_text() -> None:
    assert plain_text("Ａ\u202eｂ\u200d　c\n") == "Ab c"
    assert folded("协议金额（元） *") == folded("协议金额(元)") == "协议金额"
    assert text_of(True) == "是"
    assert text_of(0.1) == "0.1"
