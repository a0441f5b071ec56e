"""Public legal service 公共法律服务 (domain.md 2.7)."""

from typing import Annotated, Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Named, Persons


class ConsultationGiven(Work):
    """法律咨询 · advice to one or more people."""

    channel: Annotated[
        Literal["visit", "phone", "online"], Named(visit=("来访", "visit"), phone=("电话", "phone"), online=("网络", "online"))
    ]
    topic: NotRequired[Code]
    persons: Persons


TYPES = (EventType("leg.consultation.given", "法律咨询", "legal consultation given", ConsultationGiven),)
