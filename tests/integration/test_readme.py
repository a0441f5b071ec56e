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
DOCUMENTS = [*READMES, *sorted((ROOT / "deploy/docs").glob("*.md"))]
COMMANDS = set(get_command(application()).commands)  # type: ignore[attr-defined]


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_it_names_is_there(document: Path) -> None:
    paths = set(re.findall(r"(?:tests|streams|consumers|schemas|deploy)/[\w/.]+", document.read_text("utf-8")))
    assert paths or document not in READMES
    assert [path for path in sorted(paths) if not (ROOT / path.rstrip("/.")).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_commands_are_commands(document: Path) -> None:
    named = set(re.findall(r"`suoheng ([a-z-]+)", document.read_text("utf-8")))
    assert {"up", "publish", "reconcile"} <= named or document not in READMES
    assert named - COMMANDS == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_commands_tells_all_of_them(language: str) -> None:
    rows = re.findall(r"^\| (.*?) \| ", (ROOT / f"deploy/docs/commands.{language}.md").read_text("utf-8"), re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`(?:suoheng )?([a-z-]+)", row)}
    assert COMMANDS - named == set()


def test_make_lists_its_jobs() -> None:
    assert shutil.which("make")
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"demo", "test", "check", "bench", "faults", "setup"} <= {line.split()[0] for line in listed.splitlines()}
