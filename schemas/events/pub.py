"""Legal publicity 法治宣传 (domain.md 2.8)."""

from typing import Annotated, Literal

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count, Named


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


TYPES = (EventType("pub.activity.held", "法治宣传活动", "publicity activity held", ActivityHeld),)
