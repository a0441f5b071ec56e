"""Capacity (能力): staff, premises, ratings. Snapshots hold until the next one or the office's closing."""

from functools import partial

from streams.core.catalogue.model import FLOW, HISTOGRAM, STOCK, Component, Indicator, Level, named
from streams.core.catalogue.units import MINUTES, OFFICES, PERCENT, PERSONS, SQUARE_METRES, TIMES

LIFE = ("reg.office.opened", "reg.office.closed")
_RATING = ("cap.rating.awarded", "cap.rating.withdrawn", *LIFE)

COMPONENTS = named((
    Component("cap.area", STOCK, "用房面积(0.01㎡)", "0.01 m² of premises", ("cap.premises.snapshot", *LIFE)),
    Component("cap.staff", STOCK, "工作人员", "staff", ("cap.staff.snapshot", *LIFE)),
    Component("cap.villages", STOCK, "村居", "villages", ("cap.village.snapshot", *LIFE)),
    Component("cap.police_help", FLOW, "提请公安协助", "requests for police help", ("soc.police_help.requested",)),
    Component("cap.police_minutes", HISTOGRAM, "公安到场分钟数", "minutes until the police arrived", ("soc.police_help.requested",)),
    Component("cap.offices", STOCK, "司法所", "open offices", LIFE),
    Component("cap.standard", STOCK, "省标准化司法所", "offices holding prov_standard", _RATING),
    Component("cap.excellent", STOCK, "省优秀司法所", "offices holding prov_excellent", _RATING),
    Component("cap.star", STOCK, "星级司法所", "offices holding city_star", _RATING),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("cap_area_m2", "业务用房面积", "Business area per office", "期末业务用房面积合计 ÷ 所数", "square metres of the last snapshots / open offices",
               num=("cap.area",), den=("cap.offices",), divisor=100, number=69, better="up", unit=SQUARE_METRES, sources=("S1", "S75"),
               levels=(Level(">", "150", ("S1",), "种子报告", "the report"), Level(">=", "120", ("S75",)),
                       Level("=", "184", ("S6",), "河南 2022", "Henan 2022"), Level("=", "307", ("S77",), "枣庄", "Zaozhuang"))),
    _indicator("cap_staff_avg", "所均人数", "Staff per office", "期末工作人员合计 ÷ 所数", "staff of the last snapshots / open offices",
               num=("cap.staff",), den=("cap.offices",), number=72, better="up", unit=PERSONS, sources=("S1", "S10"),
               levels=(Level(">=", "3", ("S10",)), Level(">=", "4", ("S75",)), Level("=", "5.5", ("S26",), "广东 2022", "Guangdong 2022"),
                       Level("=", "2.5", ("S5",), "河南 2018", "Henan 2018"))),
    _indicator("cap_standard_rate", "达标率", "Offices of provincial standard", "期末省标准化司法所 ÷ 所数", "offices holding prov_standard / open offices",
               num=("cap.standard",), den=("cap.offices",), number=86, better="up", unit=PERCENT, sources=("S1", "S77")),
    _indicator("cap_excellent_rate", "优秀率", "Excellent offices", "期末省优秀司法所 ÷ 所数", "offices holding prov_excellent / open offices",
               num=("cap.excellent",), den=("cap.offices",), number=87, better="up", unit=PERCENT, sources=("S1",)),
    _indicator("cap_star_cnt", "星级所数", "Offices with stars", "期末各星级的司法所数", "offices holding city_star, by level",
               num=("cap.star",), dims=("level",), total=False, number=88, better="up", unit=OFFICES, sources=("S1", "S6")),
    _indicator("cap_police_help_cnt", "提请公安协助", "Police help asked for", "本期提请公安协助次数", "requests for police help",
               num=("cap.police_help",), shortest="month", number=83, unit=TIMES, sources=("S1",)),
    _indicator("cap_police_help_minutes_p50", "公安到场用时", "Minutes until the police came", "提请至公安到场分钟数的中位数(未填写的不计)", "median of the minutes until the police came, where told",
               num=("cap.police_minutes",), form="p50", shortest="month", number=83, better="down", unit=MINUTES, sources=("S1",)),
)  # fmt: skip
