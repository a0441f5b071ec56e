"""JSON that has not the shape of its type: fields missing, unknown, of another JSON type, out of bounds, not in the list."""

from collections.abc import Iterator
from typing import Any

from schemas.events import CATALOGUE
from tests.badness.case import PLAIN, Case, changed, each, instead, raw
from tests.factories import ABSENT, OFFICE, SUBJECT, encoded, event, value_of
from tests.field_kinds import fields_of

_ENUMS = {
    "med.case.accepted": ("dispute_type", "source"),
    "med.case.agreed": ("form",),
    "med.agreement.performed": ("degree",),
    "med.escalation.recorded": ("kind",),
    "cor.reoffence.recorded": ("stage", "severity"),
    "res.person.released": ("class",),
    "res.person.handed_over": ("mode",),
    "res.person.enrolled": ("class",),
    "leg.consultation.given": ("channel", "basis", "evidence", "entry", "verification"),
    "pub.activity.held": ("purpose",),
    "soc.task.assigned": ("function_number",),
    "cap.rating.awarded": ("programme",),
    "cap.rating.withdrawn": ("programme",),
    "dat.event.retracted": ("reason",),
    "reg.split.decided": ("role", "cost_category"),
    "reg.period.closed": ("window_kind",),
}
_CODES = {
    "med.case.accepted": ("referred_by", "difficulty", "committee_level"),
    "med.case.failed": ("reason",),
    "cor.subject.due": ("category",),
    "cor.subject.registered": ("level",),
    "cor.monitor.started": ("ground",),
    "res.visit.made": ("mode",),
    "res.placement.made": ("kind",),
    "leg.consultation.given": ("topic",),
    "pub.activity.held": ("form", "theme"),
    "soc.task.assigned": ("task_class",),
    "cap.fund.disbursed": ("category",),
    "reg.authority.registered": ("kind",),
}
_NO_CODES = ("", "A", "a-b", "a b", "x" * 33, "劳动", "é", "ａ", "１", "a\n", "\u202ea", "a\u200b", "=cmd()", "<b>", "a\x00")
_INTEGERS = {
    ("med.case.accepted", "party_count"): (1, 10**9 + 1),
    ("med.escalation.recorded", "persons"): (0, 10**9 + 1),
    ("leg.consultation.given", "persons"): (0, 10**9 + 1),
    ("leg.consultation.given", "minutes"): (-1, 1441),
    ("pub.activity.held", "audience_est"): (-1, 10**9 + 1),
    ("soc.task.assigned", "function_number"): (0, 10),
    ("cap.staff.snapshot", "staff"): (-1, 61),
    ("cap.staff.snapshot", "dedicated"): (-1, 10**9 + 1),
    ("cap.staff.snapshot", "bureau_supplied"): (-1, 10**9 + 1),
    ("cap.rating.awarded", "level"): (0, 6),
    ("cap.fund.disbursed", "fiscal_year"): (1899, 10_000),
}
_NO_INTEGERS = ("1.0", "1e0", "1E3", "-0", "2.5", '"5"', "true", "null", "[]", "{}", '""', "-0.0", "1e400")
_BOOLEANS = {
    "med.case.accepted": "is_collective",
    "med.case.agreed": "immediate",
    "med.escalation.recorded": "prevented",
    "res.person.released": "must_fetch",
    "cap.premises.snapshot": "independent",
}
_STRUCT = "STRUCT_TYPE STRUCT_VALUE"
_NO_MONEY = ("1", "1.5", "1.555", "01.00", ".50", "1.00 ", "1,000.00", "¥1.00", "1.00元", "１.00", "1e2", "NaN", "", "+1.00")
_NO_AUTHORITIES = (
    "nobody",
    "au-990107",
    "au-990107-s",
    "au-990107-sfjsfjsfj",
    "au-990107-SFJ",
    "au-990107-sfj-1",
    "au-99010-sfj",
    "Self",
    "",
)
_NO_ATTRIBUTES = {
    "id": ("a b", "a/b", "x" * 65, "所", "a\n", "e+1", "e@1", "ｅ"),
    "source": ("1", "990107", "/districts/990107", "/districts/990107/", "/districts/990107/Office", "/districts/99010/x", "districts/990107/x",
               "/districts/990107/x/y", f"/districts/990107/{'x' * 33}", "/districts/990107/x ", "/Districts/990107/x", "/districts/99０107/x"),
    "district": ("99010", "9901070", "99010a", " 990107", "９９０１０７"),
    "office": ("sfs-990107-1", "sfs-990107-0001", "SFS-990107-001", "sfs-990107", "sfs_990107_001", "sfs-990107-001 ", "sfs-99010-001", "x"),
    "sequence": ("01", "1a", "", "1" * 19, "-1", "1.0", " 1", "１", "00"),
    "specversion": ("0.3", "1", "1.0.2", "1.1"),
    "datacontenttype": ("text/plain", "application/cloudevents+json", "", "application/JSON", "application/json; charset=utf-8"),
    "partitionkey": ("990107 ", "99010", ""),
}  # fmt: skip


