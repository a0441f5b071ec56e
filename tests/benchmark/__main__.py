"""`make bench` (`python -m tests.benchmark [core] [worker] [worker-core] [long] [two-workers] [restricted] [end-to-end] [latency] [peers] [snapshots] [lineage] [report] [gateway] [ledger] [pages] [backup]`): measures, prints, keeps the results.

Machines are noisy and shared: CPU seconds of the process under test stand beside the wall clock, and ratios count more than figures.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmark import (
    backup_speed,
    core_speed,
    end_to_end,
    gateway_speed,
    latency,
    ledger_speed,
    lineage_speed,
    page_speed,
    report_speed,
    snapshot_speed,
    two_workers,
    worker_speed,
)
from tests.benchmark.machine import description
from tests.benchmark.peers import compare

RUNS = {
    "core": core_speed.run,
    "worker": worker_speed.run,
    "worker-core": worker_speed.run_core,
    "long": worker_speed.run_long,
    "two-workers": two_workers.run,
    "restricted": worker_speed.run_restricted,
    "end-to-end": end_to_end.run,
    "latency": latency.run,
    "peers": compare.run,
    "snapshots": snapshot_speed.run,
    "lineage": lineage_speed.run,
    "report": report_speed.run,
    "gateway": gateway_speed.run,
    "ledger": ledger_speed.run,
    "pages": page_speed.run,
    "backup": backup_speed.run,
}
BY_NAME_ONLY = {"long"}
"""25 minutes and 8 GiB."""
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run what is asked for, or all but what is run by name only."""
    asked = sys.argv[1:] or [name for name in RUNS if name not in BY_NAME_ONLY]
    if unknown := [name for name in asked if name not in RUNS]:
        sys.exit(f"bench: no such benchmark: {', '.join(unknown)}; there are {', '.join(RUNS)}")
    machine = description()
    print(json.dumps(machine, indent=1))
    for name in asked:
        print(f"\n== {name}", flush=True)
        result = RUNS[name]()
        document = {
            "benchmark": name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine,
            "command": f"make bench ({name})",
        }
        path = RESULTS / f"{name}.json"
        path.write_text(json.dumps(document | {"result": result}, indent=1) + "\n", "utf-8")
        print(f"kept in {path.relative_to(Path.cwd())}", flush=True)


if __name__ == "__main__":
    main()
