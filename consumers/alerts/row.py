"""One row of the `alerts` topic as the deliverer reads it; fields that it does not need are left alone, so newer workers do not stop it."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

EPOCH_SHIFT = 48


class Titles(BaseModel):
    """The rule's title in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class Alert(BaseModel):
    """An alert as it stood when the row was written."""

    model_config = ConfigDict(frozen=True)

    district: str
    rule: str
    subject_kind: Literal["office", "authority", "district"]
    subject_id: str
    start: date
    state: Literal["firing", "resolved"]
    severity: str
    indicator: str
    mode: str
    dimension: str
    window_kind: str
    window_start: date
    value: float | None
    threshold: float
    why: str
    titles: Titles
    version: int
    computed_at: datetime

    @property
    def key(self) -> str:
        """What makes it one alert, the same in every row of it."""
        return f"{self.district}|{self.rule}|{self.subject_kind}|{self.subject_id}|{self.start}"

    @property
    def epoch(self) -> int:
        """Epoch of the workers that wrote the row; a higher one than the installation's is a rebuild that is not in use yet."""
        return self.version >> EPOCH_SHIFT
