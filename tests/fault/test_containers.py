"""`deploy/compose.yaml` and `deploy/k8s` without an engine: their commands with their environments and secrets, as plain processes, in their order,
until each is healthy by its own check; and an event goes all the way.

Left out: images, the users that a ClickHouse server would have (the embedded one has none), operators, replicas of brokers and tables, networks,
Prometheus and Grafana.
"""

import json
import ssl
import urllib.request
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from deploy.access.plan import Plan
from deploy.topics import create_topics
from deploy.waiting import wait
from schemas.settings import Settings
from tests.conftest import Stack, drop_database
from tests.containers import Container, Containers
from tests.deployment import OURS, PODS, SERVICES, compose_environment, named, pod_environment, projected_secrets
from tests.fault.report import LONG
from tests.ports import free_port_base
from tests.scenarios.chance import chance_district
from tests.secured_kafka import secured_kafka

pytestmark = [
    pytest.mark.skipif(not LONG, reason="all processes twice, a minute: LONG_FAULTS=1"),
    pytest.mark.timeout(600),
]
DISTRICT = "990107"
IMAGES_CHECK = ("python", "-m", "deploy.healthy", "9000")
PORTS = ("SUOHENG_HEALTH_PORT", "SUOHENG_GATEWAY_PORT", "SUOHENG_DASHBOARD_PORT")
PLAN = "route: {to: [duty], group_wait: 0s}\nreceivers: [{name: duty, log: {}}]\n"


def container(name: str, *command: str) -> Container:
    """A service, or another command in its environment (`docker compose run`)."""
    service = SERVICES[name]
    environment = compose_environment(service)
    check = service.get("healthcheck", {})
    probe = None if check.get("disable") or command else tuple(check["test"][1:]) if "test" in check else IMAGES_CHECK
    named = [one if isinstance(one, str) else one["target"] for one in service.get("secrets", [])]
    volume = next((one.partition(":")[0] for one in service.get("volumes", [])), name)
    files = {one: f"the password {one}" for one in named}
    return Container(
        name, command or service["command"], environment, files, [port for port in PORTS if port in environment], probe, volume
    )


def order() -> list[str]:
    """Our services, each after those it waits for."""
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    return [name for name in TopologicalSorter(waits).static_order() if name in OURS]


def post(url: str, token: str, events: list[dict[str, Any]], trust: ssl.SSLContext | None = None) -> int:
    headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(events).encode(), headers), timeout=30, context=trust) as answer:
        return int(answer.status)


def test_compose_comes_up_healthy_and_a_number_reaches_the_page(stack: Stack, tmp_path: Path) -> None:
    ours = stack.settings.model_copy(
        update={"topic_prefix": "compose.", "app_id": "compose", "clickhouse_database": "compose", "partitions": 2}
    )
    instead = {
        f"SUOHENG_{name.upper()}": str(getattr(ours, name))
        for name in (
            "kafka",
            "clickhouse_url",
            "clickhouse_user",
            "clickhouse_password",
            "topic_prefix",
            "app_id",
            "clickhouse_database",
            "partitions",
        )
    }
    with Containers(tmp_path, instead) as running:
        told = running.once(container("gateway", "suoheng", "credentials", "add", "--bureau", DISTRICT, "--role", "registry", "--json"))
        running.data("alerts").mkdir(parents=True)
        (running.data("alerts") / "alerting.yaml").write_text(PLAN)
        try:
            healthy = _all_up(running)
            assert healthy == {"worker-1", "worker-2", "sink", "alerts", "gateway", "page"}
            gateway = f"http://127.0.0.1:{running.ports['gateway', 'SUOHENG_GATEWAY_PORT']}/events"
            assert post(gateway, json.loads(told)["token"], _of_the_bureau()) == 202
            wait(ours, 60)
            page = f"http://127.0.0.1:{running.ports['page', 'SUOHENG_DASHBOARD_PORT']}"
            with urllib.request.urlopen(f"{page}/api/districts", timeout=30) as answer:
                assert [one["district"] for one in json.load(answer)] == [DISTRICT]
            with urllib.request.urlopen(f"{page}/d/{DISTRICT}/alerts?lang=en", timeout=30) as answer:
                assert "No alert fires." in answer.read().decode(), (
                    "the page reads the journal in the volume that it shares with the deliverer"
                )
        finally:
            drop_database(ours)


def _all_up(running: Containers) -> set[str]:
    """Everything in the order of `depends_on`; those that are healthy by their own checks. The embedded ClickHouse takes no users."""
    started: list[Container] = []
    for name in order():
        one = container(name)
        if one.probe is None:
            running.once(one if name != "access" else one._replace(command=[part for part in one.command if part != "--apply"]))
        else:
            replicas = int(SERVICES[name].get("deploy", {}).get("replicas", 1))
            for made in [one._replace(name=f"{name}-{n}") for n in range(1, replicas + 1)] if replicas > 1 else [one]:
                running.start(made)
                started.append(made)
    for one in started:
        running.wait_healthy(one)
    return {one.name for one in started}


def _of_the_bureau() -> list[dict[str, Any]]:
    first = [event for event in chance_district(7, 60) if "revision" not in event]  # a key must be told which types it may correct
    return [event for event in first if event["type"] in ("reg.office.opened", "reg.authority.registered")]


