"""Values as they were reported on a day, of calendar windows: as the view `as_reported` tells them."""

from datetime import date

from consumers.clickhouse.client import connect
from consumers.report.span import PARTS, Span, window
from consumers.report.sums import Wanted
from consumers.report.values import Key, Value
from schemas.settings import Settings

_VALUES = """
SELECT indicator, mode, dimension, subject_kind, subject_id, window_start, window_end - 1, numerator, denominator, scale, value
FROM as_reported(district = {district:String}, day = {day:Date})
WHERE (window_kind, window_start) IN {windows:Array(Tuple(String, Date))} AND subject_kind IN {kinds:Array(String)}
    AND ({with_dimensions:Bool} OR dimension = '')
"""


def kind_of(span: Span) -> str:
    """The kind of calendar window that a span is, '' of other days: only windows are reported."""
    return next((kind for kind in PARTS if window(kind, span.first) == span), "")


def read_reported(settings: Settings, wanted: Wanted, day: date) -> dict[Key, Value]:
    """The values of calendar windows as they stood at the end of a day; an authority's are not told apart by office."""
    windows = [(kind, span.first) for span in wanted.spans if (kind := kind_of(span))]
    with connect(settings) as client:
        rows = client.query(
            _VALUES,
            {
                "district": wanted.district,
                "day": day,
                "windows": windows,
                "kinds": sorted({*wanted.subject_kinds, "district"}),
                "with_dimensions": wanted.dimensions,
            },
        ).result_rows
    return {
        Key(indicator, mode, dimension, kind, subject, "", Span(first, last)): Value(*value)
        for indicator, mode, dimension, kind, subject, first, last, *value in rows
    }
