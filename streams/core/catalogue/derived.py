"""Indicators that no worker folds: told by the view `told_values` when they are asked for, of any days, and by no rows of `indicator_values`.

Either they are about the log rather than about what is live (corrections, duplicates, refusals, when something was typed in), or about every event
at once, which a fold would pay for with each, or they are no sums of facts (squares, a rule over two stocks, months that grow by themselves).
"""

from dataclasses import dataclass
from datetime import date

from streams.core.catalogue.model import FROM_THE_BEGINNING, WINDOWS, Component, Direction, Level, Mode, Window
from streams.core.catalogue.units import DAYS, FIELDS, INDEX, MONTHS_UNIT, PERCENT, PERIODS, PIECES, TIMES_EXPECTED, Unit

BY_SHARES: tuple[Mode, ...] = ("share_weighted", "full", "lead")
VIEW = "told_values"


@dataclass(frozen=True, slots=True)
class Derived:
    """One of them, declared: what `Indicator` says for readers, and its formula in words instead of over components.

    `shape` tells numerator and denominator apart: a sum or quantile has none. `shortest`: below it a value says little.
    """

    id: str
    zh: str
    en: str
    definition_zh: str
    definition: str
    formula_zh: str
    formula: str
    number: int
    events: tuple[str, ...]
    unit: Unit
    sources: tuple[str, ...]
    shape: str = "ratio"
    better: Direction = "neutral"
    attribution: tuple[Mode, ...] = ()
    subjects: str = "all"
    dims: tuple[str, ...] = ()
    shortest: Window = "month"
    levels: tuple[Level, ...] = ()
    absent: tuple[str, str] = ("", "")
    variant_of: str = ""
    version: int = 1
    effective_from: date = FROM_THE_BEGINNING
    divisor: int = 1

    @property
    def windows(self) -> tuple[Window, ...]:
        """The kinds of window that readers are shown it in."""
        return WINDOWS[WINDOWS.index(self.shortest) :]

    @property
    def parts(self) -> tuple[Component, ...]:
        """It has no components."""
        return ()


_ALL = ("*",)
_TYPED = ("事件未填写录入时间(recordedtime)", "no event states when it was typed in (recordedtime)")
_OFFICES_ONLY = "office_district"

