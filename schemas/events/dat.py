"""Data quality 数据质量: taking an event back (contract, section 3)."""

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from schemas.envelope import CLOSED, EventType
from schemas.fields import EventId


@with_config(CLOSED)
class EventRetracted(TypedDict):
    """事件撤销 · an event is removed for good; cannot be undone or amended. Its source stands in `targetsource`, if not the own one."""

    target: EventId
    reason: Literal["wrong_office", "duplicate", "test", "never_happened", "other"]


TYPES = (EventType("dat.event.retracted", "事件撤销", "event retracted", EventRetracted),)
