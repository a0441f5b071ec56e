"""Who must act: who holds the roles of `consumers.acting` at an office on a day.

The bureau is asked about a district; an authority answers for itself, and with it the bureau and whoever else is named by kind.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from consumers.acting import FUNDING, KIND_ROLES, MANAGING, OFFICE, STREET
from consumers.dashboard.reading import Authority, District
from consumers.dashboard.registry import Split, holders, payers


class Actor(NamedTuple):
    """Somebody who must act: as what, and who that is. Of an office's head the id and name are the office's."""

    role: str
    id: str
    authority: Authority | None


def actors(place: District, splits: Sequence[Split], subject_kind: str, subject: str, wanted: Sequence[str], day: date) -> list[Actor]:
    """Who must act on what concerns a subject on a day; `splits` are those of the district. Each is named once, with the first role."""
    found: dict[str, Actor] = {}
    if subject_kind == "authority":
        found[subject] = Actor("itself", subject, place.authority(subject))
    own = [split for split in splits if split.office == subject]
    for role in wanted if subject_kind == "office" else (MANAGING, *(role for role in wanted if role in KIND_ROLES and role != STREET)):
        for id_ in _holders(place, own, subject_kind, subject, role, day):
            found.setdefault(id_, Actor(role, id_, None if role == OFFICE else place.authority(id_)))
    return list(found.values())


def _holders(place: District, own: Sequence[Split], subject_kind: str, subject: str, role: str, day: date) -> Iterator[str]:
    """Who holds a role: for an office by its decisions, `own`; for other subjects the district's authorities of a kind."""
    if role == OFFICE:
        yield subject
    elif role == STREET:
        yield from (id_ for id_ in _of_kind(place, role) if any(split.holds_on(day) and _names(split, id_) for split in own))
    elif role in KIND_ROLES:
        yield from _of_kind(place, role)
    elif subject_kind != "office":
        yield from _of_kind(place, "bureau")
    else:
        yield from (share.authority for share in (payers(own, place.code, day) if role == FUNDING else holders(own, role, day)))


def _of_kind(place: District, role: str) -> Iterator[str]:
    return (one.id for one in place.authorities.values() if one.kind in KIND_ROLES[role])


def _names(split: Split, authority: str) -> bool:
    return any(share.authority == authority for share in split.shares)
