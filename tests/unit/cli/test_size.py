"""Sizing on paper: its sums by hand, its inputs against what was measured last."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import application
from deploy.sizing import Measured, Prices, sized

RESULTS = Path(__file__).parents[2] / "benchmark" / "results"


def test_by_hand() -> None:
    costs = Measured(
        worker_us=100, worker_live_us=200, sink_us=50, clickhouse_us=30, kafka_us=20, state_bytes=1024, snapshot_bytes=100,
        log_bytes=400, outputs_bytes=112, clickhouse_bytes=256,
    )  # fmt: skip
    found = sized(14, 10, replicas=3, measured=costs, prices=Prices(core=100, memory_gib=10, disk_gib=1))
    assert (found.districts, found.events_a_year, found.events_kept) == (1, 101_780, 1_017_800)
    assert found.peak_events_a_second == 0.1  # 101,780 / 250 days × 10 / 28,800 s
    assert (found.partitions, found.worker_cores, found.other_cores) == (12, 1, 3)
    assert found.state_gib == 1.0  # 1,017,800 KiB
    assert found.kafka_disk_gib == 1.5  # × 512 bytes × 3
    assert found.clickhouse_disk_gib == 0.5  # × 256 bytes × 2
    assert found.rebuild_hours == 0.0  # 102 s
    # 4 cores; 0.97 GiB × 1.3 + 6 for Kafka + 16 for ClickHouse; 1.46 + 0.49 + 0.28 GiB of disk
    assert found.yuan_a_month == 400 + 233 + 2
    assert found.breaks_first == "memory 内存"


def test_a_nation_needs_memory_before_anything_else() -> None:
    nation = sized(39_000, 10)
    assert nation.partitions == 64
    assert nation.events_kept == 2_835_300_000
    assert nation.worker_cores > 1


@pytest.mark.parametrize(
    ("benchmark", "path", "ours"),
    [
        ("worker", ["cpu_us_per_event"], Measured().worker_us),
        ("worker", ["mib_per_100000_events"], Measured().state_bytes * 100_000 / (1 << 20)),
        ("end-to-end", ["cpu_us_per_event", "sink"], Measured().sink_us),
        ("end-to-end", ["cpu_us_per_event", "clickhouse"], Measured().clickhouse_us),
        ("end-to-end", ["cpu_us_per_event", "kafka"], Measured().kafka_us),
        ("end-to-end", ["disk_bytes_per_event", "log"], Measured().log_bytes),
        ("end-to-end", ["disk_bytes_per_event", "outputs"], Measured().outputs_bytes),
        ("end-to-end", ["disk_bytes_per_event", "clickhouse"], Measured().clickhouse_bytes),
    ],
)
def test_the_inputs_are_what_was_measured(benchmark: str, path: list[str], ours: float) -> None:
    measured = json.loads((RESULTS / f"{benchmark}.json").read_text("utf-8"))["result"]
    for name in path:
        measured = measured[name]
    assert ours == pytest.approx(measured, rel=0.5)


def test_the_command_shows_usual_sizes_or_the_one_asked_for() -> None:
    shown = CliRunner().invoke(application(), ["size"])
    assert shown.exit_code == 0
    assert "2,835,300,000" in shown.stdout
    one = json.loads(CliRunner().invoke(application(), ["size", "--offices", "60", "--years", "5", "--json"]).stdout)
    assert one["60 offices 所"]["events_kept"] == 60 * 7_270 * 5
