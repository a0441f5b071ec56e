"""Legal publicity (法治宣传)."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, named
from streams.core.catalogue.units import EVENTS, PERSON_TIMES

COMPONENTS = named((
    Component("pub.activity", FLOW, "宣传活动", "activities", ("pub.activity.held",)),
    Component("pub.audience", FLOW, "受众(估计)", "audience, estimated", ("pub.activity.held",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("pub_activity_cnt", "普法场次", "Publicity events", "本期法治宣传场次", "activities held",
               num=("pub.activity",), number=58, better="up", unit=EVENTS, sources=("S73", "S22")),
    _indicator("pub_audience_sum", "普法受众", "Publicity audience", "本期法治宣传受众估计人次", "estimated audience of the activities",
               num=("pub.audience",), number=59, unit=PERSON_TIMES, sources=("domain",)),
)  # fmt: skip
