"""What offices get and give for money: purchased services (购买服务), cost of outcomes (成效成本), complaints against services.

Money is never attributed by shares, and outcomes have no payer: what sets one against the other has rows of offices and the district only.
"""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.cor import COMPONENTS as COR
from streams.core.catalogue.leg import COMPONENTS as LEG
from streams.core.catalogue.med import COMPONENTS as MED
from streams.core.catalogue.model import FLOW, Component, Indicator, Level, named
from streams.core.catalogue.pub import COMPONENTS as PUB
from streams.core.catalogue.units import (
    PER_1000,
    PERCENT,
    YUAN_PER_CASE,
    YUAN_PER_EVENT,
    YUAN_PER_MONTH,
    YUAN_PER_PERSON,
    YUAN_PER_UNIT,
    Unit,
)

_CONTRACT = ("cap.service.contracted",)

COMPONENTS = named((
    Component("svc.agreed", FLOW, "到期应交付(件)", "units owed", (*_CONTRACT, "cap.service.terminated"), owned=True),
    Component("svc.accepted", FLOW, "验收(件)", "units accepted", (*_CONTRACT, "cap.service.accepted"), owned=True),
    Component("svc.paid", FLOW, "付款(分)", "fen paid for services", (*_CONTRACT, "cap.service.paid"), owned=True),
    Component("fund.operating", FLOW, "拨付的日常公用经费(分)", "fen disbursed for operating", ("cap.fund.disbursed",), owned=True),
    Component("cost.mediation", FLOW, "用于调解的支出(分)", "fen spent on mediation", ("cap.fund.spent",), owned=True),
    Component("cost.correction", FLOW, "用于社区矫正的支出(分)", "fen spent on correction", ("cap.fund.spent",), owned=True),
    Component("cost.publicity", FLOW, "用于法治宣传的支出(分)", "fen spent on publicity", ("cap.fund.spent",), owned=True),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | CAP | MED | COR | LEG | PUB)
_NO_CONTRACT = ("尚无购买服务合同 cap.service.contracted", "no cap.service.contracted yet")
_NO_DOMAIN = (
    "支出未注明服务领域(cap.fund.spent 第二版的 domain)",
    "no spending states its field of work (`domain`, version 2 of cap.fund.spent)",
)


def _cost(id_: str, names: tuple[str, str], what: tuple[str, str], component: str, outcome: str, unit: Unit) -> Indicator:
    """Money spent on a field of work, set against its outcomes."""
    return _indicator(
        id_, *names, f"用于{what[0].split('|')[0]}的支出 ÷ 本期{what[0].split('|')[1]}", f"spent on {what[1].split('|')[0]} / {what[1].split('|')[1]}",
        num=(component,), den=(outcome,), modes=(), subjects="office_district", divisor=100, shortest="year", number=102, better="down", sources=("domain", "S1"),
        absent=_NO_DOMAIN, unit=unit,
    )  # fmt: skip


INDICATORS = (
    _indicator("fund_per_staff", "人均公用经费", "Operating money a head", "本期拨付的日常公用经费 ÷ 平均工作人员(按日平均)", "disbursed for operating / average staff over the days of the window",
               num=("fund.operating",), den=("cap.staff_days",), form="average", modes=(), subjects="office_district", divisor=100, shortest="year", number=95, better="up",
               unit=YUAN_PER_PERSON, sources=("S71",), levels=(Level(">=", "8000", ("S71",), "江西 2008,所一级", "Jiangxi 2008, offices", "year"),
                                                            Level("<=", "10000", ("S71",), "江西 2008,所一级", "Jiangxi 2008, offices", "year"))),
    _indicator("svc_delivery_rate", "购买服务履约率", "Services delivered", "本期验收数量 ÷ 本期到期应交付数量(合同期内按日均摊,每月末计)", "units accepted / units owed: spread evenly over the days of the contract, by each month's last day",
               num=("svc.accepted",), den=("svc.agreed",), modes=("own",), shortest="quarter", number=100, better="up", unit=PERCENT, sources=("S100",),
               levels=(Level(">=", "0.95", ("inferred",)),), absent=_NO_CONTRACT),
    _indicator("svc_unit_cost", "单位服务成本", "Cost of a unit", "本期付款 ÷ 本期验收数量", "paid / units accepted, each by its own day",
               num=("svc.paid",), den=("svc.accepted",), modes=("own",), divisor=100, shortest="quarter", number=101, better="down", unit=YUAN_PER_UNIT, sources=("S100",), absent=_NO_CONTRACT),
    _cost("cost_per_outcome_med", ("每件调解协议成本", "Cost of an agreement"), ("调解|达成协议的案件", "mediation|cases agreed"), "cost.mediation", "med.agreed", unit=YUAN_PER_CASE),
    _cost("cost_per_outcome_cor", ("每人月矫正成本", "Cost of a month of correction"), ("社区矫正|在册人月", "correction|person-months in the register"), "cost.correction", "cor.person_months", unit=YUAN_PER_MONTH),
    _cost("cost_per_outcome_pub", ("每场宣传成本", "Cost of a publicity event"), ("法治宣传|宣传场次", "publicity|activities"), "cost.publicity", "pub.activity", unit=YUAN_PER_EVENT),
    _indicator("cap_complaint_rate", "有责投诉率", "Complaints upheld", "本期属实投诉 ÷ 本期服务(法律咨询人次 + 受理调解)× 1000", "complaints upheld / services (persons advised + cases accepted), per thousand",
               num=("cap.complaint",), den=("leg.persons", "med.accepted"), modes=("full",), shortest="quarter", number=92, better="down", unit=PER_1000, sources=("S1",)),
)  # fmt: skip
