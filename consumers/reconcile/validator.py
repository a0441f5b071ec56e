"""One message into one event, or the reason why it is a dead letter: the second validator, written from the contract's text alone."""

import json
import re
from collections.abc import Sequence
from typing import Any

from consumers.reconcile.checks import EVENT_ID, SUBJECT, integer, office, text
from consumers.reconcile.event import Event, Identity, Message
from consumers.reconcile.partitioner import partition_of
from consumers.reconcile.private import check_private
from consumers.reconcile.reading import MAX_BYTES, Refused, day_ordinal, instant_us, local_day, parse_object
from consumers.reconcile.vocabulary import TYPES, check_data, family

FIVE_MINUTES_US = 300_000_000
OLDEST_DAY = day_ordinal("1990-01-01")

_DISTRICT = re.compile(r"[0-9]{6}")
_SOURCE = re.compile(r"/districts/([0-9]{6})/[a-z0-9-]{1,32}")
_SEQUENCE = re.compile(r"0|[1-9][0-9]{0,17}")
_JSON = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-8"?)?', re.IGNORECASE)
_REVISION = integer(2, 2**53)
_REQUIRED = frozenset(("specversion", "id", "source", "type", "time", "district", "data"))
_ATTRIBUTES = _REQUIRED | {
    "office", "subject", "sequence", "recordedtime", "op", "target", "revision", "targetsource", "datacontenttype", "dataschema", "partitionkey",
    "traceparent", "tracestate",
}  # fmt: skip


def read_event(message: Message, partitions: int | None = None) -> Event:
    """The event of a message; `partitions` is the topic's partition count (None: the partition is not judged). Raises `Refused`."""
    partition, offset, appended_ms, key, value, headers = message
    attributes, raw_text = _attributes(value, headers)
    check_private(attributes, raw_text)
    _check_attributes(attributes)
    type_, district, source = attributes["type"], attributes["district"], attributes["source"]
    if key is None or key != district.encode():
        raise Refused("ENV_KEY_MISMATCH", district)
    if partitions is not None and partition_of(key, partitions) != partition:
        raise Refused("ENV_WRONG_PARTITION", f"belongs to {partition_of(key, partitions)}")
    if family(type_) == "reg" or type_ == "clk.ticked":
        _check_bureau(source, district, type_)
    data = check_data(type_, attributes["data"], district)
    time, recorded = _check_times(attributes, appended_ms)
    return Event(
        source=source,
        id=attributes["id"],
        type=type_,
        time=time,
        district=district,
        office=attributes.get("office", ""),
        subject=attributes.get("subject", ""),
        data=data,
        op=attributes.get("op", "assert"),
        target=_target(attributes, data),
        revision=attributes.get("revision", 0),
        sequence=attributes.get("sequence", ""),
        recordedtime=recorded,
        partition=partition,
        offset=offset,
        appended_ms=appended_ms,
    )


