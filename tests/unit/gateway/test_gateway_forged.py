"""Nobody speaks for another: forged and cross-office attempts, N of N refused, whatever the type of event and the way in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemas.events import CATALOGUE
from tests.factories import ABSENT, DISTRICT, OFFICE, amendment
from tests.factories import event as valid
from tests.gateway_door import BATCH, EVENT, LINES, Ask, Door, entry

OTHER = f"sfs-{DISTRICT}-002"
MINE, THEIRS, BUREAU = (f"/districts/{DISTRICT}/{name}" for name in ("office-1", "office-2", "bureau"))
NEXT = "990108"
BUSINESS = [kind.name for kind in CATALOGUE if kind.family == "business"]
REGISTRY = [kind.name for kind in CATALOGUE if kind.family in ("reg", "clk")]
ROLE = {"reg.period.closed": "closing", "reg.rules.published": "rules", "clk.ticked": "clock"}
ALL_ROLES = '["registry", "closing", "rules", "clock"]'


class Attempt(NamedTuple):
    """Something that a key may not do."""

    name: str
    key: str
    content: dict[str, Any]
    code: str


KEYS = {
    "office": (f'offices = ["{OFFICE}"]\npublishers = ["office-1"]\n', {}),
    "other": (f'offices = ["{OTHER}"]\npublishers = ["office-2"]\n', {}),
    "next": (f'bureau = "{NEXT}"\n', {"roles": ALL_ROLES}),
    "clerk": (f'bureau = "{DISTRICT}"\n', {}),
    **{f"only-{role}": (f'bureau = "{DISTRICT}"\n', {"roles": f'["{role}"]'}) for role in ("registry", "closing", "rules", "clock")},
    "bureau": (f'bureau = "{DISTRICT}"\n', {"roles": ALL_ROLES}),
    "revoked": (f'bureau = "{DISTRICT}"\n', {"roles": ALL_ROLES, "revoked": "true"}),
    "expired": (f'bureau = "{DISTRICT}"\n', {"roles": ALL_ROLES, "not_after": "2026-01-01T00:00:00Z"}),
    "future": (f'bureau = "{DISTRICT}"\n', {"roles": ALL_ROLES, "not_before": "2999-01-01T00:00:00Z"}),
}


def forged() -> Iterator[Attempt]:
    """Every kind of event under every foreign flag."""
    for type_ in BUSINESS:
        yield Attempt(f"{type_} of another office", "office", valid(type_, office=OTHER), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} under another's source", "office", valid(type_, source=THEIRS), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} under the bureau's source", "office", valid(type_, source=BUREAU), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} with another's key", "other", valid(type_), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} with the next bureau's key", "next", valid(type_), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} amended for another office", "office", amendment(type_, "e-1", office=OTHER), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} amended under another's source", "office", amendment(type_, "e-1", source=THEIRS), "AUTH_OFFICE_MISMATCH")
        for key, code in (
            ("revoked", "AUTH_REVOKED"),
            ("expired", "AUTH_EXPIRED"),
            ("future", "AUTH_EXPIRED"),
            ("nobody", "AUTH_UNKNOWN"),
            ("", "AUTH_MISSING"),
        ):
            yield Attempt(f"{type_} with the key {key!r}", key, valid(type_), code)
    for type_ in REGISTRY:
        yield Attempt(f"{type_} by an office", "office", valid(type_), "AUTH_OFFICE_MISMATCH")
        yield Attempt(f"{type_} by the next bureau", "next", valid(type_), "AUTH_OFFICE_MISMATCH")
        for key in (
            "clerk",
            *(f"only-{role}" for role in ("registry", "closing", "rules", "clock") if role != ROLE.get(type_, "registry")),
        ):
            yield Attempt(f"{type_} by {key}", key, valid(type_), "AUTH_ROLE")
        if type_ != "clk.ticked":
            for role in ("registry", "closing", "rules"):
                yield Attempt(f"{type_} amended by only-{role}", f"only-{role}", amendment(type_, "e-1"), "AUTH_ROLE")
    retracted = "dat.event.retracted"
    yield Attempt("a retraction under another's source", "office", valid(retracted, source=THEIRS), "AUTH_OFFICE_MISMATCH")
    yield Attempt("a retraction under the bureau's source", "office", valid(retracted, source=BUREAU), "AUTH_OFFICE_MISMATCH")
    for key in ("clerk", "only-registry", "only-closing", "only-rules", "only-clock"):
        yield Attempt(f"a retraction of the bureau's own by {key}", key, valid(retracted, source=BUREAU), "AUTH_ROLE")


ATTEMPTS = list(forged())
WAYS = ("one event", "a list", "lines", "binary")


def ask(attempt: Attempt, way: str) -> Ask:
    """The attempt as a request."""
    text = json.dumps(attempt.content).encode()
    if way == "binary":
        attributes = [(f"ce-{name}", str(value)) for name, value in attempt.content.items() if name != "data"]
        data = json.dumps(attempt.content["data"]).encode()
        return Ask(data, [*Door.headers("application/json", attempt.key), *attributes])
    body, content_type = {"one event": (text, EVENT), "a list": (b"[" + text + b"]", BATCH), "lines": (text, LINES)}[way]
    # What else might tempt a server to believe it.
    return Ask(
        body,
        Door.headers(
            content_type, attempt.key, {"ce-office": OFFICE, "Office": OFFICE, "X-Forwarded-User": "bureau", "Kafka-Key": DISTRICT}
        ),
    )


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, "".join(entry(key, body, **more) for key, (body, more) in KEYS.items()))


@pytest.mark.parametrize("way", WAYS)
def test_every_attempt_is_refused(door: Door, way: str) -> None:
    answers = door.ask([ask(attempt, way) for attempt in ATTEMPTS])
    told = {}
    for attempt, answer in zip(ATTEMPTS, answers, strict=True):
        first = answer.body[0] if isinstance(answer.body, list) else answer.body
        if first.get("code") != attempt.code:
            told[attempt.name] = first
    assert told == {}
    assert door.log.values == []
    assert len(ATTEMPTS) >= 1_600


def test_the_same_is_let_in_with_the_right_key(door: Door) -> None:
    """The table is about keys: with the right one, everything in it is a good event."""
    right = [
        *(Attempt("", "office", valid(type_), "") for type_ in BUSINESS),
        *(Attempt("", "office", amendment(type_, "e-1"), "") for type_ in BUSINESS),
        *(Attempt("", f"only-{ROLE.get(type_, 'registry')}", valid(type_), "") for type_ in REGISTRY),
        *(Attempt("", "bureau", amendment(type_, "e-1"), "") for type_ in REGISTRY),
        Attempt("", "office", valid("dat.event.retracted"), ""),
        Attempt("", "bureau", valid("dat.event.retracted", source=BUREAU), ""),
        Attempt("", "clerk", valid("dat.event.retracted", source=BUREAU, targetsource=MINE), ""),
        *(
            Attempt("", "clerk", attempt.content, "")
            for attempt in ATTEMPTS
            if attempt.key == "office" and attempt.content.get("office", ABSENT) is not ABSENT
        ),
    ]
    answers = door.ask([ask(one, way) for one in right for way in WAYS])
    assert {answer.status for answer in answers} == {202}
