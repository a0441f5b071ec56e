"""Rows of the smaller outputs of a slice: admitted events, registry, sources, conservation."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from orjson import dumps

from schemas.outputs import MOST_GAPS
from streams.core.admit import Admission
from streams.core.lifecycles.slots import AUTHORITY, CALENDAR, KIND, KINDS, OFFICE_LIFE, PAYLOAD, PERIOD, SPLIT, Slot, T
from streams.core.splits import in_force
from streams.core.state import Counts, District
from streams.core.values import Put
from streams.core.windows import to_date

_IS_OPENED = KINDS["reg.office.opened"]


def rfc3339(us: int) -> str:
    """UTC with milliseconds."""
    return f"{_second(us // 1_000_000)}.{us // 1000 % 1000:03d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def admitted(admission: Admission, partition: int, epoch: int, put: Put) -> None:
    """Every event admitted in the slice, with its position and its text as it was published."""
    code, of_epoch = admission.district.code, epoch << 48
    known_ms, at = -1, ""
    for (source, ident), offset, appended_ms, text in admission.admitted:
        if appended_ms != known_ms:  # the records of one batch were appended together
            known_ms, at = appended_ms, rfc3339(appended_ms * 1000)
        head = (
            f'{{"district":"{code}","partition":{partition},"offset":{offset},"appended_at":"{at}","version":{of_epoch | offset},"event":'
        )
        put((f"{code}|{source}|{ident}".encode(), head.encode() + text + b"}"))


def registry(admission: Admission, version: int, epoch: int, put: Put) -> None:
    """The registry rows of what the slice changed: offices, authorities, splits, closed periods, today."""
    district = admission.district
    for (domain, key), before in admission.before.items():
        if domain in _ROWS:
            old, new = _ROWS[domain](district, key, before), _ROWS[domain](district, key, district.records[domain][key])
            kind = _KIND_NAMES[domain]
            for ident in {**old, **new}:
                if old.get(ident) != new.get(ident):
                    fields = new.get(ident) or old[ident]
                    if domain == PERIOD:
                        fields = fields | {"closed_version": epoch << 48 | fields["closed_version"]}
                    _put_row(put, district.code, kind, ident, {"gone": ident not in new, **fields, "version": version})
    if district.today is not None and district.today != admission.old_today:
        _put_row(put, district.code, "district", district.code, {"gone": False, "today": str(to_date(district.today)), "version": version})


def _put_row(put: Put, code: str, kind: str, ident: str, fields: dict[str, Any]) -> None:
    put((f"{code}|{kind}|{ident}".encode(), dumps({"district": code, "kind": kind, "id": ident, **fields})))


Rows = dict[str, dict[str, Any]]
"""Id of a registry row -> its fields."""


def _office(district: District, office: int, slots: Any) -> Rows:
    opening = next((s for s in reversed(slots) if s[KIND] == _IS_OPENED), None)
    closing = next((s for s in reversed(slots) if s[KIND] != _IS_OPENED), None)
    if opening is None:
        return {}
    closed_on, merged_into = closing[PAYLOAD] if closing else (None, None)
    ident = district.offices[office]
    opened_on, name, split_from = opening[PAYLOAD]
    fields = {"office": ident, "name": name, "opened_on": str(to_date(opened_on)), "split_from": split_from}
    return {ident: {**fields, "closed_on": None if closed_on is None else str(to_date(closed_on)), "merged_into": merged_into}}


def _authority(district: District, authority: int, slots: Any) -> Rows:
    ident = district.authorities[authority]
    return {ident: {"authority": ident, "name": slots[-1][PAYLOAD][1], "authority_kind": slots[-1][PAYLOAD][0]}} if slots else {}


def _splits(district: District, key: tuple[int, str, str], slots: Any) -> Rows:
    office, role, category = district.offices[key[0]], key[1], key[2]
    rows: Rows = {}
    for day, slot in in_force(slots).items():
        _, shares, doc_no = slot[PAYLOAD]
        rows[f"{office}:{role}:{category}:{to_date(day)}"] = {
            "office": office,
            "role": role,
            "cost_category": category,
            "valid_from": str(to_date(day)),
            "shares": [{"authority": district.authorities[a], "bp": bp} for a, bp in shares],
            "doc_no": doc_no,
            "decided_at": rfc3339(slot[T]),
        }
    return rows


def _period(_district: District, key: tuple[str, str], slots: Any) -> Rows:
    """The last live closing holds; its offset tells which rows came after it."""
    last: Slot | None = slots[-1] if slots else None
    return {} if last is None else {f"{key[0]}:{key[1]}": {"window_kind": key[0], "window_start": key[1], "closed_version": last[PAYLOAD]}}


def _calendar(_district: District, year: int, slots: Any) -> Rows:
    """What was decided last of a year."""
    if not slots:
        return {}
    (off, worked), doc_no = slots[-1][PAYLOAD]
    days = {"off": [str(to_date(day)) for day in off], "worked": [str(to_date(day)) for day in worked]}
    return {str(year): {"year": year, **days, "doc_no": doc_no, "decided_at": rfc3339(slots[-1][T])}}


_ROWS: dict[int, Any] = {OFFICE_LIFE: _office, AUTHORITY: _authority, SPLIT: _splits, PERIOD: _period, CALENDAR: _calendar}
_KIND_NAMES = {OFFICE_LIFE: "office", AUTHORITY: "authority", SPLIT: "split", PERIOD: "period", CALENDAR: "calendar"}


def sources(admission: Admission, version: int, put: Put) -> None:
    """The sequence ledgers that moved."""
    code = admission.district.code
    for source in admission.sources:
        ledger = admission.district.ledgers[source]
        row = {
            "district": code,
            "source": source,
            "high_water": ledger.high_water,
            "gaps": ledger.gaps(MOST_GAPS),
            "gaps_first_seen": [rfc3339(at) for at in ledger.first_seen(MOST_GAPS)],
            "last_seen": rfc3339(ledger.last_seen),
            "version": version,
        }
        put((f"{code}|{source}".encode(), dumps(row)))


def conservation(code: str, partition: int, counts: Counts, version: int, put: Put) -> None:
    """What became of every event read so far."""
    row = {
        "district": code,
        "partition": partition,
        "read": counts.read,
        "admitted": counts.admitted,
        "duplicates": counts.duplicates,
        "dead_letters": counts.dead,
        "pending": counts.pending,
        "version": version,
    }
    put((f"{code}|{partition}".encode(), dumps(row)))