def cases() -> Iterator[Case]:
    """All of the class."""
    yield from _whole()
    for kind in CATALOGUE:
        yield from _of_type(kind.name)
    yield from _numbers()
    yield from _values()
    yield from _ids()
    yield from derived()


def _whole() -> Iterator[Case]:
    for text in ("[]", "null", "5", '"x"', "true", "1.5", "[{}]"):
        yield raw(f"shape/{text} at the top", text.encode(), "STRUCT_TYPE")
    yield raw("shape/list of one event", b"[" + encoded(event(PLAIN)) + b"]", "STRUCT_TYPE")
    yield raw("shape/empty object", b"{}", "STRUCT_MISSING")
    whole = event(PLAIN)
    for name in whole:
        yield raw(f"shape/no {name}", encoded({other: value for other, value in whole.items() if other != name}), "STRUCT_MISSING")
    for name in [name for name in whole if name != "data"]:
        yield instead(f"shape/{name} null", "STRUCT_TYPE", "null", attribute=name)
        yield instead(f"shape/{name} a number", "STRUCT_TYPE", "1", attribute=name)
        yield instead(f"shape/{name} a list", "STRUCT_TYPE", "[]", attribute=name)
        yield instead(f"shape/{name} empty", f"{_STRUCT} TIME_FORMAT TYPE_UNKNOWN", '""', attribute=name)
    attributes = encoded({name: value for name, value in whole.items() if name != "data"})
    for text in ("null", "[]", '"x"', "1", "[{}]"):
        yield raw(f"shape/data {text}", attributes[:-1] + b',"data":' + text.encode() + b"}", "STRUCT_TYPE")
    for name in ("__proto__", "constructor", "data_base64", "comment", "note", "Id", "ID", "id ", "", "备注", "x" * 1_000, "a\u0000"):
        yield raw(f"unknown/{name[:20]!r}", encoded(whole | {name: "x"}), "STRUCT_UNKNOWN_FIELD")
        yield changed(f"unknown/{name[:20]!r} in data", "STRUCT_UNKNOWN_FIELD", data={name: "x"})
    yield changed("unknown/1,200 fields", "STRUCT_UNKNOWN_FIELD", data={f"f{n}": n for n in range(1_200)})
    for name in ("sequence", "recordedtime", "op", "target", "revision", "targetsource", "datacontenttype", "dataschema", "partitionkey",
                 "traceparent", "tracestate"):  # fmt: skip
        yield instead(f"shape/optional {name} null", "STRUCT_TYPE", "null", attribute=name)
        yield instead(f"shape/optional {name} an object", "STRUCT_TYPE", "{}", attribute=name)


def _of_type(type_: str) -> Iterator[Case]:
    usual = event(type_)
    for name in sorted(_required(type_)):
        yield changed(f"missing/{type_} {name}", "STRUCT_MISSING", type_, data={name: ABSENT})
    yield changed(f"unknown/{type_}", "STRUCT_UNKNOWN_FIELD", type_, data={"remark": "x"})
    if next(kind.subject for kind in CATALOGUE if kind.name == type_) == "required":
        yield changed(f"missing/{type_} subject", "STRUCT_MISSING", type_, subject=ABSENT)
    if "subject" not in usual:
        yield changed(f"unknown/{type_} subject", "STRUCT_UNKNOWN_FIELD", type_, subject=SUBJECT)
    if "office" in usual:
        yield changed(f"missing/{type_} office", "STRUCT_MISSING", type_, office=ABSENT)
    else:
        yield changed(f"unknown/{type_} office", "STRUCT_UNKNOWN_FIELD", type_, office=OFFICE)
        yield changed(f"unknown/{type_} minutes", "STRUCT_UNKNOWN_FIELD", type_, data={"minutes": 5})
        yield changed(f"unknown/{type_} assigned_by", "STRUCT_UNKNOWN_FIELD", type_, data={"assigned_by": "self"})


