"""Documents under test: every link leads to a file, every command that one shows exists with its options, and each has its twin in the other language."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deploy.cli import application

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.md"), *(ROOT / "schemas").glob("*.md")))
ROOT_COMMAND = typer.main.get_command(application())


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _links(text: str) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if not re.match(r"[a-z]+:|#", link):
            yield link.partition("#")[0]


def _commands(text: str) -> Iterator[list[str]]:
    """Words of each line of a block of shell that calls `suoheng`, up to a pipe or the next command."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            if not re.match(r"\s*(?:\.venv/bin/)?suoheng\b", line):
                continue
            words = shlex.split(line, comments=True)
            end = next(
                (at for at, word in enumerate(words) if word in {"|", "&&", ";", "&", ">", "||", ">>"} or word.startswith(">")), len(words)
            )
            yield words[1:end]


def _problem(words: list[str]) -> str | None:
    """What in a call is not there; None: all of it is."""
    command: Any = ROOT_COMMAND
    while hasattr(command, "commands"):
        if not words or words[0] not in command.commands:
            return None if not words or words[0] == "--help" else f"no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    strange = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {strange[0]!r}" if strange else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_links_lead_somewhere(document: Path) -> None:
    lost = [link for link in _links(document.read_text("utf-8")) if not (document.parent / link).exists()]
    assert not lost, f"{_named(document)}: links to nothing: {lost}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_commands_exist(document: Path) -> None:
    wrong = [(" ".join(words), problem) for words in _commands(document.read_text("utf-8")) if (problem := _problem(words))]
    assert not wrong, f"{_named(document)}: {wrong}"


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if ".en." in path.name or ".zh." in path.name], ids=_named)
def test_both_languages(document: Path) -> None:
    twin = document.with_name(document.name.replace(".en.", ".\0.").replace(".zh.", ".en.").replace(".\0.", ".zh."))
    assert twin.exists() or (twin.name == "README.en.md" and document.with_name("README.md").exists()), (
        f"{_named(document)} has no {twin.name}"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_tables_are_whole(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    tables = [table.splitlines() for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]
    torn = [table[0] for table in tables if len(table) < 2 or not re.fullmatch(r"(\|[ :-]*-[ :-]*)+\|", table[1])]
    assert not torn, f"{_named(document)}: rows without a head: {torn}"


def test_a_wrong_call_is_found() -> None:
    assert _problem(["nothing", "here"]) == "no command 'nothing'"
    assert _problem(["rules", "apply", "FILE", "--strange"]) == "no option '--strange'"
    assert _problem(["rules", "apply", "FILE", "--district", "330102"]) is None
