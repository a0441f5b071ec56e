"""Which value is meant."""

from dataclasses import dataclass

from consumers.clickhouse.store import Query
from consumers.periods import Period


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a value: a row of `indicator_values`. The subject is an office, an authority or the district, told apart by their ids."""

    district: str
    indicator: str
    mode: str
    dimension: str
    subject: str
    period: Period

    @property
    def subject_kind(self) -> str:
        """`office`, `authority` or `district`."""
        return {"sfs-": "office", "au-": "authority"}.get(self.subject[: self.subject.find("-") + 1], "district")


def stored(key: Key) -> Query:
    """The value as it is stored; no row where none was ever published."""
    return Query(
        "SELECT numerator, denominator, scale, value, period_state, computed_at, version FROM indicator_values "
        "WHERE district = {district:String} AND window_kind = {kind:String} AND window_start = {start:Date} AND indicator = {indicator:String} "
        "AND mode = {mode:String} AND dimension = {dimension:String} AND subject_id = {subject:String}",
        {
            "district": key.district,
            "kind": key.period.kind,
            "start": key.period.start,
            "indicator": key.indicator,
            "mode": key.mode,
            "dimension": key.dimension,
            "subject": key.subject,
        },
    )
