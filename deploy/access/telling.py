"""The declared access told for other tools: Kafka's own shell commands, and the users of Strimzi's operator for Kubernetes. Pure."""

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.access.roles import CLUSTER, Grant, Quota, Role

_STRIMZI_KIND = {"topic": "topic", "group": "group", "transactional_id": "transactionalId", "cluster": "cluster"}


def by_resource(grants: Iterable[Grant]) -> dict[tuple[str, str, bool], list[str]]:
    """Operations by resource (kind, name, whether by beginning), in the order of the grants."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for grant in grants:
        found.setdefault((grant.kind, grant.name, grant.prefixed), []).append(grant.operation)
    return found


def quota(limits: Quota) -> str:
    """A quota in words."""
    return ", ".join(f"{key}={value}" for key, value in _limits(limits).items()) or "none"


def differences(missing: Iterable[tuple[str, Grant]], excess: Iterable[tuple[str, Grant]]) -> list[str]:
    """What a user lacks (+) and has beyond what is declared (-), one line each."""
    return [*(f"+ {_line(*one)}" for one in sorted(missing)), *(f"- {_line(*one)}" for one in sorted(excess))]


def _line(user: str, grant: Grant) -> str:
    return f"{user}: {grant.operation} {grant.kind} {grant.name}{'*' if grant.prefixed else ''}"


def script(roles: Iterable[Role], users: Mapping[str, str], kafka: str) -> str:
    """A shell script of Kafka's own tools that puts the access in force; `BIN` is the folder of Kafka's programs, `ADMIN` a client's properties."""
    reached = f'--bootstrap-server {shlex.quote(kafka)} --command-config "$admin"'
    lines = [
        "#!/bin/sh",
        "# Made by `suoheng access kafka --script`. Harmless to repeat.",
        "set -eu",
        'bin="${BIN:-/opt/kafka/bin}" admin="${ADMIN:-admin.properties}"',
        f'acls() {{ "$bin/kafka-acls.sh" {reached} --add "$@"; }}',
        f'quota() {{ "$bin/kafka-configs.sh" {reached} --alter --entity-type users --entity-name "$1" --add-config "$2"; }}',
    ]
    for role in roles:
        user = users[role.name]
        lines += ["", f"# {role.name}: {role.meaning}"]
        lines += [f"acls --allow-principal {shlex.quote(f'User:{user}')} {_flags(grant)}" for grant in role.grants]
        if limits := _limits(role.quota):
            lines.append(f"quota {shlex.quote(user)} {','.join(f'{key}={value}' for key, value in limits.items())}")
    return "\n".join(lines) + "\n"


def _flags(grant: Grant) -> str:
    operation = f"--operation {_camel(grant.operation)}"
    if grant.kind == "cluster":
        return f"{operation} --cluster {CLUSTER}"
    pattern = " --resource-pattern-type prefixed" if grant.prefixed else ""
    return f"{operation} --{grant.kind.replace('_', '-')} {shlex.quote(grant.name)}{pattern}"


def _limits(quota: Quota) -> dict[str, int]:
    names = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")
    return {name: limit for name, limit in zip(names, quota, strict=True) if limit is not None}


def strimzi_users(roles: Iterable[Role], users: Mapping[str, str], cluster: str) -> list[dict[str, Any]]:
    """A KafkaUser for each role, with a SCRAM login whose password the operator makes and keeps in a Secret of the same name."""
    return [
        {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "KafkaUser",
            "metadata": {"name": users[role.name], "labels": {"strimzi.io/cluster": cluster}},
            "spec": {
                "authentication": {"type": "scram-sha-512"},
                "authorization": {"type": "simple", "acls": _strimzi_acls(role.grants)},
            }
            | ({"quotas": _strimzi_quotas(role.quota)} if any(role.quota) else {}),
        }
        for role in roles
    ]


def _strimzi_acls(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    return [
        {"resource": _strimzi_resource(*resource), "operations": [_camel(one) for one in operations]}
        for resource, operations in by_resource(grants).items()
    ]


def _camel(operation: str) -> str:
    return operation.title().replace("_", "")


def _strimzi_resource(kind: str, name: str, prefixed: bool) -> dict[str, Any]:
    if kind == "cluster":
        return {"type": "cluster"}
    return {"type": _STRIMZI_KIND[kind], "name": name, "patternType": "prefix" if prefixed else "literal"}


def _strimzi_quotas(quota: Quota) -> dict[str, int]:
    names = ("producerByteRate", "consumerByteRate", "requestPercentage")
    return {name: limit for name, limit in zip(names, quota, strict=True) if limit is not None}
