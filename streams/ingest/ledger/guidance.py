"""What a clerk is told of a column: how to fill it, and an example that the import would take."""

from streams.core.instants import DAY_US
from streams.ingest.ledger.columns import Column, columns_of
from streams.ingest.ledger.files import Cell
from streams.ingest.ledger.lines import Entry, Reader, Setting
from streams.ingest.ledger.numbers import Numbers
from streams.ingest.ledger.places import SELF, Places
from streams.ingest.ledger.sheets import Line
from streams.ingest.pseudonym import throwaway

_TRYING = Setting("/districts/990107/ledger", Numbers(throwaway(), "/districts/990107/ledger"), Places(), 100 * 366 * DAY_US // 1000)
_HOW: dict[str, tuple[str, str, Cell]] = {
    "number": (
        "本所自编的号码,同一案件(人、任务)在各表中都填它,更正时不要改动;只在本机换成化名,原号不会发出",
        "your own number, the same wherever this case, person or task occurs; do not change it in a correction; it is never sent",
        "示例-1",
    ),
    "record": (
        "本所自编的号码,每行不同,更正时不要改动;不会发出",
        "your own number of this line, another for each; do not change it in a correction; it is never sent",
        "示例-1",
    ),
    "office": ("司法所名称或代码", "name or id of the office", "sfs-990107-001"),
    "time": ("如 2026-3-9;同一天有先后时加时刻,如 2026-3-9 14:30", "2026-3-9, or with a time: 2026-3-9 14:30", "2026-03-09"),
    "day": ("如 2026-3-9 或 2026年3月9日", "2026-3-9 or 2026年3月9日", "2026-04-01"),
    "instant": (
        "如 2026-3-9 或 2026-3-9 18:00;只写日期即当天结束前",
        "2026-3-9, which means its end, or 2026-3-9 18:00",
        "2026-04-01 18:00",
    ),
    "choice": ("从下拉框中选", "choose from the list", None),
    "choices": ("可多个,用顿号隔开", "several, with 、 between them", None),
    "whole": ("整数", "a whole number", 3.0),
    "yes_no": ("是 或 否", "是 yes or 否 no", "否"),
    "money": ("元,最多两位小数", "yuan, at most two places", "1200.00"),
    "decimal": ("最多两位小数", "at most two places", "152.5"),
    "worker": ("姓名或工号;只在本机换成化名", "a name or number; becomes a pseudonym on this machine", "w-0001"),
    "authority": ("单位名称或代码", "name or id of the authority", "au-990107-sfj"),
    "assigner": ("单位名称或代码;空白即本所自行", "name or id of the authority; empty: the office itself", SELF),
    "text": ("按规定填写", "as the field demands", "x"),
}


def how(column: Column) -> tuple[str, str]:
    """How to fill a column, in Chinese and English."""
    zh, en, _ = _HOW[column.kind]
    if column.kind in ("choice", "choices") and not column.closed:
        zh, en = f"{zh};也可填本区县自定的代码(小写字母、数字、下划线)", f"{en}; or a code of the district's own (a-z 0-9 _)"
    if column.kind == "whole" and column.least is not None and column.most is not None:
        zh, en = f"{zh},{column.least} 至 {column.most}", f"{en}, {column.least} to {column.most}"
    return zh, en


def example(type_name: str) -> list[Cell]:
    """A line that the import takes, but for its number: what must be filled and what is the type's own, as far as it goes together."""
    columns = columns_of(type_name)
    cells = [_example(one) if one.required or not one.work else None for one in columns]
    reader = Reader(_TRYING, dict(enumerate(columns)), type_name, 0)
    for at, column in reversed(list(enumerate(columns))):
        if isinstance(reader.read(Line(1, type_name, cells, frozenset())), Entry):
            break
        if not column.required:
            cells[at] = None
    return cells


def _example(column: Column) -> Cell:
    if column.codes and column.kind in ("choice", "choices"):
        return next(iter(column.codes.values()))
    if column.kind == "whole" and column.least is not None and column.most is not None:
        return float(min(max(3 if column.least < 1000 else 2026, column.least), column.most))
    return "a001" if column.kind == "choice" else _HOW[column.kind][2]


def note(column: Column) -> str:
    """The comment of a heading: the English name and field, whether it must be filled, and how."""
    zh, en = how(column)
    duty = ("必填", "required") if column.required else ("选填", "optional")
    return f"{column.zh}({duty[0]}):{zh}\n{column.en} [{column.field or column.place}] ({duty[1]}): {en}"
