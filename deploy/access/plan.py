"""What a run of `suoheng access kafka` is about: the roles asked for and who they are, told or put in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from deploy.access import broker, telling
from deploy.access.roles import Role, roles
from deploy.errors import Usage
from deploy.topics import administration
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Roles, and the user of each."""

    settings: Settings
    roles: tuple[Role, ...]
    users: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, only: Sequence[str], users: Sequence[str]) -> "Plan":
        """The roles named (all when none is), their users by `ROLE=NAME`. Raises Usage for a name that is no role."""
        known = roles(settings)
        given = dict(_pair(one) for one in users)
        if unknown := sorted({*only, *given} - known.keys()):
            raise Usage(f"no role {', '.join(unknown)}; there are {', '.join(known)}")
        chosen = tuple(role for name, role in known.items() if not only or name in only)
        return cls(settings, chosen, {role.name: given.get(role.name, f"suoheng-{role.name}") for role in chosen})

    def differences(self) -> list[str]:
        """What the broker's lists and quotas lack (+) or have too much (-)."""
        with administration(self.settings) as admin:
            return self._compared(broker.standing(admin, self.users.values()))

    def put_in_force(self, *, prune: bool) -> list[str]:
        """Make them as declared; what was different before."""
        with administration(self.settings) as admin:
            now = broker.standing(admin, self.users.values())
            broker.apply(admin, self._wanted, now, prune=prune)
            return self._compared(now)

    def script(self) -> str:
        """The commands of Kafka's own tools."""
        return telling.script(self.roles, self.users, self.settings.kafka)

    def strimzi_users(self, cluster: str) -> list[dict[str, Any]]:
        """The documents of Strimzi's operator."""
        return telling.strimzi_users(self.roles, self.users, cluster)

    def told(self) -> list[dict[str, Any]]:
        """All of it, for a program."""
        return [
            {
                "role": role.name,
                "meaning": role.meaning,
                "user": self.users[role.name],
                "grants": [grant._asdict() for grant in role.grants],
                "quota": role.quota._asdict(),
            }
            for role in self.roles
        ]

    def table(self) -> Table:
        """All of it, for a person: one line a resource."""
        table = Table("role", "user", "may", "on", box=None)
        for role in self.roles:
            for (kind, name, prefixed), operations in telling.by_resource(role.grants).items():
                table.add_row(role.name, self.users[role.name], ", ".join(operations), f"{kind} {name}{'*' if prefixed else ''}")
        return table

    @property
    def _wanted(self) -> broker.Access:
        return broker.declared(self.roles, self.users)

    def _compared(self, now: broker.Access) -> list[str]:
        wanted = self._wanted
        quotas = [
            f"~ {user}: quota {telling.quota(now.quotas[user])}, declared is {telling.quota(limit)}"
            for user, limit in wanted.quotas.items()
            if limit != now.quotas[user]
        ]
        return [*telling.differences(wanted.grants - now.grants, now.grants - wanted.grants), *quotas]


def _pair(text: str) -> tuple[str, str]:
    role, separator, name = text.partition("=")
    if not (separator and name):
        raise Usage(f"{text!r} is not ROLE=NAME")
    return role, name
