"""`suoheng rules`: what is published, what is in force, what is said about mistakes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.commands import rules as command
from deploy.errors import Finding, Usage
from deploy.rules.in_force import newest_live
from schemas.rules import parse_rules

STARTER = Path(__file__).parents[3] / "deploy" / "rules" / "starter.yaml"
NOW = datetime(2026, 11, 24, 3, 11, 31, tzinfo=UTC)
RULE: dict[str, Any] = {
    "id": "lost",
    "title": {"zh": "脱管", "en": "Lost"},
    "severity": "high",
    "indicator": "cor_lost_cnt",
    "subjects": "office",
    "window": "month",
    "above": "0",
}


def test_the_event_is_the_bureaus_and_names_its_content() -> None:
    rules = parse_rules([RULE])
    event = command.rules_event("990101", rules, NOW)
    assert (event["source"], event["type"], event["time"]) == ("/districts/990101/bureau", "reg.rules.published", "2026-11-24T03:11:31Z")
    assert event["id"] == command.rules_event("990101", rules, NOW)["id"]
    assert len(event["id"]) <= 64
    other = parse_rules([RULE | {"above": "1"}])
    assert (
        event["id"]
        != command.rules_event("990101", other, NOW)["id"]
        != command.rules_event("990101", rules, NOW + timedelta(seconds=1))["id"]
    )
    assert parse_rules(json.loads(json.dumps(event["data"]["rules"]))) == rules


def row(event_id: str, minute: int, **changed: Any) -> dict[str, Any]:
    """A row of the `events` view: a publication of one rule, unless changed."""
    base = {
        "district": "990101",
        "source": "/districts/990101/bureau",
        "id": event_id,
        "type": "reg.rules.published",
        "time": NOW + timedelta(minutes=minute),
        "op": "assert",
        "target": "",
        "targetsource": "",
        "revision": None,
        "data": json.dumps({"rules": [RULE | {"id": event_id}]}),
    }
    return base | changed


def retraction(event_id: str, target: str) -> dict[str, Any]:
    return row(event_id, 9, type="dat.event.retracted", data=json.dumps({"target": target, "reason": "other"}))


def amendment(event_id: str, target: str, revision: int, minute: int) -> dict[str, Any]:
    return row(event_id, minute, op="amend", target=target, revision=revision)


@pytest.mark.parametrize(
    ("rows", "publication", "rule"),
    [
        ([row("a", 1), row("b", 2)], "b", "b"),
        ([row("a", 1), row("b", 1)], "b", "b"),
        ([row("a", 1), row("b", 2), retraction("r", "b")], "a", "a"),
        ([row("a", 1), row("b", 2), amendment("c", "a", 2, minute=3)], "a", "c"),
        ([row("a", 1), amendment("c", "a", 2, minute=3), amendment("d", "a", 3, minute=2)], "a", "d"),
        ([row("a", 1), amendment("c", "a", 2, minute=3), retraction("r", "c")], "a", "a"),
        ([row("a", 1), row("b", 2), amendment("c", "b", 2, minute=3), retraction("r", "b")], "a", "a"),
    ],
)
def test_the_last_live_publication_is_in_force(rows: list[dict[str, Any]], publication: str, rule: str) -> None:
    for order in (rows, rows[::-1]):
        held = newest_live(order)["990101"]
        assert (held.id, [one.id for one in held.rules]) == (publication, [rule])


def test_districts_are_apart_and_none_may_be_left() -> None:
    rows = [row("a", 1), row("b", 2, district="990102", source="/districts/990102/bureau"), retraction("r", "a")]
    assert list(newest_live(rows)) == ["990102"]
    assert newest_live([]) == {}


def test_check_names_every_mistake_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules:\n  - id: lost\n    colour: red\n")
    with pytest.raises(Finding, match=r"has \d+ mistake"):
        command.check(file)
    assert f"{file}:3: rules[0].colour: Extra inputs are not permitted" in capsys.readouterr().err
    with pytest.raises(Finding):
        command.check(file, as_json=True)
    assert {"line": 3, "where": "rules[0].colour", "what": "Extra inputs are not permitted"} in json.loads(capsys.readouterr().out)[
        "problems"
    ]


def test_check_of_the_starter_file_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    command.check(STARTER)
    assert "no mistake" in capsys.readouterr().out
    command.check(STARTER, as_json=True)
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_apply_publishes_nothing_when_something_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules: [1]\n")
    with pytest.raises(Usage, match="nothing was published"):
        command.apply(file, ["990101"])
    with pytest.raises(Usage, match="which district"):
        command.apply(STARTER)
    with pytest.raises(Usage, match="six digits"):
        command.apply(STARTER, ["9901"])


def test_a_rule_reads_as_a_sentence() -> None:
    rule = parse_rules([RULE | {"for": 2, "dimension": "level=5"}])[0]
    assert " ".join(command.sentence(rule).split()) == "lost high cor_lost_cnt [level=5] > 0 for 2 months per office · 脱管 · Lost"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"deadline": "cor_report", "within": 2}, "deadline:cor_report within 2 days > 0 for day per office"),
        ({"deadline": "cor_report", "overdue": 1}, "deadline:cor_report overdue by 1 days > 0 for day per office"),
        ({"silence": "working_days"}, "silence in working days > 0 for day per office"),
        ({"gaps_older_than": 3, "subjects": "source"}, "numbers missing for more than 3 days > 0 for day per source"),
        ({"refusals": ["TEXT_PRIVATE"], "subjects": "district"}, "refusals as TEXT_PRIVATE > 0 for day per district"),
    ],
)
def test_rules_about_no_indicator_read_as_sentences(fields: dict[str, Any], says: str) -> None:
    base = {name: value for name, value in RULE.items() if name != "indicator"} | {"window": "day"}
    assert says in command.sentence(parse_rules([base | fields])[0])
