"""Resettlement (安置帮教). A stay runs from an enrolment met while outside to the next exit."""

from functools import partial

from streams.core.catalogue.model import DISTINCT, FLOW, STOCK, Component, Indicator, Level, days_of, named
from streams.core.catalogue.units import PERCENT, PERSONS, VISITS_PER_PERSON

EXITS = ("res.person.discharged", "res.person.moved", "res.person.died")
TERM = ("res.person.enrolled", *EXITS)

_REGISTER = Component("res.register", STOCK, "在册", "persons in the register", TERM)

COMPONENTS = named((
    Component("res.released_key", FLOW, "释放的重点对象", "key persons released", ("res.person.released",)),
    Component("res.fetched_key", FLOW, "接回的重点对象", "key persons fetched", ("res.person.released", "res.person.handed_over")),
    _REGISTER,
    days_of(_REGISTER, "res.register_days", "在册人日", "person-days in the register"),
    Component("res.notice_due", FLOW, "到期的预释放通知", "notices due to be answered", ("res.notice.received",)),
    Component("res.verified", FLOW, "按期核查的通知", "notices answered in time", ("res.notice.received", "res.identity.verified")),
    Component("res.released", FLOW, "释放", "persons released", ("res.person.released",)),
    Component("res.handed_over", FLOW, "衔接", "persons handed over", ("res.person.released", "res.person.handed_over")),
    Component("res.reoffender", DISTINCT, "重新犯罪", "persons who offended again", ("res.reoffence.recorded",)),
    Component("res.visit", FLOW, "走访", "visits", (*TERM, "res.visit.made")),
    Component("res.lost", STOCK, "失联", "persons lost", (*TERM, "res.person.lost", "res.person.found")),
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
    _indicator("res_verify_rate", "信息核查率", "Notices answered", "期限内核查(相符或不符)÷ 期限在本期的预释放通知(首次通知;未注明期限的以当月末为限)",
               "answered, matched or not, by the day that the first notice sets, else by its month's end / notices due",
               num=("res.verified",), den=("res.notice_due",), shortest="month", number=39, better="up", unit=PERCENT, sources=("S45",),
               levels=(Level(">=", "1", ("inferred",)),)),
    _indicator("res_handover_rate", "衔接率", "Handed over", "已衔接(接回或自行报到)÷ 本期释放(首次释放)", "fetched or reported by themselves / released, by the day of the first release",
               num=("res.handed_over",), den=("res.released",), shortest="month", number=40, better="up", unit=PERCENT, sources=("S46",)),
    _indicator("res_reoffence_rate", "刑释人员重新犯罪率", "Reoffence after release", "本期重新犯罪人数 ÷ 本期曾在册人数", "persons who offended again / persons present",
               num=("res.reoffender",), den=("res.present",), shortest="year", number=44, better="down", unit=PERCENT, sources=("S43",),
               levels=(Level("=", "0.0041", ("S43",), "金华约七个月", "Jinhua, about 7 months"),)),
    _indicator("res_visits_per_person", "人均走访", "Visits per person", "本期在册期间走访次数 ÷ 平均在册人数(按日平均)", "visits during stays / average register over the days of the window",
               num=("res.visit",), den=("res.register_days",), form="average", shortest="quarter", number=45, better="up", unit=VISITS_PER_PERSON,
               sources=("S43",), levels=(Level("=", "0.98", ("S43",), "金华约七个月", "Jinhua, about 7 months"),)),
    _indicator("res_lost_cnt", "失联人数", "Persons lost", "期末在册而失联的人数", "persons of a running stay who are lost on the last day",
               num=("res.lost",), number=46, better="down", unit=PERSONS, sources=("S73",)),
)  # fmt: skip
