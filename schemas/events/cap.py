"""Capacity 保障能力: people, rooms, ratings and money of an office (domain.md 2.11, 2.13)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from schemas.envelope import EventType, Work
from schemas.fields import Area, AuthorityId, Code, Count, Day, Money, Named, Persons

Programme = Annotated[
    Literal["five_good", "prov_standard", "prov_excellent", "city_model", "city_star", "fengqiao"],
    Named(
        five_good=("五好司法所", "five-good office"), prov_standard=("省标准化司法所", "provincial standard"), prov_excellent=("省优秀司法所", "provincially excellent"),
        city_model=("模范司法所", "city model"), city_star=("星级司法所", "city stars"), fengqiao=("枫桥式司法所", "Fengqiao style"),
    ),
]  # fmt: skip
CostCategory = Annotated[
    Code,
    Named(
        personnel=("人员经费", "personnel"), operating=("日常公用经费", "operating"), case_business=("办案业务经费", "case business"),
        equipment=("业务装备经费", "equipment"), infrastructure=("基础设施", "infrastructure"), mediation_subsidy=("人民调解补贴", "mediation subsidies"),
        purchased_service=("购买服务", "purchased services"), legal_aid=("法律援助业务经费", "legal aid"),
    ),
]  # fmt: skip
Level = Annotated[int, Field(ge=1, le=5)]


People = Annotated[int, Field(ge=0, le=60)]


class StaffSnapshot(Work):
    """人员快照 · how many people an office has."""

    staff: Annotated[int, Field(ge=0, le=60)]
    """No office has more than 60; a report once gave the year 2023 here."""
    dedicated: NotRequired[Count]
    bureau_supplied: NotRequired[Count]
    established: NotRequired[People]
    political_posts: NotRequired[People]
    law_degree: NotRequired[People]
    legal_qualification: NotRequired[People]
    enforcement_card: NotRequired[People]
    functions: NotRequired[Annotated[int, Field(ge=0, le=600)]]
    """Of each member of the staff how many functions, added up."""
    correction_staff: NotRequired[People]
    """Of them those who work on community correction."""
    resettlement_staff: NotRequired[People]
    """Of them those who work on resettlement and nothing else."""


class PremisesSnapshot(Work):
    """业务用房快照 · which rooms an office has."""

    area_m2: Area
    independent: bool
    uniform_sign: NotRequired[bool]
    needs_repair: NotRequired[bool]


class VillageSnapshot(Work):
    """村居快照 · how many villages and communities an office serves."""

    villages: Count


class RatingAwarded(Work):
    """创建命名 · an office gets a title; `level` (stars) is required with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]
    valid_to: NotRequired[Day]
    """The last day on which it holds unless it is confirmed again."""


class RatingWithdrawn(Work):
    """撤销命名 · an office loses a title; `level` is optional with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]


class StaffJoined(Work):
    """入职 · somebody joins the office; `worker` says who, so that the months in office can be told."""

    entry_route: Annotated[
        Literal["exam", "transfer", "street_assigned", "contract", "other"],
        Named(
            exam=("考录", "exam"), transfer=("调入", "transfer"), street_assigned=("街道安排", "assigned by the street"),
            contract=("聘用", "contract"), other=("其他", "other"),
        ),
    ]  # fmt: skip
    professional_screened: bool


class StaffLeft(Work):
    """离岗 · somebody leaves the office; `worker` says who."""

    reason: NotRequired[Code]


ServiceDomain = Annotated[
    Literal["mediation", "correction", "resettlement", "legal_aid", "publicity"],
    Named(
        mediation=("人民调解", "mediation"), correction=("社区矫正", "correction"), resettlement=("安置帮教", "resettlement"),
        legal_aid=("法律援助", "legal aid"), publicity=("法治宣传", "publicity"),
    ),
]  # fmt: skip


class VolunteerServed(Work):
    """志愿服务 · volunteers help the office, with or without somebody of the profession."""

    domain: ServiceDomain
    hours: Annotated[int, Field(ge=1, le=1000)]
    supervisor_present: bool
    volunteer_ref: NotRequired[list[Code]]
    """Who they were, by pseudonyms that the office keeps."""


class FundDisbursed(Work):
    """经费拨付 · an authority pays; money is never re-attributed."""

    authority: AuthorityId
    category: CostCategory
    amount_yuan: Money
    fiscal_year: Annotated[int, Field(ge=1900, le=9999)]


class FundBudgeted(FundDisbursed):
    """预算下达 · an authority puts money for the office into its budget."""


class FundSpent(FundDisbursed):
    """经费支出 · money that an authority provided is spent."""

    domain: NotRequired[ServiceDomain]
    """What kind of work it was spent on."""


class MediatorSnapshot(Work):
    """调解员快照 · how many active people's mediators the office guides."""

    mediators: Count


class VolunteerSnapshot(Work):
    """志愿者快照 · how many volunteers the office can call on."""

    active: Count


class EquipmentSnapshot(Work):
    """装备快照 · what equipment an office has."""

    vehicles: Count
    computers: Count
    recorders: NotRequired[Count]


class HeadAppointed(Work):
    """所长任命 · an authority appoints the head of the office, having asked the other master or not."""

    by: AuthorityId
    consulted: bool


class HeadRemoved(Work):
    """所长免职 · an authority removes the head of the office."""

    by: AuthorityId
    consulted: NotRequired[bool]


