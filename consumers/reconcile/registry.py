"""The registry of a district from its live events, and who pays which share of an office on a day (sections 2 and 5)."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal

Shares = Mapping[str, int]
"""Basis points by authority; together 10000."""


@dataclass(slots=True)
class Registry:
    """Offices, authorities and splits; days are ordinals."""

    district: str = ""
    opened: dict[str, int] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """Kind of each registered authority."""
    names: dict[str, str] = field(default_factory=dict)
    """Name of each registered office."""
    timelines: dict[tuple[str, str, str], dict[int, Shares]] = field(default_factory=dict)
    """Shares by valid_from, for each (office, role, cost category)."""
    calendar: dict[int, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)
    """Days off and days worked of each year that was decided."""
    _starts: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, live: Iterable[Event]) -> "Registry":
        """The registry that live registry events make: of several that say the same thing, the last by (time, id) holds."""
        registry = cls()
        for event in sorted(live, key=lambda event: event.order):
            registry._learn(event)
        registry._starts = {key: sorted(timeline) for key, timeline in registry.timelines.items()}
        return registry

    def _learn(self, event: Event) -> None:
        self.district = event.district
        data = event.data
        match event.type:
            case "reg.office.opened":
                self.opened[data["office"]] = day_ordinal(data["opened_on"])
                self.names[data["office"]] = data["name"]
            case "reg.office.closed":
                self.closed[data["office"]] = day_ordinal(data["closed_on"])
            case "reg.authority.registered":
                self.kinds[data["authority"]] = data["kind"]
            case "reg.split.decided":
                timeline = self.timelines.setdefault((data["office"], data["role"], data["cost_category"]), {})
                timeline[day_ordinal(data["valid_from"])] = {share["authority"]: share["bp"] for share in data["shares"]}

            case "reg.calendar.decided":
                off, worked = (frozenset(map(day_ordinal, data[name])) for name in ("off", "worked"))
                self.calendar[data["year"]] = off, worked

    def split(self, office: str, day: int, role: str = "funding") -> Shares | None:
        """The split in force for operating costs: the category's own, else that of `all`; None when neither has one."""
        for category in ("operating", "all"):
            starts = self._starts.get((office, role, category), [])
            if at := bisect_right(starts, day):
                return self.timelines[office, role, category][starts[at - 1]]
        return None

    def decision_days(self, office: str, role: str) -> set[int]:
        """Days from which a split of the role may be another one."""
        return {day for category in ("operating", "all") for day in self._starts.get((office, role, category), [])}

    def weights(self, office: str, day: int, district: str) -> dict[str, dict[str, int]]:
        """For each mode the weight of every authority that has one, for a fact of this office on this day."""
        shares = self.split(office, day) or {f"au-{district}-unknown": 10_000}
        paying = {authority: bp for authority, bp in shares.items() if bp > 0}
        managing = self.split(office, day, "managing") or {}
        lead = min(paying, key=lambda authority: (-paying[authority], -managing.get(authority, 0), authority))
        return {"share_weighted": paying, "full": dict.fromkeys(paying, 1), "lead": {lead: 1}}
