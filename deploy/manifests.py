"""`python -m deploy.manifests`: topics and users of Kafka as Strimzi's documents in `deploy/k8s`, from the product's own declarations.

Tests compare what is committed with what this makes.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.access.plan import Plan
from schemas.settings import Settings
from schemas.topics import TOPICS, topic_name

FOLDER = Path(__file__).with_name("k8s")
CLUSTER = "suoheng"
_MADE = "# Made by `python -m deploy.manifests`; change the declarations in schemas/topics.py and deploy/access/roles.py instead.\n"


def files() -> Mapping[Path, str]:
    """The files with their content, for an installation as `settings.yaml` has it."""
    given = settings_of(FOLDER / "settings.yaml")
    return {
        FOLDER / "kafka-topics.yaml": _MADE + _documents(topics(given)),
        FOLDER / "kafka-users.yaml": _MADE + _documents(Plan.of(given, [], []).strimzi_users(CLUSTER)),
    }


def settings_of(file: Path) -> Settings:
    """The settings of the file's ConfigMaps that decide names and numbers at the broker."""
    found: dict[str, str] = {}
    for document in yaml.safe_load_all(file.read_text("utf-8")):
        found |= document["data"]
    named = {
        name: found[f"SUOHENG_{name.upper()}"]
        for name in ("partitions", "replication", "topic_prefix", "app_id")
        if f"SUOHENG_{name.upper()}" in found
    }
    return Settings.model_validate(named)


def topics(settings: Settings) -> list[dict[str, Any]]:
    """A KafkaTopic for each topic. Strimzi's operator makes and watches them; `suoheng topics --check` agrees with them."""
    return [
        {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "KafkaTopic",
            "metadata": {"name": topic_name(topic, settings), "labels": {"strimzi.io/cluster": CLUSTER}},
            "spec": {
                "topicName": topic_name(topic, settings),
                "partitions": settings.partitions,
                "replicas": settings.replication,
                "config": dict(topic.config),
            },
        }
        for topic in TOPICS
    ]


def _documents(made: list[dict[str, Any]]) -> str:
    return str(yaml.safe_dump_all(made, allow_unicode=True, sort_keys=False, width=140))


def main() -> int:
    """Write them; the exit code."""
    for path, text in files().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
