"""The clock 时钟: time passes by events, so that a replay sees the same time."""

from pydantic import with_config
from typing_extensions import TypedDict

from schemas.envelope import CLOSED, EventType


@with_config(CLOSED)
class Ticked(TypedDict):
    """时钟 · it is this late in the district."""


TYPES = (EventType("clk.ticked", "时钟", "clock ticked", Ticked),)
