"""Public legal service (公共法律服务) and legal aid (法律援助)."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, named
from streams.core.catalogue.units import PERSON_TIMES

COMPONENTS = named((Component("leg.persons", FLOW, "咨询人次", "persons advised", ("leg.consultation.given",)),))


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("leg_consult_cnt", "法律咨询人次", "Legal consultations", "本期法律咨询人次", "persons advised",
               num=("leg.persons",), number=48, unit=PERSON_TIMES, sources=("S74",)),
)  # fmt: skip