DERIVED = (
    Derived("res_dedicated_ok", "专职配备达标率", "Somebody for released persons alone", "期末在册帮教对象超过50人的所中,至少有一名专职人员的占比(须填报 resettlement_staff)",
            "of the offices with more than 50 persons in the register on the last day, those with at least one member of staff on resettlement alone",
            "在册超过50人且专职不少于1人的所 ÷ 在册超过50人的所", "offices over 50 with at least one / offices over 50", 47, ("res.person.*", "cap.staff.snapshot"), PERCENT, ("S43",),
            better="up", subjects=_OFFICES_ONLY, levels=(Level(">=", "1", ("S43",)),), absent=("没有在册帮教对象超过50人的所", "no office has more than 50 persons in its register")),
    Derived("cap_tenure_p50", "任职年限中位数", "Months in office, median", "期末在所人员自入职起的整月数的中位数(入职、离岗事件须填写 worker)",
            "median of the whole months since joining of those who are there on the last day; joining and leaving must say who (worker)",
            "在所月数的中位数", "50 % quantile of the months in office", 77, ("cap.staff.joined", "cap.staff.left"), MONTHS_UNIT, ("S1",), shape="p50", better="up", attribution=("lead",),
            absent=("入职事件未填写 worker", "no joining says who joined (worker)")),
    Derived("fund_concentration_hhi", "经费来源集中度", "Concentration of money", "各拨付单位占比的平方和;1 为单一来源", "sum of the squares of the payers' shares of the money disbursed; 1 is one payer",
            "Σ(单位拨付 ÷ 全部拨付)²,万分之一", "Σ (paid by one / paid by all)², in ten-thousandths", 98, ("cap.fund.disbursed",), INDEX, ("inferred",), subjects=_OFFICES_ONLY, shortest="quarter"),
    Derived("dual_statutory_share", "有法可依占比", "On the basis of a law", "以法律(人民调解法、社区矫正法、法律援助法)为依据的事件 ÷ 注明依据的事件", "events on the basis of a law / events that state their basis",
            "依据为法律的事件 ÷ 注明依据的事件", "events on the basis of a law / events that state one", 119, _ALL, PERCENT, ("S102", "S32", "S113"), better="up", attribution=BY_SHARES, shortest="year",
            absent=("事件未填写工作依据(basis)", "no event states its basis")),
    Derived("dq_entry_lag_p90", "录入滞后九成位", "Days until entry, 90 %", "发生至录入日数的九成位(未填写录入时间的不计;早于发生的计零)", "90 % quantile of the days from what happened until it was typed in, where that is told",
            "录入日 − 发生日的九成位", "90 % quantile of day typed in − day", 121, _ALL, DAYS, ("S70",), shape="p90", better="down", attribution=("lead",), levels=(Level("<=", "7", ("inferred",)),), absent=_TYPED),
    Derived("dq_backfill_share", "补录占比", "Back-filled from paper", "由纸质台账补录的业务事件 ÷ 业务事件", "events back-filled from paper / events of offices' work",
            "补录事件 ÷ 业务事件", "events back-filled / events", 122, _ALL, PERCENT, ("inferred",), better="down", attribution=BY_SHARES, levels=(Level("<=", "0.2", ("inferred",)),)),
    Derived("dq_ledger_only_share", "仅有台账占比", "Nothing but the ledger", "无佐证或仅有台账的事件 ÷ 注明佐证的事件", "events with no evidence or the ledger alone / events that state their evidence",
            "无佐证或仅有台账 ÷ 注明佐证的事件", "none or ledger only / events that state their evidence", 123, _ALL, PERCENT, ("S1",), better="down", attribution=BY_SHARES,
            absent=("事件未填写佐证(evidence)", "no event states its evidence")),
    Derived("dq_period_end_burst", "期末突击录入指数", "Entries at the end", "期末最后三个工作日录入的占比 ÷ 三个工作日应占的比重(工作日按本区工作日历;时段结束后才有值)",
            "share of the period's entries that were typed in on its last three working days or after / share that three of its working days would have; of periods that are over",
            "期末三日录入 × 工作日数 ÷(全部录入 × 3)", "entries of the last three × working days / (entries × 3)", 124, _ALL, TIMES_EXPECTED, ("inferred",), better="down", subjects=_OFFICES_ONLY,
            levels=(Level("<=", "3", ("inferred",)),), absent=("时段尚未结束,或事件未填写录入时间", "the period is not over, or no event states when it was typed in")),
    Derived("dq_correction_rate", "更正率", "Corrected", "现已被更正的事件 ÷ 报送的事件(以原事件之日计);全年为零同样可疑", "events that an amendment stands in the place of / events sent, by the day of the event; none in a year is suspicious too",
            "被更正的事件 ÷ 报送的事件", "events amended / events sent", 125, _ALL, PERCENT, ("inferred",), better="band", attribution=BY_SHARES),
    Derived("dq_retract_rate", "撤回率", "Retracted", "已被撤销的事件 ÷ 报送的事件(以原事件之日计)", "events retracted / events sent, by the day of the event",
            "被撤销的事件 ÷ 报送的事件", "events retracted / events sent", 125, _ALL, PERCENT, ("inferred",), better="band", attribution=BY_SHARES),
    Derived("dq_duplicate_rate", "重复率", "Duplicates merged", "合并的重复条数 ÷ 业务事件", "entries given up as duplicates / events of offices' work",
            "合并的重复条数 ÷ 业务事件", "entries given up / events", 126, ("dat.duplicate.resolved", "*"), PERCENT, ("inferred",), better="down", attribution=BY_SHARES, levels=(Level("<=", "0.01", ("inferred",)),)),
    Derived("dq_quarantine_cnt", "隔离事件数", "Events refused", "本期收到而被拒收的事件条数,按原因分列;个人信息类应为零", "events refused, by the day of receipt, in all and by reason; personal data should never be among them",
            "拒收事件", "events refused", 127, _ALL, PIECES, ("inferred",), shape="sum", better="down", subjects=_OFFICES_ONLY, dims=("code",), shortest="day",
            absent=("没有被拒收的事件", "no event was refused")),
    Derived("dq_restated_periods", "重述期数", "Periods restated", "起始日在本期、封账后有任一指标(所或全区合计)变动超过1%的期数", "closed periods that begin in the period and of which some total of an office or the district moved by more than 1 % after the closing",
            "封账后变动超过1%的期", "closed periods that moved by more than 1 %", 129, ("reg.period.closed", "*"), PERIODS, ("inferred",), shape="sum", better="down", subjects="district", shortest="year",
            absent=("没有封账后变动超过1%的期", "no closed period moved by more than 1 %")),
    Derived("burden_repeat_fields", "重复填报项", "Fields asked for twice", "本期被一种以上报表要求填报的指标项数(按所计;报表布置须列明 fields)", "fields that more than one kind of report asked of an office; requests must list their fields",
            "被一种以上报表要求的项", "fields in more than one kind of report", 130, ("dat.report.requested",), FIELDS, ("S87", "S88"), shape="sum", better="down", subjects=_OFFICES_ONLY,
            absent=("没有报表布置列明所需项(fields)", "no request for a report lists its fields")),
)  # fmt: skip
