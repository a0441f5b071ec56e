"""The key file, and what is made with it."""

import re
from pathlib import Path

import pytest

from streams.ingest import pseudonym
from streams.ingest.ledger.numbers import Numbers
from streams.ingest.pseudonym import Key, Keyring, PseudonymError

SOURCE = "/districts/990107/ledger"
FIXED = Key("00000000", pseudonym.throwaway().newest.made_at, bytes(range(32)))


def test_a_pseudonym_for_those_who_write_other_programs() -> None:
    """HMAC-SHA256 over each part with its length (four bytes, big-endian) before it: suoheng-1, subject, district, domain, series, number."""
    assert FIXED.subject("990107", "med", "ledger", "调字2026-1号") == "0X53Y4JVYA3GB2YMZVSNKYE8S5"
    assert FIXED.worker("990107", "张三") == "w-9d14mvkq0j3f"


def test_domains_districts_series_and_numbers_are_kept_apart() -> None:
    asked = [("990107", "med", "ledger", "1"), ("990107", "cor", "ledger", "1"), ("990108", "med", "ledger", "1"), ("990107", "med", "ledger1", ""), ("990107", "med", "ledge", "r1")]  # fmt: skip
    made = {FIXED.subject(*one) for one in asked}
    assert len(made) == len(asked)
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", one) for one in made)


def test_the_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "keys.toml"
    made = pseudonym.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert pseudonym.load(path) == made
    before = path.read_bytes()
    with pytest.raises(PseudonymError, match="there already"):
        pseudonym.create(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_rotation_adds_a_key_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    first = pseudonym.create(path).newest
    rotated = pseudonym.rotate(path)
    assert rotated.keys[0] == first
    assert rotated.newest.id != first.id
    assert pseudonym.load(path) == rotated
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.toml"
    pseudonym.create(path)
    path.chmod(mode)
    with pytest.raises(PseudonymError, match="chmod 600"):
        pseudonym.load(path)


@pytest.mark.parametrize(
    "damage", [b"", b"key = []", b"[[key]]", b"\xff\xfe", b"key = 1", b"[[key]]\nid = 1\nmade_at = 1\nsecret = 1", b"x"]
)
def test_a_damaged_file_is_refused_and_not_written_over(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "keys.toml"
    path.write_bytes(damage)
    path.chmod(0o600)
    for use in (pseudonym.load, pseudonym.rotate):
        with pytest.raises(PseudonymError, match="backup"):
            use(path)
    assert path.read_bytes() == damage


def test_a_secret_that_has_changed_is_noticed_and_not_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    secret = re.search('secret = "(.*)"', (pseudonym.create(path), path.read_text())[1])
    assert secret
    other = ("B" if secret[1][0] == "A" else "A") + secret[1][1:]
    path.write_text(path.read_text().replace(secret[1], other))
    with pytest.raises(PseudonymError) as refusal:
        pseudonym.load(path)
    assert secret[1][1:9] not in str(refusal.value)


def test_without_a_file_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(PseudonymError, match="cannot be read"):
        pseudonym.load(tmp_path / "none.toml")


def test_numbers_stay_under_the_key_under_which_they_are_known() -> None:
    old, new = pseudonym.throwaway().newest, pseudonym.throwaway().newest
    before = Numbers(Keyring((old,)), SOURCE)
    reference, subject = before.reference("med.case.accepted", "1")[1], before.subject("med", "1")
    after = Numbers(Keyring((old, new)), SOURCE, {reference}, {subject})
    assert after.reference("med.case.accepted", "1") == (old, reference)
    assert after.subject("med", "1") == subject
    assert after.reference("med.case.agreed", "1")[0] == new
    assert after.subject("med", "2") == new.subject("990107", "med", "ledger", "2")
