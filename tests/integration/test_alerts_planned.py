"""`python -m consumers.alerts` with a plan, on real Kafka: killed while it tells, mended while it runs, wrong from the start."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.test_alerts import Deliverer, deliverer, row, until, write
from tests.robots import Handler, serving

__all__ = ["deliverer", "write"]

pytestmark = pytest.mark.topics_only

PLAN = """
route: {to: [desk], group_wait: 0s, group_interval: 1s, group_by: ["..."]%s}
receivers:
  - {name: desk, webhook: {url: "%s/desk"}}
  - {name: chief, webhook: {url: "%s/chief"}}
"""


class Heard:
    """Receivers by path; `first` is called with the first message before it is answered."""

    def __init__(self, first: Callable[[], None]) -> None:
        self.got: list[tuple[str, str, dict[str, Any]]] = []
        self._first = first

    def routes(self) -> dict[str, Handler]:
        return {f"/{name}": self.take for name in ("desk", "chief")}

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((request.path[1:], request.headers["Idempotency-Key"], json.loads(await request.read())))
        if len(self.got) == 1:
            self._first()
        return web.Response()

    def told(self) -> list[tuple[str, str, str]]:
        return [(who, body["alerts"][0]["labels"]["subject"][-3:], body["status"]) for who, _, body in self.got]


def test_killed_while_it_tells_it_repeats_under_the_same_key_and_a_changed_plan_holds_at_once(
    deliverer: Deliverer, write: Callable[..., None], tmp_path: Path
) -> None:
    running: list[subprocess.Popen[bytes]] = []
    heard = Heard(lambda: os.kill(running[0].pid, signal.SIGKILL))
    file = tmp_path / "alerting.yaml"
    changed = {"SUOHENG_ALERTING_PLAN": str(file), "SUOHENG_DATA": str(tmp_path / "data")}
    with serving(heard.routes()) as address:
        file.write_text(PLAN % ("", address, address))
        write(row("firing", 1), row("resolved", 2), row("firing", 3, subject_id="sfs-990101-002"))
        with deliverer.running("", **changed) as process:
            running.append(process)
            assert process.wait(60) == -signal.SIGKILL
        assert heard.told() == [("desk", "002", "firing")], "what began and ended before the first start is history"
        with deliverer.running("", **changed):
            until(lambda: len(heard.got) == 2, "the same message again")
            assert heard.got[0] == heard.got[1]
            file.write_text(PLAN % (", escalate: [{after: 1s, to: [chief]}]", address, address))
            until(lambda: ("chief", "002", "firing") in heard.told(), f"the plan that was changed holds, {heard.told()}\n{deliverer.log()}")
            file.write_text("route: {")
            write(row("resolved", 4, subject_id="sfs-990101-002"), row("resolved", 5, subject_id="sfs-990101-003"))
            until(lambda: len(heard.got) == 7, f"ends, and one that came alone with its beginning: {heard.told()}\n{deliverer.log()}")
            until(lambda: "alerting.yaml has mistakes" in deliverer.log(), "the mistake is logged and changes nothing")
    assert heard.told()[3:].count(("desk", "002", "resolved")) == heard.told()[3:].count(("chief", "002", "resolved")) == 1
    assert [one for one in heard.told() if one[1] == "003"] == [("desk", "003", "firing"), ("desk", "003", "resolved")]
    keys = [key for _, key, _ in heard.got]
    assert len(set(keys)) == len(keys) - 1


def test_a_plan_that_cannot_be_followed_halts_with_its_mistakes(deliverer: Deliverer, tmp_path: Path) -> None:
    file = tmp_path / "alerting.yaml"
    file.write_text("route: {to: [desk]}\nreceivers: [{name: desk, wecom: {key_file: nowhere}}]\n")
    with deliverer.running("", SUOHENG_ALERTING_PLAN=str(file), SUOHENG_DATA=str(tmp_path / "data")) as process:
        assert process.wait(60) == 78
    assert "nowhere cannot be read" in deliverer.log()


def test_a_plan_that_comes_while_it_runs_holds_and_one_with_mistakes_is_waited_for(
    deliverer: Deliverer, write: Callable[..., None], tmp_path: Path
) -> None:
    heard = Heard(lambda: None)
    file = tmp_path / "alerting.yaml"
    with serving(heard.routes()) as address, deliverer.running("", SUOHENG_ALERTING_PLAN=str(file), SUOHENG_DATA=str(tmp_path / "data")):
        until(lambda: "delivering alerts" in deliverer.log(), "it works without a plan")
        file.write_text("route: {")
        until(lambda: "alerting.yaml has mistakes; alerts are told without it" in deliverer.log(), f"it says so: {deliverer.log()}")
        file.write_text(PLAN % ("", address, address))
        until(lambda: "telling alerts by plan" in deliverer.log(), f"it holds: {deliverer.log()}")
        write(row("firing", 1))
        until(lambda: len(heard.got) == 1, f"told by it: {deliverer.log()}")
