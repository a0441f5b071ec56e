"""`suoheng registry` on real Kafka and ClickHouse: the way there and back, and that it tells beforehand exactly what will move."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.deciding import bureau_event
from deploy.registry.effect import effect
from deploy.simulate.district import Plan, simulate
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import publish
from tests.factories import event
from tests.integration.asking import command, messages
from tests.integration.sink_stage import ask
from tests.storing import store

D = "990213"
OFFICE = f"sfs-{D}-001"
STARTER = Path(__file__).parents[2] / "deploy" / "rules" / "starter.yaml"
KEY = "indicator, mode, dimension, subject_kind, subject_id, window_kind, toString(window_start)"


@pytest.fixture
def registry(installation: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command."""
    return command(installation, monkeypatch, capsys, "registry")


@pytest.fixture
def district(installation: Any) -> Any:
    """Half a year of a district, in the log and in ClickHouse, its first quarter closed. It ended long ago, but a clock has ticked since."""
    said(
        installation,
        *simulate(Plan(D, 2, date(2025, 1, 1), 180, 3)),
        *villages_said(),
        json.dumps(bureau_event(D, "clk.ticked", "t", {}, datetime.now(UTC))).encode(),
    )
    store(installation, messages(installation))
    return installation


def villages_said() -> list[bytes]:
    """An office tells its villages, once wrongly and the same every month."""
    usual = {"source": f"/districts/{D}/office-001", "district": D, "office": OFFICE}
    told = [
        event("cap.village.snapshot", id=f"v{month}", time=f"2025-0{month}-20T09:00:00+08:00", data={"villages": 6}, **usual)
        for month in (1, 2, 3)
    ]
    wrong = event("cap.village.snapshot", id="wrong", time="2025-02-21T09:00:00+08:00", data={"villages": 60}, **usual)
    right = wrong | {"id": "right", "op": "amend", "target": "wrong", "revision": 2, "data": {"villages": 6}}
    return [json.dumps(one).encode() for one in (*told, wrong, right)]


def said(installation: Any, *events: bytes) -> None:
    asyncio.run(publish(events, kafka=installation.kafka, topic=topic_name(OFFICE_EVENTS, installation)))


def values(installation: Any) -> dict[Any, Any]:
    rows = ask(installation, f"SELECT {KEY}, numerator, denominator FROM indicator_values WHERE district = '{D}'")
    return {row[:7]: row[7:] for row in rows}


def exported(registry: Any, tmp_path: Path) -> Path:
    file = tmp_path / "registry.yaml"
    code, said, error = registry("export", "--district", D, "-o", str(file))
    assert code == 0, error
    assert "2 offices" in said
    return file


def changed(file: Path, change: Any) -> Path:
    document = yaml.safe_load(file.read_text("utf-8"))
    change(document)
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return file


def test_what_is_exported_changes_nothing_when_it_is_applied(district: Any, registry: Any, tmp_path: Path) -> None:
    file = exported(registry, tmp_path)
    before = len(messages(district))
    for more in ((), ("--prune",), ("--yes",)):
        code, said, error = registry("apply", str(file), *more)
        assert (code, said) == (0, "nothing to change: it is so already 无需变更\n"), error
    assert len(messages(district)) == before


def test_what_will_move_is_told_to_the_last_value_and_published_only_with_yes(district: Any, registry: Any, tmp_path: Path) -> None:
    def pay_all(document: Any) -> None:
        street = next(one["authority"] for one in document["authorities"] if one["kind"] != "district_bureau")
        split = next(one for one in document["splits"] if one["role"] == "funding")
        split["shares"] = {street: 10_000}
        document["offices"][0]["name"] = "改名司法所"
        assert document["villages"] == {OFFICE: {date(2025, 1, 20): 6}}
        document["villages"][OFFICE][date(2025, 3, 25)] = 9
        document["rules"] = yaml.safe_load(STARTER.read_text("utf-8"))["rules"]
        document["calendar"] = {2027: {"doc_no": "试", "days_off": [date(2027, 1, 1)]}}

    file, before, log = changed(exported(registry, tmp_path), pay_all), values(district), len(messages(district))
    code, foreseen, error = registry("apply", str(file), "--json")
    assert code == 0, error
    assert [one["sign"] for one in foreseen["changes"]] == ["~", "~", "~", "+", "~"]
    assert not foreseen["published"]
    assert len(messages(district)) == log

    code, done, error = registry("apply", str(file), "--yes", "--json")
    assert code == 0, error
    assert done["published"]
    assert len(messages(district)) == log + 5
    store(district, messages(district), log)  # what came before as one slice, as nothing of it is published anew
    after = values(district)
    moved = {tuple(one[name] for name in ("indicator", "mode", "dimension", "subject_kind", "subject_id", "window_kind", "window_start")):
             (one["before"] and tuple(one["before"]), tuple(one["after"])) for one in done["moved"]}  # fmt: skip
    truly = {key: (before.get(key), new) for key, new in after.items() if before.get(key) != new and (key in before or any(new))}
    assert moved == truly
    villages = {"pub_village_coverage", "pub_legal_persons_per_village", "leg_counsel_coverage", "leg_counsel_duty_rate"}
    assert {key[3] for key in moved if key[0] in villages} == {"office", "authority", "district"}
    assert {key[3] for key in moved if key[0] not in villages} == {"authority"}
    assert any(one["closed"] for one in done["moved"])
    assert foreseen["moved"] == done["moved"]

    code, said, _ = registry("apply", str(file))
    assert (code, said) == (0, "nothing to change: it is so already 无需变更\n")


def test_days_that_passed_since_the_last_event_are_no_effect(installation: Any) -> None:
    said(installation, *simulate(Plan(D, 1, date(2025, 1, 1), 40, 3)))
    again = {"authority": f"au-{D}-sfj", "name": "司法局", "kind": "district_bureau"}
    registered = bureau_event(D, "reg.authority.registered", "again", again, datetime.now(UTC))
    assert effect(installation, D, [json.dumps(registered).encode()]) == []


def test_what_is_pruned_is_gone_and_can_be_told_again(district: Any, registry: Any, tmp_path: Path) -> None:
    def drop(document: Any) -> None:
        document["splits"].pop()
        document["villages"].popitem()

    file = exported(registry, tmp_path)
    whole = file.read_text("utf-8")
    code, said, _ = registry("apply", str(changed(file, drop)), "--no-effect")
    assert code == 0
    assert "2 not in the file, kept" in said
    code, said, error = registry("apply", str(file), "--prune", "--yes")
    assert code == 0, error
    assert "event(s) published" in said
    store(district, messages(district))
    exported(registry, tmp_path)
    assert file.read_text("utf-8") != whole
    file.write_text(whole, "utf-8")
    code, said, error = registry("apply", str(file), "--yes")
    assert code == 0, error
    store(district, messages(district))
    exported(registry, tmp_path)
    assert file.read_text("utf-8") == whole


def test_a_mistake_is_one_line_with_its_place_and_nothing_is_published(district: Any, registry: Any, tmp_path: Path) -> None:
    def halve(document: Any) -> None:
        document["splits"][0]["shares"] = {next(iter(document["splits"][0]["shares"])): 5_000}

    before = len(messages(district))
    file = changed(exported(registry, tmp_path), halve)
    code, _, error = registry("apply", str(file), "--yes")
    assert code == 2
    assert "shares: sum to 5000" in error
    code, _, error = registry("export", "--district", "990999")
    assert code == 1
    assert "nothing is registered of district 990999" in error
    code, _, error = registry("export", "--district", "99")
    assert code == 2
    assert len(messages(district)) == before
