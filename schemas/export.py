"""JSON Schema (2020-12) of events and outputs for those who do not write Python: `python -m schemas.export` writes `schemas/json_schema/`,
the gateway's interface as OpenAPI to `schemas/openapi.json`, and all topics as AsyncAPI to `schemas/asyncapi.json`.

A schema tells the shape. Rules between fields (`target` only with op=amend, whole splits, real days, times) are told by the contract only.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from pydantic_core import CoreSchema

from schemas import asyncapi, openapi
from schemas.components import Untitled
from schemas.events import EVENT
from schemas.outputs import DeadLetterHeaders
from schemas.rules import Rule
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, TOPICS

FOLDER = Path(__file__).parent / "json_schema"
OPENAPI = Path(__file__).parent / "openapi.json"
ASYNCAPI = Path(__file__).parent / "asyncapi.json"


class _Plain(Untitled):
    """With the dialect named."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return {"$schema": self.schema_dialect, **super().generate(schema, mode)}


def exported() -> dict[str, str]:
    """File name to text: one for each topic, and one for a list of alert rules."""
    adapters: dict[str, TypeAdapter[Any]] = {topic.name: TypeAdapter(topic.value) for topic in TOPICS if topic.value is not None}
    adapters[OFFICE_EVENTS.name] = EVENT
    adapters[f"{DEAD_LETTERS.name}-headers"] = TypeAdapter(DeadLetterHeaders)
    adapters["alert-rules"] = TypeAdapter(list[Rule])
    return {f"{name}.json": _text(name, adapter) for name, adapter in adapters.items()}


def _text(name: str, adapter: TypeAdapter[Any]) -> str:
    schema = adapter.json_schema(schema_generator=_Plain)
    return json.dumps({"$id": f"urn:suoheng:schema:{name}", **schema}, ensure_ascii=False, indent=2) + "\n"


def exported_openapi() -> str:
    """The text of `openapi.json`."""
    return json.dumps(openapi.document(), ensure_ascii=False, indent=1) + "\n"


def exported_asyncapi() -> str:
    """The text of `asyncapi.json`."""
    return json.dumps(asyncapi.document(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write all files; a file that no schema stands for any more is removed."""
    FOLDER.mkdir(exist_ok=True)
    files = exported()
    for stale in {path.name for path in FOLDER.glob("*.json")} - files.keys():
        (FOLDER / stale).unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    OPENAPI.write_text(exported_openapi(), encoding="utf-8")
    ASYNCAPI.write_text(exported_asyncapi(), encoding="utf-8")
    print(f"{len(files)} schemas written to {FOLDER}, the gateway's interface to {OPENAPI.name}, the topics to {ASYNCAPI.name}")


if __name__ == "__main__":
    main()