class TrainingHeld(Work):
    """培训举办 · a training is held."""

    hours: Annotated[int, Field(ge=1, le=1000)]
    audience: Annotated[
        Literal["staff", "mediator", "volunteer", "social_worker"],
        Named(staff=("工作人员", "staff"), mediator=("调解员", "mediators"), volunteer=("志愿者", "volunteers"), social_worker=("社工", "social workers")),
    ]  # fmt: skip
    kind: Annotated[
        Literal["induction", "annual", "special"],
        Named(induction=("岗前", "induction"), annual=("年度", "annual"), special=("专项", "special")),
    ]


class TrainingAttended(TrainingHeld):
    """参加培训 · people of the office were trained for so many hours each."""

    persons: NotRequired[Persons]
    """How many; one if nothing is said."""


ServiceFrom = TypedDict("ServiceFrom", {"from": Day})


class ServiceContracted(Work, ServiceFrom):
    """购买服务签约 · an authority buys a service for the office: so many units, due evenly over the days of the contract."""

    buyer: AuthorityId
    domain: ServiceDomain
    units_agreed: Persons
    amount_yuan: Money
    to: Day
    """The last day."""
    staff_count: NotRequired[Count]


class ServiceDelivered(Work):
    """购买服务交付 · the provider says that it has delivered so many units."""

    units_delivered: Count


class ServiceAccepted(Work):
    """购买服务验收 · so many units delivered are accepted."""

    units_accepted: Count
    score: NotRequired[Annotated[int, Field(ge=0, le=100)]]


class ServicePaid(Work):
    """购买服务付款 · the buyer pays."""

    amount_yuan: Money


class ServiceTerminated(Work):
    """购买服务终止 · the contract ends before its last day; from the next day on nothing more is due."""

    reason: NotRequired[Code]


class RatingApplied(Work):
    """创建申报 · an office applies for a title; `level` (stars) is optional with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]


class RatingRenewed(Work):
    """创建复核 · a title is confirmed, and stays what it is; `level` is optional with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]
    valid_to: NotRequired[Day]


class InspectionDone(Work):
    """检查 · somebody inspected the office and found so many points to mend."""

    topic: Code
    points_found: Count


class ComplaintReceived(Work):
    """投诉 · somebody complained of the office, rightly (`upheld`) or not."""

    upheld: bool
    topic: NotRequired[Code]


TYPES = (
    EventType(
        "cap.staff.snapshot",
        "人员快照",
        "staff snapshot",
        StaffSnapshot,
        since=dict.fromkeys(("established", "political_posts", "law_degree", "legal_qualification", "enforcement_card", "functions"), 2)
        | dict.fromkeys(("correction_staff", "resettlement_staff"), 3),
    ),
    EventType(
        "cap.premises.snapshot",
        "业务用房快照",
        "premises snapshot",
        PremisesSnapshot,
        since={"uniform_sign": 2, "needs_repair": 2},
    ),
    EventType("cap.rating.awarded", "创建命名", "rating awarded", RatingAwarded, since={"valid_to": 2}),
    EventType("cap.rating.withdrawn", "撤销命名", "rating withdrawn", RatingWithdrawn),
    EventType("cap.fund.disbursed", "经费拨付", "fund disbursed", FundDisbursed),
    EventType("cap.village.snapshot", "村居快照", "village snapshot", VillageSnapshot),
    EventType("cap.fund.budgeted", "预算下达", "fund budgeted", FundBudgeted),
    EventType("cap.fund.spent", "经费支出", "fund spent", FundSpent, since={"domain": 2}),
    EventType("cap.staff.joined", "入职", "member of staff joined", StaffJoined),
    EventType("cap.staff.left", "离岗", "member of staff left", StaffLeft),
    EventType("cap.volunteer.served", "志愿服务", "volunteers served", VolunteerServed, since={"volunteer_ref": 2}),
    EventType("cap.mediator.snapshot", "调解员快照", "mediator snapshot", MediatorSnapshot),
    EventType("cap.volunteer.snapshot", "志愿者快照", "volunteer snapshot", VolunteerSnapshot),
    EventType("cap.equipment.snapshot", "装备快照", "equipment snapshot", EquipmentSnapshot),
    EventType("cap.head.appointed", "所长任命", "head appointed", HeadAppointed),
    EventType("cap.head.removed", "所长免职", "head removed", HeadRemoved),
    EventType("cap.training.held", "培训举办", "training held", TrainingHeld),
    EventType("cap.training.attended", "参加培训", "training attended", TrainingAttended),
    EventType("cap.service.contracted", "购买服务签约", "service contracted", ServiceContracted, "required"),
    EventType("cap.service.delivered", "购买服务交付", "service delivered", ServiceDelivered, "required"),
    EventType("cap.service.accepted", "购买服务验收", "service accepted", ServiceAccepted, "required"),
    EventType("cap.service.paid", "购买服务付款", "service paid for", ServicePaid, "required"),
    EventType("cap.service.terminated", "购买服务终止", "service terminated", ServiceTerminated, "required"),
    EventType("cap.rating.applied", "创建申报", "rating applied for", RatingApplied),
    EventType("cap.rating.renewed", "创建复核", "rating renewed", RatingRenewed),
    EventType("cap.inspection.done", "检查", "inspection done", InspectionDone),
    EventType("cap.complaint.received", "投诉", "complaint received", ComplaintReceived),
)
