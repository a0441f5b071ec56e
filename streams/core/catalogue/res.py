"""Resettlement (安置帮教). A stay runs from an enrolment met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.model import DISTINCT, FLOW, STOCK, Component, Indicator, Level, named
from streams.core.catalogue.units import PERCENT, PERSONS

EXITS = ("res.person.discharged", "res.person.moved", "res.person.died")
TERM = ("res.person.enrolled", *EXITS)

COMPONENTS = named((
    Component("res.released_key", FLOW, "释放的重点对象", "key persons released", ("res.person.released",)),
    Component("res.fetched_key", FLOW, "接回的重点对象", "key persons fetched", ("res.person.released", "res.person.handed_over")),
    Component("res.register", STOCK, "在册", "persons in the register", TERM),
    Component("res.placed", STOCK, "在册且已安置", "persons placed", (*TERM, "res.placement.made")),
    Component("res.helped", DISTINCT, "走访或签约", "persons visited or with an agreement", (*TERM, "res.visit.made", "res.agreement.signed")),
    Component("res.present", DISTINCT, "曾在册", "persons present", TERM),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("res_register", "在册帮教对象", "Persons in resettlement", "期末在册的安置帮教对象", "stays that run on the last day",
               num=("res.register",), number=38, unit=PERSONS, sources=("S42", "S43")),
    _indicator("res_key_handover_rate", "必接必送率", "Key persons fetched", "由司法所接回 ÷ 本期释放的重点帮教对象",
               "fetched / released, of class key, by the day of release", num=("res.fetched_key",), den=("res.released_key",),
               number=41, better="up", unit=PERCENT, sources=("S42",), levels=(Level(">=", "1", ("S42",)),)),
    _indicator("res_help_rate", "帮教率", "Persons helped", "本期在册期间走访或签订帮教协议的人数 ÷ 本期曾在册人数",
               "persons visited or with an agreement while enrolled / persons present", num=("res.helped",), den=("res.present",),
               number=42, better="up", unit=PERCENT, sources=("S42", "S43", "S44"),
               levels=(Level(">=", "1", ("S43", "S44"), window="quarter"), Level("=", "0.9984", ("S42",), "江苏 2018", "Jiangsu 2018"))),
    _indicator("res_placement_rate", "安置率", "Persons placed", "期末在册且已安置 ÷ 期末在册", "persons placed in their running stay / persons in the register",
               num=("res.placed",), den=("res.register",), number=43, better="up", unit=PERCENT, sources=("S42", "S43", "S44"),
               levels=(Level(">=", "1", ("S43", "S44"), window="quarter"), Level("=", "0.9986", ("S42",), "江苏 2018", "Jiangsu 2018"))),
)  # fmt: skip
