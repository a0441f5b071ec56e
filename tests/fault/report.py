"""What `make faults` publishes: one JSON and one text, each part written by the test that measured it."""

import json
import os
from pathlib import Path
from typing import Any

from tests.benchmark.machine import description

LONG = os.environ.get("SUOHENG_FAULTS") == "long"
RESULTS = Path(__file__).parent / "results"


def publish(file: str, part: str, figures: dict[str, Any]) -> None:
    """Put a part into `results/<file>.json`, in long runs only; where it was measured stands beside it."""
    print(part, json.dumps(figures, indent=1))
    if not LONG:
        return
    path = RESULTS / f"{file}.json"
    RESULTS.mkdir(exist_ok=True)
    told = json.loads(path.read_text("utf-8")) if path.exists() else {}
    told[part] = figures | {"command": "make faults", **description()}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
