"""A small district computed by the core from simulated events: here facts, records and events really stand behind every number."""

from datetime import date

from consumers.clickhouse.client import connect
from deploy.simulate.district import Plan, simulate
from schemas.settings import Settings
from tests.storing import store

COMPUTED = "990200"
"""Three offices from January to April 2025."""
MARCH = "start=2025-03-01"
_APPENDED_MS = 1_900_000_000_000


def seed_computed(settings: Settings) -> None:
    """Fold the district's events and store every row; the tables must be there."""
    events = simulate(Plan(COMPUTED, 3, date(2025, 1, 1), 110, 7))
    store(settings, [(offset, _APPENDED_MS + offset, COMPUTED.encode(), event, ()) for offset, event in enumerate(events)])


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """The rows of a query on the installation's database."""
    with connect(settings) as client:
        return [tuple(row) for row in client.query(query).result_rows]
