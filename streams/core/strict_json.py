"""The exact test of a JSON text, for what pydantic's parser lets pass (doubled fields, -0) or reports as something else.

It is slow (a tenth of a millisecond for a large event), so it runs only where the cheap proofs of `validate` do not suffice, and to name the
reason of a refusal. What decides is always pydantic's parser first: a text is JSON when both take it.
"""

import json
import re
from typing import Any, NoReturn

from schemas.envelope import MAX_DEPTH
from streams.core.refusal import Refusal

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A string, or one that the text breaks off in: tried anew from each of its quotes, that one would cost the square of its length."""
_BRACKET = re.compile(r"[\[\]{}]")
_MOST_DIGITS = 400


def examine(raw: bytes) -> None:
    """Raise `Refusal` for bytes that are not UTF-8, no JSON by RFC 8259, nested too deep, or have a field twice in one object.

    Doubled fields are found in any spelling, escaped or not. Of numbers only what no field can hold is refused here: -0, NaN,
    Infinity, and integers of more than 400 digits.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refusal("BYTES_ENCODING", f"not UTF-8 at byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise Refusal("BYTES_ENCODING", "byte order mark")
    if _depth(text) > MAX_DEPTH:
        raise Refusal("JSON_DEPTH", f"nested deeper than {MAX_DEPTH}")
    try:
        json.loads(text, object_pairs_hook=_no_field_twice, parse_constant=_no_constant, parse_int=_whole_number)
    except json.JSONDecodeError as error:
        raise Refusal("JSON_SYNTAX", f"line {error.lineno} column {error.colno}: {error.msg.partition(':')[0]}") from None


def _depth(text: str) -> int:
    """Most containers inside each other. Exact for JSON; for other texts never less than where a parser would stop."""
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refusal("JSON_DUPLICATE_KEY", "a field occurs twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise Refusal("JSON_SYNTAX", f"{name} is no JSON number")


def _whole_number(digits: str) -> int:
    """The value does not matter here; turning thousands of digits into a number would cost more than all the rest."""
    if digits == "-0":
        raise Refusal("STRUCT_TYPE", "-0 is not a whole number as events write them")
    if len(digits) > _MOST_DIGITS:
        raise Refusal("NUM_RANGE", f"a number of more than {_MOST_DIGITS} digits")
    return 0
