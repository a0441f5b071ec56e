"""The records of a new corpus: every type of a version in both modes, amid a plain story, and the edges of the contract.

Each type comes once in structured mode with every field that the samples know, and once in binary mode with what is required only, an hour apart,
beginnings before endings; so the facts can be followed by hand: `med.case.agreed.s` is the structured one, `.b` the binary one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from schemas.envelope import EventType
from schemas.events import CATALOGUE
from tests.bad_input import FOR_EACH_CODE
from tests.badness.binary import binary
from tests.factories import BUREAU, BUREAU_SOURCE, DISTRICT, OFFICE, OFFICE_SOURCE, STREET, encoded, event, value_of
from tests.field_kinds import fields_of
from tests.golden.corpus import Record

APPENDED = "2025-04-30T12:00:00+00:00"
KEY = DISTRICT.encode()
OTHER_OFFICE, GONE_OFFICE = f"sfs-{DISTRICT}-002", f"sfs-{DISTRICT}-003"
_SECOND_SOURCE = f"/districts/{DISTRICT}/office-2"
_WORK = {"basis": "pm_law", "worker": "w-0a1b", "minutes": 30, "co_handlers": ["police"], "evidence": "attachment", "entry": "online",
         "verification": "checked", "assigned_by": STREET}  # fmt: skip
_REGISTRY = ("reg.", "clk.", "dat.")
_FIRST = ("med.case.accepted", "cor.subject.due", "cor.subject.registered", "cor.monitor.started", "cor.control.lost", "cor.leave.granted",
          "res.person.released", "res.person.enrolled", "res.person.lost", "cap.staff.joined", "leg.contract.signed")  # fmt: skip
_ENDS = {"med.case.failed": "med.case.accepted", "med.case.withdrawn": "med.case.accepted", "med.case.transferred": "med.case.accepted",
         "med.case.terminated": "med.case.accepted", "cor.subject.terminated": "cor.subject.registered", "cor.subject.recalled": "cor.subject.registered",
         "cor.subject.moved": "cor.subject.registered", "cor.subject.released": "", "res.person.moved": "res.person.enrolled",
         "res.person.died": "res.person.enrolled", "res.person.discharged": "", "cor.monitor.ended": "", "cap.staff.left": ""}  # fmt: skip
"""Events that end a case or stay, and what begins another one for them; '': they end the one of all others."""


def records(shipped: dict[str, Any]) -> list[Record]:
    """Those of a version that was shipped, in log order; what becomes of them is not known yet."""
    schemas = shipped["components"]["schemas"]
    kinds = [one for one in CATALOGUE if one.name in shipped["channels"]["office-events"]["messages"]]
    return [*_registry(), *_every_type(kinds, schemas), *_edges(), *_refused(), _tick()]


def _record(what: str, content: dict[str, Any], *, in_parts: bool = False) -> Record:
    value, headers = binary(content) if in_parts else (encoded(content), ())
    return Record(what, "", KEY, value, headers)


def _registry() -> Iterator[Record]:
    """Three offices, two authorities, a payer that changes on 16 March."""
    for authority, kind, name in ((STREET, "street_office", "城关街道办事处"), (BUREAU, "district_bureau", "区司法局")):
        yield _record(
            f"{kind} 登记", event("reg.authority.registered", id=authority, data={"authority": authority, "name": name, "kind": kind})
        )
    for office in (OFFICE, OTHER_OFFICE, GONE_OFFICE):
        yield _record("an office opens", event("reg.office.opened", id=f"open-{office}", data={"office": office}))
    for valid_from, shares in (("2025-01-01", {STREET: 7000, BUREAU: 3000}), ("2025-03-16", {BUREAU: 10000})):
        told = [{"authority": authority, "bp": bp} for authority, bp in shares.items()]
        yield _record("who pays", event("reg.split.decided", id=f"split-{valid_from}", data={"valid_from": valid_from, "shares": told}))


def _every_type(kinds: list[EventType], schemas: dict[str, Any]) -> Iterator[Record]:
    """Business types by the hour from 3 March on, 9 o'clock; then the bureau's."""
    hours, numbers = count(), count(1)

    def when() -> str:
        return (datetime.fromisoformat("2025-03-03T09:00:00+08:00") + timedelta(hours=next(hours))).isoformat()

    def pair(kind: EventType, subjects: str, ident: str) -> Iterator[Record]:
        full, least = _full(kind, schemas), _least(kind, schemas)
        about = {} if kind.subject == "refused" else {"subject": _subject(subjects, 1)}
        sequence = {} if kind.name.startswith(_REGISTRY) else {"sequence": str(next(numbers))}
        yield _record(f"{kind.zh} structured", full | {"id": f"{ident}.s", "time": when()} | about | sequence)
        about = {"subject": _subject(subjects, 2)} if kind.subject == "required" else {}
        yield _record(f"{kind.zh} binary", least | {"id": f"{ident}.b", "time": when()} | about, in_parts=True)
        if kind.name in schemas and (later := schemas[f"{kind.name}.data"].get("x-since")):
            values = {name: value_of(of) for name, of in fields_of(kind).items() if name in later}
            versioned = full | {"dataschema": f"urn:suoheng:{kind.name}:{max(later.values())}", "data": full["data"] | values}
            yield _record(f"{kind.zh} of its newest version", versioned | {"id": f"{ident}.v", "time": when()})

    by_name = {kind.name: kind for kind in kinds}
    business = [kind for kind in kinds if not kind.name.startswith(_REGISTRY)]
    for kind in sorted(business, key=lambda one: (one.name in _ENDS, one.name not in _FIRST)):
        if begins := _ENDS.get(kind.name):
            yield from pair(by_name[begins], kind.name, f"{begins}-for-{kind.name}")
            yield from pair(kind, kind.name, kind.name)
        else:
            yield from pair(kind, kind.domain, kind.name)
    for kind in kinds:
        if kind.name.startswith(_REGISTRY):
            yield from pair(kind, kind.domain, kind.name)


def _subject(of: str, number: int) -> str:
    """A pseudonym that can be told: letters of the alphabet of pseudonyms, then a number."""
    letters = "".join(letter for letter in of.upper().replace(".", "") if letter in "ABCDEFGHJKMNPQRSTVWXYZ")[:20]
    return f"{letters}{number:0{26 - len(letters)}d}"


def _full(kind: EventType, schemas: dict[str, Any]) -> dict[str, Any]:
    """The sample of a type, with how the work was done; names of the bureau's things that nothing else is called."""
    made = event(kind.name)
    known = schemas[f"{kind.name}.data"]["properties"]
    if kind.family == "business":
        made["data"] = {name: value for name, value in (_WORK | made["data"]).items() if name in known}
    made["data"] |= {"reg.office.closed": {"office": GONE_OFFICE, "merged_into": OTHER_OFFICE}}.get(kind.name, {})
    return made


