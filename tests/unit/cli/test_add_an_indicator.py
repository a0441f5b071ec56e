"""What the README says about adding an indicator, done: its patch is applied to a copy of the sources, and both computations know the new one."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
NEW = "leg_phone_share"
SCRIPT = f"""
import json
from consumers.reconcile.oracle import oracle_rows
from streams.core.catalogue import BY_ID
from tests.folding import fold
from tests.scenarios.story import D, O1, Story, log

story = Story()
for channel, persons in (("phone", 2), ("visit", 5)):
    story.add("leg.consultation.given", "2024-03-03", O1, channel=channel, persons=persons)
messages = log(story.events)
key = (D, "{NEW}", "none", "", "district", D, "month", "2024-03-01")
print(json.dumps([BY_ID["{NEW}"].zh, fold([m[1:] for m in messages]).values[key], oracle_rows(messages)[0][key]]))
"""


def test_the_patch_of_the_readme_adds_an_indicator(tmp_path: Path) -> None:
    patch = re.search(r"```diff\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert patch, "the README shows no patch"
    assert sum(line.startswith("+") and not line.startswith("+++") for line in patch[1].splitlines()) <= 10
    for package in ("schemas", "streams", "consumers", "tests/scenarios"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.js", "json_schema"))
    shutil.copy(ROOT / "tests/folding.py", tmp_path / "tests")
    applied = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch[1].encode(), capture_output=True, check=False)
    assert not applied.returncode, f"the patch in the README does not fit the sources any more: {applied.stderr.decode()}"
    run = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, capture_output=True, check=False)
    assert not run.returncode, run.stderr.decode()
    assert json.loads(run.stdout) == ["电话咨询占比", [2, 7, 1], [2, 7, 1]]
