"""A correction of refused events: what an operator says about some of their fields, and what becomes of an event by it.

The identity, source and id, is kept, so that the event itself, should its publisher send it well later, is recognised: with the same content it is
a duplicate, with another one `ID_CONFLICT`; it never counts twice. So is the sequence number, which closes its gap. Only an id or source that is
itself what is refused may be replaced.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from deploy.errors import Usage
from deploy.letters.reading import Letter
from deploy.letters.shapes import field as field_of
from deploy.letters.shapes import is_text, shape_of
from streams.core.modes import structured
from streams.core.refusal import Refusal
from streams.core.strict_json import examine

IDENTITY = ("source", "id")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be said instead; parts apply in this order. All empty: only the record's key and form are put right."""

    document: str = ""
    """The whole event, edited; for one letter only."""
    patch: Mapping[str, Any] = field(default_factory=dict)
    """JSON merge patch (RFC 7396): null takes a field away."""
    sets: tuple[tuple[str, str], ...] = ()
    """Field path, e.g. `data.persons`, and its value as text: JSON, or a plain text where the field is one."""
    unset: tuple[str, ...] = ()
    amends: bool = False
    """Say it as an amendment of the event that has the identity already, under a new id."""

    def as_document(self) -> dict[str, Any]:
        """For a proposal."""
        return {
            "document": self.document, "patch": dict(self.patch), "sets": [list(one) for one in self.sets], "unset": list(self.unset), "amends": self.amends,
        }  # fmt: skip

    @classmethod
    def of_document(cls, said: Mapping[str, Any]) -> "Correction":
        """From a proposal."""
        return cls(said["document"], said["patch"], tuple((a, b) for a, b in said["sets"]), tuple(said["unset"]), said["amends"])

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, for the audit log, which must not hold the words themselves."""
        return sha256(json.dumps(self.as_document(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class NotCorrectable(ValueError):
    """A letter to which a correction cannot be applied; says why and what to do instead."""


def original(letter: Letter) -> dict[str, Any] | None:
    """The refused event as an object, in either mode; None when it is none."""
    try:
        text = structured(letter.value or b"", letter.headers)
        # A field that stands there twice says two things; only a person can tell which is meant.
        examine(text)
        event = json.loads(text)
    except (Refusal, ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def corrected(letter: Letter, correction: Correction) -> dict[str, Any]:
    """The event as the correction leaves it. Raises `NotCorrectable`."""
    event: Any = original(letter)
    if correction.document:
        try:
            event = json.loads(correction.document)
        except (ValueError, RecursionError) as error:
            raise NotCorrectable(f"the edited event is no JSON ({error})") from error
        if not isinstance(event, dict):
            raise NotCorrectable("the edited event is no JSON object")
    if event is None:
        raise NotCorrectable(
            "it is no JSON object with each field once, so that no field can be set: write the whole event anew with --edited"
        )
    event = merged(event, correction.patch)
    for path, text in correction.sets:
        names = tuple(path.split("."))
        event = merged(event, _nested(names, _value(event, names, text)))
    for path in correction.unset:
        event = merged(event, _nested(tuple(path.split(".")), None))
    return dict(event)


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396, section 2)."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def amendment(event: Mapping[str, Any], revision: int) -> dict[str, Any]:
    """The event as an amendment of the one that has its identity. Its sequence number has been seen with the conflict, so it bears none.

    Raises `NotCorrectable`.
    """
    if event.get("op") == "amend":
        raise NotCorrectable(
            "it is an amendment itself, and nothing amends those; give it an id of its own and a greater revision: --set id=… --set revision=…"
        )
    id_ = f"{event['id']}:r{revision}"
    if len(id_) > _LONGEST_ID:
        raise NotCorrectable("its id has no room for the ending :rN of an amendment; give it a new one with --set id=…")
    told = {name: value for name, value in event.items() if name != "sequence"}
    return told | {"id": id_, "op": "amend", "target": event["id"], "revision": revision}


_LONGEST_ID = 64


def parse_sets(given: list[str]) -> tuple[tuple[str, str], ...]:
    """`data.persons=7` each. Raises Usage."""
    pairs = [one.partition("=") for one in given]
    if wrong := [name or one for name, equals, one in pairs if not equals or not all(name.split("."))]:
        raise Usage(f"--set takes FIELD=VALUE, e.g. data.persons=7, not {wrong[0]!r}")
    return tuple((name, value) for name, _, value in pairs)


def _nested(names: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(names):
        value = {name: value}
    return dict(value)


def _value(event: Mapping[str, Any], names: tuple[str, ...], text: str) -> Any:
    """A text stays one where the field is a text (`amount_yuan` 1200.00, `sequence` 17); else it is JSON, and a text if it is none."""
    if is_text(field_of(shape_of(event.get("type")), names)):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
