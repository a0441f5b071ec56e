"""`suoheng top`: figures between two looks, as Prometheus would have them, and what a reader sees of them."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from consumers.clickhouse.metrics import Metrics
from deploy import cli
from deploy.errors import Usage
from deploy.watching.figures import flow, quantile, rate, rows
from deploy.watching.newest import Newest
from deploy.watching.scrape import NO_ANSWER, Address, Sample, Seen, look, of_this_machine, samples_of
from deploy.watching.screen import screen, span
from schemas.operation.metrics import worker
from schemas.operation.serving import serve
from schemas.settings import Settings, settings
from tests.ports import free_port_base


def seen(process: str, at: float, text: str, address: str = "a:1", why: str = "") -> Seen:
    return Seen(process, address, at, why, tuple(samples_of(text)))


WORKER = """# TYPE suoheng_worker_verdicts_total counter
suoheng_worker_verdicts_total{{partition="0",verdict="admitted"}} {0}
suoheng_worker_verdicts_total{{partition="1",verdict="admitted"}} {1}
suoheng_worker_verdicts_total{{partition="0",verdict="dead_letter"}} 4
# TYPE suoheng_worker_lag_seconds gauge
suoheng_worker_lag_seconds{{partition="0"}} 3
suoheng_worker_lag_seconds{{partition="1"}} 90
# TYPE suoheng_worker_lag_events gauge
suoheng_worker_lag_events{{partition="0"}} 10
suoheng_worker_lag_events{{partition="1"}} 20
# TYPE suoheng_worker_last_append_timestamp_seconds gauge
suoheng_worker_last_append_timestamp_seconds{{partition="0"}} 1000
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 104857600
"""


def test_rates_go_series_by_series() -> None:
    before, now = seen("worker", 10, WORKER.format(100, 50)), seen("worker", 12, WORKER.format(120, 7))
    assert rate(before, now, worker.VERDICTS.name, partition="0", verdict="admitted") == 10
    assert rate(before, now, worker.VERDICTS.name, partition="1") == 3.5, "it began anew"
    assert rate(None, now, worker.VERDICTS.name) is None
    new = Seen("worker", "a:1", 14, "", (*now.samples, Sample(worker.VERDICTS.name, {"partition": "2", "verdict": "admitted"}, 1e6)))
    assert rate(now, new, worker.VERDICTS.name) == 0, "a partition that moved here brings what it had"
    assert rate(before, now, "nothing") == 0
    page = '# TYPE a_total counter\na_total{{route="/metrics"}} {0}\na_total{{route="/"}} {1}\n'
    assert rate(seen("dashboard", 1, page.format(1, 1)), seen("dashboard", 2, page.format(9, 3)), "a_total") == 2, (
        "what top asks for is no work"
    )


def test_processes_and_the_whole() -> None:
    before = [seen("worker", 10, WORKER.format(100, 50)), seen("worker", 10, WORKER.format(0, 0), "a:2")]
    now = [seen("worker", 12, WORKER.format(120, 50)), seen("worker", 12, WORKER.format(2, 0), "a:2", "the log is away")]
    first, second = rows(before, now)
    assert (first.memory_mib, first.lag, first.lag_seconds, first.why) == (100, 30, 90, "")
    assert (second.address, second.why) == ("a:2", "the log is away")
    whole = flow(before, now, wall=1_060.0)
    assert (whole.admitted, whole.dead_letters, whole.since_last_event_seconds) == (11, 0, 60)
    assert (whole.taken, whole.letters_open) == (None, None), "nobody is there who tells it"


HISTOGRAM = '# TYPE v histogram\nv_bucket{{le="1.0"}} {0}\nv_bucket{{le="2.0"}} {1}\nv_bucket{{le="+Inf"}} {2}\nv_sum 1\nv_count {2}\n'


def test_a_quantile_is_of_what_came_in_between() -> None:
    old, new = seen("sink", 1, HISTOGRAM.format(100, 100, 100)), seen("sink", 2, HISTOGRAM.format(100, 110, 110))
    assert quantile(0.5, [(old, new)], "v") == 1.5
    assert quantile(0.5, [(new, new)], "v") == pytest.approx(0.55), "nothing came: of all so far"
    assert quantile(0.5, [(old, seen("sink", 2, HISTOGRAM.format(100, 100, 101)))], "v") == 2, "no more is known than the last bound"
    assert quantile(0.5, [], "v") is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0.31, "0.3 s"), (48, "48 s"), (700, "12 min"), (3 * 3_600, "3 h"), (9 * 86_400, "9 d")]
)
def test_times_have_two_figures(seconds: float | None, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(("lang", "words"), [("en", ["to do", "ready", "firing", "Late"]), ("zh", ["待处理", "就绪", "触发", "逾期"])])
@pytest.mark.parametrize("width", [200, 80, 60])
def test_a_screenful(lang: str, words: list[str], width: int) -> None:
    now = [seen("worker", 12, WORKER.format(120, 50), why=""), seen("sink", 12, "", "a:5", "ClickHouse is away")]
    alert = Newest("2026-03-01 10:00:00.000", "990107", "firing", "high", "sfs-990107-001", "late", "逾期", "Late")
    console = Console(width=width, record=True, file=StringIO())
    console.print(screen(rows([], now), flow([], now, 1_060.0), [alert], "", lang, "所衡", width))
    shown = console.export_text()
    assert [word for word in words if word not in shown] == []
    assert "ClickHouse is away" in shown
    assert "90 s" in shown
    assert max(map(cell_len, shown.splitlines())) <= width


def test_addresses() -> None:
    assert Address.parse("10.0.0.7:9100") == Address("10.0.0.7", 9100, process="?")
    assert Address.parse("https://gateway.example:8443") == Address("gateway.example", 8443, tls=True, process="?")
    assert Address.parse("[::1]:9100") == Address("[::1]", 9100, process="?")
    for wrong in ("10.0.0.7", "x:y", "ftp://a:1", ":9100", ""):
        with pytest.raises(Usage):
            Address.parse(wrong)


def test_who_must_be_there_is_told_when_it_is_not(running: int, tmp_path: Path) -> None:
    gone = free_port_base()
    found = look([Address("127.0.0.1", running), Address("127.0.0.1", gone, process="worker"), Address("127.0.0.1", gone + 1)])
    assert [(one.process, one.why) for one in found][1:] == [("worker", NO_ANSWER)]
    assert look([Address("127.0.0.1", gone, process="worker")]) == [], "nothing runs"
    (tmp_path / "pids.json").write_text('{"kafka": 1, "worker-1": 2, "worker-3": 3}')
    here = {one.port - 29090: one.process for one in of_this_machine(Settings(data=tmp_path))}
    assert (here[3], here[4], here[5], here[6]) == ("gateway", "dashboard", "sink", "alerts")
    assert [here[9 + number] for number in (1, 2, 3, 4)] == ["worker", "", "worker", ""]


@pytest.fixture
def running() -> Iterator[int]:
    """A sink that has something to say, as far as probes can tell."""
    metrics = Metrics()
    metrics.opened()
    metrics.behind(7, 0.0)
    server = serve("127.0.0.1", 0, metrics.health, metrics.registry)
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_clickhouse(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever listens on this machine's usual port."""
    monkeypatch.setenv("SUOHENG_CLICKHOUSE_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("no_clickhouse")
def test_the_command(running: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["top", "--once", "--json", "--at", f"127.0.0.1:{running}"]) == 1
    told = capsys.readouterr()
    document: dict[str, Any] = json.loads(told.out)
    assert (document["ready"], document["processes"][0]["process"], document["processes"][0]["lag"]) == (False, "sink", 7)
    assert "the group has not given out its partitions" in told.err
    assert document["alerts_unknown_because"].startswith("http://127.0.0.1:")
    assert cli.run(["top", "--once", "--at", f"127.0.0.1:{running}", "--lang", "zh"]) == 1
    assert "ClickHouse 无法查询" in capsys.readouterr().out


def test_nothing_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.run(["top", "--once", "--at", f"127.0.0.1:{free_port_base()}"]) == 3
    assert "suoheng up" in capsys.readouterr().err
