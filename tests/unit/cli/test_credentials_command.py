"""`suoheng credentials` and `suoheng audit`: the file they leave, what they print, and what they refuse."""

import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from deploy.cli import run
from deploy.doctor.places import keys
from schemas.audit import entries
from schemas.settings import settings
from streams.ingest.gateway.credentials import Credential, read
from streams.ingest.gateway.keyring import Keyring, Shown

OFFICE = ["--office", "sfs-990101-001", "--publisher", "office-1"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SUOHENG_DATA", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with --json; what it printed."""

    def ask(*arguments: str) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return ask


def held(data: Path) -> dict[str, Credential]:
    return read(data / "credentials.toml")


def test_a_new_key_opens_the_door_with_the_token_that_was_printed(data: Path, said: Any) -> None:
    made = said("credentials", "add", *OFFICE)
    assert made["id"] == "sfs-990101-001-1"
    caller = Keyring(data / "credentials.toml").caller(Shown(f"Bearer {made['token']}"))
    assert (caller.id, caller.offices, caller.publishers) == (made["id"], ("sfs-990101-001",), ("office-1",))
    assert caller.not_after is not None
    assert timedelta(days=364) < caller.not_after - datetime.now(UTC) <= timedelta(days=365)
    kept = (data / "credentials.toml").read_text()
    assert made["token"].rpartition(".")[2] not in kept
    assert stat.S_IMODE((data / "credentials.toml").stat().st_mode) == 0o600


def test_several_keys_of_one_office_are_live_side_by_side(data: Path, said: Any) -> None:
    tokens = [said("credentials", "add", *OFFICE)["token"] for _ in range(3)]
    assert list(held(data)) == [f"sfs-990101-001-{n}" for n in (1, 2, 3)]
    keyring = Keyring(data / "credentials.toml")
    assert [keyring.caller(Shown(f"Bearer {token}")).id for token in tokens] == list(held(data))


def test_rotation_gives_a_successor_and_an_end(data: Path, said: Any) -> None:
    old = said("credentials", "add", *OFFICE, "--events-per-minute", "77")
    new = said("credentials", "rotate", old["id"], "--overlap-days", "2")
    assert (new["id"], new["replaces"]) == ("sfs-990101-001-2", old["id"])
    before, after = held(data).values()
    now = datetime.now(UTC)
    assert (before.state(now), before.state(now + timedelta(days=2, seconds=1))) == ("live", "expired")
    assert after.state(now + timedelta(days=300)) == "live"
    assert (after.offices, after.publishers, after.events_per_minute) == (before.offices, before.publishers, 77)
    assert new["token"] != old["token"]


def test_rotation_never_lengthens_a_life(data: Path, said: Any) -> None:
    said("credentials", "add", *OFFICE, "--days", "1")
    said("credentials", "rotate", "sfs-990101-001-1", "--overlap-days", "30")
    end = held(data)["sfs-990101-001-1"].not_after
    assert end is not None
    assert end < datetime.now(UTC) + timedelta(days=2)


def test_revocation_is_for_good_and_in_the_audit_log(data: Path, said: Any) -> None:
    said("credentials", "add", *OFFICE)
    said("credentials", "add", "--bureau", "990101", "--role", "registry", "--role", "closing")
    assert said("credentials", "revoke", "sfs-990101-001-1", "bureau-990101-1")["revoked"] == ["sfs-990101-001-1", "bureau-990101-1"]
    assert {one.state(datetime.now(UTC)) for one in held(data).values()} == {"revoked"}
    told = [(one["what"], one["key"]) for one in entries(data / "audit")]
    assert told == [
        ("credential added", "sfs-990101-001-1"),
        ("credential added", "bureau-990101-1"),
        ("credential revoked", "sfs-990101-001-1"),
        ("credential revoked", "bureau-990101-1"),
    ]
    assert [one["state"] for one in said("credentials", "list")["credentials"]] == ["revoked", "revoked"]


def test_comments_of_a_person_stay(data: Path, said: Any) -> None:
    said("credentials", "add", *OFFICE)
    path = data / "credentials.toml"
    path.write_text(path.read_text() + "# ask the third office in May\n")
    said("credentials", "add", *OFFICE)
    said("credentials", "revoke", "sfs-990101-001-1")
    assert "# ask the third office in May" in path.read_text()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A certificate and a public key in PEM."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(key, None).public_bytes(Encoding.PEM)
    )
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    found = {"certificate": tmp_path / "c.pem", "public-key": tmp_path / "p.pem"}
    found["certificate"].write_bytes(certificate)
    found["public-key"].write_bytes(public)
    return found


def test_certificates_and_public_keys_need_no_token(data: Path, said: Any, files: dict[str, Path]) -> None:
    assert "token" not in said("credentials", "add", *OFFICE, "--certificate", str(files["certificate"]))
    assert "token" not in said("credentials", "add", *OFFICE, "--public-key", str(files["public-key"]))
    assert "token" in said("credentials", "add", *OFFICE, "--public-key", str(files["public-key"]), "--token")
    pem = x509.load_pem_x509_certificate(files["certificate"].read_bytes())
    first, second, third = held(data).values()
    assert first.certificate_sha256 == sha256(pem.public_bytes(Encoding.DER)).hexdigest()
    assert second.secret_sha256 is None
    assert third.raw_public_key == pem.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_rotating_a_signing_key_asks_for_the_new_one(data: Path, said: Any, files: dict[str, Path]) -> None:
    said("credentials", "add", *OFFICE, "--public-key", str(files["public-key"]))
    assert run(["credentials", "rotate", "sfs-990101-001-1"]) == 2
    assert said("credentials", "rotate", "sfs-990101-001-1", "--public-key", str(files["public-key"]))["id"] == "sfs-990101-001-2"


