"""People's participation 人民参与和促进法治 (domain.md 2.9)."""

from schemas.envelope import EventType, Work


class AssessorSelected(Work):
    """人民陪审员选任 · a people's assessor is chosen."""


class SupervisorSelected(Work):
    """人民监督员选任 · a people's supervisor is chosen."""


TYPES = (
    EventType("ppl.assessor.selected", "人民陪审员选任", "people's assessor selected", AssessorSelected),
    EventType("ppl.supervisor.selected", "人民监督员选任", "people's supervisor selected", SupervisorSelected),
)
