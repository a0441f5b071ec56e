"""The shapes of events and rows as the components of one document, in JSON Schema of draft 7: each by a name that says what it is.

`med.case.agreed` is a whole event in structured mode, `med.case.agreed.data` its data, `headers.office.subject` the headers of binary mode of types
that have both, `facts` a row of that topic, `answer.Receipt` an answer of the gateway; what is said alike of a field in several of them is said once, as `field.<name>`.
"""

import json
from collections import Counter
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from schemas.envelope import EventType
from schemas.events import CATALOGUE, EVENT
from schemas.gateway import ANSWERS
from schemas.outputs import DeadLetterHeaders
from schemas.rules import Rule
from schemas.topics import DEAD_LETTERS, TOPICS

Json = dict[str, Any]
_PLACE = "#/components/schemas/"
_EVENTS = "events."
_WORTH_A_NAME = 50
"""A shape of fewer characters is written wherever it is used."""
_REVISION: Json = {"type": "string", "pattern": "^[1-9][0-9]{0,15}$"}
"""In JSON a number, in a header a text."""


class Untitled(GenerateJsonSchema):
    """Without the titles that pydantic makes from field names; they say nothing new."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (a method of pydantic)
        return False


def ref(name: str) -> Json:
    """A reference to a component."""
    return {"$ref": _PLACE + name}


def components() -> Json:
    """All of them."""
    shapes = _of_events() | _of_rows()
    return _shared({name: _as_draft_7(shape) for name, shape in shapes.items()})


def headers_of(kind: EventType) -> str:
    """The component with the headers of binary mode for a type, its `ce_type` apart."""
    rules = {"office": kind.office, "subject": kind.subject}
    return ".".join(("headers", *(name if rule == "required" else f"{name}-{rule}" for name, rule in rules.items() if rule != "refused")))


@cache
def _whole() -> Json:
    return EVENT.json_schema(ref_template=f"{_PLACE}{_EVENTS}{{model}}", schema_generator=Untitled)


def _shape(kind: EventType) -> Json:
    model: str = _whole()["discriminator"]["mapping"][kind.name]
    shape: Json = _whole()["$defs"][model.removeprefix(_PLACE + _EVENTS)]
    return shape


def _of_events() -> Json:
    """A type's event and its data by the type's name, the headers of binary mode, and what these shapes refer to."""
    shapes: Json = {}
    rest = {_EVENTS + model: shape for model, shape in _whole()["$defs"].items()}
    for kind in CATALOGUE:
        shape = _shape(kind)
        model = shape["properties"]["data"]["$ref"].removeprefix(_PLACE)
        properties = shape["properties"] | {"data": ref(f"{kind.name}.data")}
        versions = {"x-version": kind.version, "x-since": dict(kind.since)} if kind.since else {"x-version": kind.version}
        shapes[kind.name] = shape | {"title": kind.name, "properties": properties}
        shapes[f"{kind.name}.data"] = _whole()["$defs"][model.removeprefix(_EVENTS)] | {"title": f"{kind.name}.data", **versions}
        shapes[headers_of(kind)] = _headers(shape)
    _tell_rules(shapes)
    used = json.dumps(shapes)
    return shapes | {name: shape for name, shape in rest.items() if f'"{_PLACE}{name}"' in used}


def _tell_rules(shapes: Json) -> None:
    """The core reads alert rules by a model of their own, so the event itself only says that they are objects."""
    rule = TypeAdapter(Rule).json_schema(ref_template=f"{_PLACE}rule.{{model}}", schema_generator=Untitled)
    shapes |= {f"rule.{model}": part for model, part in rule.pop("$defs").items()} | {"rule": rule}
    data = shapes["reg.rules.published.data"]
    shapes["reg.rules.published.data"] = data | {"properties": {"rules": data["properties"]["rules"] | {"items": ref("rule")}}}


def _headers(shape: Json) -> Json:
    """Every attribute but `data` as a header `ce_<name>`, a text in UTF-8; what `ce_type` says is said by the message."""
    attributes = {
        name: _REVISION if name == "revision" else field for name, field in shape["properties"].items() if name not in ("data", "type")
    }
    required = [f"ce_{name}" for name in shape["required"] if name != "data"]
    return {"type": "object", "properties": {f"ce_{name}": field for name, field in attributes.items()}, "required": required}


def _of_rows() -> Json:
    """The rows of the topics, the headers of a dead letter, and the gateway's answers."""
    adapters: dict[str, TypeAdapter[Any]] = {topic.name: TypeAdapter(topic.value) for topic in TOPICS if topic.value is not None}
    adapters |= {f"answer.{name}": TypeAdapter(answer) for name, answer in ANSWERS.items()}
    adapters[f"{DEAD_LETTERS.name}.headers"] = TypeAdapter(DeadLetterHeaders)
    shapes: Json = {}
    for name, adapter in adapters.items():
        shape = adapter.json_schema(ref_template=f"{_PLACE}{name}.{{model}}", schema_generator=Untitled)
        shapes |= {f"{name}.{model}": part for model, part in shape.pop("$defs", {}).items()} | {name: shape}
    return shapes


def _as_draft_7(shape: Any) -> Any:
    """Fixed lists as draft 7 has them; without `discriminator`, which means another thing in AsyncAPI."""
    if isinstance(shape, list):
        return [_as_draft_7(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    plain = {
        name: _as_draft_7(one)
        for name, one in shape.items()
        if name != "discriminator" or not isinstance(one, dict) or "mapping" not in one
    }
    if "prefixItems" in plain:
        plain["items"] = plain.pop("prefixItems")
    return plain


def _shared(shapes: Json) -> Json:
    """The same with fields that are alike in several shapes as components of their own, numbered where one name has several meanings."""
    fields = [(name, field) for shape in shapes.values() for name, field in shape.get("properties", {}).items()]
    met = Counter((name, _text(field)) for name, field in fields)
    often = sorted(one for one, times in met.items() if times > 1 and len(one[1]) > _WORTH_A_NAME)
    numbers: Counter[str] = Counter()
    names: dict[tuple[str, str], str] = {}
    for name, text in often:
        numbers[name] += 1
        names[name, text] = f"field.{name}" + (f".{numbers[name]}" if numbers[name] > 1 else "")
    fewer = {place: _with_names(shape, names) for place, shape in shapes.items()}
    return dict(sorted((fewer | {place: json.loads(text) for (_, text), place in names.items()}).items()))


def _with_names(shape: Json, names: dict[tuple[str, str], str]) -> Json:
    if "properties" not in shape:
        return shape
    found = {name: names.get((name, _text(field))) for name, field in shape["properties"].items()}
    return shape | {"properties": {name: ref(place) if place else shape["properties"][name] for name, place in found.items()}}


def _text(field: Json) -> str:
    return json.dumps(field, ensure_ascii=False, sort_keys=True)
