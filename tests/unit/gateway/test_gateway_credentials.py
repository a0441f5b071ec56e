"""Keys: the file, the header, the moment; and what a caller may learn."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from streams.ingest.gateway.credentials import CredentialsError, read
from streams.ingest.gateway.keyring import Keyring, Shown, require_in_force
from streams.ingest.gateway.refusal import Refused

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = "correct-horse-battery-staple"
HASH = sha256(SECRET.encode()).hexdigest()
OFFICE = 'offices = ["sfs-990101-001"]\npublishers = ["office-001"]\n'


def entry(key: str = "k1", body: str = OFFICE, **fields: str) -> str:
    extra = "".join(f"{name} = {value}\n" for name, value in fields.items())
    return f'[[credential]]\nid = "{key}"\nsecret_sha256 = "{HASH}"\n{body}{extra}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.toml"
    path.write_text(entry() + entry("bureau", 'bureau = "990101"\n'))
    return path


def code(keyring: Keyring, authorization: str | None, now: datetime = NOW) -> str:
    try:
        credential = keyring.caller(Shown(authorization))
        require_in_force(credential, now)
        return "ok " + credential.id
    except Refused as refused:
        return refused.refusal.code


def test_a_key_and_its_secret_are_known(file: Path) -> None:
    assert code(Keyring(file), f"Bearer k1.{SECRET}") == "ok k1"
    assert code(Keyring(file), f"bearer k1.{SECRET}") == "ok k1"
    assert Keyring(file).caller(Shown(f"Bearer bureau.{SECRET}")).district == "990101"


@pytest.mark.parametrize(
    "authorization",
    [
        f"Bearer k2.{SECRET}",
        f"Bearer k1.{SECRET}x",
        "Bearer k1",
        "Basic azE6eA==",
        f"Bearer  k1.{SECRET}",
        f"Bearer k1.{SECRET}\nx",
        "Bearer k1." + "a" * 300,
        f"Bearer k1.{HASH}",
    ],
)
def test_anything_else_is_unknown(file: Path, authorization: str) -> None:
    assert code(Keyring(file), authorization) == "AUTH_UNKNOWN"


@pytest.mark.parametrize("authorization", [None, ""])
def test_no_header_is_missing(file: Path, authorization: str | None) -> None:
    assert code(Keyring(file), authorization) == "AUTH_MISSING"


def test_times_and_revocation(file: Path) -> None:
    file.write_text(
        entry("late", not_after="2026-11-24T00:00:00Z")
        + entry("early", not_before="2026-11-24T08:00:01+08:00")
        + entry("gone", revoked="true")
        + entry("now", not_before="2026-11-24T08:00:00+08:00", not_after="2026-11-25T00:00:00Z")
    )
    keyring = Keyring(file)
    found = {key: code(keyring, f"Bearer {key}.{SECRET}") for key in ("late", "early", "gone", "now")}
    assert found == {"late": "AUTH_EXPIRED", "early": "AUTH_EXPIRED", "gone": "AUTH_REVOKED", "now": "ok now"}
    assert code(keyring, f"Bearer late.{SECRET}", NOW - timedelta(seconds=1)) == "ok late"


def test_who_does_not_know_the_secret_does_not_learn_that_a_key_is_revoked(file: Path) -> None:
    file.write_text(entry("gone", revoked="true"))
    assert code(Keyring(file), "Bearer gone.wrong-secret-wrong-secret") == "AUTH_UNKNOWN"


def test_a_changed_file_acts_on_the_next_request(file: Path) -> None:
    keyring = Keyring(file)
    assert code(keyring, f"Bearer k1.{SECRET}") == "ok k1"
    file.write_text(entry(revoked="true") + entry("k1-new"))
    assert code(keyring, f"Bearer k1.{SECRET}") == "AUTH_REVOKED"
    assert code(keyring, f"Bearer k1-new.{SECRET}") == "ok k1-new"


def test_a_file_replaced_within_the_same_moment_and_size_is_noticed(file: Path, tmp_path: Path) -> None:
    keyring = Keyring(file)
    stat = file.stat()
    other = tmp_path / "other"
    other.write_text(file.read_text().replace('"k1"', '"k9"'))
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(file)
    assert code(keyring, f"Bearer k1.{SECRET}") == "AUTH_UNKNOWN"


@pytest.mark.parametrize("damage", ["gone", "[[credential]]\n", "not toml"])
def test_a_damaged_file_closes_the_door_until_it_is_mended(file: Path, damage: str) -> None:
    keyring, good = Keyring(file), file.read_text()
    file.unlink() if damage == "gone" else file.write_text(damage)
    assert code(keyring, f"Bearer k1.{SECRET}") == "AUTH_UNAVAILABLE"
    assert "credentials" in keyring.problem
    file.write_text(good)
    assert code(keyring, f"Bearer k1.{SECRET}") == "ok k1"
    assert not keyring.problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (entry(body=""), "either offices or a bureau"),
        (entry(body=OFFICE + 'bureau = "990101"\n'), "either offices or a bureau"),
        (entry(body='offices = ["sfs-990101-001"]\n'), "needs publishers"),
        (entry(body='offices = ["sfs-990101-001"]\npublishers = ["bureau"]\n'), "`bureau` is not one of them"),
        (entry(body='offices = ["sfs-990101-001", "sfs-990102-001"]\npublishers = ["a"]\n'), "one district"),
        (entry(body='offices = ["990101"]\npublishers = ["a"]\n'), "offices"),
        (entry(not_after="2026-01-01T00:00:00"), "timezone"),
        (entry(office='"x"'), "Extra inputs"),
        (entry() + entry(), "not unique"),
        (entry(roles='["rules"]'), "an office key has no roles"),
        (entry(body='bureau = "990101"\n', roles='["king"]'), "roles"),
        (entry(public_key='"AAAA"'), "raw 32 bytes"),
        (entry(public_key='"所"'), "raw 32 bytes"),
        (entry(algorithm='"sm2"'), "algorithm"),
        (entry().replace("secret_sha256", "#"), "needs a proof"),
        (entry("a", certificate_sha256=f'"{HASH}"') + entry("b", certificate_sha256=f'"{HASH}"'), "same certificate"),
    ],
)
def test_mistakes_in_the_file_are_told(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(CredentialsError, match=says) as caught:
        read(file)
    assert HASH not in str(caught.value)
