"""Well-shaped events that break a rule: times, districts, who may say what, corrections, splits, stars, alert rules."""

from collections.abc import Iterator
from typing import Any

from schemas.events import CATALOGUE
from tests.badness.case import Case, changed
from tests.factories import ABSENT, BUREAU, BUREAU_SOURCE, DISTRICT, OFFICE, OFFICE_SOURCE, STREET, event

_FOREIGN_SOURCE, _FOREIGN_OFFICE, _FOREIGN_AUTHORITY = "/districts/990108/office-1", "sfs-990108-001", "au-990108-sfj"
_NO_INSTANTS = (
    "2025-03-05", "2025-03-05T09:30", "2025-03-05T09:30Z", "2025-03-05T09:30:00", "2025-03-05 09:30:00Z", "2025-03-05t09:30:00Z",
    "2025-03-05T09:30:00z", "20250305T093000Z", "2025-W10-3T09:30:00Z", "2025-064T09:30:00Z", "2025-3-5T09:30:00Z", "25-03-05T09:30:00Z",
    "2025-03-05T24:00:00Z", "2025-03-05T23:60:00Z", "2025-03-05T23:59:60Z", "2016-12-31T23:59:60Z", "2025-03-05T9:30:00Z",
    "2025-02-30T09:30:00Z", "2025-02-29T09:30:00Z", "2025-13-01T09:30:00Z", "2025-00-01T09:30:00Z", "2025-01-00T09:30:00Z",
    "0000-01-01T00:00:00Z", "12025-01-01T00:00:00Z", "-2025-01-01T00:00:00Z", "2025-03-05T09:30:00.Z", "2025-03-05T09:30:00,5Z",
    "2025-03-05T09:30:00.1234567Z", "2025-03-05T09:30:00.12345678901234567890Z", "2025-03-05T09:30:00.1 Z", "2025-03-05T09:30:00.１Z",
    "2025-03-05T09:30:00.²Z", "2025-03-05T09:30:00+08", "2025-03-05T09:30:00+0800", "2025-03-05T09:30:00+8:00", "2025-03-05T09:30:00+24:00",
    "2025-03-05T09:30:00+08:60", "2025-03-05T09:30:00+08:00:00", "2025-03-05T09:30:00 +08:00", "2025-03-05T09:30:00UTC", "2025-03-05T09:30:00ZZ",
    "2025-03-05T09:30:00−08:00", "2025-03-05T09:30:00Z ", " 2025-03-05T09:30:00Z", "2025-03-05T09:30:00Z\n", "２０２５-03-05T09:30:00Z",
    "2025/03/05T09:30:00Z", "2025年3月5日", "now", "1741138200", "", "T", ".", "2025-03-05T09:30:00.", "2025-03-05T09:30:00.5", "2025-03-05T09:30:0.5Z",
)  # fmt: skip
_NOT_AMENDING: tuple[dict[str, Any], ...] = ({}, {"op": "assert"})
_NO_DAYS = ("2025-02-30", "2025-3-5", "20250305", "2025-W10-3", "2025-064", "0000-01-01", "2025-13-01", "2025-03-05T00:00:00Z", "05.03.2025", "", "2025-03",
            "２０２５-03-05", "2025-03-05 ", "2025年3月5日", "2025-02-29", "2100-02-29")  # fmt: skip
_DAYS = (("med.case.agreed", "perform_due_on"), ("cor.subject.due", "report_by"), ("reg.office.opened", "opened_on"),
         ("reg.office.closed", "closed_on"), ("reg.split.decided", "valid_from"), ("reg.period.closed", "window_start"))  # fmt: skip


def cases() -> Iterator[Case]:
    """All of the class."""
    yield from _times()
    yield from _districts()
    yield from _bureau()
    yield from _corrections()
    yield from _splits()
    yield from _stars()
    yield from _alert_rules()
    yield from _calendars()


