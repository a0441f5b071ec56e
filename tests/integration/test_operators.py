"""Kubernetes' files by an operator's own declarations: Strimzi's, printed by its own generator. Those of KEDA and Altinity are in no registry."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.local.jars import Jar
from deploy.local.java import find_java
from schemas.settings import settings
from tests.deployment import DOCUMENTS
from tests.java_compiler import fetched

STRIMZI = "1.2.0"
JARS = (
    Jar("566961ae5e5646a001ae91312beda5cba3a5d467e740e205e1b761754335fe4e", "io.strimzi", "api", STRIMZI),
    Jar("76bb2430e702a1e6a24c071d26c865d5e9572cbc630d176d3b912033ae23ed00", "io.strimzi", "crd-generator", STRIMZI),
)
KINDS = {"Kafka": "kafka.Kafka", "KafkaNodePool": "nodepool.KafkaNodePool", "KafkaTopic": "topic.KafkaTopic", "KafkaUser": "user.KafkaUser"}
BY_STRIMZI = [one for one in DOCUMENTS if one["apiVersion"].startswith("kafka.strimzi.io/")]


def title(document: dict[str, Any]) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Strimzi's schemas by version and kind; a field that they do not name is refused, where a cluster would drop it in silence."""
    folder = tmp_path_factory.mktemp("strimzi")
    jars = fetched(JARS, settings().cache.resolve() / "java")
    path = ":".join(str(jars / jar.file_name) for jar in JARS)
    versions = ("--target-kube", "1.30+", "--crd-api-version", "v1", "--api-versions", "v1", "--storage-version", "v1")
    wanted = [f"io.strimzi.api.kafka.model.{name}={folder / kind}.yaml" for kind, name in KINDS.items()]
    command = (str(find_java(settings())), "-cp", path, "io.strimzi.crdgenerator.CrdGenerator", "--yaml", *versions, *wanted)
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {key: schema for kind in KINDS for key, schema in _schemas(folder / f"{kind}.yaml")}


def _schemas(path: Path) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    spec = yaml.safe_load(path.read_text("utf-8"))["spec"]
    for version in spec["versions"]:
        schema = _strict(version["schema"]["openAPIV3Schema"])
        schema["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {}}
        yield (f"{spec['group']}/{version['name']}", spec["names"]["kind"]), schema


def _strict(schema: Any) -> Any:
    """As JSON Schema has it: nothing beyond the named properties, and Kubernetes' word for a number or a text in ours."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    if strict.pop("x-kubernetes-int-or-string", False):
        strict["type"] = ["integer", "string"]
    if "properties" in strict and not strict.get("x-kubernetes-preserve-unknown-fields"):
        strict.setdefault("additionalProperties", False)
    return strict


@pytest.mark.parametrize("document", BY_STRIMZI, ids=title)
def test_strimzi_takes_the_document(declared: dict[tuple[str, str], dict[str, Any]], document: dict[str, Any]) -> None:
    jsonschema.validate(document, declared[document["apiVersion"], document["kind"]])


def test_strimzis_schemas_refuse_what_is_wrong(declared: dict[tuple[str, str], dict[str, Any]]) -> None:
    topic = next(one for one in BY_STRIMZI if one["kind"] == "KafkaTopic")
    for wrong in ({"partitions": "twelve"}, {"partition": 12}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(topic | {"spec": topic["spec"] | wrong}, declared[topic["apiVersion"], topic["kind"]])
