"""Community correction (社区矫正). A stay runs from a registration met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.model import DISTINCT, FLOW, STOCK, Indicator

COMPONENTS = (
    dict.fromkeys(("cor.intake", "cor.release", "cor.due", "cor.ontime"), FLOW)
    | dict.fromkeys(("cor.caseload", "cor.monitor_over"), STOCK)
    | dict.fromkeys(("cor.reoffender", "cor.present", "cor.lost"), DISTINCT)
)


_indicator = partial(Indicator, kinds=COMPONENTS)


INDICATORS = (
    _indicator("cor_caseload", "在册人数", "Persons under correction", "stays that run on the last day", num=("cor.caseload",)),
    _indicator("cor_intake_cnt", "接收人数", "Intake", "stays that begin", num=("cor.intake",)),
    _indicator("cor_release_cnt", "解除人数", "Releases", "stays that end by release", num=("cor.release",)),
    _indicator("cor_reoffence_cnt", "再犯罪人数", "Reoffenders", "persons convicted again", num=("cor.reoffender",)),
    _indicator("cor_reoffence_rate", "再犯罪率", "Reoffence rate", "persons convicted again / persons present", num=("cor.reoffender",), den=("cor.present",)),
    _indicator("cor_lost_cnt", "脱管人数", "Persons out of control", "persons lost from control", num=("cor.lost",)),
    _indicator("cor_report_ontime_rate", "按期报到率", "Reported on time", "registered on or before report_by / persons due, by report_by",
               num=("cor.ontime",), den=("cor.due",)),
    _indicator("cor_monitor_over_limit_cnt", "电子定位超期", "Monitoring over the limit",
               "persons monitored for more than three months without an extension", num=("cor.monitor_over",)),
)  # fmt: skip
