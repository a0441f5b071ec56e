"""From pydantic's account of a misshapen event to one of the contract's codes and a place that a person can find."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from schemas.events import TYPES
from streams.core.outcome import Rejected

_CODES = {
    "missing": "STRUCT_MISSING",
    "extra_forbidden": "STRUCT_UNKNOWN_FIELD",
    "greater_than_equal": "NUM_RANGE",
    "less_than_equal": "NUM_RANGE",
    "string_pattern_mismatch": "STRUCT_VALUE",
    "literal_error": "STRUCT_VALUE",
    "string_too_short": "STRUCT_VALUE",
    "string_too_long": "STRUCT_VALUE",
    "too_long": "STRUCT_VALUE",
}
_WELL_FORMED_NUMBERS = {
    "amount_yuan": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{2}"),
    "area_m2": re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?"),
}
_TELLABLE = re.compile("[a-z_]{1,32}[0-9]?")
_BRANCHES = frozenset(("constrained-int", "literal['outside_list']"))
"""Pydantic's names for the branches of a union, which are no part of the place."""


def refusal_of(error: ValidationError) -> Rejected:
    """The first defect of an event whose text is JSON. Nothing of the event's own words is repeated but field names of letters."""
    defects = error.errors(include_url=False, include_context=False)
    first = defects[0]
    kind, given = first["type"], first["input"]
    if kind == "json_invalid":
        return Rejected("JSON_SYNTAX", "half of a surrogate pair, which no UTF-8 text can hold")
    if kind == "union_tag_invalid":
        return _strange_type(given)
    where = place(first["loc"])
    if kind == "union_tag_not_found":
        return Rejected("STRUCT_MISSING", "type: Field required")
    return Rejected(
        _code(kind, where, given), f"{where or 'event'}: {first['msg']}" if kind != "extra_forbidden" else f"{where}: no such field"
    )


def _strange_type(event: Any) -> Rejected:
    if isinstance(event["type"], str):
        return Rejected("TYPE_UNKNOWN", "type: not in the catalogue")
    return Rejected("STRUCT_TYPE", "type: must be a text")


def _code(kind: str, where: str, given: Any) -> str:
    name = where.rpartition(".")[2]
    if kind == "literal_error" and not isinstance(given, str):
        return "STRUCT_TYPE"
    if kind == "int_type" and name == "function_number" and isinstance(given, str):
        return "STRUCT_VALUE"
    if kind == "string_pattern_mismatch" and name in _WELL_FORMED_NUMBERS and _WELL_FORMED_NUMBERS[name].fullmatch(given):
        return "NUM_RANGE"
    return _CODES.get(kind, "STRUCT_TYPE")


def place(steps: Iterable[int | str]) -> str:
    """`data.shares[1].bp`; a name that the catalogue cannot know is only told if it consists of letters, since it may be personal."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in _BRANCHES and step not in TYPES:
            path += ("." if path else "") + (step if _TELLABLE.fullmatch(step) else "?")
    return path
