"""Published values of an indicator against what another definition makes of the same facts, window by window.

The other values are computed in ClickHouse from stored facts, as reports are; nothing is written. What a change would do to the facts themselves
cannot be seen so: that takes another build and `suoheng rebuild --no-switch`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from consumers.clickhouse.client import connect
from consumers.formulas import Formula, of_row
from consumers.periods import KINDS, containing
from consumers.report.ground import Ground
from consumers.report.span import Span, window
from consumers.report.sums import Wanted, read_sums
from consumers.report.values import Key, Value, values
from deploy.formulas import formula
from schemas.settings import Settings
from streams.core.catalogue import Indicator

_PUBLISHED = """
SELECT mode, dimension, subject_kind, subject_id, window_start, window_end - 1, numerator, denominator, scale, value, period_state
FROM indicator_values WHERE district = {district:String} AND indicator = {indicator:String} AND window_kind = {kind:String}
"""


class Moved(NamedTuple):
    """A value that the other definition makes another one; None: there is none. `state`: of its window now."""

    kind: str
    key: Key
    old: Value | None
    new: Value | None
    state: str

    @property
    def closed(self) -> bool:
        """Whether it was published as final."""
        return self.state in ("closed", "restated")

    @property
    def movement(self) -> Fraction:
        """How far it moves; what has no value counts as 0."""
        return abs(_exact(self.new) - _exact(self.old))


@dataclass(frozen=True, slots=True)
class Effect:
    """What would become of an indicator's values. `equal`: how many stay as they are, by kind of window."""

    equal: dict[str, int]
    moved: Sequence[Moved]


def effect(settings: Settings, ground: Ground, other: Indicator, kinds: Iterable[str] = KINDS) -> Effect:
    """Compare all windows of these kinds since the first month with values, of every subject, mode and dimension."""
    redefined = of_row(formula(other))
    equal: dict[str, int] = {}
    moved: list[Moved] = []
    for kind in kinds:
        published = _published(settings, ground.district, other.id, kind)
        found = _computed(settings, ground, redefined, _windows(kind, ground))
        pairs = [(key, published.get(key), found.get(key)) for key in published.keys() | found.keys()]
        states = {key.span: state for key, (_, state) in published.items()}
        apart = [(key, old[0] if old else None, new) for key, old, new in pairs if _numbers(old[0] if old else None) != _numbers(new)]
        moved += [Moved(kind, key, old, new, states.get(key.span, _state(key.span, ground.today))) for key, old, new in apart]
        equal[kind] = len(pairs) - len(apart)
    order = {"district": 0, "office": 1, "authority": 2}
    moved.sort(key=lambda one: (not one.closed, -one.movement, order[one.key.subject_kind], one.kind, one.key))
    return Effect(equal, moved)


def _windows(kind: str, ground: Ground) -> list[Span]:
    if ground.begins is None:
        return []
    return [window(kind, one.start) for one in containing(kind, ground.begins).until(ground.today)]


def _computed(settings: Settings, ground: Ground, redefined: Formula, spans: Sequence[Span]) -> dict[Key, Value]:
    if not spans:
        return {}
    wanted = Wanted(ground.district, spans, ("office", "authority"), False, True)
    return values({redefined.id: redefined}, read_sums(settings, wanted, [redefined]), ground.today)


def _published(settings: Settings, district: str, indicator: str, kind: str) -> dict[Key, tuple[Value, str]]:
    with connect(settings) as client:
        rows = client.query(_PUBLISHED, {"district": district, "indicator": indicator, "kind": kind}).result_rows
    return {
        Key(indicator, mode, dimension, subject_kind, subject, "", Span(first, last)): (Value(*told), state)
        for mode, dimension, subject_kind, subject, first, last, *told, state in rows
    }


def _numbers(value: Value | None) -> tuple[int, int, int]:
    """Exactly what it says; no row and a row of zeros say the same."""
    return (value.numerator, value.denominator or 0, value.scale) if value and (value.numerator or value.denominator) else (0, 0, 0)


def _exact(value: Value | None) -> Fraction:
    if value is None or value.value is None:
        return Fraction(0)
    return Fraction(value.value).limit_denominator(10**9)


def _state(span: Span, today: date) -> str:
    return "provisional" if span.last < today else "open"
