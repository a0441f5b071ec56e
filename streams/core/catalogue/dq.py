"""Quality of the data (数据质量)."""

from functools import partial

from streams.core.catalogue.model import FLOW, NAMED, Component, Indicator, Level, named
from streams.core.catalogue.units import PERCENT, TABLES, TIMES

_REPORT = ("dat.report.requested", "dat.report.submitted")

COMPONENTS = named((
    Component("dq.out_of_place", FLOW, "与流程不符的事件", "events out of place in their life cycle", ("*",)),
    Component("dq.report_due", FLOW, "到期报表", "reports due", _REPORT),
    Component("dq.report_ontime", FLOW, "按期报送的报表", "reports submitted in time", _REPORT),
    Component("dq.sampled", FLOW, "抽查的台账条目", "ledger entries sampled", ("dat.ledger.inspected",)),
    Component("dq.matched", FLOW, "相符的台账条目", "ledger entries that matched", ("dat.ledger.inspected",)),
    Component("burden.table", NAMED, "被要求填报的报表种类", "kinds of report asked for", ("dat.report.requested",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("dq_out_of_place_cnt", "流程不符事件数", "Events out of place", "本期与所属流程(调解、矫正、任务等)前后不符的事件数;仅标记,照常计数",
               "events that do not follow from what came before in their life cycle, by life cycle; they are flagged and count all the same",
               num=("dq.out_of_place",), dims=("life",), total=False, shortest="month", better="down", unit=TIMES, sources=("domain",)),
    _indicator("dq_ontime_report_rate", "报表按期率", "Reports on time", "期限内报送 ÷ 期限在本期的报表(首次布置或报送所注期限)", "submitted by the limit that its first event sets / reports due, by the limit's day",
               num=("dq.report_ontime",), den=("dq.report_due",), modes=("full",), shortest="month", number=120, better="up", unit=PERCENT, sources=("S17",),
               levels=(Level(">=", "1", ("S17",), "每逾期一次扣半分", "half a point lost each"),)),
    _indicator("dq_ledger_match_rate", "台账抽查相符率", "Ledger entries that match", "相符条目 ÷ 本期抽查条目", "entries that matched / sampled",
               num=("dq.matched",), den=("dq.sampled",), modes=("share_weighted", "full", "lead"), shortest="quarter", number=128, better="up", unit=PERCENT, sources=("inferred",),
               levels=(Level(">=", "0.98", ("inferred",)),)),
    _indicator("burden_tables_cnt", "报表负担", "Kinds of report asked for", "本期布置的报表种类数(同一所同一种计一次)", "kinds of report asked for, each once an office",
               num=("burden.table",), number=130, better="down", unit=TABLES, sources=("S87",),
               levels=(Level("=", "127", ("S87",), "某县由204种减后", "a county, down from 204"),)),
)  # fmt: skip