DESK_KEY = "the key of the desk, long enough".replace(" ", "-")


def pod(name: str, passwords: dict[str, str], paths: dict[str, str]) -> Container:
    """A pod's container: its ConfigMaps and variables, its secrets as files, mounted files where they are here."""
    spec = next(template["spec"] for path, template in PODS.items() if path.endswith(f"/suoheng-{name}"))
    (one,) = spec["containers"]
    environment = pod_environment(one)
    for there, here in paths.items():
        environment = {variable: value.replace(there, here) for variable, value in environment.items()}
    known = passwords | {"suoheng-desk": DESK_KEY}
    files = {
        item["path"]: known.get(secret["name"], "a password that is long enough")
        for secret in projected_secrets(spec)
        for item in secret["items"]
    }
    probe: tuple[str, ...] | None = None
    if "readinessProbe" in one:
        assert one["readinessProbe"]["httpGet"]["path"] == "/ready"
        ports = {port["name"]: port["containerPort"] for port in one["ports"]}
        port = one["readinessProbe"]["httpGet"]["port"]
        probe = ("python", "-m", "deploy.healthy", str(ports.get(port, port)))
    return Container(name, one["command"], environment, files, [port for port in PORTS if port in environment], probe, name)


def test_the_pods_of_kubernetes_come_up_ready_with_tls_and_logins(stack: Stack, tmp_path: Path) -> None:
    """Each process as its own user of a Kafka with an authorizer; the page asks the deliverer for its journal, as pods have no folder in common."""
    admin = Settings(port_base=free_port_base(), data=tmp_path / "kafka", partitions=12, replication=1)
    with secured_kafka(admin, tmp_path) as kafka:
        create_topics(admin)
        Plan.of(admin, [], []).put_in_force(prune=False)
        passwords = {user: kafka.as_user(user, admin).kafka_password for user in named("KafkaUser")}
        certificate, _ = kafka.authority.issue("gateway")
        mounted = tmp_path / "gateway"
        mounted.mkdir()
        (mounted / "tls.crt").write_bytes(certificate.read_bytes())
        (mounted / "tls.key").write_bytes(certificate.read_bytes())
        paths = {
            "/etc/suoheng/kafka-ca/ca.crt": str(kafka.authority.file),
            "/etc/suoheng/gateway": str(mounted),
            "/etc/suoheng/alerting": str(tmp_path),
        }
        (tmp_path / "alerting.yaml").write_text(PLAN)
        instead = {
            "SUOHENG_CLICKHOUSE_URL": stack.clickhouse_url,
            "SUOHENG_CLICKHOUSE_USER": stack.settings.clickhouse_user,
            "SUOHENG_CLICKHOUSE_PASSWORD": stack.settings.clickhouse_password,
            "SUOHENG_CLICKHOUSE_CLUSTER": "",
            "SUOHENG_CLICKHOUSE_DATABASE": "pods",
            "SUOHENG_REPLICATION": "1",
        }
        ours = admin.model_copy(update={"clickhouse_url": stack.clickhouse_url, "clickhouse_database": "pods"})
        secured = kafka.as_user("suoheng-worker", admin).kafka
        paths |= {"suoheng-kafka-bootstrap:9093": secured}
        with Containers(tmp_path, instead) as running:
            try:
                told = running.once(
                    pod("gateway", passwords, paths)._replace(
                        command=["suoheng", "credentials", "add", "--bureau", DISTRICT, "--role", "registry", "--json"]
                    )
                )
                for name in ("topics", "migrate", "access"):
                    one = pod(name, passwords, paths)
                    running.once(one._replace(command=[part for part in one.command if part != "--apply"]))
                for name in ("alerts", "worker", "sink", "gateway"):
                    running.start(pod(name, passwords, paths))
                paths |= {"http://suoheng-alerts:9000": f"http://127.0.0.1:{running.ports['alerts', 'SUOHENG_HEALTH_PORT']}"}
                running.start(pod("page", passwords, paths))
                for name in ("alerts", "worker", "sink", "gateway", "page"):
                    running.wait_healthy(pod(name, passwords, paths))
                trust = ssl.create_default_context(cafile=str(kafka.authority.file))
                gateway = f"https://127.0.0.1:{running.ports['gateway', 'SUOHENG_GATEWAY_PORT']}/events"
                assert post(gateway, json.loads(told)["token"], _of_the_bureau(), trust) == 202
                wait(ours, 60)
                page = f"http://127.0.0.1:{running.ports['page', 'SUOHENG_DASHBOARD_PORT']}"
                with urllib.request.urlopen(f"{page}/d/{DISTRICT}/alerts?lang=en", timeout=30) as answer:
                    assert "No alert fires." in answer.read().decode()
                backup = pod("backup", passwords, paths)
                *command, place = backup.command
                assert place.startswith("s3://"), "an object store is tried in test_object_store"
                made = running.once(backup._replace(command=[*command, str(tmp_path / "backup"), "--json"]))
                assert json.loads(made)["events"] == len(_of_the_bureau())
            finally:
                drop_database(ours)
