"""Who pays for an office from which day on, and what weight that gives an authority; the rule itself is the view `payers`."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from consumers.clickhouse.store import Query

ANY_OFFICE = ""
FROM_THE_BEGINNING = date(1900, 1, 1)
"""The first day that the tables know."""
UNKNOWN_WEIGHTS = {"share_weighted": 10_000, "full": 1, "lead": 1}
"""What the pseudo-authority weighs in each mode where nobody was decided to pay; these are the modes that splits decide."""


@dataclass(frozen=True, slots=True)
class Payers:
    """Who pays for an office from a day on, in basis points, and who leads; `weights`: mode and authority -> weight of a fact."""

    office: str
    valid_from: date
    shares: list[tuple[str, int]]
    lead: str
    weights: Mapping[tuple[str, str], int]

    def pays(self, authority: str) -> bool:
        """Whether an authority has a share."""
        return any(payer == authority for payer, _ in self.shares)


class Funding:
    """The stretches of every office's funding in a district."""

    def __init__(self, district: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._unknown = f"au-{district}-unknown"
        self._stretches: dict[str, list[Payers]] = defaultdict(list)
        for office, valid_from, shares, lead, given in rows:
            weights = {(mode, authority): weight for mode, authority, weight in given}
            paid = [(share["authority"], share["bp"]) for share in shares]
            self._stretches[office].append(Payers(office, valid_from, paid, lead, weights))

    def on(self, office: str, day: date) -> Payers:
        """The stretch in force on a day; the pseudo-authority pays before the first."""
        stretches = self._stretches.get(office, [])
        at = bisect_right(stretches, day, key=lambda stretch: stretch.valid_from)
        return stretches[at - 1] if at else self._nobody(office)

    def between(self, office: str, first: date, last: date) -> list[Payers]:
        """The stretches that hold on some day from the first to the last."""
        return [self.on(office, first), *(s for s in self._stretches.get(office, []) if first < s.valid_from <= last)]

    def stretches(self, office: str, first: date, last: date) -> list[tuple[date, date]]:
        """The days from the first to the last, both included, parted where payers change: (first, last) of each part."""
        starts = [first, *(stretch.valid_from for stretch in self.between(office, first, last)[1:])]
        return list(zip(starts, [*(start - timedelta(days=1) for start in starts[1:]), last], strict=True))

    def offices(self) -> Iterable[str]:
        """The offices of which anything was decided."""
        return self._stretches

    def weights(self, mode: str, authority: str) -> list[tuple[str, date, int]]:
        """(office, from, weight) of an authority in a mode, by office and day; the first is for any office before anything was decided of it."""
        key = mode, authority
        stretches = (stretch for office in self._stretches.values() for stretch in office)
        return [
            (ANY_OFFICE, FROM_THE_BEGINNING, self._nobody(ANY_OFFICE).weights.get(key, 0)),
            *((stretch.office, stretch.valid_from, stretch.weights.get(key, 0)) for stretch in stretches),
        ]

    def _nobody(self, office: str) -> Payers:
        weights = {(mode, self._unknown): weight for mode, weight in UNKNOWN_WEIGHTS.items()}
        return Payers(office, FROM_THE_BEGINNING, [(self._unknown, 10_000)], self._unknown, weights)


def payers(district: str) -> Query:
    """Every stretch of a district's offices, by office and day."""
    return Query(
        "SELECT office, valid_from, shares, lead, given FROM payers(district = {district:String}) ORDER BY office, valid_from",
        {"district": district},
    )
