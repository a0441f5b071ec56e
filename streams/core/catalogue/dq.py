"""Quality of the data (数据质量)."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, named
from streams.core.catalogue.units import TIMES

COMPONENTS = named((
    Component("dq.out_of_place", FLOW, "与流程不符的事件", "events out of place in their life cycle", ("*",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("dq_out_of_place_cnt", "流程不符事件数", "Events out of place", "本期与所属流程(调解、矫正、任务等)前后不符的事件数;仅标记,照常计数",
               "events that do not follow from what came before in their life cycle, by life cycle; they are flagged and count all the same",
               num=("dq.out_of_place",), dims=("life",), total=False, shortest="month", better="down", unit=TIMES, sources=("domain",)),
)  # fmt: skip
