"""`python -m deploy.boards`: write the dashboards' files; `--zip FILE`: the bundle that Superset imports. Tests compare what is committed."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.boards import grafana, superset
from deploy.boards.declared import DASHBOARDS

DEPLOY = Path(__file__).parents[1]


def files() -> Mapping[Path, str]:
    """Every file that this makes, with its content."""
    made = {
        DEPLOY / "grafana" / "dashboards" / f"{one.uid}.json": json.dumps(grafana.dashboard(one), ensure_ascii=False, indent=2) + "\n"
        for one in DASHBOARDS
    }
    return made | {DEPLOY / "superset" / path: text for path, text in superset.bundle().items()}


def main() -> int:
    """Write all; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.boards", description="Write the files of Grafana's and Superset's dashboards.")
    parser.add_argument("--zip", type=Path, metavar="FILE", help="write the bundle for Superset's import to this file, and nothing else")
    asked = parser.parse_args()
    if asked.zip:
        asked.zip.write_bytes(superset.zipped(superset.bundle()))
        return 0
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    print(f"{len(files())} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
