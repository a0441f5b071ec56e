"""Public legal service 公共法律服务 and legal aid 法律援助 (domain.md 2.7)."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count, Day, Money, Named, Persons


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


AidMatter = Annotated[
    Literal["civil", "criminal", "administrative", "non_litigation"],
    Named(civil=("民事", "civil"), criminal=("刑事", "criminal"), administrative=("行政", "administrative"), non_litigation=("非诉讼", "no litigation")),
]  # fmt: skip
AidGroup = Annotated[
    Literal["migrant_worker", "elderly", "minor", "disabled", "women", "soldier", "other"],
    Named(
        migrant_worker=("农民工", "migrant worker"), elderly=("老年人", "elderly"), minor=("未成年人", "minor"), disabled=("残疾人", "disabled"),
        women=("妇女", "women"), soldier=("军人军属", "soldier"), other=("其他", "other"),
    ),
]  # fmt: skip


class AidReceived(Work):
    """法援申请受理(初审) · somebody applies for legal aid; the office checks the application first."""

    matter: AidMatter
    group: AidGroup


class AidForwarded(Work):
    """法援申请转交 · the office sends the application on to the centre, which decides."""

    matter: NotRequired[AidMatter]
    group: NotRequired[AidGroup]


class AidDecided(Work):
    """法援审查决定 · aid is granted or not. Whether in time follows from the instants, not from `working_days`."""

    result: Annotated[
        Literal["granted", "rejected", "withdrawn"],
        Named(granted=("给予", "granted"), rejected=("不予", "rejected"), withdrawn=("撤回", "withdrawn")),
    ]
    working_days: NotRequired[Count]


class AidAssigned(Work):
    """法援指派 · a lawyer has the case."""


class AidClosed(Work):
    """法援结案 · the case is over."""

    outcome: NotRequired[Code]
    recovered_yuan: NotRequired[Money]


class AidRated(Work):
    """法援质量评估 · peers rate a case of a sample."""

    grade: Annotated[
        Literal["excellent", "good", "qualified", "unqualified"],
        Named(excellent=("优秀", "excellent"), good=("良好", "good"), qualified=("合格", "qualified"), unqualified=("不合格", "unqualified")),
    ]  # fmt: skip


class DocumentDrafted(Work):
    """代书 · the office writes a document for somebody."""

    kind: Annotated[
        Code, Named(complaint=("起诉状", "complaint"), answer=("答辩状", "answer"), application=("申请书", "application"), other=("其他", "other"))
    ]  # fmt: skip


class GuidanceGiven(Work):
    """公证鉴定仲裁引导 · the office shows somebody the way to a notary, an appraiser or an arbitrator."""

    kind: Annotated[
        Code,
        Named(notary=("公证", "notary"), appraisal=("鉴定", "appraisal"), arbitration=("仲裁", "arbitration"), other=("其他", "other")),
    ]


class CounselVisited(Work):
    """法律顾问到岗 · a village's counsel is there; a remote village asks for less."""

    village_ref: Code
    activity: Annotated[
        Literal["duty", "lecture", "review", "mediation"],
        Named(duty=("坐班", "duty"), lecture=("讲座", "lecture"), review=("审查", "review"), mediation=("调解", "mediation")),
    ]
    hours: NotRequired[Count]
    remote: NotRequired[bool]


# `from` is a keyword: such a field can only be declared by a call.
ValidFrom = TypedDict("ValidFrom", {"from": Day})


class ContractSigned(Work, ValidFrom):
    """顾问签约 · a village has a counsel, from a day to a day, both included."""

    village_ref: Code
    to: Day


TYPES = (
    EventType("leg.consultation.given", "法律咨询", "legal consultation given", ConsultationGiven),
    EventType("leg.aid.received", "法援申请受理", "legal aid application received", AidReceived, "required"),
    EventType("leg.aid.forwarded", "法援申请转交", "legal aid application forwarded", AidForwarded, "required"),
    EventType("leg.aid.decided", "法援审查决定", "legal aid decided", AidDecided, "required"),
    EventType("leg.aid.assigned", "法援指派", "legal aid assigned", AidAssigned, "required"),
    EventType("leg.aid.closed", "法援结案", "legal aid closed", AidClosed, "required"),
    EventType("leg.aid.rated", "法援质量评估", "legal aid rated", AidRated, "required"),
    EventType("leg.document.drafted", "代书", "document drafted", DocumentDrafted),
    EventType("leg.guidance.given", "公证鉴定仲裁引导", "guidance given", GuidanceGiven),
    EventType("leg.counsel.visited", "法律顾问到岗", "village counsel visited", CounselVisited),
    EventType("leg.contract.signed", "顾问签约", "village counsel contracted", ContractSigned),
)
