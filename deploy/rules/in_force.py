"""Which rules are in force in each district: the newest publication that is live."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.rules import Rule, parse_rules

TYPE = "reg.rules.published"


class InForce(NamedTuple):
    """The publication that holds in a district."""

    id: str
    decided_at: datetime
    rules: tuple[Rule, ...]


def newest_live(rows: Sequence[Mapping[str, Any]]) -> dict[str, InForce]:
    """The publication in force per district, from rows of `events`: publications, their amendments and retractions, in any order."""
    retracted = {_target(row) for row in rows if row["type"] == "dat.event.retracted"}
    assertions = {(row["source"], row["id"]): row for row in rows if row["type"] != "dat.event.retracted" and row["op"] != "amend"}
    live = {identity: row for identity, row in assertions.items() if identity not in retracted}
    amendments = [row for row in rows if row["op"] == "amend" and (row["source"], row["id"]) not in retracted]
    for row in sorted(amendments, key=lambda row: (row["revision"], row["id"], row["source"])):
        if _target(row) in live:
            live[_target(row)] = row
    found: dict[str, InForce] = {}
    for (_, event_id), row in sorted(live.items(), key=lambda item: (item[1]["time"], item[0][1])):
        if row["type"] == TYPE:
            found[row["district"]] = InForce(event_id, row["time"], parse_rules(json.loads(row["data"])["rules"]))
    return found


_PUBLICATIONS = """\
WITH (SELECT groupArray(id) FROM events WHERE type = {type:String}) AS published
SELECT district, source, id, type, time, op, target, targetsource, revision, data
FROM events
WHERE type = {type:String}
   OR has(published, target)
   OR (type = 'dat.event.retracted' AND has(published, JSONExtractString(data, 'target')))
"""
"""Publications of rules, and whatever amends or retracts one of them."""


def _target(row: Mapping[str, Any]) -> tuple[str, str]:
    """Identity of what a row amends or retracts."""
    named = row["target"] if row["op"] == "amend" else json.loads(row["data"])["target"]
    return row["targetsource"] or row["source"], named


def in_force_now() -> dict[str, InForce]:
    """The publication in force per district, as ClickHouse knows it. Raises MissingDependency."""
    from deploy.asking_clickhouse import asking_clickhouse
    from schemas.settings import settings

    with asking_clickhouse(settings()) as client:
        answer = client.query(_PUBLICATIONS, {"type": TYPE}, tz_mode="aware", query_tz="UTC")
        return newest_live(list(answer.named_results()))
