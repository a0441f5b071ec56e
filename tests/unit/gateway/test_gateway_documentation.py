"""OpenAPI: valid, made from the models, true to the answers; and the page, which needs no other host."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemas.codes import CODES
from schemas.events import TYPES
from schemas.export import OPENAPI, exported_openapi
from tests.factories import event as factory_event
from tests.gateway_door import BATCH, EVENT, LINES, Answer, Door, entry, event

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))


def test_the_document_is_valid_openapi_31() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_document_is_what_the_models_say_now() -> None:
    assert OPENAPI.read_text("utf-8") == exported_openapi(), "run `python -m schemas.export` and look at the difference"


def test_the_gateway_serves_that_document(tmp_path: Path) -> None:
    answer = Door(tmp_path).get("/openapi.json")
    assert answer.status == 200
    assert answer.body == DOCUMENT


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]})


@pytest.mark.parametrize("type_", TYPES)
def test_valid_events_fit_the_document(type_: str) -> None:
    assert list(validator("Event").iter_errors(factory_event(type_))) == []
    assert list(validator("Event").iter_errors(factory_event(type_) | {"note": "x"}))


def told(path: str, answer: Answer, method: str = "get") -> list[str]:
    """What of an answer the document does not foresee."""
    foreseen = DOCUMENT["paths"][path][method]["responses"].get(str(answer.status))
    if foreseen is None:
        return [f"status {answer.status}"]
    if "$ref" in foreseen:
        foreseen = DOCUMENT["components"]["responses"][foreseen["$ref"].rpartition("/")[2]]
    missing = [name for name in foreseen.get("headers", {}) if name not in answer.headers]
    schema = foreseen["content"]["application/json"]["schema"]
    errors = Draft202012Validator(schema | {"components": DOCUMENT["components"]}).iter_errors(answer.body)
    return missing + [error.message for error in errors]


def test_real_answers_are_as_the_document_says(tmp_path: Path) -> None:
    keys = entry("office") + entry("poor", events_per_minute="1") + entry("bureau", 'bureau = "990101"\n')
    door = Door(tmp_path, keys)
    registry = event(
        type="reg.period.closed",
        office=None,
        source="/districts/990101/bureau",
        data={"window_kind": "month", "window_start": "2026-01-01"},
    )
    answers = [
        door.post(event(), EVENT, "office"),
        door.post([event()], BATCH, "office"),
        door.post([event(), event(office="sfs-990101-002"), 3], BATCH, "office"),
        door.post(b"{", EVENT, "office"),
        door.post(b"", LINES, "office"),
        door.post(b" " * 100_000, LINES, "office"),
        door.post(b" ", "text/plain", "office"),
        door.post(event(type="nonsense"), EVENT, "office"),
        door.post(event(), EVENT),
        door.post(event(office="sfs-990101-002"), EVENT, "office"),
        door.post(registry, EVENT, "bureau"),
        door.post([event()] * 3, BATCH, "poor"),
        door.post(event(), EVENT, "poor"),
    ]
    door.log.acknowledges = False
    answers += [door.post(event(), EVENT, "office"), door.post([event()], BATCH, "office")]
    door.log.ready = False
    answers += [door.post(event(), EVENT, "office")]
    assert {answer.status for answer in answers} == {202, 207, 400, 401, 403, 413, 415, 422, 429, 503}
    assert [told("/events", answer, "post") for answer in answers] == [[]] * len(answers)
    asked = {path: door.get(path) for path in ("/health", "/ready")}
    assert {path: (answer.status, told(path, answer)) for path, answer in asked.items()} == {"/health": (200, []), "/ready": (503, [])}
    door.log.ready = True
    path, receipt = "/receipts/{partition}/{offset}/{sha256}", answers[0].body
    receipts = [
        door.get(f"/receipts/{receipt['partition']}/{receipt['offset']}/{receipt['sha256']}", key) for key in ("office", "", "poor")
    ] + [door.get(f"/receipts/3/999/{'0' * 64}", "office")]
    assert [(answer.status, told(path, answer)) for answer in receipts] == [(200, []), (401, []), (429, []), (404, [])]


class Addresses(HTMLParser):
    """Everything that a page would load or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [(tag, value or "") for name, value in attributes if name in ("src", "href", "action", "srcset", "data")]


def test_the_page_needs_no_other_host_and_no_script(tmp_path: Path) -> None:
    door = Door(tmp_path, entry("office"))
    answer = door.get("/docs")
    assert answer.status == 200
    addresses = Addresses()
    addresses.feed(answer.body)
    assert all(value.startswith(("#", "/")) and not value.startswith("//") for _, value in addresses.found), addresses.found
    assert not addresses.tags & {"script", "iframe", "object", "img", "form"}
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for _, value in addresses.found:
        if value.startswith("/"):
            assert door.get(value).status == 200
    style = door.get("/docs.css").body
    assert "url(" not in style
    assert "@import" not in style
    anchors = set(re.findall(r'id="([a-z]+)"', answer.body))
    assert {value[1:] for _, value in addresses.found if value.startswith("#")} <= anchors


def test_the_page_tells_every_operation_code_and_type(tmp_path: Path) -> None:
    page = Door(tmp_path).get("/docs").body
    assert all(f"<code>{code}</code>" in page for code in CODES)
    assert all(f"<code>{type_}</code>" in page for type_ in TYPES)
    assert all(path in page for path in DOCUMENT["paths"])
    assert "data.amount_yuan" in page
    assert "None" not in page
