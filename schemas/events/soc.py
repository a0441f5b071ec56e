"""Local governance 基层社会治理: tasks that the bureau or the street orders (domain.md 2.10)."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import EventType, Work, WorkDetails
from schemas.fields import Assigner, Code, Instant, Named

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


TYPES = (
    EventType("soc.task.assigned", "任务交办", "task assigned", TaskAssigned, "required"),
    EventType("soc.task.completed", "任务办结", "task completed", TaskCompleted, "required"),
)
