"""What leaves the core: keys, versions, the models of schemas.outputs, slices that are cut, late splits, alerts."""

import json
from datetime import date
from itertools import islice
from typing import Any

import pytest
from pydantic import TypeAdapter

from deploy.simulate.district import Plan, simulate
from schemas import outputs
from streams.core.message import Message
from streams.core.pipeline import Breaker, Outputs, Partition, apply
from streams.core.rows import Unread
from tests.folding import fold
from tests.scenarios import log
from tests.scenarios.story import BUREAU, BUREAU_SOURCE, O1, STREET, D, Story, case, row

MODELS: dict[str, Any] = {
    "facts": outputs.Fact,
    "indicator-values": outputs.IndicatorValue,
    "alerts": outputs.Alert,
    "admitted-events": outputs.AdmittedEvent,
    "sources": outputs.Source,
    "conservation": outputs.Conservation,
}
RULE = {
    "id": "a02", "title": {"zh": "激化", "en": "Escalation"}, "severity": "critical", "indicator": "med_escalation_cnt",
    "subjects": "district", "window": "month", "at_least": "1", "since": "2023-12-31",
}  # fmt: skip


def messages(story: Story) -> list[Message]:
    return [message[1:] for message in log(story.events)]


def escalated(story: Story, when: str) -> str:
    return story.add("med.escalation.recorded", when, O1, kind="petition", persons=3, prevented=False)


def told() -> Story:
    story = Story(O1)
    story.split(O1, "2024-01-01", {STREET: 6000, BUREAU: 4000})
    story.accepted("2024-03-01", case(1), more={"sequence": "1"})
    story.agreed("2024-03-09", case(1))
    story.bureau("reg.period.closed", "2024-04-02", window_kind="month", window_start="2024-03-01")
    story.bureau("reg.rules.published", "2024-04-03", rules=[RULE])
    escalated(story, "2024-04-05")
    story.failed("2024-05-09", case(2), more={"sequence": "4"})
    return story


@pytest.mark.parametrize("topic", MODELS)
def test_rows_fit_their_models(topic: str) -> None:
    folded = fold(messages(told()))
    adapter = TypeAdapter(MODELS[topic])
    rows = folded.rows[topic]
    assert rows
    for value in rows.values():
        adapter.validate_json(json.dumps(value), extra="forbid" if topic != "indicator-values" else None)


@pytest.mark.parametrize("topic", ["facts", "indicator-values", "alerts"])
def test_the_key_is_the_fields_after_the_district_joined(topic: str) -> None:
    fields = {
        "facts": ["record", "component", "day", "dimension", "office", "assigner"],
        "indicator-values": ["indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start"],
        "alerts": ["rule", "subject_kind", "subject_id", "start"],
    }[topic]
    for key, value in fold(messages(told())).rows[topic].items():
        assert key.decode() == "|".join([D, *(value[name] for name in fields)])


def test_versions_carry_the_epoch_and_the_last_offset_folded_in_and_rise() -> None:
    last: dict[tuple[str, bytes], int] = {}
    for topic, key, value in fold(messages(told()), range(30), epoch=3).published:
        assert value["version"] >> 48 == 3
        assert value["version"] > last.get((topic, key), -1), (topic, key)
        last[topic, key] = value["version"]


def test_a_slice_ends_with_a_closed_period() -> None:
    """What was published when the period was closed does not depend on where the batch ended."""
    story = told()
    closing = next(i for i, e in enumerate(story.events) if e["type"] == "reg.period.closed")
    folded = fold(messages(story))
    (period,) = [r for r in folded.rows["registry"].values() if r["kind"] == "period"]
    assert period["closed_version"] == closing
    march = [
        r["version"] for _, _, r in folded.published if r.get("window_start") == "2024-03-01" and r.get("indicator") == "med_success_rate"
    ]
    assert march
    assert max(march) <= closing


def test_a_split_learned_late_moves_authorities_only() -> None:
    story = told()
    before = fold(messages(story)).values
    story.split(O1, "2024-02-01", {BUREAU: 10_000}, when="2024-05-20")
    after = fold(messages(story), [len(story.events) - 1]).values
    assert after[row("med_concluded_cnt", BUREAU, "year 2024-01-01", "share_weighted")] == (20_000, None, 10_000)
    assert before[row("med_concluded_cnt", STREET, "month 2024-03-01", "share_weighted")] == (6000, None, 10_000)
    assert row("med_concluded_cnt", STREET, "month 2024-03-01", "share_weighted") not in after
    assert {k: v for k, v in before.items() if k[4] != "authority"}.items() <= after.items()


