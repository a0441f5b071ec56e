"""A refused event as it may be shown: what the catalogue allows stands as it is, of everything else only the shape.

A refused event may hold anything, names and numbers of people above all. So nothing is looked for that might be personal; what is well-formed
for its field is shown, and of the rest each letter becomes `a` or `A`, each digit `9`, each Chinese character `字`: `2026/03/09` is told as
`9999/99/99` and `张三` as `字字`, which is enough to see what is wrong, and to know that one must look at the original.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from deploy.letters.shapes import ANYTHING, Schema, field, fits, names, resolved, shape_of
from schemas.events import KINDS

_MOST = 80
"""Characters of a shape; more are counted."""
_MOST_OF_A_TEXT = 4_000
_HARMLESS = 999_999
"""A number with up to six digits is nobody's."""
_HEADERS = {
    "content-type": re.compile(r"application/[a-z+]{1,30}(; ?charset=[a-z0-9-]{1,10})?"),
    "suoheng-letter": re.compile("[0-9]{1,10}:[0-9]{1,20}"),
    "suoheng-corrected": re.compile("[0-9a-f]{64}"),
}
"""Headers of no event's own, and the values that say nothing of anybody."""
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def redacted(text: bytes) -> str:
    """An event's text, indented if it is JSON."""
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return _without_structure(text)
    schema = shape_of(event.get("type") if isinstance(event, dict) else None)
    try:
        return json.dumps(_value(event, schema), ensure_ascii=False, indent=2)
    except RecursionError:
        return _without_structure(text)


def shape(text: str) -> str:
    """What a text looks like."""
    told = "".join(map(_of_kind, text[:_MOST]))
    return told + (f"… ({len(text):,})" if len(text) > _MOST else "")


def redacted_header(name: str, value: bytes | None) -> tuple[str, str]:
    """A header's name and value, as far as they are of our making."""
    text = (value or b"").decode("utf-8", "replace")
    attribute = name.removeprefix("ce_")
    if name.startswith("ce_") and attribute in names():
        known = text in KINDS if attribute == "type" else fits(text, field(shape_of(None), (attribute,)))
        return name, text if known else shape(text)
    return (name, text) if name in _HEADERS and _HEADERS[name].fullmatch(text) else (shape(name), shape(text))


def changed(before: Any, after: Any, path: str = "") -> list[tuple[str, str, str]]:
    """Which fields a correction changes: place, the shape of what was there, what is there now (`–` for nothing); in the order of the new event."""
    if isinstance(before, dict) and isinstance(after, dict):
        order = [*after, *(name for name in before if name not in after)]
        return [
            one
            for name in order
            for one in changed(before.get(name, _ABSENT), after.get(name, _ABSENT), f"{path}.{name}" if path else name)
        ]
    if before is not _ABSENT and after is not _ABSENT and json.dumps(before) == json.dumps(after):
        return []
    return [(path if all(part in names() for part in path.split(".")) else shape(path), _told(before), _told(after, plain=True))]


class _Absent:
    """No field of that name."""


_ABSENT = _Absent()


def _told(value: Any, *, plain: bool = False) -> str:
    if value is _ABSENT:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if plain or (isinstance(value, int) and abs(value) <= _HARMLESS) else shape(text)


def _value(value: Any, schema: Schema) -> Any:
    if isinstance(value, dict):
        known = _properties(schema)
        return {name if name in known else shape(name): _value(one, known.get(name, ANYTHING)) for name, one in value.items()}
    if isinstance(value, list):
        items = resolved(schema).get("items", ANYTHING)
        return [_value(one, items) for one in value]
    if isinstance(value, str):
        return _text(value, schema)
    if value is None or isinstance(value, bool):
        return value
    if fits(value, schema) or (isinstance(value, int) and abs(value) <= _HARMLESS):
        return value
    return shape(json.dumps(value))


def _properties(schema: Schema) -> Schema:
    schema = resolved(schema)
    branches: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
    found: Schema = schema.get("properties", ANYTHING)
    return found or next((one for branch in branches if (one := _properties(branch))), ANYTHING)


def _text(value: str, schema: Schema) -> str:
    return value if fits(value, schema) else shape(value)


def _without_structure(text: bytes) -> str:
    """Of what is no JSON: the names of the catalogue where they stand in quotes, of all else the shape."""
    told, at = "", 0
    decoded = text.decode("utf-8", "backslashreplace")[:_MOST_OF_A_TEXT]
    for found in _STRING.finditer(decoded):
        told += "".join(map(_of_kind, decoded[at : found.start()]))
        told += found[0] if found[1] in names() else '"' + "".join(map(_of_kind, found[1])) + '"'
        at = found.end()
    told += "".join(map(_of_kind, decoded[at:]))
    return told + (f"… ({len(text):,} bytes)" if len(decoded) == _MOST_OF_A_TEXT else "")


def _of_kind(character: str) -> str:
    """One character for all of its kind; white space and marks of ASCII stand for themselves."""
    if character.isdigit():
        return "9"
    if character.isascii():
        if character.isalpha():
            return "A" if character.isupper() else "a"
        return character if character.isprintable() or character == "\n" else "?"
    return "字" if character.isalpha() else "?"
