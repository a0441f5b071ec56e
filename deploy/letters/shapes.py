"""What the catalogue says of a field of an event: looked up in the JSON Schema of the types, to tell what may be shown, and what is meant."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from schemas.events import EVENT, KINDS
from streams.core.privacy import is_private

Schema = Mapping[str, Any]
ANYTHING: Schema = {}
"""Of a field that the catalogue does not know: nothing is right."""


@cache
def _document() -> dict[str, Any]:
    return EVENT.json_schema()


def shape_of(type_: object) -> Schema:
    """The shape of an event of a type; of one that is not in the catalogue what all types have in common, with no `data`."""
    known = type_ if isinstance(type_, str) and type_ in KINDS else next(iter(KINDS))
    shape = resolved({"$ref": _document()["discriminator"]["mapping"][known]})
    if known == type_:
        return shape
    common = {name: field for name, field in shape["properties"].items() if name not in ("data", "type", "subject")}
    return {"properties": common}


def resolved(schema: Schema) -> Schema:
    """The schema itself where it is told by its name."""
    return _document()["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


@cache
def names() -> frozenset[str]:
    """Every name of an attribute or field that the catalogue has."""
    found = {name for schema in _document()["$defs"].values() for name in schema.get("properties", ())}
    return frozenset(found)


def fits(value: str | float | bool, schema: Schema) -> bool:
    """Whether the schema of a field allows just this value, and it is nobody's number. A text without a pattern is allowed by no schema here."""
    schema = resolved(schema)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return any(fits(value, one) for one in branches)
    if "const" in schema or "enum" in schema:
        return any(value == one and type(value) is type(one) for one in schema.get("enum", [schema.get("const")]))
    if isinstance(value, str):
        return "pattern" in schema and bool(re.fullmatch(schema["pattern"], value)) and not is_private(value)
    if isinstance(value, bool):
        return schema.get("type") == "boolean"
    return (
        schema.get("type") == "integer" and isinstance(value, int) and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    )


def is_text(schema: Schema) -> bool:
    """Whether a field takes texts and nothing else."""
    schema = resolved(schema)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return all(is_text(one) for one in branches)
    if "const" in schema or "enum" in schema:
        return all(isinstance(one, str) for one in schema.get("enum", [schema.get("const")]))
    return schema.get("type") == "string"


def field(schema: Schema, path: tuple[str, ...]) -> Schema:
    """The schema of a field below; `ANYTHING` where there is none."""
    for name in path:
        schema = resolved(schema).get("properties", {}).get(name, ANYTHING)
    return schema
