"""The workers' core and the oracle on the same messages: crowded districts made by chance, and events with a field gone wrong."""

import json
from random import Random
from typing import Any

import pytest

from consumers.reconcile.oracle import by_key, expected
from consumers.reconcile.records import DISTINCT
from tests.folding import fold
from tests.scenarios import log
from tests.scenarios.chance import chance_district
from tests.scenarios.story import D, Event, LogMessage

WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1, 5, 60, 61, 1441, 10**9 + 1, 2**53 + 1, 1.0, "", "x", "self", "au-990107-sfj", "au-990108-sfj", "sfs-990108-001",
    "2023-02-29", "2024-02-29", "2024-03-01T00:00:00Z", "2024-03-01T00:00:60Z", "2024-03-01t00:00:00z", "2024-03-01T00:00:00+24:00",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "1989-12-31T15:59:59Z", "0.00", "12.5", "012.50", "4.99", "5000.01", "60.000",
    [], ["police"], {}, "A" * 65, "13812345678", "a@b.cc", "30.123,114.456", "电话13812345678", "0", "01", "1" * 19, "amend", "text/plain",
    "W-abcd", "\ud800", "\u0000", "/districts/990108/bureau", "prov_standard", "city_star",
)  # fmt: skip
NAMES = ["sequence", "recordedtime", "op", "target", "revision", "targetsource", "datacontenttype", "dataschema", "partitionkey", "traceparent", "assigned_by", "basis", "worker", "minutes", "co_handlers", "evidence", "level", "reason", "referred_by", "party_count", "amount_yuan", "perform_due_on", "immediate", "dedicated", "subject", "office", "comment"]  # fmt: skip


def told_by_core(messages: list[LogMessage], every: int) -> dict[str, Any]:
    folded = fold([message[1:] for message in messages], range(0, len(messages), every))
    rows = folded.rows
    return {
        "values": folded.values,
        "facts": {key: min(amount, 1) if key[1] in DISTINCT else amount for key, amount in folded.facts.items()},
        "counts": folded.counts,
        "dead": sorted(letter.offset for letter in folded.dead),
        "events": {(r["event"]["source"], r["event"]["id"]): r["offset"] for r in rows.get("admitted-events", {}).values()},
        "sources": {r["source"]: (r["high_water"], [tuple(gap) for gap in r["gaps"]]) for r in rows.get("sources", {}).values()},
    }


def told_by_oracle(messages: list[LogMessage]) -> dict[str, Any]:
    district = by_key(messages)[D.encode()]
    must = expected(district)
    counts = district.counts
    return {
        "values": {key: row for key, row in must.values.items() if row[0] or row[1]},
        "facts": must.facts,
        "counts": {name: getattr(counts, name) for name in ("read", "admitted", "duplicates", "dead_letters", "pending")},
        "dead": sorted(offset for _, offset, _, _ in district.dead),
        "events": {event.identity: event.offset for event in district.admitted()},
        "sources": {source: (ledger.high_water(), ledger.gaps()) for source, ledger in district.ledgers.items()},
    }


@pytest.mark.parametrize("seed", range(6))
def test_they_agree_on_a_crowded_district(seed: int) -> None:
    chance = Random(seed)
    messages = log(chance_district(seed, 250, days=chance.choice([40, 150, 500]), subjects=chance.choice([3, 6, 20])))
    assert told_by_core(messages, chance.choice([1, 17, 1000])) == told_by_oracle(messages)


@pytest.mark.parametrize("seed", range(6))
def test_they_refuse_the_same(seed: int) -> None:
    """Each event with one field or attribute gone wrong; which code is named may differ, who gets in may not."""
    chance = Random(seed)
    events = chance_district(1000 + seed, 150)
    messages = log([*events[:7], *(_spoilt(event, number, chance) for number, event in enumerate(events[7:]))])
    assert told_by_core(messages, 1000)["dead"] == told_by_oracle(messages)["dead"]


def _spoilt(event: Event, number: int, chance: Random) -> Event:
    spoilt: Event = json.loads(json.dumps(event)) | {"id": f"s{number}"}
    place = spoilt if chance.random() < 0.4 else spoilt["data"]
    name = chance.choice([*place, chance.choice(NAMES)])
    if chance.random() < 0.15:
        place.pop(name, None)
    else:
        place[name] = chance.choice(WRONG)
    return {"district": D, "_value": json.dumps(spoilt).encode()}
