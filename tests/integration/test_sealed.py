"""An installation that asks for seals: what gateway, command and clock hand over counts; what somebody writes to Kafka directly does not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run
from sys import executable

from consumers.clickhouse.client import connect
from consumers.reconcile import reconcile
from deploy.local.child import as_environment
from tests.conftest import Installation
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.gateway_door import entry
from tests.integration.test_gateway import SECRET, Door
from tests.integration.whole_way import command, dead_letters, publish, visible, whole_way

KEY = DISTRICT.encode()
OTHER = f"sfs-{DISTRICT}-002"


def test_only_what_is_sealed_counts(installation: Installation, tmp_path: Path) -> None:
    keys = tmp_path / "seal.keys"
    keys.write_text(f"k1 {'5e' * 32}\n")
    sealed = Installation(
        **(
            installation.model_dump()
            | {"seal_keys": keys, "seal_required_from": datetime(2020, 1, 1, tzinfo=UTC), "data": tmp_path / "data"}
        )
    )
    sealed.data.mkdir()
    sealed.credentials_file.write_text(entry("office", f'offices = ["{OFFICE}"]\npublishers = ["office-1"]\n'))
    door = Door(sealed.environment, tmp_path / "gateway.log")
    registry = [encoded(event("reg.office.opened", id=f"o{n}", data={"office": office})) for n, office in enumerate((OFFICE, OTHER))]
    file = tmp_path / "registry.jsonl"
    file.write_bytes(b"\n".join(registry))
    forged = encoded(event("leg.consultation.given", id="forged", office=OTHER, data={"persons": 500}))
    with whole_way(sealed, tmp_path), door.running():
        assert command(sealed, "publish", str(file)).returncode == 0
        content = json.dumps([event("leg.consultation.given", id=f"g{n}", data={"persons": 3}) for n in range(4)])
        status, receipts = door.post(content.encode(), Authorization=f"Bearer office.{SECRET}")
        assert status == 202
        ((partition, offset),) = publish(sealed, [(KEY, forged, ())])
        publish(sealed, [(KEY, registry[1], (("suoheng-seal", b"v1 k1 " + b"0" * 64 + b' {"key":"operator","operator":true}'),))])
        visible(sealed)
        letters = [(v, dict(h)) for _, v, h in dead_letters(sealed)]
        with connect(sealed) as client:
            persons = client.query(
                "SELECT subject_id, numerator FROM indicator_values WHERE indicator = 'leg_consult_cnt' AND window_kind = 'year' AND subject_kind = 'office'"
            ).result_rows
        confirmed = door.get("/receipts/{partition}/{offset}/{sha256}".format(**receipts[0]), Authorization=f"Bearer office.{SECRET}")[0]
        again = run(
            [executable, "-m", "deploy", "dead-letters", "replay", f"{partition}:{offset}", "--json"],
            env=as_environment(sealed),
            capture_output=True,
            check=True,
        )
    assert [(value, told["dl-code"]) for value, told in letters] == [(forged, b"AUTH_SEAL"), (registry[1], b"AUTH_SEAL")]
    assert persons == [(OFFICE, 12)]
    assert confirmed == 200
    assert json.loads(again.stdout)["dead_letters"][0]["now"] == "AUTH_SEAL"
    assert reconcile(sealed).differences == []


def test_seals_cannot_be_asked_for_without_keys(installation: Installation, tmp_path: Path) -> None:
    door = Door(installation.environment | {"SUOHENG_SEAL_REQUIRED_FROM": "2026-01-01T00:00:00Z"}, tmp_path / "gateway.log")
    with door.running(ready=False):
        assert door.process is not None
        assert door.process.wait(30) == 78
    assert "SUOHENG_SEAL_KEYS" in door.log()