def _least(kind: EventType, schemas: dict[str, Any]) -> dict[str, Any]:
    """What an event of the type must have, from another publisher."""
    made = _full(kind, schemas)
    required = schemas[f"{kind.name}.data"].get("required", ())
    made["data"] = {name: value for name, value in made["data"].items() if name in required}
    if kind.name == "cap.rating.awarded":
        made["data"]["level"] = 4
    if made["source"] == OFFICE_SOURCE:
        made["source"] = _SECOND_SOURCE
    return made


def _edges() -> Iterator[Record]:
    """Identity, corrections, times, bounds, the ledger of numbers."""
    given = event("leg.consultation.given", id="edge", time="2025-03-20T10:00:00+08:00", sequence="9001")
    yield _record("counted once", given)
    yield _record("the same bytes again", given)
    same = given | {"time": "2025-03-20T02:00:00.0Z", "op": "assert", "datacontenttype": "application/json", "partitionkey": DISTRICT}
    yield _record("the same content in other words", same)
    yield _record("the same in binary mode", given, in_parts=True)
    yield _record("the same identity, other content", given | {"data": {"channel": "phone", "persons": 1}})

    def amends(ident: str, target: str, revision: int, persons: int, **more: Any) -> dict[str, Any]:
        told = {"id": ident, "op": "amend", "target": target, "revision": revision, "time": "2025-03-20T10:00:00+08:00"} | more
        return event("leg.consultation.given", data={"channel": "visit", "persons": persons}, **told)

    yield _record("revision 3 holds", amends("edge-r3", "edge", 3, 5))
    yield _record("revision 2 comes late", amends("edge-r2", "edge", 2, 7))
    yield _record("an amendment before its target", amends("early-r2", "early", 2, 11))
    yield _record("its target", given | {"id": "early", "sequence": "9002"})
    yield _record("an amendment whose target never comes", amends("lost-r2", "lost", 2, 13))
    yield _record("amended in binary mode", amends("edge-r4", "edge", 4, 6), in_parts=True)
    bureau = {"source": BUREAU_SOURCE, "targetsource": OFFICE_SOURCE, "office": OTHER_OFFICE}
    yield _record("the bureau moves an event to another office", amends("moved", "early", 9, 2, **bureau))
    yield _record("to be taken back", given | {"id": "taken", "sequence": "9004"})
    yield _record("taken back", event("dat.event.retracted", id="back", office=..., data={"target": "taken", "reason": "test"}))
    yield _record("amended after it was taken back", amends("taken-r2", "taken", 2, 17))
    for ident, time in (
        ("last of March", "2025-03-31T23:59:59.999999+08:00"),
        ("first of April", "2025-03-31T16:00:00Z"),
        ("five minutes ahead", "2025-04-30T12:05:00Z"),
        ("more than five minutes ahead", "2025-04-30T12:05:00.000001Z"),
        ("recorded later", "2025-03-21T09:00:00+08:00"),
    ):
        more: dict[str, Any] = {"recordedtime": "2025-03-24T08:00:00+08:00"} if ident == "recorded later" else {}
        yield _record(ident, event("leg.consultation.given", id=ident.replace(" ", "-"), time=time, **more))
    yield _record("before 1990", event("leg.consultation.given", id="old", time="1989-12-31T23:59:59+08:00"))
    yield _record("the most that fits", event("leg.consultation.given", id="most", data={"persons": 10**9, "minutes": 1440}))
    money = {"authority": STREET, "category": "operating", "amount_yuan": "9999999999.99", "fiscal_year": 2025}
    yield _record("the most money", event("cap.fund.disbursed", id="money", data=money))
    name = "所" * 64
    yield _record(
        "a name of 64 characters", event("reg.authority.registered", id="name", data={"authority": f"au-{DISTRICT}-xz-009", "name": name})
    )
    headers = (("content-type", b"application/cloudevents+json; charset=UTF-8"), ("ce_id", b"ignored"), ("trace", b"\x00"))
    structured = event("leg.consultation.given", id="with-headers")
    yield Record("structured whatever headers say", "", KEY, encoded(structured), headers)
    spaced = b'\n {"persons" : 1 ,\t"channel":"visit"} '
    yield Record(
        "binary with spaces and a charset", "", KEY, spaced, (*_attributes(event("leg.consultation.given", id="spaced")), _JSON_UTF_8)
    )
    unknown = event("leg.consultation.given", id="unknown-office", office=f"sfs-{DISTRICT}-999")
    yield _record("an office that nobody has opened", unknown)
    yield _record("after the office closed", event("leg.consultation.given", id="closed-office", office=GONE_OFFICE))


_JSON_UTF_8 = ("content-type", b'application/json; charset="utf-8"')


def _attributes(content: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    return tuple(one for one in binary(content)[1] if one[0] != "content-type")


def _refused() -> Iterator[Record]:
    """A bad record for each code, from the table that tries them all."""
    for code, case in FOR_EACH_CODE.items():
        yield Record(f"{code}: {case.name}", "", case.key, case.value, case.headers)


def _tick() -> Record:
    return _record("the end of April", event("clk.ticked", id="tick", time="2025-04-30T20:00:00+08:00"))
