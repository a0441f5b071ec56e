"""Money (经费). It is never attributed by shares: each payment names the authority that made it."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, named
from streams.core.catalogue.units import PERCENT, YUAN

COMPONENTS = named((Component("fund.disbursed", FLOW, "拨付(分)", "fen disbursed", ("cap.fund.disbursed",), owned=True),))


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("fund_disbursed_yuan", "到位经费", "Money disbursed", "本期该单位拨付金额", "yuan disbursed, by the authority that paid",
               num=("fund.disbursed",), modes=("own",), divisor=100, number=93, unit=YUAN, sources=("S1",)),
    _indicator("fund_share_actual", "实际经费占比", "Actual share of the money", "该单位拨付 ÷ 全区各单位拨付", "own money / all authorities' money in the district",
               num=("fund.disbursed",), form="own_share", modes=("own",), subjects="authority", number=94, unit=PERCENT, sources=("S1",)),
)  # fmt: skip
