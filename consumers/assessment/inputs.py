"""What an assessment is computed from, gathered: the parts of the year, the values of every office in them, and what people gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.manual import Given
from consumers.assessment.scheme import Scheme
from consumers.report.span import Span, back

Values = Mapping[Asked, Measured]
_YEAR_MONTHS = 12


class Part(NamedTuple):
    """A stretch that is assessed by itself. `weight` in percent; `state`: whether its days are over, running, or still ahead."""

    id: Literal["whole", "first", "second"]
    span: Span
    weight: Fraction
    state: Literal["over", "running", "ahead"]

    def so_far(self, today: date) -> Span:
        """Its days up to today."""
        return Span(self.span.first, min(self.span.last, today))


@dataclass(frozen=True, slots=True)
class Inputs:
    """Of one office. `parts`: its values in each part; `whole`: in the whole span; `before`: on the day before it. A value that is not there is one
    that nobody can tell: an indicator that this database does not know, or a part that has not begun."""

    office: str
    parts: Sequence[Values]
    whole: Values
    before: Values = field(default_factory=dict)
    given: Sequence[Given] = ()


def parts_of(scheme: Scheme, span: Span, today: date) -> list[Part]:
    """The parts of a span under a scheme: the halves of twelve months where these have weights, else the span."""
    if scheme.half_weights is None or span.months != _YEAR_MONTHS:
        return [Part("whole", span, Fraction(100), _state(span, today))]
    middle = back(span.first, -_YEAR_MONTHS // 2)
    first, second = Span(span.first, middle - timedelta(days=1)), Span(middle, span.last)
    return [
        Part("first", first, Fraction(scheme.half_weights.first), _state(first, today)),
        Part("second", second, Fraction(scheme.half_weights.second), _state(second, today)),
    ]


def _state(span: Span, today: date) -> Literal["over", "running", "ahead"]:
    return "ahead" if span.first > today else "running" if span.last >= today else "over"
