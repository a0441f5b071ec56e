"""Who has which role for an office now, and whom the plan names for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from consumers.acting import KIND_ROLES, STREET, roles
from consumers.alerts.plan.model import ABLE, SPLIT_ROLES, Plan
from consumers.reconcile.calendar import YearDays, is_working_day
from schemas.outputs import Alert

_OFFICE = "office"


class Authority(NamedTuple):
    """An authority's name and kind."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Directory:
    """A district's registry as it stands: names, who has which role for which office today, and the working days that it decided."""

    offices: Mapping[str, str] = field(default_factory=dict)
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(office, role) -> authorities."""
    decided: YearDays = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Whether a day is a working day of the district."""
        return is_working_day(day.toordinal(), self.decided)

    def name(self, id_: str) -> str:
        """What an office or authority is called; the id where nothing is known."""
        return self.offices.get(id_) or (self.authorities[id_].name if id_ in self.authorities else "") or id_


def contacts(plan: Plan, role: str, alert: Alert, directory: Directory) -> list[str]:
    """The receivers of a role for an alert: those named for its holder, else for the holder's kind. Empty: the plan names nobody."""
    if role in plan.contacts and role != _OFFICE:
        return list(plan.contacts[role])
    found: dict[str, None] = {}
    for holder, kind in _able(alert, directory) if role == ABLE else _holders(role, alert, directory):
        found |= dict.fromkeys(plan.contacts.get(holder) or plan.contacts.get(kind) or ())
    return list(found)


def _able(alert: Alert, directory: Directory) -> Iterator[tuple[str, str]]:
    """Who can fix it, as pages name them: of an office by its roles; an authority itself and the bureau, the bureau for all else, and kinds that are named."""
    wanted = roles(alert.indicator)
    if alert.subject_kind != _OFFICE:
        if alert.subject_kind == "authority":
            yield from _holders("subject", alert, directory)
        wanted = ("bureau", *(role for role in wanted if role in KIND_ROLES and role != STREET))
    for role in wanted:
        yield from _holders(role, alert, directory)


def _holders(role: str, alert: Alert, directory: Directory) -> Iterator[tuple[str, str]]:
    """Ids and kinds of those who have a role for an alert. Of a kind of which nobody is registered the kind alone, with an empty id."""
    office = alert.subject_id if alert.subject_kind == _OFFICE else ""
    if role == "subject" or (role == _OFFICE and office):
        yield alert.subject_id, _OFFICE if office else _kind(alert.subject_id, directory)
    elif role in SPLIT_ROLES:
        ids = directory.holders.get((office, role), ()) if office else ((alert.subject_id,) if alert.subject_kind == "authority" else ())
        yield from ((id_, _kind(id_, directory)) for id_ in ids)
    elif role in KIND_ROLES:
        kinds = KIND_ROLES[role]
        ids = tuple(id_ for id_, one in directory.authorities.items() if one.kind in kinds)
        if role == STREET and office:
            ids = tuple(id_ for id_ in ids if any(id_ in directory.holders.get((office, part), ()) for part in SPLIT_ROLES))
        elif role == STREET and alert.subject_kind == "authority":
            ids = tuple(id_ for id_ in ids if id_ == alert.subject_id)
        yield from ((id_, _kind(id_, directory)) for id_ in ids)
        if not ids:
            yield from (("", kind) for kind in kinds)


def _kind(authority: str, directory: Directory) -> str:
    return directory.authorities[authority].kind if authority in directory.authorities else ""
