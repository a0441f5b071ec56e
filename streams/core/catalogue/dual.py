"""Dual leadership (双重管理): who gives the work, which work it is, who pays. The sides follow from the kind of a task's assigner."""

from functools import partial

from streams.core.catalogue.fund import COMPONENTS as FUND
from streams.core.catalogue.model import FLOW, Component, Indicator, Level, named
from streams.core.catalogue.units import PERCENT, POINTS

STREET_KINDS = frozenset(("street_office", "town_government"))
BUREAU_KINDS = frozenset(("district_bureau",))
_T = ("soc.task.assigned",)
_KIND = (*_T, "reg.authority.registered")
_DONE = (*_T, "soc.task.completed", "reg.authority.registered")

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
    Component("work.core_minutes", FLOW, "主业分钟", "minutes on core functions", ("*",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | FUND)
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
)  # fmt: skip