def _required(type_: str) -> frozenset[str]:
    shape = next(kind.data for kind in CATALOGUE if kind.name == type_)
    return frozenset(shape.__required_keys__)


_LISTED = {type_: {*_ENUMS.get(type_, ()), *_CODES.get(type_, ())} for type_ in (*_ENUMS, *_CODES)}
"""Fields that the tables above treat at length."""
_NOT_OF_KIND: dict[str, tuple[str, tuple[str, ...]]] = {
    "enum": (_STRUCT, ('"nothing"', '""', "false")),
    "code": (_STRUCT, ('"A b"', '"劳动"', "5")),
    "boolean": ("STRUCT_TYPE", ("1", '"true"', "null")),
    "money": (_STRUCT, ('"1"', '"1.555"', "12.5")),
    "area": (_STRUCT, ('"05"', '"58㎡"', "58.5")),
    "day": (f"{_STRUCT} TIME_FORMAT", ('"2025-02-30"', '"20250305"', "20250305")),
    "instant": (f"{_STRUCT} TIME_FORMAT", ('"2025-03-05"', '"2025-03-05T09:30:00"', "1741138200")),
    "authority": (f"{_STRUCT} ENV_DISTRICT_MISMATCH", ('"nobody"', '"self"', '"au-990108-sfj"')),
    "assigner": (f"{_STRUCT} ENV_DISTRICT_MISMATCH", ('"nobody"', '"au-990108-sfj"', "5")),
    "office": (f"{_STRUCT} ENV_DISTRICT_MISMATCH", ('"x"', '"sfs-990108-001"', "1")),
    "text": (_STRUCT, ('"x y"', "5", "[]")),
    "name": (_STRUCT, ('""', "5", "[]")),
    "list": (_STRUCT, ('"x"', "{}", "[[]]")),
    "union": (_STRUCT, ('"x"', "1.5", "[]")),
    "object": (_STRUCT, ('"x"', "5", "[]")),
}


def derived() -> Iterator[Case]:
    """Of every field of every type some values that are none of its kind, read from the declared shapes."""
    for kind in CATALOGUE:
        schema = f"urn:suoheng:{kind.name}:{kind.version}"
        for name, of in fields_of(kind).items():
            if name in _LISTED.get(kind.name, ()):
                continue
            stated: dict[str, Any] = {"dataschema": schema} if name in kind.since else {}
            if of.name == "integer":
                for number in (of.values[0] - 1, of.values[1] + 1):
                    yield changed(f"derived/{kind.name} {name} {number}", "NUM_RANGE", kind.name, data={name: number}, **stated)
            codes, texts = _NOT_OF_KIND.get(of.name, (_STRUCT, ("1.5", '"5"', "null")))
            for text in texts:
                yield instead(f"derived/{kind.name} {name} {text}", codes, text, kind.name, data=name, **stated)
        for name in kind.since:
            later = {name: value_of(fields_of(kind)[name])}
            yield changed(f"version/{kind.name} {name}", "STRUCT_UNKNOWN_FIELD", kind.name, data=later)
        yield changed(f"version/{kind.name}", "SCHEMA_UNKNOWN", kind.name, dataschema=f"{schema[:-1]}{kind.version + 1}")


def _numbers() -> Iterator[Case]:
    for (type_, name), bounds in _INTEGERS.items():
        for number in (*bounds, 2**53 + 1, 2**63, 2**64, -(2**63) - 1):
            yield changed(f"number/{type_} {name} {number}", "NUM_RANGE", type_, data={name: number})
        for text in _NO_INTEGERS:
            yield instead(f"number/{type_} {name} {text}", _STRUCT, text, type_, data=name)
        yield instead(f"number/{type_} {name} of 400 digits", "NUM_RANGE", "9" * 400, type_, data=name)
        yield instead(f"number/{type_} {name} of 4,301 digits", "NUM_RANGE JSON_SYNTAX", "9" * 4_301, type_, data=name)
    for text in ("1", "0", '"true"', "null", "[]", '""', "1.0"):
        for type_, name in _BOOLEANS.items():
            yield instead(f"boolean/{type_} {name} {text}", "STRUCT_TYPE", text, type_, data=name)
    yield changed("number/staff 2023", "NUM_RANGE", "cap.staff.snapshot", data={"staff": 2023})
    revisions: dict[str, tuple[Any, ...]] = {"NUM_RANGE": (1, 0, -2, 2**53 + 1), "STRUCT_TYPE": (2.0, "2", True, None)}
    for code, numbers in revisions.items():
        for number in numbers:
            yield changed(f"number/revision {number!r}", code, op="amend", target="e-1", revision=number)


