"""The rules between the attributes of one event; and its content, which is what "same content" compares.

Content is the event with instants as microseconds, without what only concerns its transport, and without what says the same as leaving it out.
"""

from typing import Any

from schemas.events import CATALOGUE, KINDS
from streams.core.data_rules import FOREIGN, RULES
from streams.core.instants import DAY_US, LOCAL_OFFSET_US, SECOND_US, day_number, instant
from streams.core.refusal import Malformed, Refusal
from streams.core.texts import OFFICES, PUBLISHERS

Fields = dict[str, Any]

TOLERANCE_US = 300 * SECOND_US
"""How far clocks may be apart: 5 minutes."""
OLDEST_US = day_number("1990-01-01") * DAY_US - LOCAL_OFFSET_US

_TRANSPORT = ("traceparent", "tracestate", "datacontenttype", "dataschema", "partitionkey")
_ALWAYS_THERE = len(("specversion", "id", "source", "type", "time", "district", "data"))
_SCHEMAS = [{f"urn:suoheng:{kind.name}:{n}": n for n in range(1, kind.version + 1)} for kind in CATALOGUE]
LATER_FIELDS = {number: kind.since for number, kind in enumerate(CATALOGUE) if kind.since}
"""By kind: fields that the first version of its schema does not have."""
_RETRACTED = KINDS["dat.event.retracted"]


def settle(event: Fields, key: bytes | None, appended_ms: int) -> tuple[int, int]:
    """Hold a well-shaped event against the rules and turn it into its content, in place; its time in microseconds and its kind.

    `appended_ms` is the record's append time, the only clock there is. Raises `Refusal`; the event may then be half turned.
    """
    kind = KINDS[event["type"]]
    district, data = event["district"], event["data"]
    usual = _ALWAYS_THERE + ("subject" in event) + ("sequence" in event)
    at = "source"
    try:
        is_bureau = _is_bureau(event[at], district, key)
        at = "time"
        time_us = event[at] = instant(event[at])
        at = "recordedtime"
        if at in event:
            usual += 1
            event[at] = instant(event[at])
        _check_times(time_us, event.get(at, time_us), appended_ms)
        at = "office"
        if at in event:
            usual += 1
            if OFFICES[event[at]] != district:
                raise Refusal("ENV_DISTRICT_MISMATCH", f"office: {FOREIGN}")
        elif not is_bureau and kind != _RETRACTED:
            raise Refusal("DOMAIN_NOT_BUREAU", "source: only the bureau's source may say this")
        for at, rule in RULES[kind]:  # noqa: B007 (read below, when a rule finds a text malformed)
            rule(data, district)
        if kind in LATER_FIELDS:
            _check_version(event, kind)
        if len(event) != usual:
            at = "targetsource"
            _settle_rare(event, kind, is_bureau=is_bureau)
    except Malformed as complaint:
        raise Refusal(complaint.code, f"{at}: {complaint.detail}") from None
    return time_us, kind


def _is_bureau(source: str, district: str, key: bytes | None) -> bool:
    """Whether the bureau speaks; source, event and key must agree on the district."""
    publisher = PUBLISHERS[source]
    if publisher.district != district:
        raise Refusal("ENV_DISTRICT_MISMATCH", f"source: {FOREIGN}")
    if key != publisher.key:
        raise Refusal("ENV_KEY_MISMATCH", "the record's key is not the event's district")
    return publisher.is_bureau


def _check_times(time_us: int, recorded_us: int, appended_ms: int) -> None:
    if time_us < OLDEST_US:
        raise Refusal("TIME_TOO_OLD", "time: before 1990-01-01 local")
    if time_us > appended_ms * 1000 + TOLERANCE_US:
        raise Refusal("TIME_FUTURE", "time: more than 5 minutes after the record was appended")
    if recorded_us < time_us - TOLERANCE_US:
        raise Refusal("TIME_ORDER", "recordedtime: more than 5 minutes before time")


def _settle_rare(event: Fields, kind: int, *, is_bureau: bool) -> None:
    """The attributes that few events have."""
    amends = event.get("op") == "amend"
    if amends:
        _require_target(event, kind)
    else:
        event.pop("op", None)
        _refuse_target(event, kind)
    if "targetsource" in event:
        _settle_targetsource(event, is_bureau=is_bureau)
    if event.get("partitionkey", event["district"]) != event["district"]:
        raise Refusal("ENV_DISTRICT_MISMATCH", "partitionkey: must be the district")
    if "dataschema" in event and event["dataschema"] not in _SCHEMAS[kind]:
        raise Refusal("SCHEMA_UNKNOWN", "dataschema: there is no such schema; leave it out for version 1")
    for attribute in _TRANSPORT:
        event.pop(attribute, None)


def _check_version(event: Fields, kind: int) -> None:
    """No fields of a later version of the schema than the event states; that there is such a version is checked elsewhere."""
    version = _SCHEMAS[kind].get(event.get("dataschema", ""), 1)
    for name in event["data"]:
        if LATER_FIELDS[kind].get(name, 1) > version:
            raise Refusal("STRUCT_UNKNOWN_FIELD", f"data.{name}: no such field in version 1; name the version in `dataschema`")


def _require_target(event: Fields, kind: int) -> None:
    if kind == _RETRACTED:
        raise Refusal("STRUCT_VALUE", "op: a retraction amends nothing")
    for attribute in ("target", "revision"):
        if attribute not in event:
            raise Refusal("STRUCT_MISSING", f"{attribute}: required with op=amend")


def _refuse_target(event: Fields, kind: int) -> None:
    """A retraction names its target in `data`, and the target's source in the envelope."""
    for attribute in ("target", "revision") if kind == _RETRACTED else ("target", "revision", "targetsource"):
        if attribute in event:
            raise Refusal("STRUCT_UNKNOWN_FIELD", f"{attribute}: only with op=amend")


def _settle_targetsource(event: Fields, *, is_bureau: bool) -> None:
    """Naming the own source says the same as naming none."""
    target_source = event["targetsource"]
    if PUBLISHERS[target_source].district != event["district"]:
        raise Refusal("ENV_DISTRICT_MISMATCH", f"targetsource: {FOREIGN}")
    if target_source == event["source"]:
        del event["targetsource"]
    elif not is_bureau:
        raise Refusal("DOMAIN_NOT_BUREAU", "targetsource: only the bureau may name another source")
