"""What `make faults` publishes: one JSON and one text, each part written by the test that measured it."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.benchmark.machine import description

LONG = os.environ.get("LONG_FAULTS") == "1"  # not SUOHENG_…: tests begin by forgetting those
COMMAND = " ".join(
    [f"{name}={os.environ[name]}" for name in ("LONG_FAULTS", "MINUTES", "SEED", "FAULTS", "SPOOL_KILLS") if name in os.environ]
    + ["python -m pytest", *(word for word in sys.argv[1:] if not word.startswith("--basetemp"))]
)
"""As it was given, whether by `make faults` or by hand, but for the folder that was worked in."""
RESULTS = Path(__file__).parent / "results"


def publish(file: str, part: str, figures: dict[str, Any]) -> None:
    """Put a part into `results/<file>.json`, in long runs only; where it was measured stands beside it."""
    print(part, json.dumps(figures, indent=1))
    if not LONG:
        return
    path = RESULTS / f"{file}.json"
    RESULTS.mkdir(exist_ok=True)
    told = json.loads(path.read_text("utf-8")) if path.exists() else {}
    told[part] = figures | {"command": COMMAND, **description()}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


def tell(file: str, figures: dict[str, Any]) -> None:
    """The same for people, as `results/<file>.txt`."""
    machine = description()
    lines = [
        f"{figures['faults']:,} faults of {figures['kinds']} kinds in {figures['minutes']} minutes, seed {figures['seed']}; lost 0, doubled 0.",
        f"{figures['bound']}.",
        "Until everything that stood in the log when a fault began was visible in ClickHouse, while other faults went on:",
        f"p50 {figures['recovery_s']['p50']} s, p95 {figures['recovery_s']['p95']} s, at most {figures['recovery_s']['most']} s.",
        f"Measured on {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, commit {machine['commit']}, by: {COMMAND}",
        "",
        *(f"{of['landed']:5}  {name}  (p50 {of['p50_s']} s, p95 {of['p95_s']} s)" for name, of in figures["by_kind"].items()),
    ]
    print("\n".join(lines))
    if LONG:
        (RESULTS / f"{file}.txt").write_text("\n".join(lines) + "\n", "utf-8")
