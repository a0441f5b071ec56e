"""Legal publicity 法治宣传 (domain.md 2.8)."""

from typing import Literal

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count


class ActivityHeld(Work):
    """法治宣传活动 · an event for the public, about the law or about what the office is."""

    form: Code
    theme: Code
    audience_est: Count
    purpose: Literal["law", "office_image"]


TYPES = (EventType("pub.activity.held", "法治宣传活动", "publicity activity held", ActivityHeld),)
