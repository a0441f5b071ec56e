"""Community correction 社区矫正: reporting, registration, supervision and its end (domain.md 2.5)."""

from typing import Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Day


class SubjectDue(Work):
    """待报到 · a sentenced person must report by a day."""

    category: Code
    """管制 control, 缓刑 probation, 假释 parole, 暂予监外执行 temp_outside."""
    report_by: Day


class SubjectRegistered(Work):
    """登记接收 · the person is in the register; a stay begins."""

    level: NotRequired[Code]


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

    stage: Literal["suspected", "arrested", "convicted"]
    severity: Literal["ordinary", "serious"]


class MonitorStarted(Work):
    """电子定位启用 · electronic positioning begins; three months at most."""

    ground: NotRequired[Code]


class MonitorExtended(Work):
    """电子定位延期 · three months more at most."""

    ground: NotRequired[Code]


class MonitorEnded(Work):
    """电子定位解除 · electronic positioning ends."""

    ground: NotRequired[Code]


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
