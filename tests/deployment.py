"""What the checks of deployment files share: what stands in them, and whether a container's command and environment are ones that this build knows."""

import importlib.util
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from deploy.cli import application
from schemas.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("suoheng:")}
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((DEPLOY / "k8s" / "kustomization.yaml").read_text())
DOCUMENTS: list[dict[str, Any]] = [
    one for name in KUSTOMIZATION["resources"] for one in yaml.safe_load_all((DEPLOY / "k8s" / name).read_text())
]
PODS: dict[str, dict[str, Any]] = {
    f"{one['kind']}/{one['metadata']['name']}": (one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"])[
        "template"
    ]
    for one in DOCUMENTS
    if one["kind"] in {"Deployment", "StatefulSet", "Job", "CronJob"}
}
OUTSIDE_OF_SETTINGS = {"SUOHENG_CONFIG", "SUOHENG_SECRETS"}
"""Variables that say where settings are read from."""


def named(kind: str) -> dict[str, dict[str, Any]]:
    """Kubernetes' documents of a kind, by name."""
    return {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] == kind}


MAPS: dict[str, dict[str, str]] = {name: one["data"] for name, one in named("ConfigMap").items()}


def compose_environment(service: Mapping[str, Any]) -> dict[str, str]:
    """A service's variables, with the defaults of those that nobody has set."""
    return {key: re.sub(r"\$\{[A-Z_]+:-(.*)\}", r"\1", str(value)) for key, value in service["environment"].items()}


def pod_environment(container: Mapping[str, Any]) -> dict[str, str]:
    """A container's variables as the pod would see them: those of its ConfigMaps and its own."""
    environment: dict[str, str] = {}
    for source in container["envFrom"]:
        environment |= MAPS[source["configMapRef"]["name"]]
    return environment | {variable["name"]: variable["value"] for variable in container.get("env", [])}


def projected_secrets(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The secrets that a pod mounts as files."""
    return [source["secret"] for volume in spec["volumes"] for source in volume.get("projected", {}).get("sources", [])]


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
