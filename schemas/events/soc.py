"""Local governance 基层社会治理: tasks that the bureau or the street orders (domain.md 2.10)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from schemas.envelope import EventType, Work, WorkDetails
from schemas.fields import Assigner, AuthorityId, Code, Count, Instant, Named

# Not a Literal of integers: to pydantic 1.0 and true are equal to 1 and would pass.
FunctionNumber = Annotated[
    Annotated[int, Field(ge=1, le=9)] | Literal["outside_list"],
    Named(**{
        "1": ("1 指导和参与调解", "mediation"), "2": ("2 基层法治建设", "rule-of-law work"), "3": ("3 普法依法治理", "publicity"),
        "4": ("4 公共法律服务", "legal services"), "5": ("5 社区矫正", "community correction"), "6": ("6 安置帮教", "resettlement"),
        "7": ("7 基层社会治理", "local governance"), "8": ("8 人民参与和促进法治", "people's participation"), "9": ("9 上级交办其他事务", "other matters"),
        "outside_list": ("清单外", "outside the list"),
    }),
]  # fmt: skip


class TaskAssigned(WorkDetails):
    """任务交办 · an authority orders something; the first assignment of a task counts."""

    assigned_by: Assigner
    task_class: Annotated[
        Code,
        Named(
            stability=("维稳", "stability"), petition=("信访", "petitions"), collective_incident=("群体性事件", "collective incident"), demolition=("征拆", "demolition"),
            inspection=("迎检", "inspection"), duty_shift=("值班", "duty shift"), meeting_support=("会务", "meeting support"), epidemic=("防疫", "epidemic"),
            census=("普查", "census"), other=("其他", "other"),
        ),
    ]  # fmt: skip
    function_number: FunctionNumber
    """Which of the nine functions (九项职能) it belongs to."""
    due_at: Instant


class TaskCompleted(Work):
    """任务办结 · a task is done."""


class TaskAccepted(Work):
    """任务接收 · the office takes the task on."""


class TaskDeclined(Work):
    """任务退回 · the office does not take the task on."""

    reason: NotRequired[Code]


class TaskReassigned(Work):
    """任务改派 · the task goes to somebody else."""

    reason: NotRequired[Code]


class TaskOverdue(Work):
    """任务超期 · a source says that the task is late; whether it is follows from `due_at` alone."""


class InstructionIssued(WorkDetails):
    """指令下达 · the bureau or a street tells the office to do something, by `due_at` if it says so."""

    assigned_by: Assigner
    due_at: NotRequired[Instant]


class InstructionAcknowledged(Work):
    """指令签收 · the office has seen the instruction."""


class InstructionAnswered(Work):
    """指令回复 · the office says what was done."""


class OncallChecked(Work):
    """在岗抽查 · somebody tried to reach the office."""

    reached: bool


class SecondmentStarted(Work):
    """抽调开始 · a member of the staff works for another authority from now on."""

    to: AuthorityId
    staff_class: NotRequired[Code]
    planned_days: NotRequired[Count]


class SecondmentEnded(Work):
    """抽调结束 · the member of the staff is back; this day counts for the office again."""


class TransferOrdered(Work):
    """调动决定 · the bureau orders a member of the staff to move."""


class TransferEffected(Work):
    """调动到位 · the move has been made."""


class JointOpened(Work):
    """联动立案 · several departments take a matter on together."""

    lead: NotRequired[Code]
    info_shared: NotRequired[bool]


class JointClosed(Work):
    """联动办结 · the joint matter is over."""

    result: Annotated[Literal["solved", "unsolved"], Named(solved=("已化解", "solved"), unsolved=("未化解", "not solved"))]
    info_shared: NotRequired[bool]


class IncidentHandled(Work):
    """群体性事件处置 · the office helps with a collective incident."""

    persons_band: Annotated[
        Code, Named(under_10=("10人以下", "under 10"), from_10_to_50=("10至50人", "10 to 50"), over_50=("50人以上", "over 50"))
    ]
    result: NotRequired[Code]


class PoliceHelpRequested(Work):
    """提请公安协助 · the office has no coercive power and asks the police."""

    reason: Annotated[
        Literal["no_coercive_power", "violence", "search"],
        Named(no_coercive_power=("无强制手段", "no coercive power"), violence=("暴力", "violence"), search=("查找人员", "search")),
    ]
    minutes_to_arrive: NotRequired[Annotated[int, Field(ge=0, le=10_080)]]


TYPES = (
    EventType("soc.task.assigned", "任务交办", "task assigned", TaskAssigned, "required"),
    EventType("soc.task.completed", "任务办结", "task completed", TaskCompleted, "required"),
    EventType("soc.task.accepted", "任务接收", "task accepted", TaskAccepted, "required"),
    EventType("soc.task.declined", "任务退回", "task declined", TaskDeclined, "required"),
    EventType("soc.task.reassigned", "任务改派", "task reassigned", TaskReassigned, "required"),
    EventType("soc.task.overdue", "任务超期", "task said to be overdue", TaskOverdue, "required"),
    EventType("soc.instruction.issued", "指令下达", "instruction issued", InstructionIssued, "required"),
    EventType("soc.instruction.acknowledged", "指令签收", "instruction acknowledged", InstructionAcknowledged, "required"),
    EventType("soc.instruction.answered", "指令回复", "instruction answered", InstructionAnswered, "required"),
    EventType("soc.oncall.checked", "在岗抽查", "presence checked", OncallChecked),
    EventType("soc.secondment.started", "抽调开始", "secondment started", SecondmentStarted, "required"),
    EventType("soc.secondment.ended", "抽调结束", "secondment ended", SecondmentEnded, "required"),
    EventType("soc.transfer.ordered", "调动决定", "transfer ordered", TransferOrdered, "required"),
    EventType("soc.transfer.effected", "调动到位", "transfer effected", TransferEffected, "required"),
    EventType("soc.joint.opened", "联动立案", "joint matter opened", JointOpened, "required"),
    EventType("soc.joint.closed", "联动办结", "joint matter closed", JointClosed, "required"),
    EventType("soc.incident.handled", "群体性事件处置", "collective incident handled", IncidentHandled),
    EventType("soc.police_help.requested", "提请公安协助", "police help requested", PoliceHelpRequested),
)
