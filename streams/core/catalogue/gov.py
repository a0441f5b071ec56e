"""Rule-of-law work (基层法治建设)."""

from functools import partial

from streams.core.catalogue.model import FLOW, Component, Indicator, Level, named
from streams.core.catalogue.units import CASES, PERCENT

_ISSUED = ("gov.review.issued",)
_BOTH = ("gov.review.requested", *_ISSUED)

COMPONENTS = named((
    Component("gov.review_issued", FLOW, "审查意见", "reviews issued", _ISSUED),
    Component("gov.review_requested", FLOW, "提请审查", "reviews asked for", ("gov.review.requested",)),
    Component("gov.reviewed", FLOW, "已审查的提请", "reviews asked for and issued", _BOTH),
    Component("gov.opinion_items", FLOW, "意见条数", "opinions", _ISSUED),
    Component("gov.adopted_items", FLOW, "采纳条数", "opinions adopted", _ISSUED),
    Component("gov.meeting", FLOW, "会议", "meetings", ("gov.meeting.attended",)),
    Component("gov.meeting_attended", FLOW, "列席", "meetings attended", ("gov.meeting.attended",)),
    Component("gov.suit", FLOW, "结案的行政诉讼", "suits closed", ("gov.litigation.closed",)),
    Component("gov.suit_lost", FLOW, "败诉", "suits lost", ("gov.litigation.closed",)),
    Component("gov.suit_attended", FLOW, "负责人出庭", "suits at which an official appeared", ("gov.litigation.closed",)),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS)


INDICATORS = (
    _indicator("gov_review_cnt", "合法性审查件数", "Legality reviews", "本期出具的合法性审查意见件数", "reviews issued",
               num=("gov.review_issued",), shortest="month", number=65, better="up", unit=CASES, sources=("S73",)),
    _indicator("gov_review_coverage", "合法性审查覆盖率", "Reviews covered", "已出具意见的 ÷ 本期提请审查的(同批口径,以提请日计)", "answered / asked for, by the day of the request",
               num=("gov.reviewed",), den=("gov.review_requested",), shortest="month", number=65, better="up", unit=PERCENT, sources=("S73",),
               levels=(Level(">=", "1", ("S73",)),)),
    _indicator("gov_advice_adoption", "意见采纳率", "Opinions adopted", "采纳条数 ÷ 意见条数", "opinions adopted / opinions given",
               num=("gov.adopted_items",), den=("gov.opinion_items",), shortest="quarter", number=66, better="up", unit=PERCENT, sources=("S74",)),
    _indicator("gov_meeting_rate", "所长列席率", "Meetings attended", "列席 ÷ 会议(未列席的会议以 attended=false 报送)", "attended / meetings; those not attended are told with attended=false",
               num=("gov.meeting_attended",), den=("gov.meeting",), shortest="quarter", number=67, better="up", unit=PERCENT, sources=("S7", "S73")),
    _indicator("gov_lawsuit_lost_rate", "败诉率", "Suits lost", "败诉 ÷ 本期结案的行政诉讼", "lost / closed",
               num=("gov.suit_lost",), den=("gov.suit",), shortest="year", number=68, better="down", unit=PERCENT, sources=("S16",)),
    _indicator("gov_official_attend_rate", "负责人出庭率", "Officials in court", "负责人出庭 ÷ 本期结案的行政诉讼", "an official appeared / closed",
               num=("gov.suit_attended",), den=("gov.suit",), shortest="year", number=68, better="up", unit=PERCENT, sources=("S16",),
               levels=(Level(">=", "1", ("S16",)),)),
)  # fmt: skip
