"""`compose.yaml` and the Dockerfile without an engine: by their schema, by a linter, and by what this build knows."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.deployment import COMPOSE, DEPLOY, OURS, SERVICES, compose_environment, require_known_command, require_known_settings

ROOT = DEPLOY.parent
LONG_RUNNING = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}


def test_the_file_is_a_compose_file() -> None:
    # The package only carries the schema; it is not imported.
    carrier = find_spec("check_jsonschema")
    assert carrier
    assert carrier.origin
    schema = json.loads((Path(carrier.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json").read_text())
    jsonschema.validate(COMPOSE, schema)


@pytest.mark.parametrize("name", OURS)
def test_each_process_of_ours_is_one_that_this_build_has(name: str) -> None:
    service = OURS[name]
    require_known_command(service["command"])
    require_known_settings(compose_environment(service))
    health = service.get("healthcheck", {})
    if "test" in health:
        require_known_command(health["test"][1:])


def test_the_whole_product_is_there() -> None:
    ran = {" ".join(service["command"][1:3]) for service in OURS.values()}
    assert ran >= {
        "-m streams.worker",
        "-m consumers.clickhouse",
        "-m consumers.alerts",
        "-m streams.ingest.gateway",
        "-m consumers.dashboard",
    }
    assert ran >= {"topics", "migrate", "access clickhouse"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_everything_waits_for_what_it_needs_and_nothing_waits_in_a_circle() -> None:
    order: list[str] = []
    while len(order) < len(SERVICES):
        free = [name for name, s in SERVICES.items() if name not in order and set(s.get("depends_on", {})) <= set(order)]
        assert free, f"a circle among {set(SERVICES) - set(order)}"
        order += free
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_healthy" if needed in LONG_RUNNING else "service_completed_successfully"
            assert how["condition"] == expected, (name, needed)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_bounded_pinned_and_closed(name: str) -> None:
    service = SERVICES[name]
    image, _, tag = service["image"].partition(":")
    assert image
    assert re.match(r"v?\d+\.\d+|\$\{SUOHENG_IMAGE_TAG:-local}", tag), service["image"]
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "privileged" not in service
    if name in LONG_RUNNING:
        assert {"cpus", "memory"} <= service["deploy"]["resources"]["limits"].keys()
        assert name in OURS or service["healthcheck"]["test"][0] == "CMD"
    if name in OURS:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_no_secret_stands_in_the_file_and_every_one_is_made() -> None:
    environments = [str(service.get("environment", {})) for service in SERVICES.values()]
    assert not any(re.search(r"(PASSWORD|TOKEN|KEY)'", text) for text in environments), "give it as a secret"
    made = re.search(r"for name in ([a-z ]+); do", (ROOT / "Makefile").read_text())
    assert made
    assert set(COMPOSE["secrets"]) == set(made[1].split())
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == set(COMPOSE["secrets"])


def test_the_dockerfile_passes_the_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(linter), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_built_from_what_is_there_by_the_pinned_tools() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = {source for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for source in line.split()}
    assert all((ROOT / source).exists() for source in copied)
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == let_in
    assert f"uv=={re.search(r'UV := uv==(.+)', (ROOT / 'Makefile').read_text())[1]}" in text  # type: ignore[index]
    assert f"FROM python:{(ROOT / '.python-version').read_text().strip()}." in text
    assert text.rindex("\nUSER 10001:10001") > text.rindex("\nFROM ")
    command = json.loads(re.search(r"HEALTHCHECK .* CMD (\[.*\])", text)[1])  # type: ignore[index]
    require_known_command(command)
    assert f"SUOHENG_HEALTH_PORT={command[-1]}" in text


def test_prometheus_asks_every_process_on_its_port() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "compose.yml").read_text())
    (job,) = config["scrape_configs"]
    asked = {name: found["port"] for found in job["dns_sd_configs"] for name in found["names"]}
    processes = {name: service for name, service in OURS.items() if name in LONG_RUNNING}
    assert asked.keys() == processes.keys()
    for name, service in processes.items():
        test = service.get("healthcheck", {}).get("test", [service["environment"]["SUOHENG_HEALTH_PORT"]])
        assert asked[name] == int(test[-1]), name
    flags = " ".join(SERVICES["prometheus"]["command"])
    assert "--config.file=/etc/prometheus/compose.yml" in flags
    assert "./prometheus:/etc/prometheus:ro" in SERVICES["prometheus"]["volumes"]


def test_what_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).is_dir() if source.startswith("./") else source in COMPOSE["volumes"], volume
