"""A metric as it is declared: what it is called, counts and means, and what of it is normal."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of one kind of process. Names are as Prometheus shows them: counters end in `_total`, units are part of the name."""

    name: str
    kind: Kind
    unit: str
    """What one of it is: `events`, `seconds`, `bytes`; `timestamp` for seconds since 1970."""
    zh: str
    en: str
    """What it means."""
    normal_zh: str
    normal_en: str
    """What is normal, or which value asks for a look."""
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram."""

    def meaning(self, lang: str) -> str:
        """What it means, in `zh` or `en`."""
        return self.zh if lang == "zh" else self.en

    def normal(self, lang: str) -> str:
        """What is normal, in `zh` or `en`."""
        return self.normal_zh if lang == "zh" else self.normal_en


@dataclass(frozen=True, slots=True)
class Group:
    """The metrics of one kind of process."""

    process: str
    zh: str
    en: str
    metrics: tuple[Metric, ...]
