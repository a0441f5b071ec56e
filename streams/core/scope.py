"""Whom a key speaks for, and whether a valid event is one of theirs. Asked at the gateway, and again by workers of sealed records (`seal.py`).

The source matters as much as the office: corrections name events by their source, so a foreign source would correct foreign events.
"""

from typing import Any, Literal, NamedTuple

from schemas.events import TYPES

Role = Literal["registry", "closing", "rules", "clock"]
"""What a bureau key may publish of the registry: offices, authorities and splits; closed periods; alert rules; clock ticks."""

NO_ROLE: frozenset[Role] = frozenset()
EVERY_ROLE: frozenset[Role] = frozenset(("registry", "closing", "rules"))
"""All that can change what was decided."""
_ROLE_OF: dict[str, Role] = {"reg.period.closed": "closing", "reg.rules.published": "rules", "clk.ticked": "clock"}
_ROLES = {kind: frozenset((_ROLE_OF.get(kind, "registry"),)) for kind in TYPES if kind.startswith(("reg.", "clk."))}
"""Every registry type to what it asks for; a type that is new is the role registry's until it is told otherwise."""


class Scope(NamedTuple):
    """What a key may publish: everything of `district` for its bureau, roles aside; else what its offices say under their sources."""

    key: str
    district: str
    offices: frozenset[str] = frozenset()
    """None: the key is the bureau's."""
    publishers: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    @property
    def is_bureau(self) -> bool:
        """Whether it is the bureau's."""
        return not self.offices


Content = dict[str, Any]
"""A valid event as `validate` leaves it."""


def objection(scope: Scope, content: Content) -> str:
    """Why this key may not publish this valid event; empty if it may, roles aside."""
    source: str = content["source"]
    district, publisher = source.split("/")[2:4]
    if content["district"] != scope.district or district != scope.district:
        return f"key {scope.key} speaks for district {scope.district} only"
    if scope.is_bureau:
        return ""
    if publisher not in scope.publishers:
        return f"key {scope.key} does not speak for source {source}"
    # Valid events without an office are retractions, which reach only their own source, or the bureau's, whose source is refused above.
    office = content.get("office")
    return "" if office is None or office in scope.offices else f"key {scope.key} does not speak for office {office}"


def lacking(scope: Scope, content: Content) -> str:
    """Which roles this key would need besides its own for this valid event; empty if it has them."""
    missing = needed_roles(content) - scope.roles
    return f"key {scope.key} lacks the role {', '.join(sorted(missing))}" if missing else ""


def needed_roles(content: Content) -> frozenset[Role]:
    """The roles without which a bureau key may not publish this valid event; none for what offices publish.

    An amendment may turn any registry event into another, and a retraction under the bureau's source may name any of its events: neither
    tells here what it removes, so both ask for all.
    """
    kind: str = content["type"]
    if kind in _ROLES:
        return EVERY_ROLE if content.get("op") == "amend" and kind.startswith("reg.") else _ROLES[kind]
    own = kind == "dat.event.retracted" and content["source"].endswith("/bureau") and "targetsource" not in content
    return EVERY_ROLE if own else NO_ROLE
