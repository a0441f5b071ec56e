"""Capacity (能力): staff, premises, ratings. Snapshots hold until the next one or the office's closing."""

from functools import partial

from streams.core.catalogue.model import FLOW, HISTOGRAM, NAMED, STOCK, Component, Indicator, Level, days_of, named
from streams.core.catalogue.units import (
    DAYS_PER_PERSON,
    FUNCTIONS,
    HOURS,
    MINUTES,
    OFFICES,
    PERCENT,
    PERSONS,
    SQUARE_METRES,
    TIMES,
)  # fmt: skip

LIFE = ("reg.office.opened", "reg.office.closed")
_STAFF = ("cap.staff.snapshot", *LIFE)
_PREMISES = ("cap.premises.snapshot", *LIFE)
_RATING = ("cap.rating.awarded", "cap.rating.withdrawn", *LIFE)

_STAFF_STOCK = Component("cap.staff", STOCK, "工作人员", "staff", _STAFF)

COMPONENTS = named((
    Component("cap.area", STOCK, "用房面积(0.01㎡)", "0.01 m² of premises", _PREMISES),
    _STAFF_STOCK,
    days_of(_STAFF_STOCK, "cap.staff_days", "工作人员人日", "person-days of staff"),
    Component("cap.left", FLOW, "离岗人员", "people who left", ("cap.staff.left",)),
    Component("cap.training_hours", FLOW, "工作人员培训人时", "person-hours of training of the staff", ("cap.training.attended",)),
    Component("cap.complaint", FLOW, "属实的投诉", "complaints upheld", ("cap.complaint.received",)),
    Component("cap.volunteer", NAMED, "参加过服务的志愿者", "volunteers who served", ("cap.volunteer.served",)),
    Component("cap.volunteers", STOCK, "登记的志愿者", "volunteers on the list", ("cap.volunteer.snapshot", *LIFE)),
    Component("cap.mediators", STOCK, "调解员", "mediators", ("cap.mediator.snapshot", *LIFE)),
    Component("cap.correction_staff", STOCK, "从事社区矫正的人员", "staff on community correction", _STAFF),
    Component("cap.resettlement_staff", STOCK, "专职安置帮教的人员", "staff on resettlement alone", _STAFF),
    Component("cap.area_ok", STOCK, "面积达标的所(≥120㎡)", "offices with at least 120 m²", _PREMISES),
    Component("cap.independent", STOCK, "独立用房的所", "offices with rooms of their own", _PREMISES),
    Component("cap.uniform_sign", STOCK, "统一标识的所", "offices with the uniform sign", _PREMISES),
    Component("cap.staff_with", STOCK, "具备该项的人员(职能数为合计)", "staff with it (functions: added up)", _STAFF),
    Component("cap.staff_stating", STOCK, "填报该项的所的人员", "staff of offices that state it", _STAFF),
    Component("cap.single", STOCK, "一人所", "offices with at most one on an established post", _STAFF),
    Component("cap.established", STOCK, "在编人员", "staff on established posts", _STAFF),
    Component("cap.cards", STOCK, "持执法证人员", "staff with an enforcement card", _STAFF),
    Component("cap.title", STOCK, "五好、模范、枫桥式司法所", "offices with a title", _RATING),
    Component("cap.joined", FLOW, "入职人员", "people who joined", ("cap.staff.joined",)),
    Component("cap.joined_screened", FLOW, "经专业考核入职", "people who joined after screening", ("cap.staff.joined",)),
    Component("cap.volunteer_hours", FLOW, "志愿服务小时", "hours of volunteers", ("cap.volunteer.served",)),
    Component("cap.volunteer_served", FLOW, "志愿服务次数", "services of volunteers", ("cap.volunteer.served",)),
    Component("cap.volunteer_supervised", FLOW, "有专业指导的志愿服务", "services of volunteers under guidance", ("cap.volunteer.served",)),
    Component("cap.villages", STOCK, "村居", "villages", ("cap.village.snapshot", *LIFE)),
    Component("cap.police_help", FLOW, "提请公安协助", "requests for police help", ("soc.police_help.requested",)),
    Component("cap.police_minutes", HISTOGRAM, "公安到场分钟数", "minutes until the police arrived", ("soc.police_help.requested",)),
    Component("cap.offices", STOCK, "司法所", "open offices", LIFE),
    Component("cap.standard", STOCK, "省标准化司法所", "offices holding prov_standard", _RATING),
    Component("cap.excellent", STOCK, "省优秀司法所", "offices holding prov_excellent", _RATING),
    Component("cap.star", STOCK, "星级司法所", "offices holding city_star", _RATING),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


_NO_STAFF = ("尚无人员快照 cap.staff.snapshot", "no cap.staff.snapshot yet")
_UNSTATED = ("人员快照未填报该项", "no staff snapshot states it")


def _share(id_: str, names: tuple[str, str], what: tuple[str, str], of: str, number: int, source: str) -> Indicator:
    """A part of the staff, set against the staff of those snapshots that state it."""
    return _indicator(
        id_, *names, f"{what[0]} ÷ 填报该项的所的人员(期末)", f"{what[1]} / staff of the offices that state it, on the last day",
        num=(f"cap.staff_with[of={of}]",), den=(f"cap.staff_stating[of={of}]",), number=number, better="up", unit=PERCENT, sources=(source,), absent=_UNSTATED,
    )  # fmt: skip


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
               num=("cap.standard",), den=("cap.offices",), number=86, better="up", unit=PERCENT, sources=("S1", "S77"),
               levels=(Level("=", "1", ("S1",), "种子报告 7/7", "the report's 7 of 7"), Level("=", "0.9677", ("S77",), "枣庄 60/62", "Zaozhuang 60 of 62"),
                       Level("=", "0.8571", ("S76",), "洞头 2016,6/7", "Dongtou 2016, 6 of 7"))),
    _indicator("cap_excellent_rate", "优秀率", "Excellent offices", "期末省优秀司法所 ÷ 所数", "offices holding prov_excellent / open offices",
               num=("cap.excellent",), den=("cap.offices",), number=87, better="up", unit=PERCENT, sources=("S1",),
               levels=(Level("=", "0.7143", ("S1",), "种子报告 5/7", "the report's 5 of 7"),)),
    _indicator("cap_star_cnt", "星级所数", "Offices with stars", "期末各星级的司法所数", "offices holding city_star, by level",
               num=("cap.star",), dims=("level",), total=False, number=88, better="up", unit=OFFICES, sources=("S1", "S6")),
    _indicator("cap_area_ok_rate", "面积达标率", "Rooms large enough", "期末用房面积不少于120平方米的所 ÷ 期末司法所数", "offices with at least 120 m² / open offices, on the last day",
               num=("cap.area_ok",), den=("cap.offices",), modes=("full",), number=70, better="up", unit=PERCENT, sources=("S75",),
               levels=(Level("=", "0.7289", ("S6",), "河南行动前 1793/2460", "Henan before its programme, 1,793 of 2,460"),)),
    _indicator("cap_independent_rate", "独立用房率", "Rooms of their own", "期末独立用房的所 ÷ 期末司法所数", "offices with rooms of their own / open offices, on the last day",
               num=("cap.independent",), den=("cap.offices",), modes=("full",), number=71, better="up", unit=PERCENT, sources=("S9",),
               levels=(Level("=", "0.878", ("S6",), "河南行动前 2160/2460", "Henan before its programme, 2,160 of 2,460"),)),
    _indicator("cap_single_person_cnt", "一人所数", "One-person offices", "期末在编人员不超过一人的所(须填报在编人数)", "offices with at most one member of staff on an established post, where that is stated",
               num=("cap.single",), modes=("full",), number=73, better="down", unit=OFFICES, sources=("S94",), levels=(Level("<=", "0", ("S94",)),), absent=_UNSTATED),
    _share("cap_post_share", ("政法专编占比", "On political-legal posts"), ("政法专编人员", "staff on political-legal posts"), "political_posts", 74, "S1"),
    _share("cap_bureau_staff_share", ("局配人员占比", "Supplied by the bureau"), ("司法局派出人员", "staff supplied by the bureau"), "bureau_supplied", 75, "S1"),
    _share("cap_law_degree_share", ("法律专业占比", "With a law degree"), ("法律专业人员", "staff with a law degree"), "law_degree", 78, "S11"),
    _share("cap_qualified_share", ("法考通过占比", "Legally qualified"), ("通过法律职业资格考试的人员", "legally qualified staff"), "legal_qualification", 78, "S11"),
    _indicator("cap_screened_entry_share", "专业准入率", "Screened on entry", "经专业考核入职 ÷ 本期入职", "joined after professional screening / joined",
               num=("cap.joined_screened",), den=("cap.joined",), shortest="year", number=79, better="up", unit=PERCENT, sources=("S11",)),
    _indicator("cap_functions_per_person", "人均承担职能数", "Functions a head", "人员承担职能数之和 ÷ 填报该项的所的人员(期末)", "functions added up over the staff / staff of offices that state them, on the last day",
               num=("cap.staff_with[of=functions]",), den=("cap.staff_stating[of=functions]",), number=81, better="down", unit=FUNCTIONS, sources=("S1",),
               levels=(Level("<=", "3", ("inferred",)),), absent=_UNSTATED),
    _indicator("cap_enforcement_card_share", "执法证持证率", "With an enforcement card", "持执法证人员 ÷ 在编人员(期末,两项均填报的所)", "with an enforcement card / on established posts, of offices that state both, on the last day",
               num=("cap.cards",), den=("cap.established",), number=82, better="up", unit=PERCENT, sources=("S1",), absent=_UNSTATED),
    _indicator("cap_turnover_rate", "人员流动率", "Turnover", "本期离岗人数 ÷ 平均工作人员(按日平均)", "people who left / average staff over the days of the window",
               num=("cap.left",), den=("cap.staff_days",), form="average", shortest="quarter", number=76, better="down", unit=PERCENT, sources=("S1",),
               levels=(Level("<=", "0.15", ("inferred",), window="year"),), absent=_NO_STAFF),
    _indicator("cap_training_days", "人均培训天数", "Training days a head", "工作人员培训人时 ÷ 8 ÷ 平均工作人员(按日平均)", "person-hours of training of the staff / 8 / average staff over the days of the window",
               num=("cap.training_hours",), den=("cap.staff_days",), form="average", divisor=8, shortest="year", number=80, better="up", unit=DAYS_PER_PERSON, sources=("S11",),
               levels=(Level(">=", "10", ("S11",), window="year"),), absent=_NO_STAFF),
    _indicator("cap_volunteer_active", "参加服务的志愿者", "Active volunteers", "本期参加过志愿服务的人数(同一所同一人计一次;需 cap.volunteer.served 第二版的 volunteer_ref)",
               "volunteers named by a service, each once an office; named by `volunteer_ref`, version 2 of the type",
               num=("cap.volunteer",), number=84, better="up", unit=PERSONS, sources=("S101",),
               absent=("尚无注明志愿者的志愿服务(volunteer_ref)", "no service names its volunteers (volunteer_ref) yet")),
    _indicator("cap_volunteer_listed_cnt", "登记志愿者", "Volunteers on the list", "期末登记的志愿者人数(志愿者快照)", "volunteers of the last snapshots, on the last day",
               num=("cap.volunteers",), number=84, variant_of="cap_volunteer_active", better="up", unit=PERSONS, sources=("S101",)),
    _indicator("cap_volunteer_hours", "志愿服务小时", "Hours of volunteers", "本期志愿服务小时数,按领域分列", "hours of volunteers, by field",
               num=("cap.volunteer_hours",), dims=("domain",), shortest="month", number=84, better="up", unit=HOURS, sources=("S101",)),
    _indicator("cap_volunteer_supervised_share", "志愿服务专业指导率", "Volunteers under guidance", "有专业指导的志愿服务 ÷ 志愿服务次数", "services with guidance / services",
               num=("cap.volunteer_supervised",), den=("cap.volunteer_served",), shortest="quarter", number=85, better="up", unit=PERCENT, sources=("S1",)),
    _indicator("cap_programme_held", "五好、模范、枫桥式司法所数", "Titles held", "期末各项命名的司法所数", "offices holding each title, on the last day",
               num=("cap.title",), dims=("programme",), total=False, modes=("full",), number=89, better="up", unit=OFFICES, sources=("S1", "S18")),
    _indicator("cap_uniform_sign_rate", "统一标识率", "Uniform signs", "期末统一标识的所 ÷ 期末司法所数", "offices with the uniform sign / open offices, on the last day",
               num=("cap.uniform_sign",), den=("cap.offices",), modes=("full",), number=91, better="up", unit=PERCENT, sources=("S6",)),
    _indicator("cap_police_help_cnt", "提请公安协助", "Police help asked for", "本期提请公安协助次数", "requests for police help",
               num=("cap.police_help",), shortest="month", number=83, unit=TIMES, sources=("S1",)),
    _indicator("cap_police_help_minutes_p50", "公安到场用时", "Minutes until the police came", "提请至公安到场分钟数的中位数(未填写的不计)", "median of the minutes until the police came, where told",
               num=("cap.police_minutes",), form="p50", shortest="month", number=83, better="down", unit=MINUTES, sources=("S1",)),
)  # fmt: skip
