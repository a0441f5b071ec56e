"""What the components of formulas come to in spans of days, read from the views of `deploy/clickhouse/views/periods.sql`.

Each view is asked for what it alone tells, and only where a formula needs it, several at once: planning a question takes ClickHouse as long as
answering it.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, NamedTuple

from consumers.clickhouse.client import Client, connect
from consumers.clickhouse.store import Query, Rows
from consumers.formulas import Formula
from consumers.report.span import Span
from schemas.settings import Settings

_AT_ONCE = 4
_VIEWS = {
    "flow": "period_flows",
    "histogram": "period_flows",
    "stock": "period_stocks",
    "distinct": "period_persons",
    "named": "period_names",
}
"""How a component is counted -> the view that tells it; the sums over days of a stock have a view of their own."""
_SUMS = """
SELECT
    component, kind, dimension, assigner_kind, assigner_rule, period.1, period.2, month, value, mode, subject_kind, subject_id,
    if({{by_office:Bool}}, office, '') AS at_office, sum(amount)
FROM {view}(district = {{district:String}}, components = {{components:Array(String)}}, periods = {{periods:Array(Tuple(Date, Date))}})
WHERE subject_kind IN {{kinds:Array(String)}} AND (empty({{subjects:Array(String)}}) OR subject_kind = 'district' OR subject_id IN {{subjects:Array(String)}})
    AND ({{with_dimensions:Bool}} OR dimension IN {{dimensions:Array(String)}})
GROUP BY ALL
"""


class Sum(NamedTuple):
    """What a component comes to for a subject in a span. Of a histogram: how many facts have this value. `month`: of what is summed over months.
    `assigner_rule`: `unpaid` where the assigner pays nothing of the office, of components of which a formula asks that."""

    component: str
    kind: str
    dimension: str
    assigner_kind: str
    assigner_rule: str
    first: date
    last: date
    month: int
    value: int
    mode: str
    subject_kind: str
    subject_id: str
    office: str
    amount: int


class Wanted(NamedTuple):
    """What is asked of a district: which kinds of subject, whether authorities' sums are told apart by office, whether dimensions are shown, of which
    subjects beside the district (none: of all)."""

    district: str
    spans: Sequence[Span]
    subject_kinds: Collection[str]
    by_office: bool
    dimensions: bool
    subjects: Sequence[str] = ()


def read_sums(settings: Settings, wanted: Wanted, formulas: Iterable[Formula]) -> list[Sum]:
    """All sums that the formulas need, for the kinds of subject that are wanted, and for the district."""
    questions = list(_questions(wanted, list(formulas)))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [Sum(*row) for rows in pool.map(lambda question: _ask(settings, *question), questions) for row in rows]


async def gather_sums(store: Rows, wanted: Wanted, formulas: Iterable[Formula]) -> list[Sum]:
    """The same through a store that does not block. Raises Unavailable."""
    questions = (Query(sql, parameters) for sql, parameters in _questions(wanted, list(formulas)))
    return [Sum(*row) for rows in await asyncio.gather(*map(store.rows, questions)) for row in rows]


def _questions(wanted: Wanted, formulas: Sequence[Formula]) -> Iterable[tuple[str, dict[str, Any]]]:
    components: dict[tuple[str, str], set[str]] = {}
    told = set()
    for term in (term for formula in formulas for term in formula.terms):
        view = "period_days" if term.kind == "days" else _VIEWS[term.of_kind]
        # Persons are read from their events: those of one family without those of the other.
        family = term.told_as.partition(".")[0] if view == "period_persons" else ""
        components.setdefault((view, family), set()).add(term.told_as)
        told.add(term.told_dimension)
    for (view, _), names in sorted(components.items()):
        yield (
            _SUMS.format(view=view),
            {
                "district": wanted.district,
                "components": sorted(names),
                "periods": [tuple(span) for span in wanted.spans],
                "kinds": sorted({*wanted.subject_kinds, "district"}),
                "subjects": list(wanted.subjects),
                "by_office": wanted.by_office,
                "with_dimensions": wanted.dimensions,
                "dimensions": sorted({"", *told}),
            },
        )


def _ask(settings: Settings, question: str, parameters: dict[str, Any]) -> Sequence[Sequence[Any]]:
    with connect(settings) as client:
        return _rows(client, question, parameters)


def _rows(client: Client, question: str, parameters: dict[str, Any]) -> Sequence[Sequence[Any]]:
    return client.query(question, parameters).result_rows