def _values() -> Iterator[Case]:
    for type_, names in _ENUMS.items():
        for name in names:
            for value in ("", "nothing", "Other", "other ", "自行"):
                yield changed(f"enum/{type_} {name} {value!r}", "STRUCT_VALUE", type_, data={name: value})
            yield instead(f"enum/{type_} {name} of another type", "STRUCT_TYPE", "false", type_, data=name)
    for type_, names in _CODES.items():
        for name in names:
            yield instead(f"code/{type_} {name} 5", "STRUCT_TYPE", "5", type_, data=name)
            for value in _NO_CODES:
                yield changed(f"code/{type_} {name} {value!r}", "STRUCT_VALUE", type_, data={name: value})
    yield from each("money/", "STRUCT_VALUE", _NO_MONEY, "med.case.agreed", data="amount_yuan")
    yield from each("money/disbursed", "STRUCT_VALUE", _NO_MONEY, "cap.fund.disbursed", data="amount_yuan")
    too_much = ("10000000000.00", "-1.00", "-0.01", "99999999999999999999.99")
    yield from each("money/", "NUM_RANGE", too_much, "med.case.agreed", data="amount_yuan")
    yield from each("area/", "NUM_RANGE", ("4.99", "0", "-5", "5000.01", "5001", "99999"), "cap.premises.snapshot", data="area_m2")
    no_area = ("05", "58.123", "58.", ".5", "58㎡", "5e1", "", "58 ", "1,000")
    yield from each("area/", "STRUCT_VALUE", no_area, "cap.premises.snapshot", data="area_m2")
    yield instead("area/a number", "STRUCT_TYPE", "58.5", "cap.premises.snapshot", data="area_m2")
    yield instead("money/a number", "STRUCT_TYPE", "12.50", "med.case.agreed", data="amount_yuan")
    for type_, name in (("reg.office.opened", "name"), ("reg.authority.registered", "name"), ("reg.split.decided", "doc_no")):
        yield from each(f"name/{type_}", "STRUCT_VALUE", ("", "所" * 65, "x" * 10_000), type_, data=name)
    yield from each("code/co_handlers", _STRUCT, ("police", ["Police"], [1], [None], [["police"]], {}), data="co_handlers")


def _ids() -> Iterator[Case]:
    for name, values in _NO_ATTRIBUTES.items():
        yield from each(f"id/{name}", "STRUCT_VALUE", values, attribute=name)
    no_pseudonyms = (SUBJECT[:-1], SUBJECT + "0", SUBJECT.lower(), *(letter + SUBJECT[1:] for letter in "ILOU"), "张三", "")
    yield from each("id/subject", "STRUCT_VALUE", no_pseudonyms, "med.case.failed", attribute="subject")
    yield from each("id/assigned_by", "STRUCT_VALUE", _NO_AUTHORITIES, data="assigned_by")
    yield from each("id/authority", "STRUCT_VALUE", (*_NO_AUTHORITIES, "self"), "cap.fund.disbursed", data="authority")
    yield from each(
        "id/worker", "STRUCT_VALUE", ("w-abc", "w-abcdefghijklm", "W-abcd", "w-ABCD", "wabcd", "w-ab cd", "张三"), data="worker"
    )
    no_types = ("med.case", "med.case.reopened", "MED.CASE.ACCEPTED", "med.case.accepted ", "med.session.adjourned", "reg.rules", "x")
    yield from each("type/", "TYPE_UNKNOWN", no_types, attribute="type")
    urn = f"urn:suoheng:{PLAIN}"
    no_schemas = (f"{urn}:2", urn, f"{urn}:01", f"{urn}:1 ", "urn:suoheng:clk.ticked:1", "https://example.org/x", "")
    yield from each("transport/dataschema", "SCHEMA_UNKNOWN", no_schemas, attribute="dataschema")
    yield changed("transport/partitionkey of another district", "ENV_DISTRICT_MISMATCH", partitionkey="990108")
