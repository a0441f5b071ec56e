"""Values that no worker folds, in spans of days: as views tell them."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from consumers.clickhouse.client import connect
from consumers.report.span import Span
from consumers.report.sums import Wanted
from consumers.report.values import Key, Value
from consumers.told import statements
from schemas.settings import Settings

_COLUMNS = "indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator, scale, value"
_SHOWN = "has({kinds:Array(String)}, subject_kind) AND ({with_dimensions:Bool} OR dimension = '')"
_AT_ONCE = 4


def read_told(settings: Settings, wanted: Wanted, indicators: Collection[str]) -> dict[Key, Value]:
    """The values of these indicators; an authority's are not told apart by office."""
    given = {
        "district": wanted.district,
        "indicators": list(indicators),
        "periods": [tuple(span) for span in wanted.spans],
        "kinds": sorted({*wanted.subject_kinds, "district"}),
        "with_dimensions": wanted.dimensions,
    }

    def ask(statement: str) -> Sequence[Any]:
        with connect(settings) as client:
            return client.query(statement, given).result_rows

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        rows = [row for found in pool.map(ask, statements(_COLUMNS, indicators, _SHOWN)) for row in found]
    return {
        Key(indicator, mode, dimension, kind, subject, "", Span(first, last)): Value(*value)
        for indicator, mode, dimension, kind, subject, first, last, *value in rows
    }
