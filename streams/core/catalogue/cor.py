"""Community correction (社区矫正). A stay runs from a registration met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.model import DISTINCT, FLOW, STOCK, Component, Indicator, Level, named
from streams.core.catalogue.units import PERCENT, PERSONS

EXITS = ("cor.subject.released", "cor.subject.terminated", "cor.subject.recalled", "cor.subject.moved")
TERM = ("cor.subject.registered", *EXITS)

COMPONENTS = named((
    Component("cor.intake", FLOW, "接收", "stays that begin", TERM),
    Component("cor.release", FLOW, "解除", "stays that end by release", TERM),
    Component("cor.due", FLOW, "应报到", "persons due to report", ("cor.subject.due",)),
    Component("cor.ontime", FLOW, "按期报到", "persons who reported in time", ("cor.subject.due", "cor.subject.registered")),
    Component("cor.caseload", STOCK, "在册", "persons in the register", TERM),
    Component("cor.monitor_over", STOCK, "电子定位超期", "monitored beyond the limit",
              ("cor.monitor.started", "cor.monitor.extended", "cor.monitor.ended", *EXITS)),
    Component("cor.reoffender", DISTINCT, "再犯罪被判决", "persons convicted again", ("cor.reoffence.recorded",)),
    Component("cor.present", DISTINCT, "曾在册", "persons present", TERM),
    Component("cor.lost", DISTINCT, "脱管", "persons out of control", ("cor.control.lost",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("cor_caseload", "在册人数", "Persons under correction", "期末在册的社区矫正对象", "stays that run on the last day",
               num=("cor.caseload",), number=21, unit=PERSONS, sources=("S31",)),
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
)  # fmt: skip
