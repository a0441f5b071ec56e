"""People's mediation 人民调解: from the screening for disputes to the file of a performed agreement (domain.md 2.4)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from schemas.envelope import EventType, Work
from schemas.fields import MAX_COUNT, AuthorityId, Body, Code, Count, Day, Money, Named, Persons

DisputeType = Annotated[
    Literal[
        "neighbour", "marriage_family", "damage_compensation", "house_site", "medical", "other", "contract", "traffic", "production_business",
        "demolition", "forest_land", "labour", "consumer", "environment", "property_mgmt", "village_affairs", "family_planning",
    ],
    Named(
        neighbour=("邻里", "neighbours"), marriage_family=("婚姻家庭", "marriage and family"), damage_compensation=("损害赔偿", "damages"),
        house_site=("房屋宅基地", "houses and house sites"), medical=("医疗", "medical"), other=("其他", "other"), contract=("合同", "contracts"),
        traffic=("道路交通事故", "road accidents"), production_business=("生产经营", "production and business"), demolition=("征地拆迁", "land and demolition"),
        forest_land=("山林土地", "forest and land"), labour=("劳动争议", "labour"), consumer=("消费", "consumers"), environment=("环境污染", "environment"),
        property_mgmt=("物业", "property management"), village_affairs=("村务管理", "village affairs"), family_planning=("计划生育", "family planning"),
    ),
]  # fmt: skip
CaseSource = Annotated[
    Literal["proactive", "applied", "referred"],
    Named(proactive=("主动调解", "proactive"), applied=("申请调解", "applied for"), referred=("委托移送", "referred")),
]
Difficulty = Annotated[
    Code, Named(simple=("简易", "simple"), general=("一般", "general"), complex=("疑难复杂", "complex"), major=("重大", "major"))
]
CommitteeLevel = Annotated[
    Code,
    Named(
        village=("村(社区)调委会", "village"), street=("乡镇(街道)调委会", "street"), enterprise=("企事业单位", "enterprise"),
        industry=("行业性专业性", "industry"), dispatched=("派驻(派出所、法院、信访)", "dispatched"), personal_studio=("个人调解工作室", "personal studio"),
    ),
]  # fmt: skip


class CaseAccepted(Work):
    """受理 · a committee takes a dispute on; the first acceptance begins the case."""

    dispute_type: DisputeType
    source: CaseSource
    referred_by: NotRequired[Body]
    difficulty: NotRequired[Difficulty]
    party_count: NotRequired[Annotated[int, Field(ge=2, le=MAX_COUNT)]]
    is_collective: bool
    """群体性纠纷."""
    committee_level: NotRequired[CommitteeLevel]


class CaseAgreed(Work):
    """达成协议 · the parties agree; a success, orally too."""

    form: Annotated[Literal["written", "oral"], Named(written=("书面协议", "written"), oral=("口头协议", "oral"))]
    amount_yuan: NotRequired[Money]
    perform_due_on: NotRequired[Day]
    immediate: NotRequired[bool]


class CaseFailed(Work):
    """调解不成 · the case ends without agreement."""

    reason: NotRequired[Code]


class CaseWithdrawn(Work):
    """当事人撤回 · a party takes the application back."""

    reason: NotRequired[Code]


class CaseTransferred(Work):
    """移送 · the case goes to another body."""

    reason: NotRequired[Code]


class CaseTerminated(Work):
    """终止调解 · the committee ends the case."""

    reason: NotRequired[Code]


class AgreementPerformed(Work):
    """协议履行 · what was agreed has been done, wholly, partly or not."""

    degree: Annotated[
        Literal["full", "partial", "none"], Named(full=("全部履行", "in full"), partial=("部分履行", "in part"), none=("未履行", "not"))
    ]


class EscalationRecorded(Work):
    """激化事件 · a dispute turned, or was kept from turning, into something worse."""

    kind: Annotated[
        Literal["criminal", "abnormal_death", "collective_petition", "petition"],
        Named(
            criminal=("民转刑", "crime"), abnormal_death=("非正常死亡", "abnormal death"), collective_petition=("群体性上访", "collective petition"),
            petition=("上访", "petition"),
        ),
    ]  # fmt: skip
    persons: Persons
    prevented: bool


class ScreeningHeld(Work):
    """矛盾纠纷排查 · the office looks for disputes: every month, and before festivals and sessions. `special_reason` belongs to scope special and festival."""

    scope: Annotated[
        Literal["routine", "festival", "special"],
        Named(routine=("例行", "routine"), festival=("节前", "festival"), special=("专项", "special")),
    ]
    special_reason: NotRequired[
        Annotated[
            Literal["new_year", "spring_festival", "may_day", "national_day", "two_sessions", "other"],
            Named(
                new_year=("元旦", "New Year"), spring_festival=("春节", "Spring Festival"), may_day=("五一", "May Day"), national_day=("国庆", "National Day"),
                two_sessions=("两会", "Two Sessions"), other=("其他", "other"),
            ),
        ]
    ]  # fmt: skip
    villages_covered: NotRequired[Count]
    found: NotRequired[Count]


class CaseNotAccepted(Work):
    """不予受理 · the committee does not take a dispute on."""

    reason: Annotated[
        Literal["out_of_scope", "court_pending", "party_refused", "special_organ"],
        Named(
            out_of_scope=("不属于调解范围", "out of scope"), court_pending=("法院已受理", "pending in court"), party_refused=("当事人拒绝", "a party refused"),
            special_organ=("应由专门机关管辖", "for a special organ"),
        ),
    ]  # fmt: skip


class SessionHeld(Work):
    """调解会 · the committee meets the parties."""

    mode: Annotated[
        Literal["on_site", "office", "online"],
        Named(on_site=("现场", "on site"), office=("在所", "at the office"), online=("线上", "online")),
    ]
    lawyer_present: NotRequired[bool]


class AgreementConfirmed(Work):
    """司法确认 · the court confirms a written agreement, or refuses to."""

    result: Annotated[Literal["confirmed", "refused"], Named(confirmed=("确认", "confirmed"), refused=("不予确认", "refused"))]
    applied_on: NotRequired[Day]


class AgreementRevoked(Work):
    """协议撤销 · the court takes an agreement back; the success that it was stays one."""

    reason_code: NotRequired[Code]


class CaseFollowedUp(Work):
    """回访 · the committee asks the parties how things went."""

    satisfied: Annotated[
        Literal["yes", "no", "na"], Named(yes=("满意", "satisfied"), no=("不满意", "not satisfied"), na=("未表态", "no answer"))
    ]


class FileArchived(Work):
    """立卷归档 · the case has a file, or an entry in the simple register."""

    quality: Annotated[
        Literal["a", "b", "c", "rejected"],
        Named(a=("优秀", "excellent"), b=("良好", "good"), c=("合格", "qualified"), rejected=("退回", "rejected")),
    ]
    file_kind: Annotated[
        Literal["full", "simple_register"], Named(full=("案卷", "full file"), simple_register=("简易登记", "simple register"))
    ]


class SubsidyPaid(Work):
    """案件补贴发放 · the mediators are paid for a case, by the authority that is named."""

    amount_yuan: Money
    difficulty: NotRequired[Difficulty]
    period: NotRequired[Code]
    """The period that it is paid for, such as 2024q1."""
    authority: NotRequired[AuthorityId]


TYPES = (
    EventType("med.case.accepted", "受理", "case accepted", CaseAccepted, "required"),
    EventType("med.case.agreed", "达成协议", "agreement reached", CaseAgreed, "required"),
    EventType("med.case.failed", "调解不成", "mediation failed", CaseFailed, "required"),
    EventType("med.case.withdrawn", "当事人撤回", "application withdrawn", CaseWithdrawn, "required"),
    EventType("med.case.transferred", "移送", "case transferred", CaseTransferred, "required"),
    EventType("med.case.terminated", "终止调解", "mediation terminated", CaseTerminated, "required"),
    EventType("med.agreement.performed", "协议履行", "agreement performed", AgreementPerformed, "required"),
    EventType("med.escalation.recorded", "激化事件", "escalation recorded", EscalationRecorded, "optional"),
    EventType("med.screening.held", "矛盾纠纷排查", "screening held", ScreeningHeld),
    EventType("med.case.not_accepted", "不予受理", "case not accepted", CaseNotAccepted, "required"),
    EventType("med.session.held", "调解会", "session held", SessionHeld, "required"),
    EventType("med.agreement.confirmed", "司法确认", "agreement confirmed", AgreementConfirmed, "required"),
    EventType("med.agreement.revoked", "协议撤销", "agreement revoked", AgreementRevoked, "required"),
    EventType("med.case.followed_up", "回访", "case followed up", CaseFollowedUp, "required"),
    EventType("med.file.archived", "立卷归档", "file archived", FileArchived, "required"),
    EventType("med.subsidy.paid", "案件补贴发放", "case subsidy paid", SubsidyPaid, "required"),
)
