"""What a run has shown, as figures."""

from collections.abc import Sequence
from typing import Any

from tests.fault.chaos.hand import Hand
from tests.fault.chaos.stage import Stage
from tests.fault.chaos.watch import Watch


def summary(
    hands: Sequence[Hand], watch: Watch, stage: Stage, checks: Sequence[dict[str, object]], seed: int, seconds: float
) -> dict[str, Any]:
    """All figures of a run in which nothing was wrong."""
    landed = sum((hand.landed for hand in hands), type(hands[0].landed)())
    missed = sum((hand.missed for hand in hands), type(hands[0].missed)())
    times = sorted(time for of_kind in watch.recovered.values() for time in of_kind)
    return {
        "seed": seed,
        "minutes": round(seconds / 60, 1),
        "faults": landed.total(),
        "kinds": len(landed),
        "lost": 0,
        "doubled": 0,
        "bound": f"0 failures in {landed.total()} faults: with 95 % confidence the rate is below {3 / landed.total():.2%} (3/n), if they are independent",
        "recovery_s": {"p50": _percentile(times, 50), "p95": _percentile(times, 95), "most": round(times[-1], 1)},
        "by_kind": {name: _of_kind(count, sorted(watch.recovered.get(name, []))) for name, count in sorted(landed.items())},
        "did_not_land": dict(missed),
        "process_ends": dict(sorted(stage.ends.items())),
        "reader": {"polls": watch.polls, "rows": watch.rows, "unanswered": watch.unanswered, "versions_fell_or_doubled": len(watch.broken)},
        "checkpoints": list(checks),
    }


def _of_kind(count: int, times: list[float]) -> dict[str, float]:
    return {"landed": count, "p50_s": _percentile(times, 50), "p95_s": _percentile(times, 95)}


def _percentile(ordered: list[float], percent: int) -> float:
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1) if ordered else 0.0
