"""The live trickle: the same happenings, never the same identity."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson

from deploy.demo.report import DISTRICT, OFFICES
from deploy.demo.trickle import happening

BEGIN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def run(begin: datetime, number: int = 200) -> list[dict[str, Any]]:
    random, cases = Random("trickle"), list[tuple[str, str]]()
    return [orjson.loads(happening(random, cases, begin + timedelta(seconds=12 * n))) for n in range(number)]


def test_runs_differ_in_identity_and_time_only() -> None:
    first, second = run(BEGIN), run(BEGIN + timedelta(days=1))
    assert [(e["type"], e["office"], e["data"]) for e in first] == [(e["type"], e["office"], e["data"]) for e in second]
    assert not {e["id"] for e in first} & {e["id"] for e in second}
    assert not {e.get("subject") for e in first} & {e["subject"] for e in second if "subject" in e}


def test_events_belong_to_the_demo_district_and_are_not_of_the_future() -> None:
    for number, event in enumerate(run(BEGIN)):
        assert event["district"] == DISTRICT
        assert event["office"] in OFFICES
        assert datetime.fromisoformat(event["time"]) < BEGIN + timedelta(seconds=12 * number)


def test_cases_are_concluded_at_their_office() -> None:
    accepted = {e["subject"]: e["office"] for e in run(BEGIN) if e["type"] == "med.case.accepted"}
    agreed = {e["subject"]: e["office"] for e in run(BEGIN) if e["type"] == "med.case.agreed"}
    assert len(agreed) > 20
    assert agreed.items() <= accepted.items()
