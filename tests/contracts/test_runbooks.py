"""Run books say the same in both languages and name commands and options that there are. That they work is shown by tests/fault/test_runbooks.py."""

import re

import pytest
from typer.main import get_command

from deploy.cli import application
from tests.runbooks import FOLDER, NAMES, blocks

COMMANDS = get_command(application())


def named() -> list[str]:
    """Every call of `suoheng` in a block of any run book."""
    texts = [text for path in FOLDER.glob("*.md") for text in blocks(path)]
    return sorted({call.strip() for text in texts for call in re.findall(r"suoheng ([a-z][^|>&\n)]*)", text)})


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_blocks(name: str) -> None:
    assert blocks(FOLDER / f"{name}.en.md")
    assert blocks(FOLDER / f"{name}.zh.md") == blocks(FOLDER / f"{name}.en.md")


def test_the_index_names_every_run_book() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\(([a-z-]+)\.en\.md\)", index)) == NAMES
    assert sorted(re.findall(r"\]\(([a-z-]+)\.zh\.md\)", index)) == NAMES


@pytest.mark.parametrize("call", named())
def test_commands_and_their_options_exist(call: str) -> None:
    command, words = COMMANDS, call.split()
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
    options = {option for one in command.params for option in one.opts}
    assert command is not COMMANDS
    assert {word for word in words if word.startswith("--")} <= options
