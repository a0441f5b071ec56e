"""No version of the contract breaks an older one; and every kind of breaking change that could be made is found."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from schemas import shipping
from schemas.asyncapi import VERSION
from schemas.compatibility import breaking, main
from schemas.events import TYPES
from schemas.export import ASYNCAPI
from schemas.shipping import present, shipped

Json = dict[str, Any]
NOW = present()
SHIPPED = shipped()


@pytest.mark.parametrize("version", SHIPPED)
def test_nothing_breaks_those_who_rely_on_a_shipped_version(version: str) -> None:
    """If this fails: what is published in a topic stays there for ever. Add beside what is there instead of changing it."""
    assert breaking(SHIPPED[version], NOW) == []


def test_a_version_says_for_ever_what_it_said() -> None:
    assert list(SHIPPED)[:2] == ["1.0.0", "1.1.0"]
    assert VERSION not in SHIPPED or SHIPPED[VERSION] == NOW, (
        "the contract has grown since it was shipped: raise VERSION in schemas/asyncapi.py and run `python -m schemas.export`; "
        "before it goes out, `python -m schemas.shipping` and `python -m tests.golden`"
    )
    assert [int(part) for part in VERSION.split(".")] >= [int(part) for part in list(SHIPPED)[-1].split(".")]


def test_the_whole_document_and_the_kept_one_break_each_other_nowhere() -> None:
    assert breaking(json.loads(ASYNCAPI.read_text("utf-8")), NOW) == breaking(NOW, json.loads(ASYNCAPI.read_text("utf-8"))) == []


KEPT = (
    "med.case.accepted",
    "med.case.agreed",
    "med.case.failed",
    "leg.consultation.given",
    "soc.task.assigned",
    "cap.staff.snapshot",
    "reg.rules.published",
    "reg.split.decided",
    "med.escalation.recorded",
)


def small(document: Json) -> Json:
    """The document with few types: comparing it takes a tenth of the time."""
    gone = {f"{type_}{part}" for type_ in TYPES if type_ not in KEPT for part in ("", ".binary", ".data")}
    parts = [channel["messages"] for channel in document["channels"].values()] + [*document["components"].values()]
    for part in parts:
        for name in gone & part.keys():
            del part[name]
    said = json.dumps(document)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {
        name: one for name, one in schemas.items() if not name.startswith("field.") or f'schemas/{name}"' in said
    }
    return document


SMALL = small(deepcopy(NOW))


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def field(name: str, of: str) -> Callable[[Json], Json]:
    """A field of a shape, written out there if it was said elsewhere."""

    def find(document: Json) -> Json:
        fields = schema(document, of)["properties"]
        while "$ref" in fields[name]:
            fields[name] = deepcopy(schema(document, fields[name]["$ref"].rpartition("/")[2]))
        found: Json = fields[name]
        return found

    return find


def rename(document: Json) -> None:
    fields = schema(document, "med.case.agreed.data")["properties"]
    fields["written_form"] = fields.pop("form")


DISPUTE, AMOUNT, PERSONS = (
    field("dispute_type", "med.case.accepted.data"),
    field("amount_yuan", "med.case.agreed.data"),
    field("persons", "leg.consultation.given.data"),
)
BREAKING: dict[str, tuple[Callable[[Json], Any], str]] = {
    "field removed": (lambda d: schema(d, "med.case.agreed.data")["properties"].pop("immediate"), "immediate: the field is gone"),
    "field renamed": (rename, "form: the field is gone"),
    "field of a row removed": (lambda d: schema(d, "facts")["properties"].pop("assigner"), "facts payload.assigner: the field is gone"),
    "attribute removed": (lambda d: schema(d, "med.case.agreed")["properties"].pop("sequence"), "sequence: the field is gone"),
    "header removed": (lambda d: schema(d, "headers.office.subject")["properties"].pop("ce_sequence"), "ce_sequence: the field is gone"),
    "type changed": (lambda d: PERSONS(d).update(type="string"), "persons: no longer integer"),
    "type narrowed": (lambda d: field("function_number", "soc.task.assigned.data")(d)["anyOf"].pop(), "function_number: no longer string"),
    "type of a row widened": (
        lambda d: schema(d, "facts")["properties"].update(amount={"anyOf": [{"type": "integer"}, {"type": "null"}]}), "amount: may be null now",
    ),
    "field required": (lambda d: schema(d, "med.case.agreed.data")["required"].append("amount_yuan"), "amount_yuan: required now"),
    "attribute required": (lambda d: schema(d, "headers.office.subject")["required"].append("ce_sequence"), "ce_sequence: required now"),
    "new field required": (
        lambda d: (schema(d, "med.case.agreed.data")["properties"].update(judge={"type": "string"}), schema(d, "med.case.agreed.data")["required"].append("judge")),
        "judge: required now",
    ),
    "field of a row optional": (lambda d: schema(d, "facts")["required"].remove("amount"), "amount: may be missing now"),
    "code removed": (lambda d: DISPUTE(d)["enum"].remove("medical"), 'dispute_type: the code "medical" is gone'),
    "code of an answer removed": (lambda d: field("code", "answer.Refusal")(d)["enum"].remove("ID_CONFLICT"), 'the code "ID_CONFLICT" is gone'),
    "any code before, a list now": (lambda d: field("reason", "med.case.failed.data")(d).update(enum=["court"]), "reason: only certain codes now"),
    "a list before, any text now": (lambda d: schema(d, "alerts")["properties"]["state"].pop("enum"), "state: no longer one of a list of codes"),
    "format changed": (lambda d: AMOUNT(d).update(pattern=r"^[0-9]+$"), "amount_yuan: another pattern"),
    "format added": (lambda d: field("dataschema", "med.case.agreed")(d).update(pattern="^urn:"), "dataschema: another pattern"),
    "format of a row dropped": (lambda d: field("day", "facts")(d).pop("format"), "day: another format"),
    "bounds narrowed": (lambda d: PERSONS(d).update(maximum=1000), "persons: narrower maximum"),
    "bound added": (lambda d: field("co_handlers", "med.case.agreed.data")(d).update(maxItems=3), "co_handlers: narrower maxItems"),
    "bounds of a row widened": (lambda d: field("scale", "indicator-values")(d).update(minimum=0), "scale: wider minimum"),
    "kind of row removed": (lambda d: schema(d, "registry")["oneOf"].pop(), "registry payload: no longer kind"),
    "list of another kind": (lambda d: schema(d, "sources")["properties"]["gaps"]["items"].update(items={"type": "integer"}), "gaps[]: a list of another kind"),
    "field only from a later version on": (lambda d: schema(d, "med.case.agreed.data").update({"x-since": {"form": 2}}), "form: refused in events of version 1"),
    "field of a rule removed": (lambda d: schema(d, "rule")["properties"].pop("dimension"), "rules[].dimension: the field is gone"),
    "closed": (lambda d: d["components"]["messages"]["med.case.agreed"]["headers"].update(additionalProperties=False), "fewer further fields now"),
    "version removed": (lambda d: schema(d, "cap.staff.snapshot.data").update({"x-version": 1}), "of the schema is gone"),
    "message removed": (lambda d: d["channels"]["office-events"]["messages"].pop("med.case.agreed"), "med.case.agreed: the message is gone"),
    "mode removed": (lambda d: d["channels"]["gateway"]["messages"].pop("med.case.agreed.binary"), "gateway med.case.agreed.binary: the message is gone"),
    "media type changed": (lambda d: d["components"]["messages"]["med.case.agreed"].update(contentType="text/xml"), "contentType has changed"),
    "key changed": (lambda d: d["components"]["messages"]["facts"].update({"x-key": ["record"]}), "facts: x-key has changed"),
    "key of events changed": (
        lambda d: d["components"]["messages"]["med.case.agreed"]["bindings"]["kafka"]["key"].update(pattern="^[0-9]{9}$"), "key: another pattern",
    ),
    "topic removed": (lambda d: d["channels"].pop("facts"), "facts: the channel is gone"),
    "topic renamed": (lambda d: d["channels"]["facts"].update(address="amounts"), "facts: the address has changed"),
    "topic cleaned up otherwise": (
        lambda d: d["channels"]["facts"]["bindings"]["kafka"]["topicConfiguration"].update({"cleanup.policy": ["delete"]}), "settings of the topic have changed",
    ),
    "topic no longer written": (lambda d: d["operations"]["facts"].update(action="receive"), "facts: no longer an output"),
    "not to be judged beside a union": (
        lambda d: field("function_number", "soc.task.assigned.data")(d).update(maximum=3), "function_number: cannot be judged",
    ),
    "not to be judged in parts": (
        lambda d: d["components"]["messages"]["med.case.agreed.binary"]["headers"]["allOf"].append({"properties": {"ce_id": {"const": "x"}}}), "cannot be judged",
    ),
    "not to be judged": (lambda d: DISPUTE(d).update({"not": {"const": "other"}}), "cannot be judged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BREAKING)
def test_a_breaking_change_is_found_and_named(kind: str) -> None:
    change, expected = BREAKING[kind]
    changed = deepcopy(SMALL)
    change(changed)
    found = breaking(SMALL, changed)
    assert any(expected in line for line in found), found


def test_no_shape_is_out_of_sight() -> None:
    """Whatever is changed into something else is seen to be, so every component is reached from some topic."""
    for name, shape in SMALL["components"]["schemas"].items():
        changed = {**SMALL, "components": {**SMALL["components"], "schemas": {**SMALL["components"]["schemas"], name: {"type": "boolean"}}}}
        assert shape.get("type") == "boolean" or breaking(SMALL, changed), name


def add_type(document: Json) -> None:
    messages = document["components"]["messages"]
    messages["med.case.reopened"] = deepcopy(messages["med.case.failed"]) | {"name": "med.case.reopened"}
    document["channels"]["office-events"]["messages"]["med.case.reopened"] = {"$ref": "#/components/messages/med.case.reopened"}


ALLOWED: dict[str, Callable[[Json], Any]] = {
    "new optional field": lambda d: schema(d, "med.case.agreed.data")["properties"].update(judge={"type": "string"}),
    "new optional field of a second version": lambda d: (
        schema(d, "med.case.agreed.data")["properties"].update(judge={"type": "string"}),
        schema(d, "med.case.agreed.data").update({"x-version": 2, "x-since": {"judge": 2}}),
    ),
    "new field of a row": lambda d: (schema(d, "facts")["properties"].update(note={"type": "string"}), schema(d, "facts")["required"].append("note")),
    "new code": lambda d: DISPUTE(d)["enum"].append("inheritance"),
    "new code of a row": lambda d: schema(d, "alerts")["properties"]["state"]["enum"].append("muted"),
    "new type": add_type,
    "new kind of row": lambda d: schema(d, "registry")["oneOf"].append(
        {"type": "object", "properties": {"kind": {"const": "village", "type": "string"}}, "required": ["kind"]}
    ),
    "new topic": lambda d: (
        d["channels"].update(villages=deepcopy(d["channels"]["facts"]) | {"address": "villages"}),
        d["operations"].update(villages={"action": "send", "channel": {"$ref": "#/channels/villages"}}),
    ),
    "wider bounds": lambda d: PERSONS(d).update(maximum=10**12),
    "narrower bounds of a row": lambda d: field("scale", "indicator-values")(d).update(minimum=2),
    "required before, optional now": lambda d: schema(d, "med.case.agreed.data")["required"].remove("form"),
    "never null any more": lambda d: schema(d, "alerts")["properties"].update(value={"type": "number"}),
    "a format fewer": lambda d: AMOUNT(d).pop("pattern"),
    "another description": lambda d: PERSONS(d).update(description="how many"),
    "said in another place": lambda d: (d["components"]["schemas"].update(amount=AMOUNT(d)), schema(d, "med.case.agreed.data")["properties"].update(
        amount_yuan={"$ref": "#/components/schemas/amount"})),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALLOWED)
def test_an_allowed_change_is_let_pass(kind: str) -> None:
    changed = deepcopy(SMALL)
    ALLOWED[kind](changed)
    assert changed != SMALL
    assert breaking(SMALL, changed) == []


def test_two_files_can_be_compared(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(SMALL), "utf-8")
    changed = deepcopy(SMALL)
    DISPUTE(changed)["enum"].remove("medical")
    new.write_text(json.dumps(changed), "utf-8")
    assert (main([str(old), str(old)]), main([str(old), str(new)]), main([])) == (0, 1, 2)
    assert 'dispute_type: the code "medical" is gone' in capsys.readouterr().out


def test_a_version_that_breaks_or_differs_is_not_shipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shipping, "FOLDER", tmp_path)
    assert shipping.main() == 0
    kept = (tmp_path / f"{VERSION}.json").read_text("utf-8")
    assert shipping.main() == 0
    assert (tmp_path / f"{VERSION}.json").read_text("utf-8") == kept
    grown, shrunk = deepcopy(NOW), deepcopy(NOW)
    add_type(grown)
    DISPUTE(shrunk)["enum"].remove("medical")
    for document, said in ((grown, "raise VERSION"), (shrunk, 'code "medical" is gone')):
        monkeypatch.setattr(shipping, "present", lambda document=document: document)
        assert shipping.main() == 1
        assert said in capsys.readouterr().err
    assert (tmp_path / f"{VERSION}.json").read_text("utf-8") == kept
