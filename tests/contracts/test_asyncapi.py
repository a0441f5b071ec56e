"""AsyncAPI: what the models say, without complaint from the reference parser (which holds the official schema), and true of records."""

import hashlib
import json
import subprocess
import tomllib
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from playwright._impl._driver import compute_driver_executable

from schemas.events import TYPES
from schemas.export import ASYNCAPI, exported_asyncapi
from schemas.topics import OFFICE_EVENTS, TOPICS
from tests.badness.binary import binary
from tests.factories import DISTRICT, amendment, event

FOLDER = Path(__file__).parent / "asyncapi"
DOCUMENT: dict[str, Any] = json.loads(ASYNCAPI.read_text("utf-8"))


def complaints(documents: Sequence[Any]) -> list[list[str]]:
    """The reference parser's, in Node, which comes with the browser tests' library."""
    node, _ = compute_driver_executable()
    command = [node, str(FOLDER / "check.js")]
    done = subprocess.run(command, input=json.dumps(documents), capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_the_document_is_what_the_models_say_now() -> None:
    assert ASYNCAPI.read_text("utf-8") == exported_asyncapi(), "run `python -m schemas.export` and look at the difference"


def test_the_parser_is_the_one_that_was_published() -> None:
    (file,) = tomllib.loads((FOLDER / "VENDOR.toml").read_text("utf-8"))["file"]
    assert hashlib.sha256((FOLDER / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert all((FOLDER / name).stat().st_size > 0 for name in file["licence_files"])


def test_the_reference_parser_takes_the_document_and_would_find_faults() -> None:
    assert DOCUMENT["asyncapi"] == "3.1.0"
    planted = [deepcopy(SMALL) for _ in range(4)]
    planted[0]["operations"]["facts"]["verb"] = "send"
    planted[1]["channels"]["facts"]["messages"]["facts"] = {"$ref": "#/components/messages/nothing"}
    planted[2]["components"]["schemas"]["facts"]["properties"]["gone"]["type"] = "truth"
    planted[3]["components"]["securitySchemes"]["certificate"]["type"] = "mutualTLS"
    whole, small, *faulty = complaints([DOCUMENT, SMALL, *planted])
    assert (whole, small) == ([], [])
    assert ["verb" in " ".join(faulty[0]), "nothing" in " ".join(faulty[1])] == [True, True], faulty
    assert all(faulty), faulty


def _small() -> dict[str, Any]:
    """One channel of the document, and what it needs."""
    small = deepcopy(DOCUMENT)
    components = small["components"]
    for part, kept in ((small["channels"], "facts"), (small["operations"], "facts"), (components["messages"], "facts")):
        for name in [name for name in part if name != kept]:
            del part[name]
    components["schemas"] = {name: one for name, one in components["schemas"].items() if name == "facts" or name.startswith("field.")}
    return small


SMALL = _small()


def test_every_topic_is_there_with_its_key() -> None:
    channels = DOCUMENT["channels"]
    assert channels.keys() - {"gateway", "answers"} == {topic.name for topic in TOPICS}
    assert DOCUMENT["operations"]["office-events"]["action"] == "receive"
    for topic in TOPICS:
        messages = [DOCUMENT["components"]["messages"][name] for name in channels[topic.name]["messages"]]
        assert messages
        assert all(message.get("x-key", []) == [*topic.key] for message in messages)
    keys = {
        json.dumps(DOCUMENT["components"]["messages"][name]["bindings"]["kafka"]["key"])
        for name in channels[OFFICE_EVENTS.name]["messages"]
    }
    assert [Draft7Validator(json.loads(key)).is_valid(DISTRICT) for key in keys] == [True]


def fits(schema: dict[str, Any], value: Any) -> bool:
    return Draft7Validator(schema | {"components": DOCUMENT["components"]}).is_valid(value)


@pytest.mark.parametrize("type_", TYPES)
def test_events_fit_their_messages_in_both_modes(type_: str) -> None:
    structured, in_parts = (DOCUMENT["components"]["messages"][name] for name in (type_, f"{type_}.binary"))
    contents = [event(type_, sequence="7")]
    if type_ != "dat.event.retracted":
        contents.append(amendment(type_, "e-1"))
    for content in contents:
        assert fits(structured["payload"], content)
        assert not fits(structured["payload"], content | {"note": "x"})
        value, pairs = binary(content)
        headers = {name: text.decode() for name, text in pairs}
        assert fits(in_parts["payload"], json.loads(value))
        assert fits(in_parts["headers"], headers)
        assert not fits(in_parts["headers"], headers | {"ce_type": "med.nothing"})
        assert not fits(in_parts["headers"], {name: text for name, text in headers.items() if name != "ce_id"})
