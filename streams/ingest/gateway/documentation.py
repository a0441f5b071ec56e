"""`GET /openapi.json`, and `GET /docs`: the same as a page to read, made here and complete in itself: no script, no other host."""

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from schemas.codes import CODES
from schemas.events import CATALOGUE

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_REF = "#/components/schemas/"
_ENVELOPE = ("specversion", "type")
"""Attributes that are the same for every type, or its name: not worth a line in its table."""


class Field(NamedTuple):
    """A line of a table."""

    name: str
    required: bool
    what: str


class Shape(NamedTuple):
    """A schema as a table."""

    name: str
    description: str
    fields: list[Field]


@cache
def openapi() -> bytes:
    """The committed document, which a test holds to the models."""
    return files("schemas").joinpath("openapi.json").read_bytes()


@cache
def page() -> str:
    """The whole page."""
    document = orjson.loads(openapi())
    environment = Environment(loader=PackageLoader(__package__, "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["code"] = _code
    schemas = document["components"]["schemas"]
    return environment.get_template("documentation.html").render(
        info=document["info"],
        operations=[_operation(document, path, method, one) for path, of in document["paths"].items() for method, one in of.items()],
        security=document["components"]["securitySchemes"],
        answers=[_shape(schemas, name) for name in ("Receipt", "ConfirmedReceipt", "Refusal", "Unavailable")],
        codes=CODES.values(),
        types=[(kind, _event(schemas, kind.name)) for kind in CATALOGUE],
    )


def _operation(document: dict[str, Any], path: str, method: str, one: dict[str, Any]) -> dict[str, Any]:
    responses = {status: _resolved(document, answer)["description"] for status, answer in sorted(one["responses"].items())}
    parameters = [{"description": _what({}, given["schema"]), **given} for given in one.get("parameters", ())]
    told = {"path": path, "method": method.upper(), "description": "", **one}
    return told | {"responses": responses, "parameters": parameters, "bodies": list(one.get("requestBody", {}).get("content", ()))}


def _resolved(document: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in answer:
        return answer
    found: dict[str, Any] = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _event(schemas: dict[str, Any], kind: str) -> list[Field]:
    """Attributes and, as `data.…`, fields of a type."""
    shape = schemas[schemas["Event"]["discriminator"]["mapping"][kind].removeprefix(_REF)]
    fields = [one for one in _fields(schemas, shape) if one.name not in _ENVELOPE and one.name != "data"]
    data = schemas[shape["properties"]["data"]["$ref"].removeprefix(_REF)]
    return [*fields, *(one._replace(name=f"data.{one.name}") for one in _fields(schemas, data))]


def _shape(schemas: dict[str, Any], name: str) -> Shape:
    schema = schemas[name]
    return Shape(name, schema.get("description", ""), _fields(schemas, schema))


def _fields(schemas: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    required = schema.get("required", ())
    fields = [Field(name, name in required, _what(schemas, one)) for name, one in schema.get("properties", {}).items()]
    return sorted(fields, key=lambda one: not one.required)


def _what(schemas: dict[str, Any], schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        inner = schemas[name]
        return f"object: {', '.join(inner['properties'])}" if "properties" in inner else _what(schemas, inner)
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(_what(schemas, one) for one in schema.get("anyOf") or schema["oneOf"]))
    if "const" in schema or "enum" in schema or "x-names" in schema:
        return _codes(schema)
    if schema.get("type") == "array":
        return f"list of {_what(schemas, schema.get('items', {}))}"
    bounds = [
        f"{sign} {schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("minLength", "length ≥"), ("maxLength", "length ≤"))
        if name in schema
    ]
    return " ".join(
        [
            schema.get("format") or schema.get("type", "any"),
            *bounds,
            *([schema["pattern"]] if "pattern" in schema and "format" not in schema else []),
        ]
    )


def _codes(schema: dict[str, Any]) -> str:
    """A constant, or the codes of a list with their names; `…` where districts have more of their own."""
    if "const" in schema:
        return repr(schema["const"]).replace("'", '"')
    names = schema.get("x-names", {})
    told = [f"{code} {names[code]['zh']}" if code in names else str(code) for code in schema.get("enum", names)]
    return " ".join(told) + ("" if "enum" in schema else " …")


def _code(text: str) -> Markup:
    """Text with `…` as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else Markup.escape(part) for n, part in enumerate(parts))


async def _openapi(_: web.Request) -> web.Response:
    return web.Response(body=openapi(), content_type="application/json")


async def _page(_: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
    return web.Response(text=page(), content_type="text/html", charset="utf-8", headers=headers)


async def _style(_: web.Request) -> web.Response:
    return web.Response(body=files(__package__).joinpath("pages/documentation.css").read_bytes(), content_type="text/css")


ROUTES = (web.get("/openapi.json", _openapi), web.get("/docs", _page), web.get("/docs.css", _style))
