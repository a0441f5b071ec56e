"""Kubernetes' files without a cluster: by Kubernetes' own schemas, by what this build knows, and by what must hold among them."""

from typing import Any

import kubernetes_validate
import pytest

from deploy.manifests import files
from schemas.settings import Settings
from schemas.topics import TOPICS
from tests.deployment import (
    DEPLOY,
    DOCUMENTS,
    KUSTOMIZATION,
    MAPS,
    PODS,
    named,
    pod_environment,
    projected_secrets,
    require_known_command,
    require_known_settings,
)

FOLDER = DEPLOY / "k8s"
BUILT_IN = [
    one
    for one in DOCUMENTS
    if "." not in one["apiVersion"].partition("/")[0] or one["apiVersion"].startswith(("networking.k8s.io", "policy"))
]
VERSION = "1.33"


def test_all_files_are_in_the_kustomization() -> None:
    assert {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"} == set(KUSTOMIZATION["resources"])


@pytest.mark.parametrize("document", BUILT_IN, ids=lambda one: f"{one['kind']}/{one['metadata']['name']}")
def test_the_document_fits_its_schema(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


def test_what_belongs_to_operators_is_of_their_kinds() -> None:
    """Names and versions of their interfaces are held here; `tests/integration/test_operators.py` holds Strimzi's to its schemas."""
    others = {(one["apiVersion"], one["kind"]) for one in DOCUMENTS if one not in BUILT_IN}
    assert others == {
        ("kafka.strimzi.io/v1", "Kafka"),
        ("kafka.strimzi.io/v1", "KafkaNodePool"),
        ("kafka.strimzi.io/v1", "KafkaTopic"),
        ("kafka.strimzi.io/v1", "KafkaUser"),
        ("clickhouse.altinity.com/v1", "ClickHouseInstallation"),
        ("clickhouse-keeper.altinity.com/v1", "ClickHouseKeeperInstallation"),
        ("keda.sh/v1alpha1", "ScaledObject"),
        ("keda.sh/v1alpha1", "TriggerAuthentication"),
    }


def test_topics_and_users_are_those_declared() -> None:
    for path, text in files().items():
        assert path.read_text("utf-8") == text, f"{path} is not what is declared; run: python -m deploy.manifests"
    assert set(named("KafkaTopic")) == {topic.name for topic in TOPICS}


@pytest.mark.parametrize("name", PODS)
def test_each_process_is_one_that_this_build_has_and_gets_settings_that_it_takes(name: str) -> None:
    """As the pod would see them: its ConfigMaps, its variables, and the secrets that it mounts as files."""
    spec = PODS[name]["spec"]
    (container,) = spec["containers"]
    require_known_command(container["command"])
    environment = pod_environment(container)
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    secrets = _secrets(spec, mounted, environment)
    for variable in ("SUOHENG_KAFKA_TLS_CA", "SUOHENG_GATEWAY_TLS_CERTIFICATE", "SUOHENG_GATEWAY_CREDENTIALS", "SUOHENG_ALERTING_PLAN"):
        if path := environment.pop(variable, None):
            assert path.rpartition("/")[0] in mounted, f"{variable} is not mounted"
    given = require_known_settings(environment, secrets)
    assert not given.kafka_user or given.kafka_user in named("KafkaUser")


def _secrets(spec: dict[str, Any], mounted: set[str], environment: dict[str, str]) -> dict[str, str]:
    folder = environment["SUOHENG_SECRETS"]
    sources = projected_secrets(spec)
    assert not sources or folder in mounted
    files_of = [item["path"] for source in sources for item in source["items"]]
    return {path.upper(): "x" * 24 for path in files_of if path.startswith("suoheng_")}


@pytest.mark.parametrize("name", PODS)
def test_each_pod_is_as_closed_as_the_restricted_standard_asks(name: str) -> None:
    spec = PODS[name]["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    # Else the service suoheng-gateway would set SUOHENG_GATEWAY_PORT=tcp://… in every pod.
    assert spec["enableServiceLinks"] is False
    assert not any("hostPath" in volume for volume in spec["volumes"])
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} == set(container["resources"]["limits"]) == set(container["resources"]["requests"])
    if name.startswith("Deployment"):
        assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
        assert container["livenessProbe"]["httpGet"]["path"] == "/health"
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            port = container[probe]["httpGet"]["port"]
            assert port in ports or port in ports.values()


@pytest.mark.parametrize("kind", ["ClickHouseInstallation", "ClickHouseKeeperInstallation"])
def test_clickhouse_is_as_closed_and_may_write_on_its_volumes(kind: str) -> None:
    (template,) = named(kind)["suoheng"]["spec"]["templates"]["podTemplates"]
    pod = template["spec"]["securityContext"]
    assert (pod["runAsNonRoot"], pod["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert pod["fsGroup"] == pod["runAsGroup"] == pod["runAsUser"]
    (container,) = template["spec"]["containers"]
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def test_no_secret_stands_in_a_file() -> None:
    assert not named("Secret")
    known = set(named("KafkaUser")) | {"suoheng-clickhouse", "suoheng-gateway", "suoheng-desk", "suoheng-backup", "suoheng-cluster-ca-cert"}
    used = {volume["secret"]["secretName"] for pod in PODS.values() for volume in pod["spec"]["volumes"] if "secret" in volume} | {
        source["secret"]["name"]
        for pod in PODS.values()
        for volume in pod["spec"]["volumes"]
        for source in volume.get("projected", {}).get("sources", [])
    }
    assert used <= known


def test_workers_scale_up_to_the_partitions_by_their_own_group() -> None:
    scaled = named("ScaledObject")["suoheng-worker"]["spec"]
    partitions = int(MAPS["suoheng-kafka"]["SUOHENG_PARTITIONS"])
    assert scaled["maxReplicaCount"] == partitions
    assert scaled["minReplicaCount"] == named("Deployment")["suoheng-worker"]["spec"]["replicas"]
    (trigger,) = scaled["triggers"]
    assert trigger["metadata"]["consumerGroup"] == f"{Settings().app_id}-e{Settings().epoch}"
    assert trigger["metadata"]["topic"] in named("KafkaTopic")
    authentication = named("TriggerAuthentication")[trigger["authenticationRef"]["name"]]["spec"]
    assert all(MAPS[one["name"]][one["key"]] for one in authentication["configMapTargetRef"])
    assert MAPS["suoheng-scaling"]["username"] in named("KafkaUser")
    assert named("KafkaNodePool")["both"]["spec"]["replicas"] >= int(MAPS["suoheng-kafka"]["SUOHENG_REPLICATION"])


def test_everything_is_closed_and_each_opening_is_for_somebody_who_is_there() -> None:
    policies = named("NetworkPolicy")
    nobody = policies["nobody"]["spec"]
    assert nobody["podSelector"] == {"matchLabels": {"app.kubernetes.io/part-of": "suoheng"}}
    assert set(nobody["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in nobody
    assert "egress" not in nobody
    components = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in PODS.values()}
    assert all(pod["metadata"]["labels"]["app.kubernetes.io/part-of"] == "suoheng" for pod in PODS.values())
    for policy in policies.values():
        for rule in policy["spec"]["podSelector"].get("matchExpressions", []):
            assert set(rule["values"]) <= components
    by_kafka = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in PODS.values() if "suoheng-kafka" in str(pod)}
    (to_kafka,) = policies["to-kafka"]["spec"]["podSelector"]["matchExpressions"]
    assert set(to_kafka["values"]) == by_kafka
    by_clickhouse = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in PODS.values() if "SUOHENG_CLICKHOUSE_USER" in str(pod)
    }
    (to_clickhouse,) = policies["to-clickhouse"]["spec"]["podSelector"]["matchExpressions"]
    assert set(to_clickhouse["values"]) == by_clickhouse


def test_the_page_reaches_the_journal_of_alerts_by_a_service_a_key_and_a_way_through_the_policies() -> None:
    page, alerts = PODS["Deployment/suoheng-page"], PODS["Deployment/suoheng-alerts"]
    environment = {one["name"]: one.get("value") for one in page["spec"]["containers"][0]["env"]}
    host, _, port = environment["SUOHENG_DESK_URL"].removeprefix("http://").partition(":")
    (service,) = named("Service")[host]["spec"]["ports"]
    assert named("Service")[host]["spec"]["selector"].items() <= alerts["metadata"]["labels"].items()
    assert service["port"] == int(port) == int(MAPS["suoheng"]["SUOHENG_HEALTH_PORT"])
    for pod in (page, alerts):
        assert any(
            source["secret"] == {"name": "suoheng-desk", "items": [{"key": "key", "path": "suoheng_desk_key"}]}
            for volume in pod["spec"]["volumes"]
            for source in volume.get("projected", {}).get("sources", [])
        )
    policies = named("NetworkPolicy")
    out, into = policies["desk-out"]["spec"], policies["desk-in"]["spec"]
    assert out["podSelector"] == into["ingress"][0]["from"][0]["podSelector"]
    assert into["podSelector"] == out["egress"][0]["to"][0]["podSelector"]
    assert out["podSelector"]["matchLabels"].items() <= page["metadata"]["labels"].items()
    assert into["podSelector"]["matchLabels"].items() <= alerts["metadata"]["labels"].items()
    assert [rule["port"] for rule in (*out["egress"][0]["ports"], *into["ingress"][0]["ports"])] == [int(port)] * 2


def test_a_backup_waits_until_somebody_has_said_where_to() -> None:
    job = named("CronJob")["suoheng-backup"]["spec"]
    assert job["suspend"], "the bucket in the file is nobody's"
    assert job["timeZone"] == "Asia/Shanghai"
    (container,) = PODS["CronJob/suoheng-backup"]["spec"]["containers"]
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    files = [one["value"] for one in container["env"] if one["name"].startswith("AWS_")]
    assert {path.rpartition("/")[0] for path in files} <= mounted


def test_budgets_and_services_select_pods_that_are_there() -> None:
    labels = [pod["metadata"]["labels"] for pod in PODS.values()]
    for one in named("PodDisruptionBudget").values():
        assert any(one["spec"]["selector"]["matchLabels"].items() <= pod.items() for pod in labels)
    for one in named("Service").values():
        pods = [pod for pod in PODS.values() if one["spec"]["selector"].items() <= pod["metadata"]["labels"].items()]
        ports = {port["containerPort"] for pod in pods for port in pod["spec"]["containers"][0]["ports"]}
        assert {port["targetPort"] for port in one["spec"]["ports"]} <= ports
    for one in named("Deployment").values():
        assert one["spec"]["selector"]["matchLabels"] == one["spec"]["template"]["metadata"]["labels"]
