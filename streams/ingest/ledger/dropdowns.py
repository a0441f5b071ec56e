"""Drop-downs of a workbook: the lists stand on a sheet of their own, since a list within a rule may have 255 characters only."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from streams.ingest.ledger.columns import Column
from streams.ingest.ledger.guidance import how
from streams.ingest.ledger.places import SELF, Places

SHEET = "代码"
LAST_LINE = 200_000
_YES_NO = ("是", "否")


class Lists:
    """The lists of one workbook; equal lists stand there once."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lists: dict[tuple[str, ...], str] = {}

    def rule(self, column: Column, letter: str, first_line: int) -> DataValidation | None:
        """What a program may check while somebody types; None where only the import can tell. Lists that a district may extend only suggest."""
        zh, _ = how(column)
        told: dict[str, Any] = {"promptTitle": column.zh[:32], "prompt": zh[:255], "showInputMessage": True}
        if listed := self._choices(column):
            strict = column.closed or column.kind == "yes_no"
            rule = DataValidation("list", formula1=self._range(listed), allow_blank=True, showErrorMessage=strict, **told)
        elif column.kind == "whole" and column.least is not None:
            bounds = {"formula1": str(column.least), "formula2": str(column.most)}
            rule = DataValidation("whole", operator="between", allow_blank=True, showErrorMessage=True, **bounds, **told)
        else:
            return None
        rule.errorTitle, rule.error = column.zh[:32], zh[:255]
        rule.add(f"{letter}{first_line}:{letter}{LAST_LINE}")
        return rule

    def write(self, sheet: Any) -> None:
        """Put the lists into the sheet of codes."""
        lists = list(self._lists)
        for line in range(max(map(len, lists), default=0)):
            sheet.append([_at(one, line) for one in lists])

    def _choices(self, column: Column) -> tuple[str, ...]:
        if column.kind == "yes_no":
            return _YES_NO
        if column.kind == "office":
            return _named({id_: one.name for id_, one in self._places.offices.items()})
        if column.kind in ("authority", "assigner"):
            own = (SELF,) if column.kind == "assigner" else ()
            return (*own, *_named(self._places.authorities)) if self._places.authorities else ()
        # Of several codes in one cell no list could be the judge, nor could a drop-down add one to another.
        return tuple(column.codes.values()) if column.codes and column.kind == "choice" else ()

    def _range(self, listed: Sequence[str]) -> str:
        key = tuple(listed)
        if key not in self._lists:
            letter = get_column_letter(len(self._lists) + 1)
            self._lists[key] = f"'{SHEET}'!${letter}$1:${letter}${len(key)}"
        return self._lists[key]


def _named(names: "dict[str, str] | Any") -> tuple[str, ...]:
    """Names, with the id where two have the same."""
    listed = list(names.values())
    return tuple(name if listed.count(name) == 1 else f"{name} {id_}" for id_, name in names.items())


def _at(listed: Sequence[str], line: int) -> str | None:
    return listed[line] if line < len(listed) else None


def add(sheet: Any, rules: Iterable[DataValidation | None]) -> None:
    """Give a sheet its rules, also one that is only written."""
    for rule in rules:
        if rule is not None:
            sheet.data_validations.append(rule)