def test_a_csv_gives_every_row_a_key_and_a_token(data: Path, said: Any) -> None:
    table = data / "offices.csv"
    table.write_text(
        "\ufeffoffices,publishers,bureau,roles\nsfs-990101-001,office-1,,\nsfs-990101-002 sfs-990101-003,vendor,,\n,,990101,registry rules\n"
    )
    tokens = data / "tokens.csv"
    assert said("credentials", "import", str(table), "--tokens", str(tokens))["added"] == [
        "sfs-990101-001-1",
        "sfs-990101-002-1",
        "bureau-990101-1",
    ]
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    keyring = Keyring(data / "credentials.toml")
    with tokens.open(newline="") as lines:
        found = {row["id"]: keyring.caller(Shown(f"Bearer {row['token']}")) for row in csv.DictReader(lines)}
    assert found["bureau-990101-1"].roles == {"registry", "rules"}
    assert found["sfs-990101-002-1"].offices == ("sfs-990101-002", "sfs-990101-003")


def test_a_toml_brings_keys_that_were_made_elsewhere(data: Path, said: Any) -> None:
    other = data / "other.toml"
    other.write_text(f'[[credential]]\nid = "vendor"\noffices = ["sfs-990101-001"]\npublishers = ["v"]\nsecret_sha256 = "{"a" * 64}"\n')
    assert said("credentials", "import", str(other))["added"] == ["vendor"]
    assert held(data)["vendor"].secret_sha256 == "a" * 64


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "--office", "sfs-990101-001"],
        ["add", "--office", "990101", "--publisher", "x"],
        ["add", "--bureau", "990101", "--role", "king"],
        ["add", "--bureau", "990101", "--office", "sfs-990101-001", "--publisher", "x"],
        ["add", *OFFICE, "--no-token"],
        ["add", *OFFICE, "--certificate", "/no/such/file"],
        ["add", *OFFICE, "--public-key", __file__],
        ["add", *OFFICE, "--id", "Not An Id"],
        ["rotate", "nobody"],
        ["revoke", "nobody"],
        ["import", __file__],
        ["import", "/no/such/file.csv"],
    ],
)
def test_what_would_make_no_sense_is_refused_and_changes_nothing(
    data: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["credentials", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (data / "credentials.toml").exists()
    assert not (data / "audit").exists()


def test_an_import_with_one_bad_row_adds_none(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = data / "offices.csv"
    table.write_text("offices,publishers\nsfs-990101-001,office-1\nsfs-99,office-1\n")
    assert run(["credentials", "import", str(table), "--tokens", str(data / "t.csv")]) == 2
    assert not (data / "credentials.toml").exists()
    assert not (data / "t.csv").exists()
    assert "credential.1" in capsys.readouterr().err


def test_an_id_is_never_given_twice(data: Path, said: Any) -> None:
    said("credentials", "add", *OFFICE)
    assert run(["credentials", "add", *OFFICE, "--id", "sfs-990101-001-1"]) == 2
    said("credentials", "revoke", "sfs-990101-001-1")
    assert said("credentials", "add", *OFFICE)["id"] == "sfs-990101-001-2"


def test_a_damaged_file_is_not_overwritten(data: Path) -> None:
    path = data / "credentials.toml"
    path.write_text("[[credential]]\n")
    assert run(["credentials", "add", *OFFICE]) == 2
    assert path.read_text() == "[[credential]]\n"


def test_people_are_told_what_programs_are_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["credentials", "list"]) == 0
    assert "there are no keys" in capsys.readouterr().out
    assert run(["credentials", "add", *OFFICE]) == 0
    assert "first key" in capsys.readouterr().out
    assert run(["credentials", "list"]) == 0
    assert "sfs-990101-001-1" in capsys.readouterr().out


def test_the_audit_log_is_shown_and_verified(data: Path, said: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "show"]) == 0
    said("credentials", "add", *OFFICE)
    said("credentials", "revoke", "sfs-990101-001-1")
    found = said("audit", "verify")
    assert (found["entries"], found["problems"]) == (2, [])
    assert said("audit", "verify", "--expect", found["head"])["entries"] == 2
    assert [one["what"] for one in said("audit", "show", "--last", "1")["entries"]] == ["credential revoked"]
    (file,) = (data / "audit").glob("*.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"credential added"', b'"credential addad"'))
    assert run(["audit", "verify"]) == 1
    assert "1 place" in capsys.readouterr().err
    assert run(["audit", "verify", "--expect", "0" * 64]) == 1


def test_the_doctor_tells_of_keys_that_end_soon(data: Path, said: Any) -> None:
    assert keys(settings()).ok
    said("credentials", "add", *OFFICE, "--days", "3")
    found = keys(settings())
    assert (found.ok, "sfs-990101-001-1" in found.finding("en")) == (False, True)
    said("credentials", "rotate", "sfs-990101-001-1")
    found = keys(settings())
    assert (found.ok, found.finding("en")) == (True, "2 of 2 live")