def _times() -> Iterator[Case]:
    for text in _NO_INSTANTS:
        yield changed(f"time/{text!r}", "TIME_FORMAT", time=text)
        yield changed(f"time/recorded {text!r}", "TIME_FORMAT", recordedtime=text)
        yield changed(f"time/due {text!r}", "TIME_FORMAT", "soc.task.assigned", data={"due_at": text})
    yield changed("time/due without a local day", "TIME_FORMAT", "soc.task.assigned", data={"due_at": "9999-12-31T23:00:00Z"})
    yield changed("time/due before all local days", "TIME_FORMAT", "soc.task.assigned", data={"due_at": "0001-01-01T00:00:00+12:00"})
    for type_, name in _DAYS:
        for text in _NO_DAYS:
            yield changed(f"day/{type_} {name} {text!r}", "TIME_FORMAT", type_, data={name: text})
    for text in ("2999-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2900-01-01T00:00:00.000001+08:00"):
        yield changed(f"time/future {text}", "TIME_FUTURE", time=text)
    for text in (
        "1989-12-31T15:59:59.999999Z",
        "1989-12-31T23:59:59+08:00",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "1066-10-14T09:00:00Z",
    ):
        yield changed(f"time/old {text}", "TIME_TOO_OLD", time=text)
    for text in ("2025-03-05T09:24:59.999999+08:00", "2025-03-05T01:24:59Z", "2024-03-05T09:30:00+08:00", "0001-01-01T00:00:00Z"):
        yield changed(f"time/order {text}", "TIME_ORDER", time="2025-03-05T09:30:00+08:00", recordedtime=text)


def _districts() -> Iterator[Case]:
    for name, key in {"none": None, "empty": b"", "other": b"990108", "space": b"990107 ", "longer": b"9901070", "office": b"sfs-990107-001",
                      "UTF-16": DISTRICT.encode("utf-16-le"), "full width": "９９０１０７".encode(), "NUL": b"990107\x00"}.items():  # fmt: skip
        yield changed(f"key/{name}", "ENV_KEY_MISMATCH", key=key)
    yield changed("key/other, for the bureau", "ENV_KEY_MISMATCH", "clk.ticked", key=b"990108")
    codes = "ENV_DISTRICT_MISMATCH ENV_KEY_MISMATCH"
    yield changed("district/other than all the rest", codes, district="990108")
    yield changed("district/other than all the rest, under its key", codes, district="990108", key=b"990108")
    yield changed("district/source", codes, source=_FOREIGN_SOURCE)
    yield changed("district/office", codes, office=_FOREIGN_OFFICE)
    yield changed("district/assigned_by", codes, data={"assigned_by": _FOREIGN_AUTHORITY})
    yield changed("district/assigned_by of a task", codes, "soc.task.assigned", data={"assigned_by": _FOREIGN_AUTHORITY})
    yield changed("district/authority that pays", codes, "cap.fund.disbursed", data={"authority": _FOREIGN_AUTHORITY})
    yield changed("district/authority registered", codes, "reg.authority.registered", data={"authority": _FOREIGN_AUTHORITY})
    for type_ in ("reg.office.opened", "reg.office.closed", "reg.split.decided"):
        yield changed(f"district/office of {type_}", codes, type_, data={"office": _FOREIGN_OFFICE})
    yield changed("district/merged_into", codes, "reg.office.closed", data={"merged_into": _FOREIGN_OFFICE})
    split: dict[str, Any] = {"dataschema": "urn:suoheng:reg.office.opened:2"}
    yield changed("district/split_from", codes, "reg.office.opened", data={"split_from": _FOREIGN_OFFICE}, **split)
    yield changed("split_from/the office itself", "STRUCT_VALUE", "reg.office.opened", data={"split_from": OFFICE}, **split)
    shares = [{"authority": STREET, "bp": 5_000}, {"authority": _FOREIGN_AUTHORITY, "bp": 5_000}]
    yield changed("district/share", codes, "reg.split.decided", data={"shares": shares})
    for subjects, foreign in (("office", _FOREIGN_OFFICE), ("authority", _FOREIGN_AUTHORITY), ("district", "990108")):
        rule = event("reg.rules.published")["data"]["rules"][0] | {"subjects": subjects, "only": [foreign]}
        rule |= {"mode": "full"} if subjects == "authority" else {}
        yield changed(f"district/rule for a foreign {subjects}", codes, "reg.rules.published", data={"rules": [rule]})
    rule = _daily(event("reg.rules.published")["data"]["rules"][0]) | {"silence": "days", "subjects": "source", "only": [_FOREIGN_SOURCE]}
    yield changed("district/rule for a foreign source", codes, "reg.rules.published", data={"rules": [rule]})
    for source in (_FOREIGN_SOURCE, "/districts/990108/bureau"):
        yield changed(
            f"district/targetsource {source}", codes, source=BUREAU_SOURCE, op="amend", target="e-1", revision=2, targetsource=source
        )


