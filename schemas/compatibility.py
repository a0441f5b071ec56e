"""What of a contract (an AsyncAPI document of ours) breaks those who rely on an older one: `python -m schemas.compatibility OLD NEW`.

Pure: two documents in, lines out. What offices publish is judged as an input: everything that was valid must stay valid. What the installation
writes is judged as an output: whoever reads it must go on understanding it, given that they ignore unknown fields and codes. So in both ways
nothing may vanish (topic, message, field, code, alternative) or change its type or format; an input gets no new required field and no narrower
bounds, an output no field that may be missing now and no wider bounds. New topics, messages, optional fields, codes and kinds of rows break nobody.

A keyword that this comparison does not know is a breaking change: what cannot be judged must not pass.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]
Way = Literal["input", "output"]

_SILENT = frozenset(("$id", "$schema", "title", "description", "default", "examples"))
"""Keywords that say nothing about what is valid; so do all that begin with `x-`, but for `x-version` and `x-since`."""
_LOWER, _UPPER = ("minimum", "exclusiveMinimum", "minLength", "minItems"), ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_OF_OBJECTS = frozenset(("type", "properties", "required"))
_UNIONS = frozenset(("anyOf", "oneOf"))
_JUDGED = _OF_OBJECTS | _UNIONS | {"enum", "const", "pattern", "format", "additionalProperties", "items", *_LOWER, *_UPPER}
_TELLING = ("kind", "type", "status")
"""Fields whose constant tells the members of a union apart."""


def breaking(old: Json, new: Json) -> list[str]:
    """Every breaking change from `old` to `new`, one line each, with its place; none: whoever relies on `old` may go on."""
    return [*_channels(_Pair(old, new))]


class _Pair(NamedTuple):
    """The two documents."""

    old: Json
    new: Json

    def resolved(self, old: Json, new: Json) -> tuple[Json, Json]:
        """Two parts, followed to where they are written."""
        return _resolved(self.old, old), _resolved(self.new, new)


def _resolved(document: Json, part: Json) -> Json:
    """A part followed to where it is written; an object whose fields are told in several parts as one."""
    while "$ref" in part:
        place: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        part = place
    if "allOf" not in part:
        return part
    whole = {word: told for word, told in part.items() if word != "allOf"}
    for one in (_resolved(document, one) for one in part["allOf"]):
        if (one.keys() | whole.keys()) - _OF_OBJECTS or one.get("properties", {}).keys() & whole.get("properties", {}).keys():
            return part  # its `allOf` will be found not to be judged
        whole |= one | {
            "properties": whole.get("properties", {}) | one.get("properties", {}),
            "required": [*whole.get("required", ()), *one.get("required", ())],
        }
    return whole


def _channels(pair: _Pair) -> Iterator[str]:
    for name, old in pair.old["channels"].items():
        new = pair.new["channels"].get(name)
        if new is None:
            yield f"{name}: the channel is gone"
            continue
        if old["address"] != new["address"]:
            yield f"{name}: the address has changed"
        if _topic(old) != _topic(new):
            yield f"{name}: partitions or settings of the topic have changed"
        way = _way(pair.old, name)
        if _way(pair.new, name) != way:
            yield f"{name}: no longer an {way}"
            continue
        yield from _messages(pair, name, way)


def _way(document: Json, channel: str) -> Way | None:
    """What the installation does with a channel: it takes what others send, or it writes, on its own or in reply."""
    ref = {"$ref": f"#/channels/{channel}"}
    for operation in document["operations"].values():
        if operation["channel"] == ref:
            return "input" if operation["action"] == "receive" else "output"
        if operation.get("reply", {}).get("channel") == ref:
            return "output"
    return None


def _topic(channel: Json) -> Any:
    return channel.get("bindings", {}).get("kafka")


def _messages(pair: _Pair, channel: str, way: Way | None) -> Iterator[str]:
    news = pair.new["channels"][channel]["messages"]
    for name, one in pair.old["channels"][channel]["messages"].items():
        at = f"{channel} {name}"
        if name not in news:
            yield f"{at}: the message is gone"
            continue
        old, new = pair.resolved(one, news[name])
        for told in ("contentType", "x-key"):
            if old.get(told) != new.get(told):
                yield f"{at}: {told} has changed"
        keys = [message.get("bindings", {}).get("kafka", {}).get("key", {}) for message in (old, new)]
        yield from _schema(pair, keys[0], keys[1], f"{at} key", way)
        for part in ("headers", "payload"):
            yield from _schema(pair, old.get(part, {}), new.get(part, {}), f"{at} {part}", way)


def _schema(pair: _Pair, old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    old, new = pair.resolved(old, new)
    unknown = _unknown(old) | _unknown(new)
    if unknown:
        yield f"{at}: cannot be judged, for nobody has said what {', '.join(sorted(unknown))} means"
        return
    olds, news = _alternatives(pair.old, old), _alternatives(pair.new, new)
    for name, one in olds.items():
        if name in news:
            yield from _alternative(pair, one, news[name], at if len(olds) == 1 else f"{at} ({name})", way)
        elif not (way == "input" and name == "integer" and "number" in news) and not (way == "output" and name == "null"):
            yield f"{at}: no longer {name}"
    if way == "output":
        yield from (f"{at}: may be {name} now" for name in news if name not in olds and not name.startswith(_TELLING))


def _unknown(shape: Json) -> set[str]:
    """Keywords whose meaning is not known here; beside a union that is any other one."""
    said = {word for word in shape if word not in _SILENT and not word.startswith("x-")}
    return said - _UNIONS if said & _UNIONS else said - _JUDGED


def _alternatives(document: Json, schema: Json) -> dict[str, Json]:
    """The shapes that a value may have, by what tells them apart: a constant of a field, or the type in JSON."""
    if union := schema.get("anyOf") or schema.get("oneOf"):
        found: dict[str, Json] = {}
        for part in union:
            for name, one in _alternatives(document, _resolved(document, part)).items():
                found[name if name not in found else f"{name} {len(found)}"] = one
        return found
    for field in _TELLING:
        constant = _resolved(document, schema.get("properties", {}).get(field, {})).get("const")
        if constant is not None:
            return {f"{field} {constant}": schema}
    types = schema.get("type", "anything")
    return dict.fromkeys([types] if isinstance(types, str) else types, schema)


def _alternative(pair: _Pair, old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    yield from _codes(old, new, at, way)
    yield from _formats(old, new, at, way)
    yield from _bounds(old, new, at, way)
    yield from _fields(pair, old, new, at, way)
    yield from _items(pair, old, new, at, way)


def _codes(old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    olds, news = _listed(old), _listed(new)
    if olds is None:
        if news is not None and way == "input":
            yield f"{at}: only certain codes now"
        return
    if news is None:
        if way == "output":
            yield f"{at}: no longer one of a list of codes"
        return
    yield from (f"{at}: the code {code} is gone" for code in olds if code not in news)


def _listed(schema: Json) -> list[str] | None:
    codes = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if codes is None else [json.dumps(code, ensure_ascii=False) for code in codes]


def _formats(old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    """Whether one pattern allows less than another cannot be told: any change breaks."""
    for word in ("pattern", "format"):
        if old.get(word) == new.get(word):
            continue
        if (way == "input" and word not in new) or (way == "output" and word not in old):
            continue
        yield f"{at}: another {word}"


def _bounds(old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    """Bounds may only widen of an input, only narrow of an output."""
    outer, inner = (new, old) if way == "input" else (old, new)
    for words, sign in ((_LOWER, 1), (_UPPER, -1)):
        for word in words:
            if word in outer and (word not in inner or sign * inner[word] < sign * outer[word]):
                yield f"{at}: {'narrower' if way == 'input' else 'wider'} {word}"


def _fields(pair: _Pair, old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    olds, news = old.get("properties", {}), new.get("properties", {})
    for name, field in olds.items():
        if name not in news:
            yield f"{at}.{name}: the field is gone"
        else:
            yield from _schema(pair, field, news[name], f"{at}.{name}", way)
            since = [shape.get("x-since", {}).get(name, 1) for shape in (old, new)]
            if since[0] < since[1]:
                yield f"{at}.{name}: refused in events of version {since[0]} now"
    if new.get("x-version", 1) < old.get("x-version", 1):
        yield f"{at}: version {old['x-version']} of the schema is gone"
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    if way == "input":
        yield from (f"{at}.{name}: required now" for name in sorted(after - before))
        if _openness(new) < _openness(old):
            yield f"{at}: fewer further fields now"
    else:
        yield from (f"{at}.{name}: may be missing now" for name in sorted((before - after) & news.keys()))
    inside = [shape.get("additionalProperties") for shape in (old, new)]
    if isinstance(inside[0], dict) and isinstance(inside[1], dict):
        yield from _schema(pair, inside[0], inside[1], f"{at}.*", way)


def _openness(shape: Json) -> int:
    """Whether an object may have fields that are not named: none, some, any."""
    further = shape.get("additionalProperties", True)
    return 1 if isinstance(further, dict) else 2 * bool(further)


def _items(pair: _Pair, old: Json, new: Json, at: str, way: Way | None) -> Iterator[str]:
    olds, news = old.get("items", {}), new.get("items", {})
    if isinstance(olds, list) != isinstance(news, list) or (isinstance(olds, list) and len(olds) != len(news)):
        yield f"{at}: a list of another kind"
    elif isinstance(olds, list):
        for number, (one, other) in enumerate(zip(olds, news, strict=True)):
            yield from _schema(pair, one, other, f"{at}[{number}]", way)
    elif olds or news:
        yield from _schema(pair, olds, news, f"{at}[]", way)


def main(arguments: list[str]) -> int:
    """Print what breaks; 1 if anything does."""
    if len(arguments) != 2:
        print("usage: python -m schemas.compatibility OLD.json NEW.json", file=sys.stderr)
        return 2
    old, new = (json.loads(Path(name).read_text("utf-8")) for name in arguments)
    found = breaking(old, new)
    print("\n".join(found) or "nothing breaks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
