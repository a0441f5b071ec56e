"""People's mediation 人民调解: from the acceptance of a dispute to the performance of the agreement (domain.md 2.4)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from schemas.envelope import EventType, Work
from schemas.fields import MAX_COUNT, Code, Day, Money, Persons

DisputeType = Literal[
    "neighbour", "marriage_family", "damage_compensation", "house_site", "medical", "other", "contract", "traffic", "production_business",
    "demolition", "forest_land", "labour", "consumer", "environment", "property_mgmt", "village_affairs", "family_planning",
]  # fmt: skip


class CaseAccepted(Work):
    """受理 · a committee takes a dispute on; the first acceptance begins the case."""

    dispute_type: DisputeType
    source: Literal["proactive", "applied", "referred"]
    """主动调解, 申请调解, 委托移送."""
    referred_by: NotRequired[Code]
    difficulty: NotRequired[Code]
    party_count: NotRequired[Annotated[int, Field(ge=2, le=MAX_COUNT)]]
    is_collective: bool
    """群体性纠纷."""
    committee_level: NotRequired[Code]


class CaseAgreed(Work):
    """达成协议 · the parties agree; a success, orally too."""

    form: Literal["written", "oral"]
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

    degree: Literal["full", "partial", "none"]


class EscalationRecorded(Work):
    """激化事件 · a dispute turned, or was kept from turning, into something worse."""

    kind: Literal["criminal", "abnormal_death", "collective_petition", "petition"]
    """民转刑, 非正常死亡, 群体性上访, 上访."""
    persons: Persons
    prevented: bool


TYPES = (
    EventType("med.case.accepted", "受理", "case accepted", CaseAccepted, "required"),
    EventType("med.case.agreed", "达成协议", "agreement reached", CaseAgreed, "required"),
    EventType("med.case.failed", "调解不成", "mediation failed", CaseFailed, "required"),
    EventType("med.case.withdrawn", "当事人撤回", "application withdrawn", CaseWithdrawn, "required"),
    EventType("med.case.transferred", "移送", "case transferred", CaseTransferred, "required"),
    EventType("med.case.terminated", "终止调解", "mediation terminated", CaseTerminated, "required"),
    EventType("med.agreement.performed", "协议履行", "agreement performed", AgreementPerformed, "required"),
    EventType("med.escalation.recorded", "激化事件", "escalation recorded", EscalationRecorded, "optional"),
)