def _bureau() -> Iterator[Case]:
    for kind in CATALOGUE:
        if kind.family in ("reg", "clk"):
            for publisher in ("office-1", "bureau-2", "bureaux", "the-bureau"):
                yield changed(
                    f"bureau/{kind.name} by {publisher}", "DOMAIN_NOT_BUREAU", kind.name, source=f"/districts/{DISTRICT}/{publisher}"
                )
    yield changed(
        "bureau/amended by an office", "DOMAIN_NOT_BUREAU", "reg.office.opened", source=OFFICE_SOURCE, op="amend", target="e-1", revision=2
    )
    yield changed(
        "bureau/amendment of another's",
        "DOMAIN_NOT_BUREAU",
        op="amend",
        target="e-1",
        revision=2,
        targetsource=f"/districts/{DISTRICT}/office-2",
    )
    yield changed("bureau/retraction of another's", "DOMAIN_NOT_BUREAU", "dat.event.retracted", targetsource=BUREAU_SOURCE)


def _corrections() -> Iterator[Case]:
    yield changed("amend/no target, no revision", "STRUCT_MISSING", op="amend")
    yield changed("amend/no target", "STRUCT_MISSING", op="amend", revision=2)
    yield changed("amend/no revision", "STRUCT_MISSING", op="amend", target="e-1")
    for op in _NOT_AMENDING:
        yield changed(f"amend/target without {op}", "STRUCT_UNKNOWN_FIELD STRUCT_VALUE", target="e-1", **op)
        yield changed(f"amend/revision without {op}", "STRUCT_UNKNOWN_FIELD STRUCT_VALUE", revision=2, **op)
        yield changed(f"amend/both without {op}", "STRUCT_UNKNOWN_FIELD STRUCT_VALUE", target="e-1", revision=2, **op)
        yield changed(f"amend/targetsource without {op}", "STRUCT_UNKNOWN_FIELD STRUCT_VALUE", targetsource=OFFICE_SOURCE, **op)
        yield changed(f"amend/retraction with target {op}", "STRUCT_UNKNOWN_FIELD STRUCT_VALUE", "dat.event.retracted", target="e-1", **op)
    for word in ("retract", "Amend", "", "replace", "delete"):
        yield changed(f"amend/op {word!r}", "STRUCT_VALUE", op=word, target="e-1", revision=2)
    for target in ("", "a b", "x" * 65, "/districts/990107/office-1#e-1"):
        yield changed(f"amend/target {target[:10]!r}", "STRUCT_VALUE", op="amend", target=target, revision=2)
        yield changed(f"amend/retracted target {target[:10]!r}", "STRUCT_VALUE", "dat.event.retracted", data={"target": target})
    yield changed("amend/retraction as amendment", "STRUCT_VALUE", "dat.event.retracted", op="amend", target="e-1", revision=2)
    yield changed(
        "amend/targetsource misshapen", "STRUCT_VALUE", source=BUREAU_SOURCE, op="amend", target="e-1", revision=2, targetsource="office-1"
    )


def _splits() -> Iterator[Case]:
    sums: dict[str, list[tuple[str, int]]] = {
        "none": [],
        "9999": [(STREET, 9_999)],
        "0": [(STREET, 0)],
        "10001": [(STREET, 7_000), (BUREAU, 3_001)],
        "20000": [(STREET, 10_000), (BUREAU, 10_000)],
        "one authority twice": [(STREET, 5_000), (STREET, 5_000)],
        "one authority twice, once with 0": [(STREET, 10_000), (STREET, 0)],
    }
    for name, shares in sums.items():
        parts = [{"authority": authority, "bp": bp} for authority, bp in shares]
        yield changed(f"split/{name}", "DOMAIN_SHARES_SUM", "reg.split.decided", data={"shares": parts})
    for name, bp, code in (("10001", 10_001, "NUM_RANGE"), ("-1", -1, "NUM_RANGE"), ("half", 0.5, "STRUCT_TYPE"), ("10000.0", 10_000.0, "STRUCT_TYPE"),
                           ("text", "10000", "STRUCT_TYPE"), ("true", True, "STRUCT_TYPE"), ("null", None, "STRUCT_TYPE")):  # fmt: skip
        yield changed(f"split/bp {name}", code, "reg.split.decided", data={"shares": [{"authority": STREET, "bp": bp}]})
    for name, given, code in (("no list", {STREET: 10_000}, "STRUCT_TYPE"), ("no objects", [10_000], "STRUCT_TYPE"), ("null", None, "STRUCT_TYPE"),
                              ("no bp", [{"authority": STREET}], "STRUCT_MISSING"), ("no authority", [{"bp": 10_000}], "STRUCT_MISSING"),
                              ("more", [{"authority": STREET, "bp": 10_000, "note": 1}], "STRUCT_UNKNOWN_FIELD"),
                              ("self", [{"authority": "self", "bp": 10_000}], "STRUCT_VALUE")):  # fmt: skip
        yield changed(f"split/shares {name}", code, "reg.split.decided", data={"shares": given})


