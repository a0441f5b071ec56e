"""Community correction (社区矫正). A stay runs from a registration met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.model import DISTINCT, FLOW, HISTOGRAM, STOCK, Component, Indicator, Level, months_of, named
from streams.core.catalogue.units import CASES, HOURS, PER_100_PERSON_MONTHS, PERCENT, PERSONS, PERSONS_PER_WORKER

EXITS = ("cor.subject.released", "cor.subject.terminated", "cor.subject.recalled", "cor.subject.moved")
TERM = ("cor.subject.registered", *EXITS)

_REPORT = ("cor.subject.due", "cor.subject.registered", *EXITS)
_ASKED = ("cor.investigation.requested",)
_FINDING = ("cor.supervision.finding",)
_PRESENT = Component("cor.present", DISTINCT, "曾在册", "persons present", TERM)

COMPONENTS = named((
    Component("cor.intake", FLOW, "接收", "stays that begin", TERM),
    Component("cor.release", FLOW, "解除", "stays that end by release", TERM),
    Component("cor.due", FLOW, "应报到", "persons due to report", ("cor.subject.due",)),
    Component("cor.ontime", FLOW, "按期报到", "persons who reported in time", ("cor.subject.due", "cor.subject.registered")),
    Component("cor.caseload", STOCK, "在册", "persons in the register", TERM),
    Component("cor.monitor_over", STOCK, "电子定位超期", "monitored beyond the limit",
              ("cor.monitor.started", "cor.monitor.extended", "cor.monitor.ended", *EXITS)),
    Component("cor.reoffender", DISTINCT, "再犯罪被判决", "persons convicted again", ("cor.reoffence.recorded",)),
    _PRESENT,
    Component("cor.missed", DISTINCT, "漏管", "persons who did not report in time", _REPORT),
    Component("cor.missed_open", STOCK, "仍未报到", "persons overdue and not registered", _REPORT),
    Component("cor.regain_hours", HISTOGRAM, "脱管至找到的小时数", "hours from loss to regaining", ("cor.control.lost", "cor.control.regained", *EXITS)),
    months_of(_PRESENT, "cor.person_months", "在册人月", "person-months in the register"),
    Component("cor.visited", FLOW, "走访过的人月", "person-months with a home visit", (*TERM, "cor.contact.made")),
    *(
        part
        for what, zh, en in (("education", "教育学习", "education"), ("service", "公益活动", "public service"))
        for part in (
            Component(f"cor.{what}", FLOW, f"参加{zh}的人月", f"person-months with {en}", (*TERM, f"cor.{what}.attended")),
            Component(f"cor.{what}_excused", FLOW, f"免于{zh}的人月(负数)", f"person-months excused from {en}, negative", (*TERM, f"cor.{what}.attended")),
        )
    ),
    Component("cor.investigation_due", FLOW, "到期的调查评估", "investigations due", _ASKED),
    Component("cor.investigation_done", FLOW, "按期完成的调查评估", "investigations done in time", (*_ASKED, "cor.investigation.completed")),
    Component("cor.sanction", FLOW, "处罚", "sanctions", ("cor.sanction.issued",)),
    Component("cor.graded", FLOW, "月考核", "monthly grades", ("cor.month.graded",)),
    Component("cor.graded_fail", FLOW, "月考核不合格", "monthly grades of fail", ("cor.month.graded",)),
    Component("cor.need", FLOW, "有帮扶需求", "persons in need", (*TERM, "cor.help.needed")),
    Component("cor.need_met", FLOW, "需求得到帮扶", "persons in need who were helped", (*TERM, "cor.help.needed", "cor.help.given")),
    Component("cor.finding", FLOW, "检察监督、检查意见", "findings of inspectors", _FINDING),
    Component("cor.finding_overdue", FLOW, "逾期未回复的意见", "findings not answered in time", (*_FINDING, "reg.calendar.decided")),
    Component("cor.lost", DISTINCT, "脱管", "persons out of control", ("cor.control.lost",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | CAP)


INDICATORS = (
    _indicator("cor_caseload", "在册人数", "Persons under correction", "期末在册的社区矫正对象", "stays that run on the last day",
               num=("cor.caseload",), number=21, unit=PERSONS, sources=("S31",),
               levels=(Level("=", "18", ("S31", "S3"), "全国 2019 年所均", "per office, nation 2019"),)),
    _indicator("cor_intake_cnt", "接收人数", "Intake", "本期接收的社区矫正对象", "stays that begin", num=("cor.intake",), number=22, unit=PERSONS,
               sources=("S31",)),
    _indicator("cor_release_cnt", "解除人数", "Releases", "本期期满解除的社区矫正对象", "stays that end by release", num=("cor.release",), number=22,
               unit=PERSONS, sources=("S31",)),
    _indicator("cor_reoffence_cnt", "再犯罪人数", "Reoffenders", "本期再犯罪被判决的人数(同一人计一次)", "persons convicted again",
               num=("cor.reoffender",), number=24, better="down", unit=PERSONS, sources=("S19",), levels=(Level("<=", "0", ("S19",), "严重案件", "serious cases"),)),
    _indicator("cor_reoffence_rate", "再犯罪率", "Reoffence rate", "再犯罪人数 ÷ 本期曾在册人数", "persons convicted again / persons present",
               num=("cor.reoffender",), den=("cor.present",), number=23, better="down", unit=PERCENT, sources=("S29", "S30", "S31"),
               levels=(Level("<", "0.002", ("S29", "S30", "S31"), "全国", "nation", "year"),
                       Level("=", "0.0009", ("S32",), "上海 2020", "Shanghai 2020", "year"),
                       Level("=", "0.0007", ("S33",), "浙江", "Zhejiang", "year"))),
    _indicator("cor_lost_cnt", "脱管人数", "Persons out of control", "本期脱管人数(同一人计一次)", "persons lost from control",
               num=("cor.lost",), number=25, better="down", unit=PERSONS, sources=("S19", "S21", "S35"), levels=(Level("<=", "0", ("S19", "S21")),)),
    _indicator("cor_report_ontime_rate", "按期报到率", "Reported on time", "按期报到 ÷ 报到期限在本期的人数",
               "registered on or before report_by / persons due, by report_by",
               num=("cor.ontime",), den=("cor.due",), number=27, better="up", unit=PERCENT, sources=("S36",), levels=(Level(">=", "1", ("S36",)),)),
    _indicator("cor_monitor_over_limit_cnt", "电子定位超期", "Monitoring over the limit", "期末电子定位满三个月未解除、未延期的人数",
               "persons monitored for more than three months without an extension",
               num=("cor.monitor_over",), number=32, better="down", unit=PERSONS, sources=("S39",), levels=(Level("<=", "0", ("S39",)),)),
    _indicator("cor_missed_cnt", "漏管人数", "Persons who did not report", "报到期限届满仍未登记的人数(期限次日计,同一人计一次);事后登记不撤销,期限前离册的不计",
               "persons not registered on the day after report_by, whenever they register later; none who left before",
               num=("cor.missed",), number=26, better="down", unit=PERSONS, sources=("S21", "S35"), levels=(Level("<=", "0", ("S21",)),)),
    _indicator("cor_missed_open_cnt", "仍未报到人数", "Persons still missing", "期末超期且仍未登记的人数", "persons overdue on the last day who are neither registered nor gone",
               num=("cor.missed_open",), number=26, variant_of="cor_missed_cnt", better="down", unit=PERSONS, sources=("S21",), levels=(Level("<=", "0", ("S21",)),)),
    _indicator("cor_regain_hours_p50", "脱管查找用时", "Hours until found", "本期找到的脱管人员自脱管至找到小时数的中位数(由事件时刻推算)",
               "median of the hours from loss to regaining, by the day of regaining; taken from the events' instants",
               num=("cor.regain_hours",), form="p50", shortest="quarter", number=28, better="down", unit=HOURS, sources=("S35",)),
    _indicator("cor_visit_coverage", "走访覆盖率", "Visited", "当月至少走访一次的人月 ÷ 在册人月", "person-months with at least one home visit / person-months in the register",
               num=("cor.visited",), den=("cor.person_months",), shortest="month", number=29, better="up", unit=PERCENT, sources=("S106",),
               levels=(Level(">=", "1", ("inferred",), "重点对象", "key persons"),)),
    _indicator("cor_education_rate", "教育参加率", "Education attended", "当月参加教育学习的人月 ÷(在册人月 − 经批准免于参加的人月)",
               "person-months with education / person-months in the register without those excused all month",
               num=("cor.education",), den=("cor.person_months", "cor.education_excused"), shortest="month", number=30, better="up", unit=PERCENT, sources=("S21",),
               levels=(Level(">=", "1", ("S21",), "入矫教育", "entry education"),)),
    _indicator("cor_service_rate", "公益活动参加率", "Public service attended", "当月参加公益活动的人月 ÷(在册人月 − 经批准免于参加的人月)",
               "person-months with public service / person-months in the register without those excused all month",
               num=("cor.service",), den=("cor.person_months", "cor.service_excused"), shortest="month", number=30, better="up", unit=PERCENT, sources=("S34",)),
    _indicator("cor_investigation_ontime_rate", "调查评估按期率", "Investigations on time", "期限内完成 ÷ 期限在本期的调查评估委托;一次回复答复此前全部委托",
               "answered on or before due_on / asked for, by due_on; one answer does for all that was asked before it",
               num=("cor.investigation_done",), den=("cor.investigation_due",), shortest="month", number=31, better="up", unit=PERCENT, sources=("S17", "S20"),
               levels=(Level(">=", "1", ("S17",), "每逾期一件扣半分", "half a point lost each"),)),
    _indicator("cor_sanction_rate", "违规处置率", "Sanctions", "本期处罚次数 ÷ 在册人月 × 100", "sanctions / person-months in the register, times 100",
               num=("cor.sanction",), den=("cor.person_months",), shortest="month", number=33, unit=PER_100_PERSON_MONTHS, sources=("S38",)),
    _indicator("cor_fail_grade_share", "月考核不合格占比", "Failed months", "月考核不合格 ÷ 月考核", "grades of fail / grades",
               num=("cor.graded_fail",), den=("cor.graded",), shortest="month", number=34, better="down", unit=PERCENT, sources=("S41",)),
    _indicator("cor_per_worker", "人均管理对象", "Persons a worker", "期末在册的社区矫正对象 ÷ 从事社区矫正的人员(须填报 correction_staff;未填报的所计零人)",
               "persons in the register / staff on community correction, on the last day; an office that does not state them counts none",
               num=("cor.caseload",), den=("cap.correction_staff",), number=35, better="band", unit=PERSONS_PER_WORKER, sources=("S34",),
               levels=(Level("<=", "20", ("inferred",)),), absent=("人员快照未填报 correction_staff(第三版)", "no staff snapshot states correction_staff (version 3)")),
    _indicator("cor_findings_cnt", "检察建议及整改", "Findings of inspectors", "本期检察建议、纠正违法通知、检查问题件数", "suggestions, correction notices and inspection points, by form",
               num=("cor.finding",), dims=("form",), modes=("full",), shortest="month", number=36, better="down", unit=CASES, sources=("S17",),
               levels=(Level("<=", "0", ("S17",), "检察建议扣一分,检查问题扣0.2分", "a suggestion costs 1 point, an inspection point 0.2"),)),
    _indicator("cor_findings_overdue_cnt", "逾期未回复意见", "Findings not answered in time", "三个工作日内未办结的意见件数(期限次日计;工作日按本区工作日历)",
               "findings not closed within three working days by the district's calendar, on the day after",
               num=("cor.finding_overdue",), modes=("full",), shortest="month", number=36, better="down", unit=CASES, sources=("S17",),
               levels=(Level("<=", "0", ("S17",), "每件扣半分", "half a point lost each"),)),
    _indicator("cor_help_coverage", "帮扶覆盖率", "Needs met", "得到帮扶的 ÷ 本期首次记录帮扶需求的对象(每次在册计一次)", "persons helped after their first recorded need in a stay / persons with such a need, by its day",
               num=("cor.need_met",), den=("cor.need",), shortest="quarter", number=37, better="up", unit=PERCENT, sources=("S34",)),
)  # fmt: skip
