"""Community correction 社区矫正: reporting, registration, supervision and its end (domain.md 2.5)."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count, Day, Named

ManagementLevel = Annotated[Code, Named(strict=("严管", "strict"), general=("普管", "general"), lenient=("宽管", "lenient"))]
MonitorGround = Annotated[
    Code,
    Named(
        injunction_breach=("违反禁止令", "breach of an injunction"), left_without_leave=("未经批准离开", "left without leave"),
        refused_report_warned=("拒不报告被警告", "warned for refusing to report"), ps_punished=("被治安处罚", "public-security punishment"),
        revocation_proposed=("拟提请撤销收监", "revocation proposed"),
    ),
]  # fmt: skip


class SubjectDue(Work):
    """待报到 · a sentenced person must report by a day."""

    category: Annotated[
        Code, Named(control=("管制", "control"), probation=("缓刑", "probation"), parole=("假释", "parole"), temp_outside=("暂予监外执行", "temporarily outside"))
    ]  # fmt: skip
    report_by: Day


class SubjectRegistered(Work):
    """登记接收 · the person is in the register; a stay begins."""

    level: NotRequired[ManagementLevel]


class SubjectReleased(Work):
    """解除 · the term has been served; a stay ends."""

    reason: NotRequired[Code]


class SubjectTerminated(Work):
    """终止 · correction ends by death, a new sentence or otherwise; a stay ends."""

    reason: NotRequired[Code]


class SubjectRecalled(Work):
    """收监执行 · the person is taken to prison; a stay ends."""

    reason: NotRequired[Code]


class SubjectMoved(Work):
    """执行地变更 · another district takes over; a stay ends."""

    reason: NotRequired[Code]


class ControlLost(Work):
    """脱管 · the person is out of control."""


class ControlRegained(Work):
    """恢复监管 · the person has been found."""


class ReoffenceRecorded(Work):
    """再犯罪 · a new offence, at the stage of suspicion, arrest or conviction."""

    stage: Annotated[
        Literal["suspected", "arrested", "convicted"],
        Named(suspected=("涉嫌", "suspected"), arrested=("逮捕", "arrested"), convicted=("判决", "convicted")),
    ]
    severity: Annotated[Literal["ordinary", "serious"], Named(ordinary=("一般", "ordinary"), serious=("严重", "serious"))]


class MonitorStarted(Work):
    """电子定位启用 · electronic positioning begins; three months at most."""

    ground: NotRequired[MonitorGround]


class MonitorExtended(Work):
    """电子定位延期 · three months more at most."""

    ground: NotRequired[MonitorGround]


class MonitorEnded(Work):
    """电子定位解除 · electronic positioning ends."""

    ground: NotRequired[MonitorGround]


# `for`, `from` are keywords: such fields can only be declared by a call.
Client = Annotated[
    Literal["court", "prosecutor", "police", "prison"],
    Named(court=("法院", "court"), prosecutor=("检察院", "prosecutor"), police=("公安", "police"), prison=("监狱", "prison")),
]
RequestedFor = TypedDict("RequestedFor", {"for": Client})
ChangedFrom = TypedDict("ChangedFrom", {"from": NotRequired[ManagementLevel]})


class InvestigationRequested(Work, RequestedFor):
    """调查评估委托 · a court or prison asks what supervision outside would be like, by a day."""

    due_on: Day


class InvestigationCompleted(Work):
    """调查评估完成 · the office answers."""

    opinion: Annotated[Literal["suitable", "unsuitable"], Named(suitable=("适宜", "suitable"), unsuitable=("不适宜", "unsuitable"))]


class SubjectAdmitted(Work):
    """入矫(司法所接收) · the office takes the registered person on."""

    days_from_effective: NotRequired[Count]
    level: NotRequired[ManagementLevel]


class PlanMade(Work):
    """矫正方案 · the person has a plan."""


class GroupFormed(Work):
    """矫正小组 · the person has a group that helps to supervise."""


class ContactMade(Work):
    """报告、走访、谈话 · the office and the person meet or speak."""

    kind: Annotated[
        Literal["report", "home_visit", "phone", "video", "talk"],
        Named(report=("当面报告", "report"), home_visit=("走访", "home visit"), phone=("电话", "phone"), video=("视频", "video"), talk=("谈话", "talk")),
    ]  # fmt: skip


class EducationAttended(Work):
    """教育学习 · the person attends a lesson, or is excused from it."""

    hours: NotRequired[Count]
    excused: NotRequired[bool]


class ServiceAttended(Work):
    """公益活动 · the person does public-benefit work, or is excused from it."""

    hours: NotRequired[Count]
    excused: NotRequired[bool]


class LeaveGranted(Work):
    """请假 · the person may be away for some days."""

    days: Count
    scope: Annotated[
        Literal["in_province", "out_province"],
        Named(in_province=("省内", "in the province"), out_province=("省外", "outside the province")),
    ]


class LeaveReturned(Work):
    """销假 · the person is back from leave."""


class LevelChanged(Work, ChangedFrom):
    """管理等级调整 · the person is managed more strictly, or less."""

    to: ManagementLevel


class MonthGraded(Work):
    """月考核 · how the person did in a month."""

    grade: Annotated[Literal["good", "pass", "fail"], Named(good=("良好", "good"), pass_=("合格", "pass"), fail=("不合格", "fail"))]


class SanctionIssued(Work):
    """处罚 · a rung of the ladder from admonition to recall."""

    kind: Annotated[
        Literal["admonition", "warning", "ps_punishment", "revoke_probation", "revoke_parole", "recall"],
        Named(
            admonition=("训诫", "admonition"), warning=("警告", "warning"), ps_punishment=("治安管理处罚", "public-security punishment"),
            revoke_probation=("撤销缓刑", "probation revoked"), revoke_parole=("撤销假释", "parole revoked"), recall=("收监执行", "recall"),
        ),
    ]  # fmt: skip


HelpKind = Annotated[
    Literal["job", "school", "training", "min_living", "land", "social_insurance", "relief", "psychology"],
    Named(
        job=("就业", "job"), school=("就学", "school"), training=("培训", "training"), min_living=("低保", "minimum living"), land=("责任田", "land"),
        social_insurance=("社保", "social insurance"), relief=("救助", "relief"), psychology=("心理", "psychology"),
    ),
]  # fmt: skip


class HelpNeeded(Work):
    """帮扶需求 · the person needs help."""

    kind: HelpKind


class HelpGiven(Work):
    """帮扶 · the person is helped."""

    kind: HelpKind


class SupervisionFinding(Work):
    """检察监督、执法检查意见 · somebody who inspects finds a fault; answered on `closed_on`."""

    by: Annotated[
        Literal["prosecutor", "bureau", "city"],
        Named(prosecutor=("检察院", "prosecutor"), bureau=("区县司法局", "bureau"), city=("市司法局", "city")),
    ]
    form: Annotated[
        Literal["suggestion", "correction_notice", "inspection_point"],
        Named(suggestion=("检察建议", "suggestion"), correction_notice=("纠正违法通知", "correction notice"), inspection_point=("检查问题", "inspection point")),
    ]  # fmt: skip
    closed_on: NotRequired[Day]


TYPES = (
    EventType("cor.subject.due", "待报到", "person due to report", SubjectDue, "required"),
    EventType("cor.subject.registered", "登记接收", "person registered", SubjectRegistered, "required"),
    EventType("cor.subject.released", "解除矫正", "correction completed", SubjectReleased, "required"),
    EventType("cor.subject.terminated", "终止矫正", "correction terminated", SubjectTerminated, "required"),
    EventType("cor.subject.recalled", "收监执行", "recalled to prison", SubjectRecalled, "required"),
    EventType("cor.subject.moved", "执行地变更", "moved to another district", SubjectMoved, "required"),
    EventType("cor.control.lost", "脱管", "control lost", ControlLost, "required"),
    EventType("cor.control.regained", "恢复监管", "control regained", ControlRegained, "required"),
    EventType("cor.reoffence.recorded", "再犯罪", "reoffence recorded", ReoffenceRecorded, "required"),
    EventType("cor.monitor.started", "电子定位启用", "electronic monitoring started", MonitorStarted, "required"),
    EventType("cor.monitor.extended", "电子定位延期", "electronic monitoring extended", MonitorExtended, "required"),
    EventType("cor.monitor.ended", "电子定位解除", "electronic monitoring ended", MonitorEnded, "required"),
    EventType("cor.investigation.requested", "调查评估委托", "investigation requested", InvestigationRequested, "required"),
    EventType("cor.investigation.completed", "调查评估完成", "investigation completed", InvestigationCompleted, "required"),
    EventType("cor.subject.admitted", "入矫", "person admitted", SubjectAdmitted, "required"),
    EventType("cor.plan.made", "矫正方案", "plan made", PlanMade, "required"),
    EventType("cor.group.formed", "矫正小组", "group formed", GroupFormed, "required"),
    EventType("cor.contact.made", "报告、走访、谈话", "contact made", ContactMade, "required"),
    EventType("cor.education.attended", "教育学习", "education attended", EducationAttended, "required"),
    EventType("cor.service.attended", "公益活动", "public service attended", ServiceAttended, "required"),
    EventType("cor.leave.granted", "请假", "leave granted", LeaveGranted, "required"),
    EventType("cor.leave.returned", "销假", "returned from leave", LeaveReturned, "required"),
    EventType("cor.level.changed", "管理等级调整", "level changed", LevelChanged, "required"),
    EventType("cor.month.graded", "月考核", "month graded", MonthGraded, "required"),
    EventType("cor.sanction.issued", "处罚", "sanction issued", SanctionIssued, "required"),
    EventType("cor.help.needed", "帮扶需求", "help needed", HelpNeeded, "required"),
    EventType("cor.help.given", "帮扶", "help given", HelpGiven, "required"),
    EventType("cor.supervision.finding", "检察监督、执法检查意见", "supervision finding", SupervisionFinding, "optional"),
)
