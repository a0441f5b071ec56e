"""Everything simulated is admitted, also in disorder: nothing but duplicates and waiting amendments besides."""

from datetime import UTC, date, datetime

import orjson
import pytest

from deploy.simulate.district import Plan, simulate
from streams.core.pipeline import Partition, apply

NOW_MS = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("disorder", [False, True])
def test_nothing_is_refused(disorder: bool) -> None:
    plan = Plan("990001", offices=5, start=date(2025, 1, 1), days=240, seed=11, disorder=disorder)
    messages = [(offset, NOW_MS, b"990001", text, ()) for offset, text in enumerate(simulate(plan))]
    outputs = apply(Partition(0, 0, lambda _key: True), messages)
    assert outputs.dead == []
    counts = orjson.loads(outputs.rows["conservation"][-1][1])
    assert counts["read"] == len(messages) == counts["admitted"] + counts["duplicates"] + counts["pending"]
    assert 0.01 <= counts["duplicates"] / len(messages) <= 0.03
