"""Capacity 保障能力: people, rooms, ratings and money of an office (domain.md 2.11, 2.13)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from schemas.envelope import EventType, Work
from schemas.fields import Area, AuthorityId, Code, Count, Money

Programme = Literal["five_good", "prov_standard", "prov_excellent", "city_model", "city_star", "fengqiao"]
Level = Annotated[int, Field(ge=1, le=5)]


class StaffSnapshot(Work):
    """人员快照 · how many people an office has."""

    staff: Annotated[int, Field(ge=0, le=60)]
    """No office has more than 60; a report once gave the year 2023 here."""
    dedicated: NotRequired[Count]
    bureau_supplied: NotRequired[Count]


class PremisesSnapshot(Work):
    """业务用房快照 · which rooms an office has."""

    area_m2: Area
    independent: bool


class RatingAwarded(Work):
    """创建命名 · an office gets a title; `level` (stars) is required with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]


class RatingWithdrawn(Work):
    """撤销命名 · an office loses a title; `level` is optional with `city_star` and refused with the others."""

    programme: Programme
    level: NotRequired[Level]


class FundDisbursed(Work):
    """经费拨付 · an authority pays; money is never re-attributed."""

    authority: AuthorityId
    category: Code
    amount_yuan: Money
    fiscal_year: Annotated[int, Field(ge=1900, le=9999)]


TYPES = (
    EventType("cap.staff.snapshot", "人员快照", "staff snapshot", StaffSnapshot),
    EventType("cap.premises.snapshot", "业务用房快照", "premises snapshot", PremisesSnapshot),
    EventType("cap.rating.awarded", "创建命名", "rating awarded", RatingAwarded),
    EventType("cap.rating.withdrawn", "撤销命名", "rating withdrawn", RatingWithdrawn),
    EventType("cap.fund.disbursed", "经费拨付", "fund disbursed", FundDisbursed),
)
