"""Public legal service (公共法律服务) and legal aid (法律援助)."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.cap import LIFE
from streams.core.catalogue.model import FLOW, STOCK, Component, Indicator, Level, months_of, named
from streams.core.catalogue.units import CASES, PERCENT, PERSON_TIMES

_RECEIVED, _DECIDED, _RATED = ("leg.aid.received",), ("leg.aid.decided",), ("leg.aid.rated",)

COMPONENTS = named((
    Component("leg.persons", FLOW, "咨询人次", "persons advised", ("leg.consultation.given",)),
    Component("leg.aid_received", FLOW, "法援申请", "applications for aid", _RECEIVED),
    Component("leg.aid_decided", FLOW, "审查决定", "applications decided", _DECIDED),
    Component("leg.aid_granted", FLOW, "给予援助", "aid granted", _DECIDED),
    Component("leg.aid_timed", FLOW, "可计时的决定", "decisions whose receipt is known", (*_RECEIVED, *_DECIDED)),
    Component("leg.aid_ontime", FLOW, "按期决定", "decisions in time", (*_RECEIVED, *_DECIDED, "reg.calendar.decided")),
    Component("leg.aid_assign_due", FLOW, "应指派", "assignments due", (*_RECEIVED, *_DECIDED, "reg.calendar.decided")),
    Component("leg.aid_assigned", FLOW, "按期指派", "assignments in time", (*_RECEIVED, *_DECIDED, "leg.aid.assigned", "reg.calendar.decided")),
    Component("leg.aid_closed", FLOW, "结案", "cases closed", ("leg.aid.closed",)),
    Component("leg.aid_rated", FLOW, "评估案件", "cases rated", _RATED),
    Component("leg.aid_excellent", FLOW, "优秀案件", "cases rated excellent", _RATED),
    Component("leg.aid_qualified", FLOW, "合格及以上案件", "cases rated qualified or better", _RATED),
    Component("leg.contracted", STOCK, "签有法律顾问的村居", "villages with a valid contract", ("leg.contract.signed", *LIFE)),
    Component("leg.duty_met", FLOW, "顾问到岗达标的村居月", "village-months with the duty days asked for", ("leg.counsel.visited",)),
    months_of(CAP["cap.villages"], "leg.village_months", "村居月", "village-months"),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | CAP)
_VILLAGES = ("尚无村居快照 cap.village.snapshot", "no cap.village.snapshot yet")


INDICATORS = (
    _indicator("leg_consult_cnt", "法律咨询人次", "Legal consultations", "本期法律咨询人次", "persons advised",
               num=("leg.persons",), number=48, unit=PERSON_TIMES, sources=("S74",),
               levels=(Level("=", "138", ("S74", "S3"), "全国所均", "a year per office, nation", "year"),)),
    _indicator("leg_aid_received_cnt", "法援申请受理", "Legal aid applications", "本期(初审)受理的法律援助申请件数", "applications received for the first check",
               num=("leg.aid_received",), shortest="month", number=49, unit=CASES, sources=("S74",),
               levels=(Level("=", "7.7", ("S74", "S3"), "全国所均", "a year per office, nation", "year"),)),
    _indicator("leg_aid_grant_rate", "给予援助率", "Aid granted", "给予援助 ÷ 本期审查决定(首次决定)", "granted / decided, by the first decision",
               num=("leg.aid_granted",), den=("leg.aid_decided",), shortest="quarter", number=50, unit=PERCENT, sources=("S53",)),
    _indicator("leg_aid_decision_ontime", "审查按期率", "Decided on time", "受理后七个工作日内决定 ÷ 本期决定且受理日可知的申请(工作日按本区工作日历)",
               "decided within seven working days of receipt by the district's calendar / decided, where the receipt is known",
               num=("leg.aid_ontime",), den=("leg.aid_timed",), shortest="month", number=51, better="up", unit=PERCENT, sources=("S51",),
               levels=(Level(">=", "1", ("S51",)),)),
    _indicator("leg_aid_assign_ontime", "指派按期率", "Assigned on time", "决定后七个(刑事三个)工作日内指派 ÷ 指派期限在本期的给予援助案件",
               "assigned within seven working days of the grant, three in criminal matters / grants whose limit lies in the window",
               num=("leg.aid_assigned",), den=("leg.aid_assign_due",), shortest="month", number=52, better="up", unit=PERCENT, sources=("S52",),
               levels=(Level(">=", "1", ("S52",)),)),
    _indicator("leg_aid_close_rate", "办结率", "Closed", "本期结案 ÷ 本期受理(期内口径)", "closed / received, each by its own day",
               num=("leg.aid_closed",), den=("leg.aid_received",), shortest="year", number=53, better="up", unit=PERCENT, sources=("S55",),
               levels=(Level("=", "0.87", ("S55",), "山东 2017", "Shandong 2017"),)),
    _indicator("leg_aid_excellent_rate", "案件优秀率", "Excellent cases", "优秀 ÷ 本期评估案件(抽样,各地不可比)", "rated excellent / rated; of a sample, not comparable across regions",
               num=("leg.aid_excellent",), den=("leg.aid_rated",), shortest="year", number=54, better="up", unit=PERCENT, sources=("S53", "S54", "S56"),
               levels=(Level("=", "0.0078", ("S54",), "福州", "Fuzhou"), Level("=", "0.14", ("S53",), "坪山", "Pingshan"), Level("=", "0.341", ("S56",), "山东", "Shandong"))),
    _indicator("leg_aid_qualified_rate", "案件合格率", "Qualified cases", "合格及以上 ÷ 本期评估案件(抽样)", "rated qualified or better / rated, of a sample",
               num=("leg.aid_qualified",), den=("leg.aid_rated",), shortest="year", number=54, better="up", unit=PERCENT, sources=("S53",),
               levels=(Level(">=", "1", ("S53",)),)),
    _indicator("leg_counsel_coverage", "村居法律顾问覆盖率", "Villages with counsel", "期末签有有效合同的村居 ÷ 村居数", "villages with a valid contract / villages of the last snapshots",
               num=("leg.contracted",), den=("cap.villages",), number=56, better="up", unit=PERCENT, sources=("S22",), levels=(Level(">=", "1", ("S22",)),),
               absent=_VILLAGES),
    _indicator("leg_counsel_duty_rate", "顾问到岗率", "Counsel on duty", "当月坐班达到天数(两天;偏远村居一天)的村居月 ÷ 村居月",
               "village-months with as many duty days as asked for (two, in remote villages one) / village-months",
               num=("leg.duty_met",), den=("leg.village_months",), shortest="month", number=57, better="up", unit=PERCENT, sources=("S97", "S110"),
               absent=_VILLAGES),
)  # fmt: skip
