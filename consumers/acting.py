"""Who can fix what an indicator or a limit tells (domain 3.11): the one list, by which pages name who must act and plans of alerts tell `role:able`.

A role is `office` (its head), one that `reg.split.decided` gives to authorities, or a kind of authority of the district.
"""

from collections.abc import Mapping

OFFICE = "office"
MANAGING = "managing"
STAFF = "staff_assigning"
FUNDING = "funding"
PREMISES = "premises_owner"
STREET = "street"
FINANCE = "finance"
ROLES = (OFFICE, MANAGING, STAFF, FUNDING, PREMISES, STREET, FINANCE)

KIND_ROLES: Mapping[str, tuple[str, ...]] = {
    "bureau": ("district_bureau",),
    FINANCE: ("district_finance",),
    STREET: ("street_office", "town_government"),
}
"""Roles by the kind of an authority. The street is the one that has any share of the office, the others are the district's."""

_BY_SERIES: Mapping[str, tuple[str, ...]] = {
    "med_accepted_cnt": (MANAGING,),
    "med_escalation_cnt": (MANAGING, STREET, OFFICE),
    "med_success_rate": (MANAGING, OFFICE),
    "cor_investigation": (OFFICE,),
    "cor_monitored": (OFFICE,),
    "res_handover": (OFFICE, STREET),
    "res_key_handover_rate": (OFFICE, STREET),
    "res_verify": (OFFICE, STREET),
    "cap_area_m2": (PREMISES,),
    "cap_area_ok_rate": (PREMISES,),
    "cap_independent_rate": (PREMISES,),
    "cap_rating": (OFFICE, MANAGING),
    "cap_staff_avg": (STAFF, FUNDING),
    "cap_single_person_cnt": (STAFF, FUNDING),
    "dual_core_time_share": (MANAGING, STREET),
    "dual_balance_gap_pp": (MANAGING, STREET),
    "dual_mismatch_pp": (MANAGING, FINANCE),
    "soc_transfer": (STAFF,),
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
    "dat": (OFFICE,),
    "soc": (OFFICE,),
    "silence": (MANAGING, OFFICE),
    "gaps": (OFFICE,),
    "refusals": (OFFICE,),
}


def roles(series: str) -> tuple[str, ...]:
    """The roles that can fix what a rule watches, the first to act first: an indicator, or a series by day such as `deadline:cor_report`, `silence`."""
    name = series.removeprefix("deadline:")
    return _BY_SERIES.get(name) or _BY_FAMILY.get(name.split("_", 1)[0], (MANAGING,))
