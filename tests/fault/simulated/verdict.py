"""The judge of a run: what the topics and the store hold against what the log says, by the oracle (`consumers.reconcile`) and by counting.

Findings are lines of text, each beginning with its invariant (reliability.md, section 1); none means that the run ended as it must.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from consumers.reconcile.admission import District
from consumers.reconcile.compare import compare
from consumers.reconcile.oracle import by_key, expected
from consumers.reconcile.stored import Stored
from streams.core.message import Message
from tests.fault.simulated.broker import Broker, Record
from tests.fault.simulated.shell import NAMES
from tests.fault.simulated.store import Store

Row = dict[str, Any]
VALUE_KEY = ("district", "indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start")


def findings(broker: Broker, store: Store) -> list[str]:
    """Everything that is wrong with the end of a run of the real core and the sink."""
    found = [f"I4 {line}" for line in store.broken]
    found += _versions_rise(broker, "indicator-values")
    found += _letters(broker.log, _topic(broker, "dead-letters"))
    found += _three_ways(broker, store)
    for key, district in by_key([(0, *message) for message in broker.log]).items():
        found += _conserved(district, broker.log, key, store)
        if district.counts.admitted or district.counts.pending:
            found += _as_the_oracle_says(district, broker.end, store)
    return found


def _topic(broker: Broker, name: str) -> Sequence[Record]:
    return broker.topics.get(NAMES.outputs[name], ())


def _versions_rise(broker: Broker, topic: str) -> Iterator[str]:
    """Of a key every version is greater than the one before."""
    newest: dict[bytes | None, int] = {}
    for record in _topic(broker, topic):
        version = json.loads(record.value or b"")["version"]
        if version <= newest.get(record.key, -1):
            yield f"I4 {topic}: {record.key!r} has version {version} after {newest[record.key]}"
        newest[record.key] = version


def _letters(log: Sequence[Message], letters: Sequence[Record]) -> Iterator[str]:
    """A dead letter holds the bytes of its event, key, value and headers; no event has two."""
    by_offset = {message[0]: message for message in log}
    seen: Counter[int] = Counter()
    for letter in letters:
        said = dict(letter.headers)
        offset = int(said["dl-offset"])
        seen[offset] += 1
        _, _, key, value, headers = by_offset[offset]
        kept = letter.key == key and letter.value == value and list(letter.headers[: len(headers)]) == [tuple(h) for h in headers]
        if not kept or said["dl-sha256"].decode() != sha256(value or b"").hexdigest():
            yield f"I6 the dead letter of offset {offset} is not what was received"
    yield from (f"I6 offset {offset} has {times} dead letters" for offset, times in seen.items() if times > 1)


def _three_ways(broker: Broker, store: Store) -> Iterator[str]:
    """The last record of a key in `indicator-values` is the row in the store."""
    last = {record.key: json.loads(record.value or b"") for record in _topic(broker, "indicator-values")}
    told = {tuple(row[name] for name in VALUE_KEY): _numbers(row) for row in last.values()}
    kept = {key: _numbers(row) for key, row in value_rows(store).items()}
    yield from (
        f"I3 {key}: topic {told.get(key)}, store {kept.get(key)}" for key in told.keys() | kept.keys() if told.get(key) != kept.get(key)
    )


def _numbers(row: Row) -> tuple[Any, ...]:
    return row["numerator"], row["denominator"], row["scale"], row["version"]


def _conserved(district: District, log: Sequence[Message], key: bytes | None, store: Store) -> Iterator[str]:
    """read = admitted + duplicates + dead letters + pending, each as the oracle counts them, up to the last message of the district."""
    last = max(message[0] for message in log if message[2] == key)
    rows = [row for row in store.tables["conservation_rows"].values() if row["district"] == (key or b"").decode("ascii", "replace")]
    names = ("read", "admitted", "duplicates", "dead_letters", "pending")
    must = {name: getattr(district.counts, name) for name in names} | {"version": last}
    is_ = {name: rows[0][name] for name in must} if len(rows) == 1 else rows
    if key is not None and key.isdigit() and is_ != must:
        yield f"I1 {key!r}: {must} became {is_}"
    dead = {row["offset"] for row in store.tables["dead_letter_rows"].values()}
    yield from (f"I1 no dead letter of offset {offset}" for _, offset, _, _ in district.dead if offset not in dead)


def _as_the_oracle_says(district: District, end: int, store: Store) -> Iterator[str]:
    comparison = compare(district, expected(district), _stored(store), end - 1, end)
    for _, difference in comparison.differences:
        yield f"I2 {difference.table} {difference.key}: expected {difference.expected}, found {difference.found}"


def _stored(store: Store) -> Mapping[str, Mapping[Any, Stored]]:
    """As `consumers.reconcile.stored` reads it from ClickHouse."""
    tables = store.tables
    return {
        "indicator_values": {
            key: Stored((r["numerator"], r["denominator"], r["scale"], _quotient(r)), r["version"]) for key, r in value_rows(store).items()
        },
        "facts": {
            (r["record"], r["component"], _day(r["day"]), r["dimension"], r["office"], r["assigner"]): Stored(None if r["gone"] else r["amount"], r["version"])
            for r in tables["fact_rows"].values()
        },
        "events": {(r["source"], r["id"]): Stored(r["offset"], r["version"]) for r in tables["event_rows"].values()},
        "sources": {
            r["source"]: Stored((r["high_water"], [tuple(gap) for gap in r["gaps"]], r["last_seen"]), r["version"]) for r in tables["source_rows"].values()
        },
    }  # fmt: skip


def value_rows(store: Store) -> Mapping[tuple[str, ...], Row]:
    """The newest indicator rows by the key that the oracle uses."""
    rows = store.tables["indicator_value_rows"].values()
    return {(*(row[name] for name in VALUE_KEY[:7]), _day(row["window_start"])): row for row in rows}


def _day(number: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=number))


def _quotient(row: Row) -> float | None:
    """The view's column `value`."""
    unit = row["scale"] // (10_000 if row["mode"] == "share_weighted" else 1)
    if row["denominator"] is None:
        return None if row["empty"] else row["numerator"] / row["scale"]
    return row["numerator"] / row["denominator"] / unit if row["denominator"] else None


def count_findings(broker: Broker) -> list[str]:
    """Everything that is wrong with the end of a run of the core that only counts: each event and refusal once, no version falls."""
    counts: dict[bytes, list[int]] = {}
    refused = []
    for offset, _, key, value, _ in broker.log:
        if (value or b"").startswith(b"bad"):
            refused.append(offset)
            continue
        cell = counts.setdefault(key or b"", [0, 0])
        cell[0] += 1
        cell[1] += int(value or b"")
    found = list(_versions_rise(broker, "indicator-values")) + list(_letters(broker.log, _topic(broker, "dead-letters")))
    rows = {r.key or b"": json.loads(r.value or b"") for r in _topic(broker, "indicator-values")}
    if {key: [row["count"], row["sum"]] for key, row in rows.items()} != counts:
        found.append(f"I2 counts are {rows}, not {counts}")
    if sorted(int(dict(letter.headers)["dl-offset"]) for letter in _topic(broker, "dead-letters")) != refused:
        found.append("I1 refusals are not the dead letters")
    if len(_topic(broker, "admitted-events")) != len(broker.log) - len(refused):
        found.append("I1 events are admitted twice, or never")
    return found
