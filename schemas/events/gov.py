"""Rule-of-law work 基层法治建设 (domain.md 2.9)."""

from typing import Annotated, Literal, NotRequired

from schemas.envelope import EventType, Work
from schemas.fields import Code, Count, Named

ReviewKind = Annotated[
    Literal["contract", "normative_document", "major_decision", "villagers_rule"],
    Named(
        contract=("合同", "contract"), normative_document=("规范性文件", "normative document"), major_decision=("重大决策", "major decision"),
        villagers_rule=("村规民约", "villagers' rule"),
    ),
]  # fmt: skip


class ReviewRequested(Work):
    """合法性审查提请 · the street asks whether something is lawful."""

    kind: ReviewKind


class ReviewIssued(Work):
    """合法性审查意见 · the office answers; of its opinions some are adopted."""

    kind: NotRequired[ReviewKind]
    opinion_items: NotRequired[Count]
    adopted_items: NotRequired[Count]


class MeetingAttended(Work):
    """列席会议 · the head sits in on a meeting of party or government, or, with `attended` false, does not."""

    attended: NotRequired[bool]


class EnforcementChecked(Work):
    """行政执法监督 · the office looks at how the street enforces the law."""

    found: NotRequired[Count]


class LitigationClosed(Work):
    """行政诉讼结案 · a suit against the street is over."""

    result: Annotated[Literal["won", "lost"], Named(won=("胜诉", "won"), lost=("败诉", "lost"))]
    official_attended: bool


class AdviceGiven(Work):
    """法律意见 · the street is advised."""

    topic: NotRequired[Code]


class NormativeAssisted(Work):
    """规范性文件、村规民约 · the office helps to write a rule."""

    kind: NotRequired[ReviewKind]


TYPES = (
    EventType("gov.review.requested", "合法性审查提请", "legality review requested", ReviewRequested, "required"),
    EventType("gov.review.issued", "合法性审查意见", "legality review issued", ReviewIssued, "required"),
    EventType("gov.meeting.attended", "列席会议", "meeting attended", MeetingAttended),
    EventType("gov.enforcement.checked", "行政执法监督", "enforcement checked", EnforcementChecked),
    EventType("gov.litigation.closed", "行政诉讼结案", "administrative suit closed", LitigationClosed),
    EventType("gov.advice.given", "法律意见", "legal advice given", AdviceGiven),
    EventType("gov.normative.assisted", "规范性文件、村规民约", "rule assisted", NormativeAssisted),
)
