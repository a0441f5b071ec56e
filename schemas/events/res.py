"""Resettlement 安置帮教: help for released prisoners, from the gate to the end of the term (domain.md 2.6)."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from schemas.envelope import EventType, Work
from schemas.fields import Code, Day, Named

# `class` is a keyword: such a field can only be declared by a call.
PersonClass = TypedDict(
    "PersonClass", {"class": Annotated[Literal["key", "general"], Named(key=("重点帮教对象", "key"), general=("一般帮教对象", "general"))]}
)

Contact = Annotated[Code, Named(home=("上门", "at home"), phone=("电话", "by phone"), office=("到所", "at the office"))]


class PersonReleased(Work, PersonClass):
    """释放 · a person leaves prison; whoever is `key` must be fetched (必接必送)."""

    must_fetch: bool


class PersonHandedOver(Work):
    """衔接 · how the person came from the prison to the office."""

    mode: Annotated[
        Literal["fetched", "self_reported", "not_handed"],
        Named(fetched=("接回", "fetched"), self_reported=("自行报到", "reported by themselves"), not_handed=("未衔接", "not handed over")),
    ]


class PersonEnrolled(Work, PersonClass):
    """建档 · the person is in the register; a stay begins."""


class PersonDischarged(Work):
    """期满 · the term of help is over; a stay ends."""


class PersonMoved(Work):
    """迁出 · the person moves away; a stay ends."""


class PersonDied(Work):
    """死亡 · a stay ends."""


class VisitMade(Work):
    """走访 · the office visits the person."""

    mode: NotRequired[Contact]


class HelpAgreementSigned(Work):
    """帮教协议 · the helpers sign an agreement with the person."""

    mode: NotRequired[Contact]


class PlacementMade(Work):
    """安置 · the person has work, land, a school place or a living."""

    kind: Annotated[
        Code,
        Named(
            job=("就业", "job"), land=("责任田", "land"), self_employed=("自谋职业", "self-employed"), school=("就学", "school"),
            min_living=("低保", "minimum living"), transitional_base=("过渡性安置基地", "transitional base"), family=("家庭供养", "family"), other=("其他", "other"),
        ),
    ]  # fmt: skip


class NoticeReceived(Work):
    """预释放通知 · the prison announces a release; the office checks who the person is, by `due_on` or the end of the month."""

    due_on: NotRequired[Day]


class IdentityVerified(Work):
    """信息核查 · the office answers whether the person is known here."""

    result: Annotated[Literal["matched", "unmatched"], Named(matched=("相符", "matched"), unmatched=("不符", "unmatched"))]


class PersonLost(Work):
    """失联 · nobody knows where the person is."""


class PersonFound(Work):
    """查找到 · the person has been found."""


class ReoffenceRecorded(Work):
    """重新犯罪 · the person has offended again."""

    years_since_release_band: NotRequired[Code]


TYPES = (
    EventType("res.person.released", "释放", "person released", PersonReleased, "required"),
    EventType("res.person.handed_over", "衔接", "person handed over", PersonHandedOver, "required"),
    EventType("res.person.enrolled", "建档", "person enrolled", PersonEnrolled, "required"),
    EventType("res.person.discharged", "帮教期满", "person discharged", PersonDischarged, "required"),
    EventType("res.person.moved", "迁出", "person moved away", PersonMoved, "required"),
    EventType("res.person.died", "死亡", "person died", PersonDied, "required"),
    EventType("res.visit.made", "走访", "visit made", VisitMade, "required"),
    EventType("res.agreement.signed", "帮教协议", "help agreement signed", HelpAgreementSigned, "required"),
    EventType("res.placement.made", "安置", "placement made", PlacementMade, "required"),
    EventType("res.notice.received", "预释放通知", "notice received", NoticeReceived, "required"),
    EventType("res.identity.verified", "信息核查", "identity verified", IdentityVerified, "required"),
    EventType("res.person.lost", "失联", "person lost", PersonLost, "required"),
    EventType("res.person.found", "查找到", "person found", PersonFound, "required"),
    EventType("res.reoffence.recorded", "重新犯罪", "reoffence recorded", ReoffenceRecorded, "required"),
)
