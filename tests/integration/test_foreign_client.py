"""An event written by a client that knows nothing of us (kcat of the distribution) is counted like any other."""

import json
import shutil
import subprocess
from pathlib import Path

from consumers.clickhouse.client import connect
from tests.conftest import Installation
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.integration.whole_way import visible, whole_way


def test_kcat_publishes_an_event_that_counts(installation: Installation, tmp_path: Path) -> None:
    kcat = shutil.which("kcat")
    assert kcat, "kcat is not installed; on Debian: apt install kcat"
    lines = b"\n".join(
        DISTRICT.encode() + b"\t" + encoded(e)
        for e in (
            event("reg.office.opened", id="o1", data={"office": OFFICE}),
            event("leg.consultation.given", id="k1", data={"persons": 3}),
        )
    )
    with whole_way(installation, tmp_path):
        done = subprocess.run(
            [kcat, "-P", "-b", installation.kafka, "-t", f"{installation.topic_prefix}office-events", "-K", "\t", "-X", "partitioner=murmur2_random"],
            input=lines, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        visible(installation)
    rows = connect(installation).query(
        "SELECT numerator, value FROM indicator_values WHERE indicator = 'leg_consult_cnt' AND subject_kind = 'district' AND window_kind = 'month'"
    )
    assert rows.result_rows == [(3, 3.0)]
    (data,) = connect(installation).query("SELECT data FROM events WHERE id = 'k1'").result_rows[0]
    assert json.loads(data)["persons"] == 3
