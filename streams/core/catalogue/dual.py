"""Dual leadership (双重管理): who gives the work, which work it is, who pays. The sides follow from the kind of a task's assigner."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.cap import LIFE
from streams.core.catalogue.fund import COMPONENTS as FUND
from streams.core.catalogue.med import COMPONENTS as MED
from streams.core.catalogue.model import FLOW, HISTOGRAM, STOCK, Component, Indicator, Level, days_of, named
from streams.core.catalogue.units import INDEX, MINUTES, PERCENT, PERSON_DAYS, POINTS

STREET_KINDS = frozenset(("street_office", "town_government"))
BUREAU_KINDS = frozenset(("district_bureau",))
_T = ("soc.task.assigned",)
_KIND = (*_T, "reg.authority.registered")
_DONE = (*_T, "soc.task.completed", "reg.authority.registered")

_REPLY = ("soc.instruction.issued", "soc.instruction.answered", "reg.authority.registered")
_AWAY = ("soc.secondment.started", "soc.secondment.ended")
_JOINT = ("soc.joint.opened", "soc.joint.closed")
_SECONDED = Component("soc.seconded", STOCK, "被抽调人员", "staff seconded", _AWAY)

COMPONENTS = named((
    Component("soc.assigned", FLOW, "交办任务", "tasks assigned", _T),
    Component("soc.due", FLOW, "到期任务", "tasks due", _T),
    Component("soc.done", FLOW, "按期完成的任务", "tasks completed in time", (*_T, "soc.task.completed")),
    Component("soc.assigned_street", FLOW, "街镇交办任务", "tasks assigned by a street or town", _KIND),
    Component("soc.due_bureau", FLOW, "局交办到期任务", "tasks of the bureau due", _KIND),
    Component("soc.done_bureau", FLOW, "局交办按期完成", "tasks of the bureau completed in time", _DONE),
    Component("soc.due_street", FLOW, "街镇交办到期任务", "tasks of a street or town due", _KIND),
    Component("soc.done_street", FLOW, "街镇交办按期完成", "tasks of a street or town completed in time", _DONE),
    Component("work.minutes", FLOW, "工作分钟", "minutes worked", ("*",)),
    Component("soc.outside", FLOW, "清单外任务", "tasks outside the list", _T),
    Component("soc.shared", FLOW, "有协办的任务", "tasks with other departments", ("soc.task.*",)),
    Component("soc.instruction_due", FLOW, "到期指令", "instructions due", ("soc.instruction.issued",)),
    Component("soc.instruction_done", FLOW, "按期回复的指令", "instructions answered in time", ("soc.instruction.issued", "soc.instruction.answered")),
    Component("soc.instruction_due_bureau", FLOW, "局到期指令", "instructions of the bureau due", _REPLY),
    Component("soc.instruction_done_bureau", FLOW, "局按期回复的指令", "instructions of the bureau answered in time", _REPLY),
    Component("soc.ack_minutes", HISTOGRAM, "指令签收分钟数", "minutes to the acknowledgement", ("soc.instruction.issued", "soc.instruction.acknowledged")),
    Component("soc.checked", FLOW, "在岗抽查", "presence checks", ("soc.oncall.checked",)),
    Component("soc.reached", FLOW, "抽查在岗", "presence checks that reached somebody", ("soc.oncall.checked",)),
    Component("soc.transfer_due", FLOW, "应落实的调动", "transfers due", ("soc.transfer.ordered",)),
    Component("soc.transferred", FLOW, "按期落实的调动", "transfers effected in time", ("soc.transfer.ordered", "soc.transfer.effected")),
    _SECONDED,
    days_of(_SECONDED, "soc.seconded_days", "抽调人日", "person-days seconded"),
    Component("soc.joint_opened", FLOW, "联动事项", "joint matters", ("soc.joint.opened",)),
    Component("soc.joint_shared", FLOW, "信息互通的联动事项", "joint matters with information shared", _JOINT),
    Component("soc.joint_closed", FLOW, "办结的联动事项", "joint matters closed", ("soc.joint.closed",)),
    Component("soc.joint_solved", FLOW, "化解的联动事项", "joint matters solved", ("soc.joint.closed",)),
    Component("work.street_minutes", FLOW, "街镇交办分钟", "minutes for a street or town", ("*",)),
    Component("work.unpaid_minutes", FLOW, "不出资方交办分钟", "minutes for those who do not pay", ("*", "reg.split.decided")),
    Component("reg.role_held", STOCK, "各方在五项中的份额(万分比)", "shares of the five roles, in basis points", ("reg.split.decided", *LIFE), owned=True),
    Component("work.core_minutes", FLOW, "主业分钟", "minutes on core functions", ("*",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | FUND | CAP | MED)
_MINUTES_MISSING = ("事件未填写用时(minutes)", "no event states its minutes")


INDICATORS = (
    _indicator("dual_street_task_share", "街道交办占比", "Tasks from streets", "街道、乡镇交办的任务 ÷ 全部任务", "tasks assigned by a street or town / all tasks",
               num=("soc.assigned_street",), den=("soc.assigned",), modes=(), subjects="office_district", number=103, better="band", unit=PERCENT,
               sources=("S1",), levels=(Level(">=", "0.2", ("inferred",)), Level("<=", "0.5", ("inferred",)))),
    _indicator("dual_core_time_share", "主业工时占比", "Time on core work", "主业(职能 1–6、8)工作分钟 ÷ 全部工作分钟", "minutes on core functions (1 to 6 and 8) / all minutes",
               num=("work.core_minutes",), den=("work.minutes",), number=104, better="up", unit=PERCENT, sources=("S1", "S4"),
               levels=(Level(">=", "0.6", ("inferred",)),), absent=_MINUTES_MISSING),
    _indicator("dual_completion_bureau", "局任务按期完成率", "Bureau tasks on time", "司法局交办、期限在本期的任务中按期完成的占比",
               "completed by the due instant / due, tasks of the bureau, by due day",
               num=("soc.done_bureau",), den=("soc.due_bureau",), modes=(), subjects="office_district", number=106, better="up", unit=PERCENT,
               sources=("S1",), levels=(Level(">=", "0.95", ("inferred",)),)),
    _indicator("dual_completion_street", "街任务按期完成率", "Street tasks on time", "街道、乡镇交办、期限在本期的任务中按期完成的占比",
               "completed by the due instant / due, tasks of a street or town, by due day",
               num=("soc.done_street",), den=("soc.due_street",), modes=(), subjects="office_district", number=106, better="up", unit=PERCENT,
               sources=("S1",), levels=(Level(">=", "0.95", ("inferred",)),)),
    _indicator("dual_balance_gap_pp", "双重任务均衡差", "Balance of both masters",
               "局任务按期完成率 − 街道任务按期完成率;大于 15:只顾部门业务;小于 −15:成了街道干部",
               "100 × (bureau rate - street rate); above 15: department work only, below -15: a street cadre",
               num=("soc.done_bureau", "soc.due_bureau"), den=("soc.done_street", "soc.due_street"), form="gap", modes=(), subjects="office_district",
               number=107, better="band", unit=POINTS, sources=("S1",),
               levels=(Level("<=", "15", ("inferred",), window="quarter"), Level(">=", "-15", ("inferred",), window="quarter"))),
    _indicator("dual_mismatch_pp", "财事匹配差", "Tasks against money", "交办任务占全区的比重 − 拨付金额占全区的比重", "100 × (share of the tasks - share of the money)",
               num=("soc.assigned",), den=("fund.disbursed",), form="mismatch", modes=("own",), subjects="authority", number=108, better="band", unit=POINTS,
               sources=("S1",), levels=(Level("<=", "20", ("inferred",), window="quarter"), Level(">=", "-20", ("inferred",), window="quarter"))),
    _indicator("dual_street_minutes_share", "街道交办工时占比", "Minutes for streets", "街道、乡镇交办工作的分钟 ÷ 全部工作分钟", "minutes for a street or town / all minutes",
               num=("work.street_minutes",), den=("work.minutes",), modes=(), subjects="office_district", shortest="month", number=103, variant_of="dual_street_task_share",
               better="band", unit=PERCENT, sources=("S1",), absent=_MINUTES_MISSING),
    _indicator("dual_outside_list_share", "清单外任务占比", "Tasks outside the list", "九项职能清单外的任务 ÷ 全部任务", "tasks outside the list of functions / all tasks",
               num=("soc.outside",), den=("soc.assigned",), modes=("assigned_by",), shortest="month", number=105, better="down", unit=PERCENT, sources=("S4",),
               levels=(Level("<=", "0.1", ("inferred",)),)),
    _indicator("dual_unpaid_task_share", "不出资方任务占比", "Work for those who do not pay", "该单位交办、而其当日对该所无经费份额(日常公用)的工作分钟 ÷ 该单位交办的全部工作分钟",
               "minutes at offices of whose operating costs the assigner pays nothing on that day / all minutes that it assigned",
               num=("work.unpaid_minutes",), den=("work.minutes",), modes=("assigned_by",), subjects="authority", shortest="quarter", number=109, better="down", unit=PERCENT,
               sources=("S1",), absent=_MINUTES_MISSING),
    _indicator("dual_unity_index", "人事财统一度", "Unity of management", "该单位在所长任免、人员调配、经费、业务用房、编制五项中的份额 ÷ 各单位已定份额之和(期末,各所合计,0–1);司法局一行即管人、管事、管财的统一程度",
               "an authority's shares in appointing the head, supplying staff, paying, the rooms and the posts / all shares that are decided, on the last day, 0 to 1; the bureau's row tells how far all is in one hand",
               num=("reg.role_held",), form="own_share", modes=("own",), subjects="authority", number=110, better="up", unit=INDEX, sources=("S1",),
               absent=("尚无分担决定", "no split decided yet")),
    _indicator("dual_ack_minutes_p50", "指令响应用时(喊得应)", "Minutes to acknowledge", "指令下达至首次签收分钟数的中位数,以签收日计(不区分工作时间)",
               "median of the minutes from the instruction to its first acknowledgement, by its day; around the clock",
               num=("soc.ack_minutes",), form="p50", shortest="month", number=111, better="down", unit=MINUTES, sources=("S1",), levels=(Level("<=", "30", ("inferred",)),)),
    _indicator("dual_oncall_reached_rate", "在岗抽查率(找得到)", "Reached when checked", "抽查在岗 ÷ 抽查", "reached / checked",
               num=("soc.reached",), den=("soc.checked",), shortest="month", number=112, better="up", unit=PERCENT, sources=("S1",), levels=(Level(">=", "0.95", ("inferred",)),)),
    _indicator("dual_transfer_effect_rate", "人员调动落实率(调得动)", "Transfers effected", "决定后15日内到位 ÷ 第15日落在本期的调动决定", "effected within 15 days / ordered, by the fifteenth day",
               num=("soc.transferred",), den=("soc.transfer_due",), shortest="year", number=113, better="up", unit=PERCENT, sources=("S1",)),
    _indicator("dual_instruction_done_rate", "指令办结率(管得了)", "Instructions done", "期限内回复 ÷ 期限在本期的司法局指令(未注明期限的不计)", "answered by the limit / instructions of the bureau with a limit, by its day",
               num=("soc.instruction_done_bureau",), den=("soc.instruction_due_bureau",), modes=(), subjects="office_district", shortest="month", number=114, better="up",
               unit=PERCENT, sources=("S1",), levels=(Level(">=", "0.95", ("inferred",)),)),
    _indicator("dual_secondment_days", "抽调人天", "Days seconded", "本期被抽调人日(自抽调之日至返回前一日),按去向分列", "person-days from the start to the day before the return, by destination",
               num=("soc.seconded_days",), dims=("to",), shortest="month", number=115, better="down", unit=PERSON_DAYS, sources=("S9",)),
    _indicator("dual_secondment_share", "抽调占比", "Share seconded", "被抽调人日 ÷ 工作人员人日", "person-days seconded / person-days of staff",
               num=("soc.seconded_days",), den=("cap.staff_days",), modes=(), subjects="office_district", shortest="month", number=115, better="down", unit=PERCENT, sources=("S9",),
               levels=(Level("<=", "0.1", ("inferred",)),)),
    _indicator("dual_overlap_share", "职能交叉占比", "Overlapping matters", "有其他部门协办(co_handlers)的案件与任务 ÷ 本期受理案件与交办任务",
               "cases and tasks that another department helped with / cases accepted and tasks assigned",
               num=("med.shared", "soc.shared"), den=("med.accepted", "soc.assigned"), modes=(), subjects="office_district", shortest="quarter", number=116, better="band",
               unit=PERCENT, sources=("S1",)),
    _indicator("dual_joint_success_rate", "联动化解率", "Joint matters solved", "化解 ÷ 本期办结的联动事项", "solved / closed",
               num=("soc.joint_solved",), den=("soc.joint_closed",), shortest="quarter", number=117, better="up", unit=PERCENT, sources=("S1",)),
    _indicator("dual_info_shared_share", "信息互通率", "Information shared", "信息互通的 ÷ 本期立案的联动事项", "with information shared / opened",
               num=("soc.joint_shared",), den=("soc.joint_opened",), shortest="quarter", number=118, better="up", unit=PERCENT, sources=("S1",)),
)  # fmt: skip
