"""Legal services (法律服务) and legal publicity (普法)."""

from functools import partial

from streams.core.catalogue.model import FLOW, Indicator

COMPONENTS = dict.fromkeys(("leg.persons", "pub.activity", "pub.audience"), FLOW)


_indicator = partial(Indicator, kinds=COMPONENTS)


INDICATORS = (
    _indicator("leg_consult_cnt", "法律咨询人次", "Legal consultations", "persons advised", num=("leg.persons",)),
    _indicator("pub_activity_cnt", "普法场次", "Publicity events", "activities held", num=("pub.activity",)),
    _indicator("pub_audience_sum", "普法受众", "Publicity audience", "estimated audience of the activities", num=("pub.audience",)),
)
