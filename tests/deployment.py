"""What the checks of deployment files share: whether a container's command and environment are ones that this build knows."""

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from deploy.cli import application
from schemas.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
OUTSIDE_OF_SETTINGS = {"SUOHENG_CONFIG", "SUOHENG_SECRETS"}
"""Variables that say where settings are read from."""


def require_known_command(command: Sequence[str]) -> None:
    """`suoheng …` must parse down to the last option; `python -m …` must be a module of ours that runs."""
    program, *arguments = command
    if program == "suoheng":
        _parse(get_command(application()), "suoheng", arguments)
        return
    assert program == "python", command
    option, module, *_ = arguments
    assert option == "-m", command
    assert module.split(".")[0] in {"streams", "consumers", "deploy"}, command
    found = importlib.util.find_spec(module)
    assert found, f"there is no {module}"
    if found.submodule_search_locations is not None:
        assert importlib.util.find_spec(f"{module}.__main__"), f"{module} does not run"


def _parse(command: Any, name: str, arguments: Sequence[str]) -> None:
    context = command.make_context(name, list(arguments))
    if hasattr(command, "commands"):
        _, sub, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        _parse(sub, sub.name or "", rest)


def require_known_settings(environment: Mapping[str, Any], secrets: Mapping[str, str] | None = None) -> Settings:
    """Every SUOHENG_ variable must be a setting, and its value one that the setting takes; what the process would run with."""
    ours = {name: str(value) for name, value in environment.items() if name.startswith("SUOHENG_") and name not in OUTSIDE_OF_SETTINGS}
    ours |= dict(secrets or {})
    unknown = {name for name in ours if name.removeprefix("SUOHENG_").lower() not in Settings.model_fields}
    assert not unknown, unknown
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ours.items():
            patch.setenv(name, value)
        return Settings()
