"""Local governance 基层社会治理: tasks that the bureau or the street orders (domain.md 2.10)."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import EventType, Work, WorkDetails
from schemas.fields import Assigner, Code, Instant

# Not a Literal of integers: to pydantic 1.0 and true are equal to 1 and would pass.
FunctionNumber = Annotated[int, Field(ge=1, le=9)] | Literal["outside_list"]


class TaskAssigned(WorkDetails):
    """任务交办 · an authority orders something; the first assignment of a task counts."""

    assigned_by: Assigner
    task_class: Code
    function_number: FunctionNumber
    """Which of the nine functions (九项职能) it belongs to."""
    due_at: Instant


class TaskCompleted(Work):
    """任务办结 · a task is done."""


TYPES = (
    EventType("soc.task.assigned", "任务交办", "task assigned", TaskAssigned, "required"),
    EventType("soc.task.completed", "任务办结", "task completed", TaskCompleted, "required"),
)
