"""Legal publicity 法治宣传 (domain.md 2.8)."""

from typing import Annotated, Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count, Named, Persons


class ActivityHeld(Work):
    """法治宣传活动 · an event for the public, about the law or about what the office is."""

    form: Annotated[
        Code,
        Named(
            lecture=("讲座", "lecture"), street_stall=("街头摆台", "street stall"), contest=("竞赛", "contest"), performance=("演出", "performance"),
            film=("影片", "film"), online=("线上", "online"), school=("进学校", "at school"), enterprise=("进企业", "at a company"), market=("赶集", "market"),
        ),
    ]  # fmt: skip
    theme: Annotated[
        Code,
        Named(
            civil_code=("民法典", "Civil Code"), constitution=("宪法", "constitution"), cc_law=("社区矫正法", "correction law"), anti_fraud=("反诈", "fraud"),
            drugs=("禁毒", "drugs"), labour=("劳动", "labour"), minors=("未成年人", "minors"), office_functions=("司法所职能", "functions of the office"),
        ),
    ]  # fmt: skip
    audience_est: Count
    purpose: Annotated[Literal["law", "office_image"], Named(law=("法治宣传", "the law"), office_image=("形象宣传", "the office's image"))]
    audience_group: NotRequired[Code]
    village_ref: NotRequired[list[Code]]
    materials: NotRequired[Count]


class MediaPublished(Work):
    """新媒体普法 · something about the law appears online or in print."""

    channel: Annotated[
        Code,
        Named(wechat=("微信", "WeChat"), video=("短视频", "video"), website=("网站", "website"), newspaper=("报刊", "newspaper"), other=("其他", "other")),
    ]  # fmt: skip
    views: NotRequired[Count]


class LegalPersonTrained(Work):
    """法律明白人培训 · villagers who know the law are trained."""

    village_ref: Code
    count: Persons


class SurveyCompleted(Work):
    """知晓率、满意度调查 · people, or officials, are asked."""

    instrument: Annotated[
        Literal["awareness", "satisfaction", "safety"],
        Named(awareness=("知晓率", "awareness"), satisfaction=("满意度", "satisfaction"), safety=("安全感", "safety")),
    ]
    sample: Persons
    positive: Count
    asked_of: Annotated[Literal["public", "officials"], Named(public=("群众", "the public"), officials=("干部", "officials"))]


TYPES = (
    EventType(
        "pub.activity.held", "法治宣传活动", "publicity activity held", ActivityHeld,
        since={"audience_group": 2, "village_ref": 2, "materials": 2},
    ),
    EventType("pub.media.published", "新媒体普法", "legal media published", MediaPublished),
    EventType("pub.legal_person.trained", "法律明白人培训", "legal persons trained", LegalPersonTrained),
    EventType("pub.survey.completed", "知晓率、满意度调查", "survey completed", SurveyCompleted),
)  # fmt: skip
