"""A dashboard process for tests: started like the real one, waited for, stopped like the real one."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import uuid4

from deploy.local.child import as_environment
from schemas.settings import Settings
from tests.ports import free_port

READY_SECONDS = 60
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Served(NamedTuple):
    """A running page: its address, and the settings it runs with."""

    address: str
    settings: Settings


def system_browser() -> str | None:
    """The program of the system's Chromium."""
    return next((path for name in _CHROMIUM if (path := shutil.which(name))), None)


def installation(clickhouse_url: str) -> Settings:
    """Settings of a database of its own on the stack's ClickHouse."""
    return Settings(clickhouse_url=clickhouse_url, clickhouse_database=f"page_{uuid4().hex[:12]}")


@contextmanager
def dashboard(settings: Settings, ready_status: int = 200) -> Iterator[Served]:
    """Run `python -m consumers.dashboard` until the block ends; ready when `/ready` answers with the status. Fails when it does not stop cleanly."""
    port = free_port()
    environment = as_environment(settings.model_copy(update={"dashboard_port": port}))
    process = subprocess.Popen([sys.executable, "-m", "consumers.dashboard"], env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, f"{address}/ready", ready_status)
        yield Served(address, settings)
        process.terminate()
        assert process.wait(20) == 0, "the dashboard did not end cleanly on SIGTERM"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str, status: int) -> None:
    until, seen = time.monotonic() + READY_SECONDS, "no answer"
    while time.monotonic() < until:
        assert process.poll() is None, f"the dashboard ended with {process.returncode} instead of serving"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                seen = str(answer.status)
        except urllib.error.HTTPError as error:
            seen = str(error.code)
        except OSError as error:
            seen = str(error)
        if seen == str(status):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer {status} within {READY_SECONDS} s: {seen}")
