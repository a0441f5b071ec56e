"""Who must act: the roles that can mend what an indicator or a limit tells (domain 3.11), and who holds them at an office on a day.

A role is `office` (its head) or one of the registry's. The bureau is asked about a district; an authority answers for itself, and with it the bureau.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from consumers.dashboard.reading import Authority, District
from consumers.dashboard.registry import Split, holders, payers

OFFICE = "office"
MANAGING = "managing"
STAFF = "staff_assigning"
FUNDING = "funding"
PREMISES = "premises_owner"
ROLES = (OFFICE, MANAGING, STAFF, FUNDING, PREMISES)

_BY_INDICATOR: Mapping[str, tuple[str, ...]] = {
    "med_escalation_cnt": (MANAGING, OFFICE),
    "med_success_rate": (MANAGING, OFFICE),
    "res_key_handover_rate": (OFFICE, STAFF),
    "cap_area_m2": (PREMISES,),
    "cap_area_ok_rate": (PREMISES,),
    "cap_independent_rate": (PREMISES,),
    "cap_staff_avg": (STAFF, FUNDING),
    "cap_single_person_cnt": (STAFF, FUNDING),
}
_BY_FAMILY: Mapping[str, tuple[str, ...]] = {
    "med": (OFFICE,),
    "cor": (MANAGING, OFFICE),
    "res": (OFFICE,),
    "leg": (MANAGING,),
    "pub": (OFFICE,),
    "gov": (OFFICE,),
    "cap": (MANAGING,),
    "fund": (FUNDING,),
    "svc": (FUNDING,),
    "cost": (FUNDING,),
    "dual": (MANAGING, STAFF),
    "dq": (OFFICE,),
    "soc": (OFFICE,),
    "silence": (MANAGING, OFFICE),
    "gaps": (OFFICE,),
    "refusals": (OFFICE,),
}


class Actor(NamedTuple):
    """Somebody who must act: as what, and who that is. Of an office's head the id and name are the office's."""

    role: str
    id: str
    authority: Authority | None


def roles(series: str) -> tuple[str, ...]:
    """The roles that can mend what a rule watches, the first to act first: an indicator, or a series by day such as `deadline:cor_report`, `silence`."""
    name = series.removeprefix("deadline:")
    return _BY_INDICATOR.get(name) or _BY_FAMILY.get(name.split("_", 1)[0], (MANAGING,))


def actors(place: District, splits: Sequence[Split], subject_kind: str, subject: str, wanted: Sequence[str], day: date) -> list[Actor]:
    """Who must act on what concerns a subject on a day; `splits` are those of the district. Each is named once, with the first role."""
    bureau = [Actor(MANAGING, one.id, one) for one in place.authorities.values() if one.kind == "district_bureau"]
    if subject_kind == "authority":
        return [Actor("itself", subject, place.authority(subject)), *(one for one in bureau if one.id != subject)]
    if subject_kind in {"district", "source"}:
        return bureau
    own = [split for split in splits if split.office == subject]
    found: dict[str, Actor] = {}
    for role in wanted:
        if role == OFFICE:
            found.setdefault(subject, Actor(OFFICE, subject, None))
            continue
        shares = payers(own, place.code, day) if role == FUNDING else holders(own, role, day)
        for share in shares:
            found.setdefault(share.authority, Actor(role, share.authority, place.authority(share.authority)))
    return list(found.values())