def _attributes(value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> tuple[dict[str, Any], str]:
    """The event's attributes, whichever mode it was sent in, and the text in which private data are looked for."""
    parsed, raw_text = parse_object(value)
    media_types = [(content or b"").decode("utf-8", "replace").strip() for name, content in headers if name.lower() == "content-type"]
    structured = any(re.fullmatch(r"application/cloudevents\+json\s*(;.*)?", one, re.IGNORECASE | re.DOTALL) for one in media_types)
    if structured or not any(name in ("ce_specversion", "ce_id", "ce_type") for name, _ in headers):
        return parsed, raw_text
    if not all(one == "" or _JSON.fullmatch(one) for one in media_types):
        raise Refused("STRUCT_VALUE", "content-type")
    attributes: dict[str, Any] = {"data": parsed}
    for name, content in headers:
        if not name.startswith("ce_"):
            continue
        attribute = name[3:]
        if attribute in attributes:
            raise Refused("JSON_DUPLICATE_KEY", name)
        try:
            attributes[attribute] = (content or b"").decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("BYTES_ENCODING", name) from None
    if any(media_types):
        attributes.setdefault("datacontenttype", "application/json")
    revision = attributes.get("revision")
    if revision is not None and re.fullmatch(r"[1-9][0-9]{0,18}", revision):
        attributes["revision"] = int(revision)
    _check_size(value or b"", {name: content for name, content in attributes.items() if name != "data"})
    return attributes, "\n".join([raw_text, *(v for v in attributes.values() if isinstance(v, str))])


def _check_size(value: bytes, attributes: dict[str, Any]) -> None:
    """An event in binary mode is as large as it would be in structured mode, without spaces around its data."""
    size = len(json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode()) + len(',"data":') + len(value)
    if size > MAX_BYTES:
        raise Refused("BYTES_TOO_LARGE", f"{size} bytes in structured mode")


def _check_attributes(attributes: dict[str, Any]) -> None:
    if unknown := attributes.keys() - _ATTRIBUTES:
        raise Refused("STRUCT_UNKNOWN_FIELD", " ".join(sorted(unknown)))
    if missing := _REQUIRED - attributes.keys():
        raise Refused("STRUCT_MISSING", " ".join(sorted(missing)))
    for name, value in attributes.items():
        if name not in ("data", "revision"):
            text(value)
    type_, district = attributes["type"], attributes["district"]
    if attributes["specversion"] != "1.0" or not EVENT_ID.fullmatch(attributes["id"]) or not _DISTRICT.fullmatch(district):
        raise Refused("STRUCT_VALUE", "specversion, id or district")
    if type_ not in TYPES:
        raise Refused("TYPE_UNKNOWN", type_)
    _check_source(attributes["source"], district)
    _check_place(attributes, type_, district)
    _check_operation(attributes, type_, district)
    _check_transport(attributes, type_, district)


def _check_source(source: str, district: str) -> None:
    found = _SOURCE.fullmatch(source)
    if not found:
        raise Refused("STRUCT_VALUE", source)
    if found[1] != district:
        raise Refused("ENV_DISTRICT_MISMATCH", source)


def _check_place(attributes: dict[str, Any], type_: str, district: str) -> None:
    of_office = family(type_) in ("business", "dat")
    if of_office != ("office" in attributes):
        raise Refused("STRUCT_MISSING" if of_office else "STRUCT_UNKNOWN_FIELD", "office")
    if of_office:
        office(attributes["office"], district)
    has_subject = TYPES[type_].subject
    if has_subject is not None and has_subject != ("subject" in attributes):
        raise Refused("STRUCT_MISSING" if has_subject else "STRUCT_UNKNOWN_FIELD", "subject")
    if "subject" in attributes and not SUBJECT.fullmatch(attributes["subject"]):
        raise Refused("STRUCT_VALUE", "subject")


def _check_operation(attributes: dict[str, Any], type_: str, district: str) -> None:
    op = attributes.get("op", "assert")
    if op not in ("assert", "amend") or (op == "amend" and type_ == "dat.event.retracted"):
        raise Refused("STRUCT_VALUE", "op")
    for name in ("target", "revision"):
        if (name in attributes) != (op == "amend"):
            raise Refused("STRUCT_MISSING" if op == "amend" else "STRUCT_UNKNOWN_FIELD", name)
    if op == "amend":
        if not EVENT_ID.fullmatch(attributes["target"]):
            raise Refused("STRUCT_VALUE", "target")
        _REVISION(attributes["revision"], district)
    if "targetsource" in attributes:
        if op != "amend" and type_ != "dat.event.retracted":
            raise Refused("STRUCT_UNKNOWN_FIELD", "targetsource")
        _check_source(attributes["targetsource"], district)
        if attributes["targetsource"] != attributes["source"]:
            _check_bureau(attributes["source"], district, "targetsource")


def _check_transport(attributes: dict[str, Any], type_: str, district: str) -> None:
    if attributes.get("datacontenttype", "application/json") != "application/json" or attributes.get("partitionkey", district) != district:
        raise Refused("STRUCT_VALUE", "datacontenttype or partitionkey")
    if "sequence" in attributes and not _SEQUENCE.fullmatch(attributes["sequence"]):
        raise Refused("STRUCT_VALUE", "sequence")
    _check_version(attributes, type_)


def _check_version(attributes: dict[str, Any], type_: str) -> None:
    """The version that the event states exists, and its data hold no field of a later one."""
    added = TYPES[type_].added
    versions = {f"urn:suoheng:{type_}:{number}": number for number in {1, *added.values()}}
    stated = attributes.get("dataschema", f"urn:suoheng:{type_}:1")
    if stated not in versions:
        raise Refused("SCHEMA_UNKNOWN", stated)
    for name in attributes["data"] if type(attributes["data"]) is dict else ():
        if added.get(name, 1) > versions[stated]:
            raise Refused("STRUCT_UNKNOWN_FIELD", name)


def _check_bureau(source: str, district: str, what: str) -> None:
    if source != f"/districts/{district}/bureau":
        raise Refused("DOMAIN_NOT_BUREAU", what)


def _check_times(attributes: dict[str, Any], appended_ms: int) -> tuple[int, int | None]:
    time = instant_us(attributes["time"])
    if local_day(time) < OLDEST_DAY:
        raise Refused("TIME_TOO_OLD", attributes["time"])
    if time > appended_ms * 1000 + FIVE_MINUTES_US:
        raise Refused("TIME_FUTURE", attributes["time"])
    recorded = instant_us(attributes["recordedtime"]) if "recordedtime" in attributes else None
    if recorded is not None and recorded < time - FIVE_MINUTES_US:
        raise Refused("TIME_ORDER", attributes["recordedtime"])
    return time, recorded


def _target(attributes: dict[str, Any], data: dict[str, Any]) -> Identity | None:
    named = attributes.get("target") or (data["target"] if attributes["type"] == "dat.event.retracted" else None)
    return (attributes.get("targetsource", attributes["source"]), named) if named else None
