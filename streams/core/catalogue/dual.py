"""Dual leadership (双重管理): who gives the work, which work it is, who pays. The sides follow from the kind of a task's assigner."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.model import FLOW, Indicator

STREET_KINDS = frozenset(("street_office", "town_government"))
BUREAU_KINDS = frozenset(("district_bureau",))
COMPONENTS = dict.fromkeys(
    (
        "soc.assigned", "soc.due", "soc.done", "soc.assigned_street", "soc.due_bureau", "soc.done_bureau",
        "soc.due_street", "soc.done_street", "work.minutes", "work.core_minutes",
    ),
    FLOW,
)  # fmt: skip


_indicator = partial(Indicator, kinds=COMPONENTS | CAP)


INDICATORS = (
    _indicator("dual_street_task_share", "街道交办占比", "Tasks from streets", "tasks assigned by a street or town / all tasks",
               num=("soc.assigned_street",), den=("soc.assigned",), modes=(), subjects="office_district"),
    _indicator("dual_core_time_share", "主业工时占比", "Time on core work", "minutes on core functions / all minutes",
               num=("work.core_minutes",), den=("work.minutes",)),
    _indicator("dual_completion_bureau", "局任务按期完成率", "Bureau tasks on time", "completed by the due instant / due, tasks of the bureau, by due day",
               num=("soc.done_bureau",), den=("soc.due_bureau",), modes=(), subjects="office_district"),
    _indicator("dual_completion_street", "街任务按期完成率", "Street tasks on time", "completed by the due instant / due, tasks of a street or town, by due day",
               num=("soc.done_street",), den=("soc.due_street",), modes=(), subjects="office_district"),
    _indicator("dual_balance_gap_pp", "双重任务均衡差", "Balance of both masters", "100 × (bureau rate - street rate)",
               num=("soc.done_bureau", "soc.due_bureau"), den=("soc.done_street", "soc.due_street"), form="gap", modes=(), subjects="office_district"),
    _indicator("dual_mismatch_pp", "财事匹配差", "Tasks against money", "100 × (share of the tasks - share of the money)",
               num=("soc.assigned",), den=("fund.disbursed",), form="mismatch", modes=("own",), subjects="authority"),
)  # fmt: skip
