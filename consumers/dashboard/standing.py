"""How the installation stands by what ClickHouse holds: open dead letters, firing alerts, the last reconciliation. Read when Prometheus asks."""

import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import REGISTRY

from consumers.clickhouse.store import Query, Rows, Unavailable
from schemas.operation.instruments import Asked
from schemas.operation.metrics import dashboard

REST_S = 60.0
"""However often it is asked, ClickHouse is asked so seldom: the view of dead letters looks at all of them."""

_SEVERITIES = ("critical", "high", "medium", "low", "info")
_LETTERS = Query("SELECT count(), toUnixTimestamp64Milli(min(received_at)) / 1000 FROM letters(district = '') WHERE state = 'open'")
_FIRING = Query("SELECT severity, count() FROM alerts WHERE state = 'firing' GROUP BY severity")
_RECONCILED = Query(
    "SELECT toUnixTimestamp64Milli(ran_at) / 1000 AS last, sum(rows_different) FROM reconciliations GROUP BY ran_at ORDER BY ran_at DESC LIMIT 1"
)

_log = logging.getLogger(__name__)

Samples = dict[str, Iterable[tuple[tuple[str, ...], float]]]


class _Shown(Asked):
    """What was read last. What has not happened has no sample: 0 would be the year 1970."""

    samples: Samples = {}  # noqa: RUF012 - replaced as a whole

    def read(self) -> Samples:
        return self.samples


_SHOWN = _Shown(
    dashboard.LETTERS_OPEN,
    dashboard.OLDEST_LETTER_AT,
    dashboard.FIRING,
    dashboard.RECONCILED_AT,
    dashboard.DIFFERENT,
    dashboard.STANDING_READ,
)
REGISTRY.register(_SHOWN)


class Standing:
    """Asks ClickHouse, and not too often."""

    def __init__(self) -> None:
        self._asked_at = float("-inf")

    async def refresh(self, store: Rows) -> None:
        """Ask again if the last time was a while ago. While ClickHouse is away the values stay, and one of them tells how old they are."""
        now = time.monotonic()
        if now - self._asked_at < REST_S:
            return
        self._asked_at = now
        try:
            letters, firing, reconciled = [await store.rows(query) for query in (_LETTERS, _FIRING, _RECONCILED)]
        except Unavailable as error:
            _log.debug("%s", error)
        else:
            _SHOWN.samples = samples(letters, firing, reconciled, now=time.time())


def samples(letters: list[tuple[Any, ...]], firing: list[tuple[Any, ...]], reconciled: list[tuple[Any, ...]], now: float) -> Samples:
    """The answers of ClickHouse as samples."""
    count, oldest = letters[0]
    by_severity: Mapping[str, int] = dict(firing)
    return {
        dashboard.LETTERS_OPEN.name: [((), count)],
        dashboard.OLDEST_LETTER_AT.name: [((), oldest)] if count else [],
        dashboard.FIRING.name: [((severity,), by_severity.get(severity, 0)) for severity in _SEVERITIES],
        dashboard.RECONCILED_AT.name: [((), ran_at) for ran_at, _ in reconciled],
        dashboard.DIFFERENT.name: [((), different) for _, different in reconciled],
        dashboard.STANDING_READ.name: [((), now)],
    }
