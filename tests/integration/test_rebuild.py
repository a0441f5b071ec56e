"""Rebuilds on real Kafka, workers, sinks and ClickHouse: nobody sees a mixture, differences are told, closed windows restated, and back again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.consumer.fetcher import PartitionRecords

from consumers.reconcile import Patience, reconcile
from consumers.reconcile.partitioner import partition_of
from deploy.cli import run
from deploy.errors import Finding, Usage
from deploy.local.child import as_environment
from deploy.rebuild.deciding import decide
from deploy.rebuild.run import Options, rebuild, roll_back
from deploy.rebuild.status import status
from deploy.topics import create_beside, epochs_beside
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name
from streams.worker.commit import Names
from streams.worker.epochs import Epochs
from streams.worker.exits import Halted
from streams.worker.failpoints import FailPoints
from streams.worker.handover import Handover
from streams.worker.log import Log as WorkerLog
from streams.worker.transport import as_message
from tests.conftest import Installation
from tests.fault.report import LONG
from tests.fault.workers import REAL, until
from tests.integration.rebuild_stage import (
    REDEFINED,
    Log,
    Reader,
    Relay,
    Watcher,
    ask,
    at_work,
    epochs_shown,
    epochs_told,
    letters_told,
    newest_rows,
    visible,
)
from tests.scenarios.chance import chance_district
from tests.scenarios.story import O1, D, Story, case

QUICK = Patience(catch_up_s=60, settle_s=5)
FOLLOW = Options(follow_s=120)


def crowd(district: str, seed: int, events: int = 250) -> list[dict[str, Any]]:
    """A district made by chance, under another code."""
    made: list[dict[str, Any]] = json.loads(json.dumps(chance_district(seed, events)).replace(D, district))
    return made


@pytest.fixture
def ours(installation: Installation, tmp_path: Path) -> Settings:
    """The installation with a data folder of its own."""
    return installation.model_copy(update={"data": tmp_path / "data", "session_timeout_ms": 6_000})


@pytest.fixture
def log(ours: Settings) -> Iterator[Log]:
    log = Log(ours)
    yield log
    log.close()


def agrees(settings: Settings) -> None:
    """Everything that is served is what other code computes from the log."""
    visible(settings)
    report = reconcile(settings, patience=QUICK)
    assert report.agrees, json.dumps(report.as_json(), ensure_ascii=False, default=str)[:4000]
    assert report.epoch == status(settings).served


OVERDUE = "indicator = 'med_overdue_rate' AND subject_kind = 'district' AND window_kind = 'month' AND window_start"
RULE = {
    "id": "overdue",
    "title": {"zh": "超期", "en": "Overdue"},
    "severity": "high",
    "indicator": "med_overdue_rate",
    "subjects": "district",
    "window": "month",
    "above": "0",
}


def slow_cases() -> Story:
    """One case concluded after 25 days in a January that is closed then, and one open for ever: overdue in March by either definition."""
    story = Story()
    story.bureau("reg.rules.published", "2023-12-01", rules=[RULE])
    for number, day in ((1, "2024-01-02"), (2, "2024-02-10")):
        story.add("med.case.accepted", day, O1, case(number), dispute_type="labour", source_="applied", is_collective=False)
    story.add("med.case.agreed", "2024-01-27", O1, case(1), form="oral")
    story.bureau("clk.ticked", "2024-02-01")
    story.bureau("reg.period.closed", "2024-02-02", window_kind="month", window_start="2024-01-01")
    story.bureau("clk.ticked", "2024-04-02")
    return story


def test_a_changed_definition_restates_openly_and_can_be_taken_back(
    ours: Settings, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.publish(slow_cases().events)
    monkeypatch.setattr("schemas.settings.settings", lambda: ours)
    overdue = f"SELECT numerator, denominator, period_state FROM indicator_values WHERE {OVERDUE} = '2024-01-01'"
    others = "SELECT DISTINCT period_state FROM indicator_values WHERE indicator = 'med_success_rate' AND window_start = '2024-01-01' AND window_kind = 'month'"
    redefined = Options(follow_s=120, worker=REDEFINED)
    with at_work(ours, tmp_path / "live", worker=False), Relay(ours, tmp_path, (REAL, {}), (REDEFINED, {}), (REAL, {})) as relay:
        visible(ours)
        assert ask(ours, overdue) == [(0, 1, "closed")]
        before = newest_rows(ours)

        outcome = rebuild(ours, 1, redefined, Watcher())
        assert not outcome.switched
        assert ask(ours, overdue) == [(0, 1, "closed")]
        assert newest_rows(ours) == before
        assert outcome.comparison
        told = {count.name: count for count in outcome.comparison.counts}
        assert told["med_success_rate"].different == 0
        assert told["med_overdue_rate"].changed > 0
        assert told["med_overdue_rate"].restated > 0
        assert told["med.concluded_late"].new == 1
        moved = ask(
            ours, f"SELECT old_value, new_value, restates FROM rebuild_differences WHERE {OVERDUE} = '2024-01-01' AND mode = 'none'"
        )
        assert moved == [(0.0, 1.0, 1)]
        assert run(["rebuild", "compare", "--epoch", "1"]) == 1
        assert "med_overdue_rate" in capsys.readouterr().out

        outcome = rebuild(ours, 1, Options(accept=lambda _: True, follow_s=120, worker=REDEFINED), Watcher())
        assert outcome.switched
        assert ask(ours, overdue) == [(1, 1, "restated")]
        assert ask(ours, others) == [("closed",)]
        assert epochs_told(newest_rows(ours)) == {1}
        history = ask(
            ours, f"SELECT numerator, period_state FROM indicator_history WHERE {OVERDUE} = '2024-01-01' AND bitShiftRight(version, 48) < 2"
        )
        assert {(0, "closed"), (1, "restated")} <= set(history)
        assert relay.codes == [70]

        roll_back(ours, Options(follow_s=120), Watcher())
        assert ask(ours, overdue) == [(0, 1, "closed")]
        assert ask(ours, "SELECT component FROM facts WHERE component = 'med.concluded_late'") == []
        assert {k: v for k, v in newest_rows(ours)["facts"].items() if not json.loads(v)["gone"]} == before["facts"]
        assert epochs_told(newest_rows(ours)) == {0}
        assert run(["rebuild", "status", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["served"] == 0
    notices = [line for line in (tmp_path / "live" / "logs" / "alerts.log").read_text().splitlines() if "state=" in line]
    assert len(notices) == 1, notices
    assert "2024-03-01" in notices[0]


@pytest.mark.skipif(not LONG, reason="every process of a rebuild killed takes more than a minute: make faults")
def test_whatever_is_killed_the_same_command_finishes_it_and_readers_see_one_epoch_at_a_time(
    ours: Settings, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command, both of its shadow's processes, and the new worker in the middle of its handover; events come in all the while."""
    log.publish([*crowd(D, 1, 150), *crowd("990108", 2, 80)])
    log.send(D.encode(), b'{"half":')
    more = crowd(D, 77, 2_000)[7:]
    pids = ours.data / "rebuild" / "e1" / "pids.json"
    monkeypatch.setattr("schemas.settings.settings", lambda: ours)

    def command() -> subprocess.Popen[str]:
        pids.unlink(missing_ok=True)
        arguments = [sys.executable, "-m", "deploy", "rebuild", "--epoch", "1", "--json"]
        return subprocess.Popen(arguments, env=as_environment(ours), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def shadow(name: str) -> int:
        return int(until(lambda: pids.exists() and json.loads(pids.read_text()).get(name), f"the shadow's {name} runs"))

    runners = [(REAL, {}), (REAL, {"fail_point": "during_handover:3"}), (REAL, {}), (REAL, {})]
    with at_work(ours, tmp_path / "live", worker=False), Relay(ours, tmp_path, *runners) as relay, Reader(ours) as reader:
        visible(ours)
        first = command()
        orphan = shadow("worker-1")
        first.kill()
        first.communicate()
        until(lambda: not Path(f"/proc/{orphan}/cmdline").exists(), "the shadow ends with its command")
        assert epochs_told(newest_rows(ours)) == {0}
        assert status(ours).served == 0

        with log.trickle(more):
            second = command()
            for name in ("worker-1", "sink"):
                os.kill(shadow(name), signal.SIGKILL)
            out, err = second.communicate(timeout=200)
        assert second.returncode == 0, err
        assert json.loads(out)["switched"]
        assert json.loads(out)["comparison"]["different"] == 0
        assert json.loads(out)["comparison"]["rows"] > 500
        assert relay.codes == [70, -signal.SIGKILL]
        _serves(ours, 1)
        letters = "SELECT count(), uniq(topic, partition, offset) FROM dead_letters"
        assert ask(ours, letters)[0][0] == ask(ours, letters)[0][1] > 0
        assert letters_told(ours)[1] == ask(ours, letters)[0][0], "their index can be made anew from the topic"
        assert [run(["rebuild", *said]) for said in (["--epoch", "1"], ["--epoch", "0"], ["drop", "--epoch", "1"])] == [0, 2, 2]

        with log.trickle(more[100:]):
            roll_back(ours, FOLLOW, Watcher())
        _serves(ours, 0)
        _forgotten(ours, capsys)
    assert set(reader.seen) - {()} == {(0,), (1,)}, reader.seen
    assert reader.steps_back == []


def _serves(ours: Settings, epoch: int) -> None:
    """It is served everywhere, and rightly."""
    agrees(ours)
    assert all(epochs <= {epoch} for epochs in epochs_shown(ours).values()), epochs_shown(ours)
    assert epochs_told(newest_rows(ours)) == {epoch}


def _forgotten(ours: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The epoch that was rolled back from is dropped; what was published of it stays history."""
    shown, history = "SELECT count() FROM indicator_values", "SELECT count() FROM indicator_history WHERE bitShiftRight(version, 48) = 1"
    before = ask(ours, shown), ask(ours, history)
    assert run(["rebuild", "drop", "--epoch", "1"]) == 0
    assert (ask(ours, shown), ask(ours, history)) == before
    assert ask(ours, history) > [(0,)]
    assert epochs_beside(ours) == []
    assert ask(ours, "SELECT count() FROM fact_rows WHERE epoch = 1") == [(0,)]
    assert run(["rebuild", "rollback"]) == 1
    assert "took no other one's place" in capsys.readouterr().err


def test_settings_that_name_a_higher_epoch_serve_it_at_once(
    ours: Settings, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.publish(crowd(D, 5, 60))
    with at_work(ours, tmp_path / "live", worker=False):
        with Relay(ours, tmp_path, (REAL, {"epoch": 0})):
            visible(ours)
        with Relay(ours, tmp_path, (REAL, {"epoch": 2})):
            until(lambda: status(ours).served == 2, "the switch")
            agrees(ours)
            assert all(epochs <= {2} for epochs in epochs_shown(ours).values())
        create_beside(ours, 2)
        with Relay(ours, tmp_path, (REAL, {"epoch": 2, "shadow": True}), (REAL, {"epoch": 0})) as relay:
            until(lambda: relay.codes == [78], "a shadow of what is served gives up")
            log.publish(crowd(D, 6, 80)[70:])
            visible(ours)
            assert epochs_shown(ours)["events"] == {2}
    with pytest.raises(Usage, match="needs a higher number"):
        rebuild(ours, 1, FOLLOW, Watcher())
    for _ in range(2):  # without the topics, and with empty ones
        with pytest.raises(Finding, match="no rows of epoch 0 are kept"):
            roll_back(ours, FOLLOW, Watcher())
        create_beside(ours, 0)
    with pytest.raises(Finding, match="somebody else has switched to epoch 2"):
        decide(ours, [], 3, "")
    assert status(ours).served == 2
    monkeypatch.setattr(PartitionRecords, "_consumer_record", as_message)  # as in a worker process
    with pytest.raises(Halted, match="stand in the topics"):
        asyncio.run(_open_as_shadow(ours.model_copy(update={"epoch": 2, "shadow": True})))


async def _open_as_shadow(settings: Settings) -> None:
    """What a worker of the shadow asks when its fence stands, with its epoch switched to and handed over since it began."""
    names, epochs = Names.of(settings), Epochs(settings.kafka, topic_name(EPOCHS, settings))
    handover = Handover(settings, names, WorkerLog(settings.kafka, names.group, names.source), epochs, FailPoints())
    try:
        await handover.after(partition_of(D.encode(), settings.partitions))
    finally:
        await epochs.close()
