"""People's mediation (人民调解). a = first acceptance of a case, c = its first conclusion; day(x) = local day."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.model import FLOW, HISTOGRAM, STOCK, Component, Indicator, Level, days_of, months_of, named
from streams.core.catalogue.units import CASES, CASES_PER_PERSON, DAYS, INCIDENTS, PERCENT, PERSONS, YUAN, YUAN_PER_CASE

_A = ("med.case.accepted",)
_C = ("med.case.agreed", "med.case.failed", "med.case.withdrawn", "med.case.transferred", "med.case.terminated")

_SCREENINGS = (2, 2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1)
"""Due in each month: the routine one, and one more in the months of New Year, Spring Festival, Two Sessions, May Day, National Day."""

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
    Component("med.shared", FLOW, "有协办的案件", "cases with other departments", (*_A, "med.*")),
    Component("med.referred", FLOW, "委托移送受理", "accepted on referral", _A),
    Component("med.confirmed", FLOW, "司法确认", "agreements confirmed by the court", ("med.agreement.confirmed",)),
    Component("med.revoked", FLOW, "被撤销的协议", "agreements revoked by the court", ("med.agreement.revoked",)),
    Component("med.prevented", FLOW, "防止的激化", "escalations prevented", ("med.escalation.recorded",)),
    Component("med.prevented_persons", FLOW, "防止激化涉及人数", "persons in escalations prevented", ("med.escalation.recorded",)),
    Component("med.followup_due", FLOW, "应回访的协议", "agreements to be followed up", _C),
    Component("med.followed_up", FLOW, "已回访的协议", "agreements followed up", (*_C, "med.case.followed_up")),
    Component("med.screened", FLOW, "已排查(月、节点)", "screenings done, by month and occasion", ("med.screening.held",)),
    months_of(CAP["cap.offices"], "med.screenings_due", "应排查(月、节点)", "screenings due, by month and occasion", _SCREENINGS),
    days_of(CAP["cap.mediators"], "cap.mediator_days", "调解员人日", "mediator-days"),
    Component("med.subsidy", FLOW, "案件补贴(分)", "fen of case subsidies", ("med.subsidy.paid",), owned=True),
    Component("med.subsidised", FLOW, "领补贴案件", "cases subsidised", ("med.subsidy.paid",), owned=True),
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
    _indicator("med_confirm_rate", "司法确认率", "Confirmed by the court", "本期司法确认 ÷ 本期达成的书面协议(期内口径);申请期限为协议生效后30日",
               "agreements that the court first confirmed in the window / written agreements reached in it; parties have 30 days to apply",
               num=("med.confirmed",), den=("med.agreed_written",), shortest="quarter", number=9, unit=PERCENT, sources=("S58", "S59")),
    _indicator("med_revoked_cnt", "协议被撤销", "Agreements revoked", "本期首次被法院撤销的协议数;撤销不改变当时的成功",
               "cases whose agreement a court first revoked in the window; the success that it was stays one",
               num=("med.revoked",), modes=("full",), shortest="month", number=10, better="down", unit=CASES, sources=("S12",),
               levels=(Level("<=", "0", ("S12",), "每件扣一分", "a point lost each"),)),
    _indicator("med_prevented_cnt", "防止激化", "Escalations prevented", "本期防止的激化事件数", "escalations that were prevented",
               num=("med.prevented",), shortest="month", number=12, unit=INCIDENTS, sources=("S23",)),
    _indicator("med_prevented_persons", "防止激化人数", "Persons in prevented escalations", "本期防止的激化事件所涉人数", "persons in escalations that were prevented",
               num=("med.prevented_persons",), shortest="month", number=12, unit=PERSONS, sources=("S23",)),
    _indicator("med_proactive_share", "主动调解占比", "Proactive cases", "本期主动调解受理 ÷ 本期受理", "accepted on the office's own initiative / accepted",
               num=("med.accepted[source=proactive]",), den=("med.accepted",), shortest="month", number=14, better="up", unit=PERCENT, sources=("S23",),
               levels=(Level("=", "0.524", ("S23",), "黄石 2016 年 8 月", "Huangshi, August 2016", "month"),)),
    _indicator("med_collective_share", "群体性纠纷占比", "Collective share", "本期受理的群体性纠纷 ÷ 本期受理", "accepted cases that are collective / accepted",
               num=("med.collective",), den=("med.accepted",), shortest="month", number=15, unit=PERCENT, sources=("S1",)),
    _indicator("med_screening_ok", "排查落实", "Screenings done",
               "已排查的月份与节点 ÷ 应排查数:每所每月一次例行排查,元旦、春节、两会、五一、国庆各一次专项排查(计入该节点所在月,春节计二月);提前排查计入节点月",
               "months with a routine screening, and occasions (New Year, Spring Festival, Two Sessions, May Day, National Day) with a screening of their own, / "
               "those due of the open offices; a screening held ahead counts in the month of its occasion, the Spring Festival in February",
               num=("med.screened",), den=("med.screenings_due",), shortest="month", number=16, better="up", unit=PERCENT, sources=("S12", "S13"),
               levels=(Level(">=", "1", ("S12", "S13"), "缺一次扣两分", "two points lost for each missing"),)),
    _indicator("med_followup_rate", "回访率", "Followed up", "60日内回访的协议 ÷ 达成后满60日落在本期的协议", "agreements followed up by their 60th day / agreements whose 60th day lies in the window",
               num=("med.followed_up",), den=("med.followup_due",), shortest="quarter", number=17, better="up", unit=PERCENT, sources=("S13", "S60")),
    _indicator("med_per_mediator", "人均调解件数", "Cases a mediator", "本期办结 ÷ 平均调解员(按日平均,取调解员快照)", "concluded / average mediators of the snapshots over the days of the window",
               num=("med.concluded",), den=("cap.mediator_days",), form="average", shortest="year", number=18, unit=CASES_PER_PERSON, sources=("S26", "S27"),
               levels=(Level("=", "2.3", ("S26",), "广东 2022", "Guangdong 2022", "year"), Level("=", "4.7", ("S27",), "全国 2022", "nation 2022", "year")),
               absent=("尚无调解员快照 cap.mediator.snapshot", "no cap.mediator.snapshot yet")),
    _indicator("med_subsidy_per_case", "案均补贴", "Subsidy per case", "本期发放的案件补贴 ÷ 首次领补贴在本期的案件数;按付款单位",
               "subsidies paid in the window / cases first paid for in it, by the authority that paid",
               num=("med.subsidy",), den=("med.subsidised",), modes=("own",), divisor=100, shortest="quarter", number=19, unit=YUAN_PER_CASE,
               sources=("S69", "S68", "S71"), levels=(Level(">=", "50", ("S69",), "一般案件", "general cases"), Level("<=", "100", ("S69",), "一般案件", "general cases"))),
    _indicator("med_referral_share", "委托移送占比", "Referred cases", "本期委托移送受理 ÷ 本期受理;移送方见 med_referred_cnt", "accepted on referral / accepted; by referrer see med_referred_cnt",
               num=("med.accepted[source=referred]",), den=("med.accepted",), shortest="month", number=20, unit=PERCENT, sources=("S23", "S27"),
               levels=(Level("=", "0.041", ("S23",), "黄石 2016 年 8 月", "Huangshi, August 2016", "month"),)),
    _indicator("med_referred_cnt", "委托移送件数", "Referrals by referrer", "本期各移送方委托移送受理的案件数(未注明计其他)", "cases accepted on referral, by referrer (other where none is named)",
               num=("med.referred",), dims=("referred_by",), total=False, shortest="month", number=20, unit=CASES, sources=("S27", "S108")),
)  # fmt: skip
