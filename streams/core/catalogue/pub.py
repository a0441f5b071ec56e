"""Legal publicity (法治宣传)."""

from functools import partial

from streams.core.catalogue.cap import COMPONENTS as CAP
from streams.core.catalogue.model import FLOW, NAMED, STOCK, Component, Indicator, Level, named
from streams.core.catalogue.units import EVENTS, PERCENT, PERSON_TIMES, PERSONS_PER_VILLAGE

_ACTIVITY, _SURVEY = ("pub.activity.held",), ("pub.survey.completed",)

COMPONENTS = named((
    Component("pub.activity", FLOW, "宣传活动", "activities", _ACTIVITY),
    Component("pub.audience", FLOW, "受众(估计)", "audience, estimated", _ACTIVITY),
    Component("pub.image", FLOW, "形象宣传活动", "activities for the office's image", _ACTIVITY),
    Component("pub.village", NAMED, "开展宣传的村居", "villages with an activity", _ACTIVITY),
    Component("pub.legal_persons", STOCK, "法律明白人", "legal persons trained", ("pub.legal_person.trained",)),
    Component("pub.awareness_sample", FLOW, "知晓率样本", "asked about awareness", _SURVEY),
    Component("pub.awareness_positive", FLOW, "知晓", "aware", _SURVEY),
    Component("pub.satisfaction_sample", FLOW, "满意度样本", "asked about satisfaction", _SURVEY),
    Component("pub.satisfaction_positive", FLOW, "满意", "satisfied", _SURVEY),
))  # fmt: skip


_indicator = partial(Indicator, components=COMPONENTS | CAP)
_VILLAGES = ("尚无村居快照 cap.village.snapshot", "no cap.village.snapshot yet")


INDICATORS = (
    _indicator("pub_activity_cnt", "普法场次", "Publicity events", "本期法治宣传场次", "activities held",
               num=("pub.activity",), number=58, better="up", unit=EVENTS, sources=("S73", "S22")),
    _indicator("pub_audience_sum", "普法受众", "Publicity audience", "本期法治宣传受众估计人次", "estimated audience of the activities",
               num=("pub.audience",), number=59, unit=PERSON_TIMES, sources=("domain",)),
    _indicator("pub_village_coverage", "宣传村居覆盖率", "Villages reached", "本期开展过宣传活动的村居 ÷ 期末村居数(同一所同一村居计一次;需 pub.activity.held 第二版的 village_ref)",
               "villages named by an activity, each once an office / villages of the last snapshots; named by `village_ref`, version 2 of the type",
               num=("pub.village",), den=("cap.villages",), shortest="quarter", number=60, better="up", unit=PERCENT, sources=("inferred",),
               levels=(Level(">=", "1", ("inferred",), window="quarter"),), absent=_VILLAGES),
    _indicator("pub_legal_persons_per_village", "村均法律明白人", "Legal persons per village", "累计培训的法律明白人 ÷ 村居数", "legal persons trained so far / villages of the last snapshots",
               num=("pub.legal_persons",), den=("cap.villages",), number=61, better="up", unit=PERSONS_PER_VILLAGE, sources=("S73",),
               levels=(Level(">=", "3", ("S73",)),), absent=_VILLAGES),
    _indicator("pub_awareness_rate", "职能知晓率", "Awareness", "知晓 ÷ 样本;按群众、干部分列", "aware / asked, in all and by who was asked",
               num=("pub.awareness_positive",), den=("pub.awareness_sample",), dims=("asked_of",), shortest="half", number=62, better="up", unit=PERCENT,
               sources=("S98", "S1"), levels=(Level(">=", "0.8", ("inferred",)),)),
    _indicator("pub_satisfaction_rate", "群众满意率", "Satisfaction", "满意 ÷ 样本;按群众、干部分列", "satisfied / asked, in all and by who was asked",
               num=("pub.satisfaction_positive",), den=("pub.satisfaction_sample",), dims=("asked_of",), shortest="half", number=63, better="up", unit=PERCENT,
               sources=("S112",), levels=(Level("=", "0.976", ("S112",), "云南 2021", "Yunnan 2021"),)),
    _indicator("pub_image_share", "形象宣传占比", "Image publicity", "形象宣传 ÷ 本期宣传场次", "activities for the office's image / activities",
               num=("pub.image",), den=("pub.activity",), shortest="quarter", number=64, better="band", unit=PERCENT, sources=("S1",)),
)  # fmt: skip
