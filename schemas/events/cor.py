"""Community correction 社区矫正: reporting, registration, supervision and its end (domain.md 2.5)."""

from typing import Annotated, Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Day, Named

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
)
