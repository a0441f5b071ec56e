"""Capacity 保障能力: people, rooms, ratings and money of an office (domain.md 2.11, 2.13)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from schemas.envelope import EventType, Work
from schemas.fields import Area, AuthorityId, Code, Count, Money, Named

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


class RatingWithdrawn(Work):
    """撤销命名 · an office loses a title; `level` is optional with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]


class StaffJoined(Work):
    """入职 · somebody joins the office."""

    entry_route: Annotated[
        Literal["exam", "transfer", "street_assigned", "contract", "other"],
        Named(
            exam=("考录", "exam"), transfer=("调入", "transfer"), street_assigned=("街道安排", "assigned by the street"),
            contract=("聘用", "contract"), other=("其他", "other"),
        ),
    ]  # fmt: skip
    professional_screened: bool


class StaffLeft(Work):
    """离岗 · somebody leaves the office."""

    reason: NotRequired[Code]


class VolunteerServed(Work):
    """志愿服务 · volunteers help the office, with or without somebody of the profession."""

    domain: Annotated[
        Literal["mediation", "correction", "resettlement", "legal_aid", "publicity"],
        Named(
            mediation=("人民调解", "mediation"), correction=("社区矫正", "correction"), resettlement=("安置帮教", "resettlement"),
            legal_aid=("法律援助", "legal aid"), publicity=("法治宣传", "publicity"),
        ),
    ]  # fmt: skip
    hours: Annotated[int, Field(ge=1, le=1000)]
    supervisor_present: bool


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


TYPES = (
    EventType(
        "cap.staff.snapshot",
        "人员快照",
        "staff snapshot",
        StaffSnapshot,
        since=dict.fromkeys(("established", "political_posts", "law_degree", "legal_qualification", "enforcement_card", "functions"), 2),
    ),
    EventType(
        "cap.premises.snapshot",
        "业务用房快照",
        "premises snapshot",
        PremisesSnapshot,
        since={"uniform_sign": 2, "needs_repair": 2},
    ),
    EventType("cap.rating.awarded", "创建命名", "rating awarded", RatingAwarded),
    EventType("cap.rating.withdrawn", "撤销命名", "rating withdrawn", RatingWithdrawn),
    EventType("cap.fund.disbursed", "经费拨付", "fund disbursed", FundDisbursed),
    EventType("cap.village.snapshot", "村居快照", "village snapshot", VillageSnapshot),
    EventType("cap.fund.budgeted", "预算下达", "fund budgeted", FundBudgeted),
    EventType("cap.fund.spent", "经费支出", "fund spent", FundSpent),
    EventType("cap.staff.joined", "入职", "member of staff joined", StaffJoined),
    EventType("cap.staff.left", "离岗", "member of staff left", StaffLeft),
    EventType("cap.volunteer.served", "志愿服务", "volunteers served", VolunteerServed),
)
