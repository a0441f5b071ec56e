"""How commands end: one line, the right exit code, help everywhere."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from deploy import cli
from deploy.errors import Finding, MissingDependency, Usage
from schemas.settings import settings


@pytest.fixture(autouse=True)
def _settings_are_read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


INTERRUPTED = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "deploy.commands.demo":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin deaf to it
sys.meta_path.insert(0, Interrupting())
from deploy.__main__ import main
main()
"""


def ended(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> int:
    app = typer.Typer()

    @app.command("go")
    def go() -> None:
        if error is not None:
            raise error

    @app.command("other")
    def other() -> None:
        """A second command, so that the first has a name."""

    monkeypatch.setattr(cli, "application", lambda: app)
    return cli.run(["go"])


class KafkaConnectionError(Exception):
    """As the Kafka client calls it."""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, ""),
        (Finding("2 rows differ"), 1, "suoheng: 2 rows differ"),
        (Usage("no such file"), 2, "suoheng: no such file"),
        (MissingDependency("no Java:\n  install it"), 3, "suoheng: no Java: install it"),
        (ConnectionRefusedError(111, "Connection refused"), 3, "a service does not answer"),
        (KafkaConnectionError("Unable to bootstrap"), 3, "a service does not answer"),
        (OSError(errno.ENOSPC, "No space left on device"), 3, "the disk is full"),
        (ValueError("x"), 70, "unexpected ValueError: x"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Exit(4), 4, ""),
    ],
)
def test_every_end_has_its_code_and_at_most_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException | None, code: int, said: str
) -> None:
    assert ended(monkeypatch, error) == code
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == bool(said)


def test_ctrl_c_while_the_commands_are_read_ends_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_a_traceback_is_shown_only_when_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SUOHENG_LOG_LEVEL", "debug")
    assert ended(monkeypatch, ValueError("x")) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["publish"], ["publish", "x", "--nonsense"], ["simulate", "--offices", "seven"], ["publish", "/no/such/file"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    monkeypatch.setenv("SUOHENG_EPOCH", "-1")
    file = tmp_path / "x.jsonl"
    file.write_text("{}\n")
    assert cli.run(["publish", str(file)]) == 2
    assert "SUOHENG_EPOCH" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SUOHENG_KAFKA", "broker", "SUOHENG_KAFKA: write host:port"),
        ("SUOHENG_KAFKA", "broker:9092,", "SUOHENG_KAFKA: write host:port"),
        ("SUOHENG_KAFKA", "broker:65536", "SUOHENG_KAFKA: write host:port"),
        ("SUOHENG_CLICKHOUSE_URL", "localhost:8123", "SUOHENG_CLICKHOUSE_URL: write http://host:port"),
        ("SUOHENG_CLICKHOUSE_URL", "http://localhost:many", "SUOHENG_CLICKHOUSE_URL: write http://host:port"),
        ("SUOHENG_PORT_BASE", "many", "SUOHENG_PORT_BASE: "),
        ("SUOHENG_CONFIG", "/no/such/file", "SUOHENG_CONFIG names /no/such/file"),
        ("SUOHENG_CONFIG", __file__, "cannot be read as TOML"),
    ],
)
def test_a_slip_in_a_setting_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert cli.run(["settings"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("name", ["kafka_password", "clickhouse_password", "desk_key"])
def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str) -> None:
    monkeypatch.setenv(f"SUOHENG_{name.upper()}", "a secret of more than twenty-four characters".replace(" ", "-"))
    assert cli.run(["settings", "--json"]) == 0
    assert "a-secret" not in capsys.readouterr().out


def test_every_setting_that_sounds_like_a_secret_is_one() -> None:
    from schemas.settings import SECRET, Settings

    texts = {name for name, field in Settings.model_fields.items() if field.annotation is str}
    assert {name for name in texts if name.endswith(("password", "_key", "token", "secret"))} == SECRET


def test_a_reader_who_leaves_is_no_failure() -> None:
    with subprocess.Popen([sys.executable, "-m", "deploy", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert (command.stderr.read(), command.wait()) == (b"", 0)


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "gbk"}])
def test_files_and_pipes_get_utf_8_whatever_the_locale(locale: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "deploy", "--help"], capture_output=True, env=os.environ | locale, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "所衡" in done.stdout.decode("utf-8")


SINGLE = [
    "up",
    "demo",
    "publish",
    "simulate",
    "wait",
    "reconcile",
    "migrate",
    "topics",
    "doctor",
    "indicators",
    "settings",
    "restore",
    "retention",
]
GROUPED = ["dead-letters list", "dead-letters show", "dead-letters replay", "rules check", "rules apply", "rules show"]
GROUPED += (
    ["backup create", "backup list", "backup verify"]
    + [f"credentials {name}" for name in ("add", "list", "rotate", "revoke", "import")]
    + ["audit verify", "audit show"]
)


@pytest.mark.parametrize("command", ["", *SINGLE, *GROUPED])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*command.split(), "--help"]) == 0
    assert f"suoheng {command}".strip() in capsys.readouterr().out


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "deploy", "indicators", "nonsense"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_help_answers_without_loading_what_commands_need() -> None:
    told = "import sys, deploy.cli; deploy.cli.application(); print(*sorted(sys.modules))"
    loaded = set(subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True).stdout.split())
    heavy = {"aiohttp", "clickhouse_connect", "faust", "jinja2", "kafka", "openpyxl", "pydantic", "rich", "streams.core.pipeline", "yaml"}
    assert not loaded & heavy, "import these in the functions that use them"
