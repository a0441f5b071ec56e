"""`suoheng rules` as people call it: into real Kafka, out of real ClickHouse."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from consumers.clickhouse.client import connect
from schemas.rules import parse_rules
from streams.core.validate import validate
from tests.integration.asking import logged

STARTER = Path(__file__).parents[2] / "deploy" / "rules" / "starter.yaml"


def suoheng(installation: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy", "rules", *arguments]
    return subprocess.run(command, env=installation.environment, capture_output=True, text=True, timeout=120, check=False)


def test_apply_puts_a_valid_event_of_each_district_into_the_log(installation: Any) -> None:
    done = suoheng(installation, "apply", str(STARTER), "--district", "990101", "--district", "990102", "--json")
    assert done.returncode == 0, done.stderr
    receipts = json.loads(done.stdout)["published"]
    records = logged(installation)
    assert sorted(record.key.decode() for record in records) == [one["district"] for one in receipts] == ["990101", "990102"]
    for record in records:
        content = validate((record.offset, record.timestamp, record.key, record.value, record.headers))
        assert not hasattr(content, "code")
        assert len(parse_rules(json.loads(record.value)["data"]["rules"])) == receipts[0]["rules"]


def test_apply_of_a_wrong_file_publishes_nothing(installation: Any, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text('district: "990101"\nrules:\n  - id: lost\n    severity: urgent\n')
    done = suoheng(installation, "apply", str(file))
    assert done.returncode == 2
    assert f"{file}:4: rules[0].severity" in done.stderr
    assert logged(installation) == []


def test_personal_data_in_a_title_is_refused_before_it_is_published(installation: Any, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(STARTER.read_text().replace("Person under correction lost", "call 13800138000"))
    done = suoheng(installation, "apply", str(file), "--district", "990101")
    assert done.returncode == 2
    assert "TEXT_PRIVATE" in done.stderr
    assert "13800138000" not in done.stderr
    assert logged(installation) == []


def test_kafka_away_is_a_missing_dependency(installation: Any) -> None:
    away = installation.model_copy(update={"kafka": "127.0.0.1:9"})
    done = suoheng(away, "apply", str(STARTER), "--district", "990101")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("as_json", [True, False])
def test_show_tells_what_is_in_force(installation: Any, as_json: bool) -> None:
    rule = {"id": "lost", "title": {"zh": "脱管", "en": "Lost"}, "severity": "high", "indicator": "cor_lost_cnt"}
    rule |= {"subjects": "office", "window": "month", "above": "0"}
    first, second = json.dumps({"rules": [rule]}), json.dumps({"rules": [rule | {"above": "1"}]})
    retraction = json.dumps({"target": "second", "reason": "other"})
    bureau, noon, minute = "/districts/990101/bureau", 1_790_000_000 * 10**6, 60 * 10**6
    rows = [
        ["990101", bureau, "first", "reg.rules.published", noon, "assert", first, 1],
        ["990101", bureau, "second", "reg.rules.published", noon + minute, "assert", second, 2],
        ["990101", bureau, "third", "dat.event.retracted", noon + 2 * minute, "assert", retraction, 3],
    ]
    insert = (
        "INSERT INTO event_rows (district, source, id, type, time, op, data, version) VALUES "
        "({d:String}, {s:String}, {i:String}, {t:String}, fromUnixTimestamp64Micro({m:Int64}), {o:String}, {j:String}, {v:UInt64})"
    )
    with connect(installation) as client:
        for row in rows:
            client.command(insert, dict(zip("dsitmojv", row, strict=True)))
    done = suoheng(installation, "show", *(["--json"] if as_json else []))
    assert done.returncode == 0, done.stderr
    if as_json:
        assert json.loads(done.stdout) == {"990101": [rule]}
    else:
        assert "as first" in done.stdout
        assert "cor_lost_cnt > 0 for month per office" in done.stdout
    assert "no rules are in force" in suoheng(installation, "show", "--district", "990109").stdout


def test_backtest_replays_the_log_that_is_there(installation: Any, tmp_path: Path) -> None:
    office, source = "sfs-990101-001", "/districts/990101/office-1"
    told = {"specversion": "1.0", "district": "990101"}
    bureau = told | {"source": "/districts/990101/bureau"}
    opened = {"office": office, "name": "所", "opened_on": "2020-01-01"}
    given = {"source": source, "office": office, "type": "leg.consultation.given", "data": {"channel": "visit", "persons": 1}}
    events = [bureau | {"id": "o", "type": "reg.office.opened", "time": "2026-03-01T09:00:00+08:00", "data": opened}]
    events += [told | given | {"id": f"g{day}", "time": f"2026-03-{day}T09:00:00+08:00"} for day in ("02", "12")]
    file = tmp_path / "events.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in events))
    command = [sys.executable, "-m", "deploy", "publish", str(file)]
    sent = subprocess.run(command, env=installation.environment, capture_output=True, text=True, timeout=120, check=False)
    assert sent.returncode == 0, sent.stderr
    done = suoheng(installation, "backtest", str(STARTER), "--district", "990101", "--from", "2026-03-01", "--json")
    assert done.returncode == 0, done.stderr
    silent = [one for one in json.loads(done.stdout)["episodes"] if one["rule"] == "a18_silent"]
    assert [(one["start"], one["told_on"], one["ended_on"]) for one in silent] == [("2026-03-07", "2026-03-12", "2026-03-12")]
    shown = suoheng(installation, "backtest", str(STARTER), "--district", "990101", "--from", "2026-03-01").stdout
    assert "a18_silent" in shown
    assert "2026-03-12 2026-03-12   a18_silent sfs-990101-001:" in shown
    nothing = suoheng(installation, "backtest", str(STARTER), "--district", "990109")
    assert (nothing.returncode, "holds no event of district 990109" in nothing.stderr) == (2, True)
