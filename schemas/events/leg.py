"""Public legal service 公共法律服务 (domain.md 2.7)."""

from typing import Annotated, Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Named, Persons


class ConsultationGiven(Work):
    """法律咨询 · advice to one or more people."""

    channel: Annotated[
        Literal["visit", "phone", "online"], Named(visit=("来访", "visit"), phone=("电话", "phone"), online=("网络", "online"))
    ]
    topic: NotRequired[
        Annotated[
            Code,
            Named(
                labour=("劳动争议", "labour"), marriage_family=("婚姻家庭", "marriage and family"), property=("房产物业", "property"), debt=("债务", "debt"),
                traffic=("交通事故", "traffic"), inheritance=("继承", "inheritance"), other=("其他", "other"),
            ),
        ]
    ]  # fmt: skip
    persons: Persons


TYPES = (EventType("leg.consultation.given", "法律咨询", "legal consultation given", ConsultationGiven),)
