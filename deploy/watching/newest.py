"""The newest alerts, from ClickHouse."""

from typing import NamedTuple

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, connect, in_short
from schemas.settings import Settings

_ANSWER_S = 3.0
_QUERY = """
SELECT toString(if(state = 'resolved', ifNull(resolved_at, started_at), started_at)) AS at, district, state, severity, subject, rule, title_zh, title_en
FROM alerts ORDER BY at DESC, rule, subject LIMIT {most:UInt8}
"""


class Newest(NamedTuple):
    """An alert's last change."""

    at: str
    district: str
    state: str
    severity: str
    subject: str
    rule: str
    title_zh: str
    title_en: str


def newest_alerts(given: Settings, most: int) -> tuple[list[Newest], str]:
    """The alerts that changed last, and why there are none if ClickHouse could not be asked."""
    try:
        with connect(given, timeout_s=_ANSWER_S) as client:
            return [Newest(*map(str, row)) for row in client.query(_QUERY, {"most": most}).result_rows], ""
    except CLICKHOUSE_ERRORS as error:
        why = f"no answer within {_ANSWER_S:.0f} s" if "timed out" in str(error) else in_short(error)
        return [], f"{given.clickhouse_url}: {why}"
