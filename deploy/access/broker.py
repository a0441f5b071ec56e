"""Kafka's access lists and quotas as they stand, and made as declared. Only what bears the name of one of our users is looked at or touched.

Raises MissingDependency through `administration`, also where a broker has no authorizer or our login may not see its lists.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import NoError, for_code
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from deploy.access.roles import Grant, Quota, Role
from deploy.errors import MissingDependency

_QUOTA_KEYS = {"produce": "producer_byte_rate", "consume": "consumer_byte_rate", "request_percent": "request_percentage"}
_SETTLES_S = 30.0
_EXACT = 0
"""How a quota is looked up: by the very name."""


@dataclass(frozen=True, slots=True)
class Access:
    """What users may do: (user, grant) pairs, and each user's quota."""

    grants: frozenset[tuple[str, Grant]]
    quotas: Mapping[str, Quota]


def declared(roles: Iterable[Role], users: Mapping[str, str]) -> Access:
    """What the roles' users are to have; `users` are names by role."""
    mine = list(roles)
    grants = frozenset((users[role.name], grant) for role in mine for grant in role.grants)
    return Access(grants, {users[role.name]: role.quota for role in mine})


def standing(admin: KafkaAdminClient, users: Iterable[str]) -> Access:
    """What these users have now."""
    grants, quotas = set(), {}
    for user in users:
        found, _ = admin.describe_acls(_filter(user))
        grants |= {(user, _grant(acl)) for acl in found if acl.permission_type == ACLPermissionType.ALLOW}
        quotas[user] = _quota(admin, user)
    return Access(frozenset(grants), quotas)


def apply(admin: KafkaAdminClient, wanted: Access, now: Access, *, prune: bool) -> None:
    """Give what is missing; take what is too much if `prune`. Quotas become as declared either way: too high is as wrong as too low.

    Returns when the broker that is asked obeys them, which is a moment after the controller has said that they are made.
    """
    if missing := [_acl(user, grant) for user, grant in sorted(wanted.grants - now.grants)]:
        refused = admin.create_acls(missing)["failed"]
        if refused:
            raise MissingDependency(f"Kafka does not take {len(refused)} of {len(missing)} access rules: {refused[0].__name__}")
    if prune and (excess := [_acl(user, grant) for user, grant in sorted(now.grants - wanted.grants)]):
        admin.delete_acls(excess)
    for user, quota in wanted.quotas.items():
        if quota != now.quotas[user]:
            _set_quota(admin, user, quota)
    _until_obeyed(admin, wanted, prune=prune)


def _until_obeyed(admin: KafkaAdminClient, wanted: Access, *, prune: bool) -> None:
    deadline = time.monotonic() + _SETTLES_S
    while True:
        now = standing(admin, wanted.quotas)
        is_given = now.grants == wanted.grants if prune else now.grants >= wanted.grants
        if is_given and now.quotas == wanted.quotas:
            return
        if time.monotonic() > deadline:
            raise MissingDependency(
                f"Kafka has taken the access rules, and does not show them after {_SETTLES_S:.0f} s: is the cluster well?"
            )
        time.sleep(0.1)


def _set_quota(admin: KafkaAdminClient, user: str, quota: Quota) -> None:
    request = AlterClientQuotasRequest
    entry = request.EntryData(
        entity=[request.EntryData.EntityData(entity_type="user", entity_name=user)],
        ops=[
            request.EntryData.OpData(key=key, value=float(value or 0), remove=value is None)
            for key, value in ((_QUOTA_KEYS[name], limit) for name, limit in quota._asdict().items())
        ],
    )
    answer = admin._manager.run(admin._manager.send, request(entries=[entry], validate_only=False))  # noqa: SLF001 - kafka-python has no call for it
    for one in answer.entries:
        _require_done(one.error_code, one.error_message, f"the quota of {user}")


def _quota(admin: KafkaAdminClient, user: str) -> Quota:
    request = DescribeClientQuotasRequest
    component = request.ComponentData(entity_type="user", match_type=_EXACT, match=user)
    answer = admin._manager.run(admin._manager.send, request(components=[component], strict=True))  # noqa: SLF001
    _require_done(answer.error_code, answer.error_message, f"the quota of {user}")
    values = {value.key: int(value.value) for entry in answer.entries or () for value in entry.values}
    return Quota(**{name: values.get(key) for name, key in _QUOTA_KEYS.items()})


def _require_done(code: int, message: str | None, what: str) -> None:
    if (kind := for_code(code)) is not NoError:
        raise MissingDependency(f"Kafka refuses {what}: {message or kind.__name__}")


def _acl(user: str, grant: Grant) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if grant.prefixed else ACLResourcePatternType.LITERAL
    resource = ResourcePattern(ResourceType[grant.kind.upper()], grant.name, pattern)
    return ACL(f"User:{user}", "*", ACLOperation[grant.operation.upper()], ACLPermissionType.ALLOW, resource)


def _grant(acl: ACL) -> Grant:
    resource = acl.resource_pattern
    is_prefixed = resource.pattern_type == ACLResourcePatternType.PREFIXED
    return Grant(resource.resource_type.name.lower(), resource.resource_name, is_prefixed, acl.operation.name.lower())


def _filter(user: str) -> ACLFilter:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, anything)
