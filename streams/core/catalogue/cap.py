"""Capacity (能力): staff, premises, ratings, money. Snapshots hold until the next one or the office's closing."""

from functools import partial

from streams.core.catalogue.model import FLOW, STOCK, Indicator

COMPONENTS = dict.fromkeys(("cap.area", "cap.staff", "cap.offices", "cap.standard", "cap.excellent", "cap.star"), STOCK) | {
    "fund.disbursed": FLOW
}


_indicator = partial(Indicator, kinds=COMPONENTS)


INDICATORS = (
    _indicator("cap_area_m2", "业务用房面积", "Business area per office", "square metres of the last snapshots / open offices",
               num=("cap.area",), den=("cap.offices",), unit=100),
    _indicator("cap_staff_avg", "所均人数", "Staff per office", "staff of the last snapshots / open offices", num=("cap.staff",), den=("cap.offices",)),
    _indicator("cap_standard_rate", "达标率", "Offices of provincial standard", "offices holding prov_standard / open offices",
               num=("cap.standard",), den=("cap.offices",)),
    _indicator("cap_excellent_rate", "优秀率", "Excellent offices", "offices holding prov_excellent / open offices",
               num=("cap.excellent",), den=("cap.offices",)),
    _indicator("cap_star_cnt", "星级所数", "Offices with stars", "offices holding city_star, by level", num=("cap.star",), dims=("level",), total=False),
    _indicator("fund_disbursed_yuan", "到位经费", "Money disbursed", "yuan disbursed, by the authority that paid",
               num=("fund.disbursed",), modes=("own",), unit=100),
    _indicator("fund_share_actual", "实际经费占比", "Actual share of the money", "own money / all authorities' money in the district",
               num=("fund.disbursed",), form="own_share", modes=("own",), subjects="authority"),
)  # fmt: skip
