"""Resettlement (安置帮教). A stay runs from an enrolment met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.model import DISTINCT, FLOW, STOCK, Indicator

COMPONENTS = (
    dict.fromkeys(("res.released_key", "res.fetched_key"), FLOW)
    | dict.fromkeys(("res.register", "res.placed"), STOCK)
    | dict.fromkeys(("res.helped", "res.present"), DISTINCT)
)


_indicator = partial(Indicator, kinds=COMPONENTS)


INDICATORS = (
    _indicator("res_register", "在册帮教对象", "Persons in resettlement", "stays that run on the last day", num=("res.register",)),
    _indicator("res_key_handover_rate", "必接必送率", "Key persons fetched", "fetched / released, of class key, by the day of release",
               num=("res.fetched_key",), den=("res.released_key",)),
    _indicator("res_help_rate", "帮教率", "Persons helped", "persons visited or with an agreement while enrolled / persons present",
               num=("res.helped",), den=("res.present",)),
    _indicator("res_placement_rate", "安置率", "Persons placed", "persons placed in their running stay / persons in the register",
               num=("res.placed",), den=("res.register",)),
)  # fmt: skip
