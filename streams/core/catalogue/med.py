"""People's mediation (人民调解). a = first acceptance of a case, c = its first conclusion; day(x) = local day."""

from functools import partial

from streams.core.catalogue.model import FLOW, HISTOGRAM, STOCK, Indicator

COMPONENTS = dict.fromkeys(
    (
        "med.accepted", "med.concluded", "med.agreed", "med.agreed_written", "med.concluded_late", "med.due",
        "med.fulfilled", "med.escalation", "med.amount", "med.collective",
    ),
    FLOW,
) | {"med.open": STOCK, "med.open_overdue": STOCK, "med.duration": HISTOGRAM}  # fmt: skip


_indicator = partial(Indicator, kinds=COMPONENTS)


INDICATORS = (
    _indicator("med_accepted_cnt", "受理件数", "Cases accepted", "number of cases by day(a)", num=("med.accepted",), dims=("dispute_type", "source")),
    _indicator("med_concluded_cnt", "办结件数", "Cases concluded", "number of cases by day(c)", num=("med.concluded",)),
    _indicator("med_handling_rate", "调处率", "Handling rate", "concluded / accepted", num=("med.concluded",), den=("med.accepted",)),
    _indicator("med_success_rate", "调解成功率", "Success rate", "agreed / concluded", num=("med.agreed",), den=("med.concluded",)),
    _indicator("med_success_rate_accepted", "调解成功率(按受理)", "Success rate by acceptance", "agreed / accepted",
               num=("med.agreed",), den=("med.accepted",)),
    _indicator("med_written_share", "书面协议占比", "Written agreements", "agreed in writing / agreed", num=("med.agreed_written",), den=("med.agreed",)),
    _indicator("med_duration_p50", "调解用时中位数", "Days to conclude, median", "50 % quantile of day(c) - day(a), by day(c)",
               num=("med.duration",), form="p50"),
    _indicator("med_duration_p90", "调解用时九成位", "Days to conclude, 90 %", "90 % quantile of day(c) - day(a), by day(c)",
               num=("med.duration",), form="p90"),
    _indicator("med_overdue_rate", "超期率", "Overdue rate",
               "(open for more than 30 days + concluded after more than 30 days) / (open + concluded)",
               num=("med.open_overdue", "med.concluded_late"), den=("med.open", "med.concluded")),
    _indicator("med_fulfilment_rate", "协议履行率", "Agreements fulfilled", "performed in full / due to be performed, by the due day",
               num=("med.fulfilled",), den=("med.due",)),
    _indicator("med_escalation_cnt", "激化事件", "Escalations", "escalations that were not prevented", num=("med.escalation",), modes=("full",)),
    _indicator("med_amount_yuan", "协议金额", "Sums agreed", "yuan of the agreements, by day(c)", num=("med.amount",), unit=100),
    _indicator("med_collective_cnt", "群体性纠纷", "Collective disputes", "accepted cases that are collective", num=("med.collective",)),
)  # fmt: skip
