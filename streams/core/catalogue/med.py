"""People's mediation (人民调解). a = first acceptance of a case, c = its first conclusion; day(x) = local day."""

from functools import partial

from streams.core.catalogue.model import FLOW, HISTOGRAM, STOCK, Component, Indicator, Level, named
from streams.core.catalogue.units import CASES, DAYS, INCIDENTS, PERCENT, YUAN

_A = ("med.case.accepted",)
_C = ("med.case.agreed", "med.case.failed", "med.case.withdrawn", "med.case.transferred", "med.case.terminated")

COMPONENTS = named((
    Component("med.accepted", FLOW, "受理", "accepted", _A),
    Component("med.concluded", FLOW, "办结", "concluded", _C),
    Component("med.agreed", FLOW, "达成协议", "agreed", _C),
    Component("med.agreed_written", FLOW, "达成书面协议", "agreed in writing", _C),
    Component("med.concluded_late", FLOW, "超30日办结", "concluded after more than 30 days", (*_A, *_C)),
    Component("med.due", FLOW, "履行期限届满的协议", "agreements due to be performed", _C),
    Component("med.fulfilled", FLOW, "全部履行的协议", "agreements performed in full", (*_C, "med.agreement.performed")),
    Component("med.escalation", FLOW, "未能防止的激化", "escalations not prevented", ("med.escalation.recorded",)),
    Component("med.amount", FLOW, "协议金额(分)", "fen agreed", _C),
    Component("med.collective", FLOW, "群体性纠纷", "collective disputes", _A),
    Component("med.open", STOCK, "在办", "open", (*_A, *_C)),
    Component("med.open_overdue", STOCK, "在办超30日", "open for more than 30 days", (*_A, *_C)),
    Component("med.duration", HISTOGRAM, "受理至办结日数", "days from acceptance to conclusion", (*_A, *_C)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)
_SUCCESS = (
    Level(">=", "0.98", ("S12",), "鹿城区 2015", "Lucheng 2015", "year"), Level(">=", "0.95", ("S13", "S14"), "鹿城区 2011 等", "Lucheng 2011 and others", "year"),
)  # fmt: skip


INDICATORS = (
    _indicator("med_accepted_cnt", "受理件数", "Cases accepted", "首次受理日在本期的案件数", "number of cases by day(a)",
               num=("med.accepted",), dims=("dispute_type", "source"), number=1, unit=CASES, sources=("S23",),
               levels=(Level("=", "256", ("S26",), "广东 2022 年所均", "a year per office, Guangdong 2022", "year"),
                       Level("=", "427", ("S75",), "某区七个所,所均", "a year per office of a district of seven", "year"),
                       Level("=", "473", ("S28", "S3"), "全国 2024 年所均", "a year per office, nation 2024", "year"))),
    _indicator("med_concluded_cnt", "办结件数", "Cases concluded", "首次办结(达成协议、不成、撤回、移送、终止)日在本期的案件数", "number of cases by day(c)",
               num=("med.concluded",), number=2, unit=CASES, sources=("S14",),
               levels=(Level(">=", "50", ("S14",), "每所每年", "per office", "year"),)),
    _indicator("med_handling_rate", "调处率", "Handling rate", "本期办结 ÷ 本期受理(期内口径)", "concluded / accepted, each by its own day",
               num=("med.concluded",), den=("med.accepted",), number=3, better="up", unit=PERCENT, sources=("S12", "S13", "S14"),
               levels=(Level(">=", "1", ("S12", "S13"), window="year"), Level(">=", "0.98", ("S14",), window="year"))),
    _indicator("med_success_rate", "调解成功率", "Success rate", "本期达成协议 ÷ 本期办结;口头协议亦为成功", "agreed / concluded; an oral agreement is a success",
               num=("med.agreed",), den=("med.concluded",), number=4, better="up", unit=PERCENT, sources=("S26", "S70", "S58"),
               levels=(*_SUCCESS, Level("=", "0.9849", ("S26",), "广东 2022", "Guangdong 2022", "year"))),
    _indicator("med_success_rate_accepted", "调解成功率(按受理)", "Success rate by acceptance", "本期达成协议 ÷ 本期受理", "agreed / accepted",
               num=("med.agreed",), den=("med.accepted",), number=4, variant_of="med_success_rate", better="up", unit=PERCENT, sources=("S23",),
               levels=(*_SUCCESS, Level("=", "0.969", ("S23",), "黄石 2016 年 8 月", "Huangshi, August 2016", "month"))),
    _indicator("med_written_share", "书面协议占比", "Written agreements", "书面协议 ÷ 达成协议", "agreed in writing / agreed",
               num=("med.agreed_written",), den=("med.agreed",), number=5, better="up", unit=PERCENT, sources=("S58",)),
    _indicator("med_duration_p50", "调解用时中位数", "Days to conclude, median", "本期办结案件自受理至办结日数的中位数",
               "50 % quantile of day(c) - day(a), by day(c)", num=("med.duration",), form="p50", number=6, better="down", unit=DAYS, sources=("S60",)),
    _indicator("med_duration_p90", "调解用时九成位", "Days to conclude, 90 %", "本期办结案件自受理至办结日数的九成位",
               "90 % quantile of day(c) - day(a), by day(c)", num=("med.duration",), form="p90", number=6, better="down", unit=DAYS, sources=("S60", "S61"),
               levels=(Level("<=", "30", ("S60", "S61")),)),
    _indicator("med_overdue_rate", "超期率", "Overdue rate", "(期末在办超30日 + 本期超30日办结)÷(期末在办 + 本期办结)",
               "(open for more than 30 days + concluded after more than 30 days) / (open + concluded)",
               num=("med.open_overdue", "med.concluded_late"), den=("med.open", "med.concluded"), number=7, better="down", unit=PERCENT,
               sources=("S60",), levels=(Level("<=", "0.05", ("inferred",)),)),
    _indicator("med_fulfilment_rate", "协议履行率", "Agreements fulfilled", "已全部履行 ÷ 履行期限在本期的协议", "performed in full / due to be performed, by the due day",
               num=("med.fulfilled",), den=("med.due",), number=8, better="up", unit=PERCENT, sources=("S69", "S111"),
               levels=(Level(">=", "0.95", ("inferred",), window="quarter"),)),
    _indicator("med_escalation_cnt", "激化事件", "Escalations", "未能防止的激化事件数", "escalations that were not prevented",
               num=("med.escalation",), modes=("full",), number=11, better="down", unit=INCIDENTS, sources=("S12", "S13"),
               levels=(Level("<=", "0", ("S12", "S13")),)),
    _indicator("med_amount_yuan", "协议金额", "Sums agreed", "本期达成协议的涉及金额", "yuan of the agreements, by day(c)",
               num=("med.amount",), divisor=100, number=13, unit=YUAN, sources=("S23", "S26"),
               levels=(Level("=", "28740000", ("S23",), "一市一月", "a city in a month", "month"),)),
    _indicator("med_collective_cnt", "群体性纠纷", "Collective disputes", "本期受理的群体性纠纷数", "accepted cases that are collective",
               num=("med.collective",), number=15, unit=CASES, sources=("S1",)),
)  # fmt: skip
