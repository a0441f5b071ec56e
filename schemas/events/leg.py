"""Public legal service 公共法律服务 (domain.md 2.7)."""

from typing import Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Persons


class ConsultationGiven(Work):
    """法律咨询 · advice to one or more people."""

    channel: Literal["visit", "phone", "online"]
    topic: NotRequired[Code]
    persons: Persons


TYPES = (EventType("leg.consultation.given", "法律咨询", "legal consultation given", ConsultationGiven),)
