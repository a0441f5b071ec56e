"""Scenarios computed by hand: the events of a district in log order and the rows that must follow, for any implementation of the contract.

`SCENARIOS` lists them all; `story.log` turns one's events into messages, `story.differences` judges what an implementation made of them.
"""

from tests.scenarios import (
    admission,
    agreements,
    capacity,
    dual,
    governance,
    mediation,
    outcomes,
    persons,
    plain_work,
    services,
    supervision,
    team,
)
from tests.scenarios.story import Scenario, differences, is_nothing, log

SCENARIOS: list[Scenario] = [
    *mediation.SCENARIOS,
    *agreements.SCENARIOS,
    *persons.SCENARIOS,
    *supervision.SCENARIOS,
    *services.SCENARIOS,
    *capacity.SCENARIOS,
    *team.SCENARIOS,
    *outcomes.SCENARIOS,
    *dual.SCENARIOS,
    *governance.SCENARIOS,
    *admission.SCENARIOS,
    *plain_work.SCENARIOS,
]

__all__ = ["SCENARIOS", "Scenario", "differences", "is_nothing", "log"]
