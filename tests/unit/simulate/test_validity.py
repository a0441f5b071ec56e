"""Everything simulated is admitted, also in disorder: nothing but duplicates and waiting amendments besides."""

from datetime import UTC, date, datetime

import orjson
import pytest

from deploy.simulate.district import Plan, simulate
from schemas.events import TYPES
from streams.core.pipeline import Partition, apply

NOW_MS = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("disorder", "every_type_from"), [(False, None), (True, None), (False, 0), (True, 30)])
def test_nothing_is_refused(disorder: bool, every_type_from: int | None) -> None:
    plan = Plan("990001", offices=5, start=date(2025, 1, 1), days=240, seed=11, disorder=disorder, every_type_from=every_type_from)
    messages = [(offset, NOW_MS, b"990001", text, ()) for offset, text in enumerate(simulate(plan))]
    outputs = apply(Partition(0, 0, lambda _key: True), messages)
    assert outputs.dead == []
    counts = orjson.loads(outputs.rows["conservation"][-1][1])
    assert counts["read"] == len(messages) == counts["admitted"] + counts["duplicates"] + counts["pending"]
    assert 0.01 <= counts["duplicates"] / len(messages) <= 0.03


def test_nearly_every_type_occurs_where_that_is_asked_for() -> None:
    plan = Plan("990001", offices=12, start=date(2024, 1, 1), days=400, seed=3, every_type_from=0)
    found = {orjson.loads(text)["type"] for text in simulate(plan)}
    never = {name for name in TYPES if name.startswith(("reg.", "clk."))} | {"cap.rating.withdrawn", "soc.task.overdue"}
    assert len(set(TYPES) - found - never) < 0.15 * len(TYPES)
