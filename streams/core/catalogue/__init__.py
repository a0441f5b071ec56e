"""The catalogue: every component and indicator, declared. Topics, tables, rows, pages and documents derive from it.

Adding an indicator is one entry in a domain's module (and, for a new component, the facts of its life cycle).
"""

from streams.core.catalogue import cap, cor, dual, med, res, services
from streams.core.catalogue.model import Indicator, Kind

COMPONENTS: dict[str, Kind] = med.COMPONENTS | cor.COMPONENTS | res.COMPONENTS | services.COMPONENTS | cap.COMPONENTS | dual.COMPONENTS
INDICATORS: tuple[Indicator, ...] = (
    med.INDICATORS + cor.INDICATORS + res.INDICATORS + services.INDICATORS + cap.INDICATORS + dual.INDICATORS
)
BY_ID = {indicator.id: indicator for indicator in INDICATORS}
BY_COMPONENT = {c: tuple(i for i in INDICATORS if c in i.num + i.den) for c in COMPONENTS}

__all__ = ["BY_COMPONENT", "BY_ID", "COMPONENTS", "INDICATORS", "Indicator", "Kind"]
