"""Money (经费). It is never attributed by shares: each payment names the authority that made it."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, Level, named
from streams.core.catalogue.units import PERCENT, YUAN

COMPONENTS = named((
    Component("fund.disbursed", FLOW, "拨付(分)", "fen disbursed", ("cap.fund.disbursed",), owned=True),
    Component("fund.budgeted", FLOW, "预算(分)", "fen budgeted", ("cap.fund.budgeted",), owned=True),
    Component("fund.spent", FLOW, "支出(分)", "fen spent", ("cap.fund.spent",), owned=True),
))  # fmt: skip


SERVICE, AID = "category=purchased_service", "category=legal_aid"
"""Cost categories that are also counted apart."""
_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("fund_disbursed_yuan", "到位经费", "Money disbursed", "本期该单位拨付金额", "yuan disbursed, by the authority that paid",
               num=("fund.disbursed",), modes=("own",), divisor=100, number=93, unit=YUAN, sources=("S1",)),
    _indicator("fund_share_actual", "实际经费占比", "Actual share of the money", "该单位拨付 ÷ 全区各单位拨付", "own money / all authorities' money in the district",
               num=("fund.disbursed",), form="own_share", modes=("own",), subjects="authority", number=94, unit=PERCENT, sources=("S1",)),
    _indicator("fund_arrival_rate", "经费到位率", "Money arrived", "本期拨付 ÷ 本期下达预算", "disbursed / budgeted, each by its own day",
               num=("fund.disbursed",), den=("fund.budgeted",), modes=("own",), shortest="quarter", number=96, better="up", unit=PERCENT, sources=("S95",),
               levels=(Level(">=", "0.9", ("inferred",), "年内按时间进度减10个百分点", "within the year its part in time less 10 points", "year"),)),
    _indicator("fund_exec_rate", "预算执行率", "Budget spent", "本期支出 ÷ 本期下达预算", "spent / budgeted, each by its own day",
               num=("fund.spent",), den=("fund.budgeted",), modes=("own",), shortest="quarter", number=97, better="band", unit=PERCENT, sources=("S55",),
               levels=(Level(">=", "0.9", ("inferred",), window="year"), Level("<=", "1", ("inferred",), window="year"))),
    _indicator("svc_spend_yuan", "购买服务支出", "Spent on purchased services", "本期购买服务支出金额", "yuan spent on purchased services, by the authority that provided them",
               num=(f"fund.spent[{SERVICE}]",), modes=("own",), divisor=100, shortest="quarter", number=99, better="up", unit=YUAN, sources=("S1",)),
    _indicator("svc_spend_share", "购买服务支出占比", "Share of purchased services", "购买服务支出 ÷ 全部支出", "spent on purchased services / spent",
               num=(f"fund.spent[{SERVICE}]",), den=("fund.spent",), modes=("own",), shortest="quarter", number=99, better="up", unit=PERCENT, sources=("S1",)),
    _indicator("leg_aid_fund_use_rate", "法援业务经费使用率", "Legal aid money used", "法律援助业务经费支出 ÷ 该项预算", "spent on legal aid / budgeted for it, each by its own day",
               num=(f"fund.spent[{AID}]",), den=(f"fund.budgeted[{AID}]",), modes=("own",), shortest="year", number=55, better="band", unit=PERCENT, sources=("S55", "S53"),
               levels=(Level("=", "0.942", ("S55",), "山东2017", "Shandong 2017"),)),
)  # fmt: skip
