"""Proofs: which credential a request is taken for, what it must show, and that signatures cover what they should."""

import asyncio
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.audit import Audit, entries
from streams.ingest.gateway import door as front_door
from streams.ingest.gateway import signature
from streams.ingest.gateway.auditor import Auditor, Refusals
from tests.gateway_door import JSON, LINES, SECRET, Answer, Ask, Door, entry, event

CERTIFICATE = sha256(b"a certificate").hexdigest()
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.generate()


def public(key: Ed25519PrivateKey) -> str:
    return f'"{b64encode(key.public_key().public_bytes_raw()).decode()}"'


def now(apart: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + apart).isoformat(timespec="seconds").replace("+00:00", "Z")


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Keys with every combination of proofs."""
    secret = f'"{sha256(SECRET.encode()).hexdigest()}"'
    return Door(
        tmp_path,
        entry("token")
        + entry("certificate", certificate_sha256=f'"{CERTIFICATE}"')
        + entry("signature", public_key=public(KEY))
        + entry("both", secret_sha256=secret, certificate_sha256=f'"{"1" * 64}"')
        + entry("all", secret_sha256=secret, public_key=public(KEY))
        + entry("gone", public_key=public(KEY), revoked="true"),
    )


def signed(
    door: Door, number: int, key: str = "signature", body: bytes | None = None, by: Ed25519PrivateKey = KEY, **changed: str
) -> Answer:
    body = json.dumps(event(f"s{number}")).encode() if body is None else body
    headers = signature.sign(by, key, number, changed.pop("time", now()), body) | {"Content-Type": JSON} | changed
    return door.ask([Ask(changed.pop("sent", body.decode()).encode(), [(n, v) for n, v in headers.items() if n != "sent"])])[0]


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """The client certificate of every connection, as if TLS had proven it; the real handshake has an integration test."""
    shown: dict[str, str | None] = {"certificate": None}
    monkeypatch.setattr(front_door, "_certificate", lambda _: shown["certificate"])
    return shown


def test_a_certificate_is_a_key(door: Door, shows: dict[str, str | None]) -> None:
    assert door.post(event()).body["code"] == "AUTH_MISSING"
    shows["certificate"] = "2" * 64
    assert door.post(event()).body["code"] == "AUTH_UNKNOWN"
    shows["certificate"] = CERTIFICATE
    assert door.post(event()).status == 202
    assert door.post(event(office="sfs-990101-002")).body["code"] == "AUTH_OFFICE_MISMATCH"


def test_all_proofs_that_a_key_names_are_asked_for(door: Door, shows: dict[str, str | None]) -> None:
    assert door.post(event(), key="both").body["code"] == "AUTH_MISSING"
    shows["certificate"] = "1" * 64
    assert door.post(event(), key="both").status == 202
    assert door.post(event()).body["code"] == "AUTH_MISSING"
    shows["certificate"] = None
    assert door.post(event(), key="all").body["code"] == "AUTH_SIGNATURE"
    assert signed(door, 1, "all").body["code"] == "AUTH_MISSING"
    assert signed(door, 2, "all", Authorization=f"Bearer all.{SECRET}").status == 202


def test_a_certificate_does_not_lend_itself_to_another_key(door: Door, shows: dict[str, str | None]) -> None:
    shows["certificate"] = CERTIFICATE
    assert door.post(event(), key="both").body["code"] == "AUTH_MISSING"
    assert door.post(event(), key="signature").body["code"] == "AUTH_UNKNOWN"
    assert door.post(event(), Authorization="Bearer token.wrong-secret-wrong-secret").body["code"] == "AUTH_UNKNOWN"


def test_a_signed_batch_is_taken_once_in_rising_order(door: Door) -> None:
    assert signed(door, 5).status == 202
    for number in (5, 4, 1):
        assert signed(door, number).body["code"] == "AUTH_REPLAY"
    assert signed(door, 6).status == 202
    door.restart()
    assert signed(door, 6).body["code"] == "AUTH_REPLAY"
    assert signed(door, 7).status == 202
    assert len(door.log.values) == 3


def test_a_replay_of_the_very_bytes_is_refused(door: Door) -> None:
    body = json.dumps(event()).encode()
    ask = Ask(body, [*signature.sign(KEY, "signature", 9, now(), body).items(), ("Content-Type", JSON)])
    assert [answer.status for answer in door.ask([ask, ask, ask])] == [202, 401, 401]


def test_of_one_number_at_once_one_is_taken(door: Door) -> None:
    body = json.dumps(event()).encode()
    ask = Ask(body, [*signature.sign(KEY, "signature", 9, now(), body).items(), ("Content-Type", JSON)])
    assert sorted(answer.status for answer in door.ask([ask] * 8, at_once=8)) == [202] + [401] * 7


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sent": "{}"}, "AUTH_SIGNATURE"),
        ({signature.BATCH: "8"}, "AUTH_SIGNATURE"),
        ({signature.KEY: "all"}, "AUTH_MISSING"),
        ({signature.TIME: timedelta(seconds=2)}, "AUTH_SIGNATURE"),
        ({signature.SIGNATURE: "AAAA"}, "AUTH_SIGNATURE"),
        ({signature.SIGNATURE: "not base64"}, "AUTH_SIGNATURE"),
        ({signature.SIGNATURE: ""}, "AUTH_SIGNATURE"),
        ({signature.BATCH: ""}, "AUTH_SIGNATURE"),
        ({signature.BATCH: "07"}, "AUTH_SIGNATURE"),
        ({signature.BATCH: "-7"}, "AUTH_SIGNATURE"),
        ({signature.BATCH: "9" * 19}, "AUTH_SIGNATURE"),
        ({signature.TIME: "2026-13-01T00:00:00Z"}, "AUTH_SIGNATURE"),
        ({signature.TIME: "today"}, "AUTH_SIGNATURE"),
        ({signature.ALGORITHM: "none"}, "AUTH_ALGORITHM"),
        ({signature.ALGORITHM: "sm2-sm3"}, "AUTH_ALGORITHM"),
        ({signature.ALGORITHM: "hs256"}, "AUTH_ALGORITHM"),
        ({"time": timedelta(minutes=-5, seconds=-5)}, "AUTH_TIME"),
        ({"time": timedelta(minutes=6)}, "AUTH_TIME"),
        ({signature.KEY: "nobody"}, "AUTH_UNKNOWN"),
        ({signature.KEY: "token"}, "AUTH_UNKNOWN"),
        ({"ce-id": "e1", "ce-type": "x"}, "AUTH_SIGNATURE"),
    ],
)
def test_whatever_is_changed_after_signing_is_refused(door: Door, changed: dict[str, str | timedelta], code: str) -> None:
    told: dict[str, Any] = {name: now(value) if isinstance(value, timedelta) else value for name, value in changed.items()}
    answer = signed(door, 7, **told)
    assert (answer.status, answer.body["code"]) == (401, code)
    assert door.log.values == []
    assert signed(door, 7).status == 202, "a forged request must not use up the number of its owner"


def test_another_key_signs_for_nobody(door: Door) -> None:
    assert signed(door, 7, by=STRANGER).body["code"] == "AUTH_SIGNATURE"


def test_only_who_can_sign_learns_that_a_key_is_revoked(door: Door) -> None:
    assert signed(door, 7, "gone", by=STRANGER).body["code"] == "AUTH_SIGNATURE"
    assert signed(door, 7, "gone").body["code"] == "AUTH_REVOKED"


def test_a_signature_that_nobody_could_check_is_not_passed_over(door: Door) -> None:
    assert signed(door, 7, "token", Authorization=f"Bearer token.{SECRET}").body["code"] == "AUTH_SIGNATURE"


def test_compressed_bodies_are_signed_as_they_are_sent(door: Door) -> None:
    from gzip import compress

    body = compress(json.dumps(event()).encode())
    headers = {**signature.sign(KEY, "signature", 1, now(), body), "Content-Type": LINES, "Content-Encoding": "gzip"}
    assert door.ask([Ask(body, list(headers.items()))])[0].status == 202


def test_a_stranger_cannot_spend_the_quota_of_a_signing_key(tmp_path: Path) -> None:
    door = Door(tmp_path, entry("signature", public_key=public(KEY), events_per_minute="3"))
    for number in range(1, 9):
        assert signed(door, number, by=STRANGER).body["code"] == "AUTH_SIGNATURE"
    assert signed(door, 10).status == 202


def test_revocation_acts_on_the_next_request_of_an_open_connection(door: Door) -> None:
    text = door.file.read_text()

    def revoke_then(ask: Ask) -> Ask:
        door.file.write_text(text.replace('id = "token"', 'id = "token"\nrevoked = true'))
        return ask

    ask = Ask(json.dumps(event()).encode(), door.headers(key="token"))
    first = door.ask([ask])[0]
    second = door.ask([revoke_then(ask)])[0]
    assert (first.status, second.body["code"]) == (202, "AUTH_REVOKED")


def test_with_the_first_key_the_open_door_closes(tmp_path: Path) -> None:
    door = Door(tmp_path)
    assert door.post(event()).status == 202
    door.file.write_text(entry("office"))
    assert door.post(event()).body["code"] == "AUTH_MISSING"
    assert door.post(event(), key="office").status == 202
    door.file.unlink()
    assert door.post(event()).body["code"] == "AUTH_UNAVAILABLE"


def test_the_same_refusal_is_audited_at_once_and_then_counted(door: Door) -> None:
    forged = Ask(json.dumps([event(office="sfs-990101-002")] * 2).encode(), door.headers(key="token"))
    door.ask([forged] * 25 + [Ask(b"{}", door.headers(key="nobody-such"))] * 30)
    told = [(one["what"], one["key"], one["code"], one["events"]) for one in entries(door.audit)]
    assert told == [
        ("refused", "token", "AUTH_OFFICE_MISMATCH", 2),
        ("refused", "", "AUTH_UNKNOWN", 1),
        ("refused again", "token", "AUTH_OFFICE_MISMATCH", 48),
        ("refused again", "", "AUTH_UNKNOWN", 29),
    ]
    assert SECRET not in "".join(path.read_text() for path in door.audit.glob("*.jsonl"))


def test_refusals_from_everywhere_cannot_fill_the_disk(tmp_path: Path) -> None:
    auditor = Auditor(Audit(tmp_path, 400))

    async def flood() -> None:
        for n in range(3_000):
            await auditor.refused(Refusals("", "AUTH_UNKNOWN", f"2001:db8::{n:x}"), 1)
        await auditor.settle(float("inf"))

    asyncio.run(flood())
    told = list(entries(tmp_path))
    assert len(told) <= 1_003
    assert sum(one["events"] for one in told) == 3_000


def test_registry_events_are_audited_when_they_are_taken(tmp_path: Path) -> None:
    door = Door(tmp_path, entry("bureau", 'bureau = "990101"\n', roles='["registry"]'))
    opened = {"office": "sfs-990101-009", "name": "九所", "opened_on": "2026-01-01"}
    registration = event("o9", type="reg.office.opened", office=None, source="/districts/990101/bureau", data=opened)
    assert door.post([registration, event("e1")], key="bureau").status == 202
    (told,) = [one for one in entries(door.audit) if one["what"] == "registry events"]
    assert (told["key"], told["events"]) == ("bureau", [{"id": "o9", "partition": 3, "offset": 0}])
