"""The README is true: its commands exist, its paths exist, and `make demo` and `make test` do what they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from deploy.cli import application

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def make(target: str) -> str:
    """What `make` would run."""
    return subprocess.run(["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_two_commands_run_the_demo_and_the_tests(readme: Path) -> None:
    block = re.search(r"```sh\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
    assert block
    assert [line.split()[:2] for line in block[1].splitlines() if line] == [["make", "demo"], ["make", "test"]]
    assert "/suoheng demo" in make("demo")
    assert re.search(r"python -m pytest\b", make("test"), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_what_it_names_is_there(readme: Path) -> None:
    text = readme.read_text("utf-8")
    paths = set(re.findall(r"(?:tests|streams|consumers|schemas|deploy)/[\w/.]+", text))
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path.rstrip("/.")).exists()] == []


def test_its_commands_are_commands() -> None:
    named = {command for readme in READMES for command in re.findall(r"`suoheng ([a-z-]+)", readme.read_text("utf-8"))}
    assert {"up", "publish", "wait", "reconcile"} <= named
    assert named - set(get_command(application()).commands) == set()  # type: ignore[attr-defined]


def test_make_lists_its_jobs() -> None:
    assert shutil.which("make")
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"demo", "test", "check", "bench", "faults", "setup"} <= {line.split()[0] for line in listed.splitlines()}
