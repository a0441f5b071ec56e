"""Values that no worker folds, in spans of days: as the view `told_values` tells them."""

from collections.abc import Collection

from consumers.clickhouse.client import connect
from consumers.report.span import Span
from consumers.report.sums import Wanted
from consumers.report.values import Key, Value
from schemas.settings import Settings

_VALUES = """
SELECT indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator, scale, value
FROM told_values(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
WHERE subject_kind IN {kinds:Array(String)} AND ({with_dimensions:Bool} OR dimension = '')
"""


def read_told(settings: Settings, wanted: Wanted, indicators: Collection[str]) -> dict[Key, Value]:
    """The values of these indicators; an authority's are not told apart by office."""
    with connect(settings) as client:
        rows = client.query(
            _VALUES,
            {
                "district": wanted.district,
                "indicators": list(indicators),
                "periods": [tuple(span) for span in wanted.spans],
                "kinds": sorted({*wanted.subject_kinds, "district"}),
                "with_dimensions": wanted.dimensions,
            },
        ).result_rows
    return {
        Key(indicator, mode, dimension, kind, subject, "", Span(first, last)): Value(*value)
        for indicator, mode, dimension, kind, subject, first, last, *value in rows
    }