def _stars() -> Iterator[Case]:
    yield changed("stars/award without level", "STRUCT_MISSING STRUCT_VALUE", "cap.rating.awarded", data={"level": ABSENT})
    for type_ in ("cap.rating.awarded", "cap.rating.withdrawn"):
        for programme in ("five_good", "prov_standard", "prov_excellent", "city_model", "fengqiao"):
            yield changed(f"stars/{type_} {programme}", "STRUCT_VALUE", type_, data={"programme": programme, "level": 5})


def _alert_rules() -> Iterator[Case]:
    rule = event("reg.rules.published")["data"]["rules"][0]
    wrong: dict[str, object] = {
        "no list": rule,
        "null": None,
        "a text": "x",
        "not objects": [1],
        "an empty rule": [{}],
        "an id twice": [rule, rule],
        "two thresholds": [rule | {"above": "1"}],
        "no threshold": [{name: value for name, value in rule.items() if name != "below"}],
        "a threshold that is no number": [rule | {"below": "much"}],
        "an unknown field": [rule | {"note": "x"}],
        "an authority without mode": [rule | {"subjects": "authority"}],
        "a strange subject": [rule | {"only": ["me"]}],
        "two series": [rule | {"silence": "days"}],
        "a deadline that nobody knows": [_daily(rule) | {"deadline": "med_forget", "within": 1}],
        "a deadline without a view": [_daily(rule) | {"deadline": "med_conclude"}],
        "silence of a district": [_daily(rule) | {"silence": "days", "subjects": "district"}],
        "a source that is none": [_daily(rule) | {"silence": "days", "subjects": "source", "only": ["office-1"]}],
        "65 rules": [rule | {"id": f"r{n}"} for n in range(65)],
        "a title of 65 characters": [rule | {"title": {"zh": "率" * 65, "en": "x"}}],
    }
    for name, rules in wrong.items():
        yield changed(f"rules/{name}", "STRUCT_VALUE STRUCT_TYPE", "reg.rules.published", data={"rules": rules})


def _daily(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule without its indicator, by day."""
    return {name: value for name, value in rule.items() if name != "indicator"} | {"window": "day"}


def _calendars() -> Iterator[Case]:
    wrong: dict[str, dict[str, object]] = {
        "no year": {"year": ABSENT},
        "no days off": {"off": ABSENT},
        "no days worked": {"worked": ABSENT},
        "no document": {"doc_no": ABSENT},
        "days that are no list": {"off": "2025-01-01"},
        "a day that is a number": {"off": [20250101]},
        "a day that does not exist": {"off": ["2025-02-29"]},
        "a day of another form": {"worked": ["2025-1-26"]},
        "a day of another year": {"off": ["2024-12-31"]},
        "a day worked of another year": {"worked": ["2026-01-04"]},
        "a day twice": {"off": ["2025-01-01", "2025-01-01"]},
        "a day off and worked": {"off": ["2025-01-26"], "worked": ["2025-01-26"]},
        "so many days off that no weekday might be left": {"off": [f"2025-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(201)]},
        "a year before all events": {"year": 1989, "off": [], "worked": []},
        "a year beyond all tables": {"year": 2150, "off": [], "worked": []},
        "a year that is a text": {"year": "2025"},
        "an unknown field": {"note": "x"},
    }
    for name, data in wrong.items():
        codes = "STRUCT_MISSING STRUCT_VALUE STRUCT_TYPE STRUCT_UNKNOWN_FIELD NUM_RANGE TIME_FORMAT"
        yield changed(f"calendar/{name}", codes, "reg.calendar.decided", data=data)