def test_an_alert_fires_and_is_resolved_by_the_next_window() -> None:
    one_by_one = [v for t, _, v in fold(messages(told()), range(30)).published if t == "alerts"]
    assert [(v["state"], v["start"]) for v in one_by_one] == [("firing", "2024-04-01"), ("resolved", "2024-04-01")]
    (at_once,) = fold(messages(told())).rows["alerts"].values()
    assert at_once["state"] == "resolved"  # a slice that saw both tells how it ended


@pytest.mark.parametrize("every", [1, 1000])
def test_an_alert_goes_when_its_cause_is_retracted(every: int) -> None:
    story = Story(O1)
    story.bureau("reg.rules.published", "2024-04-01", rules=[RULE])
    event = escalated(story, "2024-04-05")
    story.tick("2024-04-06")
    story.retract(event, "2024-04-07")
    folded = fold(messages(story), range(0, 100, every))
    alerts = list(folded.rows.get("alerts", {}).values())
    assert [a["state"] for a in alerts] == (["resolved"] if every == 1 else [])
    assert not folded.partition.districts[D].alerts


def test_an_alert_of_a_withdrawn_rule_ends_and_says_what_it_was() -> None:
    story = Story(O1)
    story.bureau("reg.rules.published", "2024-04-01", rules=[RULE])
    escalated(story, "2024-04-05")
    story.bureau("reg.rules.published", "2024-04-06", rules=[])
    told = [v for t, _, v in fold(messages(story), range(10)).published if t == "alerts"]
    assert [v["state"] for v in told] == ["firing", "resolved"]
    assert (told[-1]["indicator"], told[-1]["severity"], told[-1]["why"]) == ("med_escalation_cnt", "critical", "rule withdrawn")


def test_an_event_on_a_partition_that_is_not_its_own_is_refused() -> None:
    partition = Partition(0, 0, lambda _key: False, Breaker(0, 0))
    outputs = apply(partition, messages(told()))
    assert {letter.code for letter in outputs.dead} == {"ENV_WRONG_PARTITION"}
    assert partition.counts[D].dead == partition.counts[D].read == len(told().events)


def test_admitted_events_keep_the_text_that_was_published() -> None:
    story = told()
    events = fold(messages(story)).rows["admitted-events"]
    assert events[f"{D}|{BUREAU_SOURCE}|e0000".encode()]["event"] == story.events[0]
    assert len(events) == len(story.events)


def simulated(events: int) -> list[Message]:
    plan = Plan(district=D, offices=2, start=date(2024, 1, 1), days=90, seed=7)
    return [(n, 1_900_000_000_000 + n, D.encode(), value, ()) for n, value in enumerate(islice(simulate(plan), events))]


def test_rows_after_a_recovery_are_those_of_who_never_stopped() -> None:
    slices = [simulated(900)[start : start + 100] for start in range(0, 900, 100)]
    kept, recovered = (Partition(0, 0, lambda _key: True, Breaker(0, 0)) for _ in range(2))
    for messages in slices[:7]:
        stood, unread = apply(kept, messages), apply(recovered, messages, Outputs(Unread))
        assert [letter.code for letter in unread.dead] == [letter.code for letter in stood.dead]
        assert not any(map(len, unread.rows.values()))
    for messages in slices[7:]:
        stood, found = apply(kept, messages), apply(recovered, messages)
        assert all(stood.rows[topic] for topic in ("facts", "indicator-values", "admitted-events", "conservation"))
        assert {topic: sorted(rows) for topic, rows in found.rows.items()} == {topic: sorted(rows) for topic, rows in stood.rows.items()}


@pytest.mark.parametrize(("dead", "good", "trips"), [(99, 0, False), (100, 0, True), (201, 799, True), (200, 800, False)])
def test_the_breaker_trips_on_a_streak_and_on_a_share(dead: int, good: int, trips: bool) -> None:
    breaker = Breaker(100, 20)
    spread = [False] * 1000
    for i in range(dead):
        spread[i * (1000 // dead) if good else i] = True
    reasons = [breaker.refused() if one else breaker.passed() for one in spread[: dead + good]]
    assert any(reasons) == trips
