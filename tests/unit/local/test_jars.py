"""Kafka's program files: locked, verified, and one clear line when they cannot be had."""

import hashlib
from pathlib import Path

import pytest

from deploy.errors import MissingDependency
from deploy.local import jars
from deploy.local.jars import Jar, kafka_jars, locked_jars, missing_jars


def test_the_lock_names_the_whole_class_path_once() -> None:
    found = locked_jars()
    assert len({jar.file_name for jar in found}) == len(found) == 45
    assert {jar.version for jar in found if jar.group == "org.apache.kafka"} == {"4.4.0"}
    assert all(len(jar.sha256) == 64 for jar in found)
    assert "log4j-slf4j-impl" in {jar.artifact for jar in found}


@pytest.fixture
def two_jars(monkeypatch: pytest.MonkeyPatch) -> list[Jar]:
    """A lock of two small files."""
    lock = [Jar(hashlib.sha256(name.encode()).hexdigest(), "org.apache.kafka", name, "1") for name in ("kafka_2.13", "other")]
    monkeypatch.setattr(jars, "locked_jars", lambda: lock)
    return lock


def test_files_laid_there_by_hand_are_taken_without_any_download(
    tmp_path: Path, two_jars: list[Jar], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kafka-1"
    folder.mkdir()
    for jar in two_jars:
        (folder / jar.file_name).write_text(jar.artifact)
    monkeypatch.setattr(jars, "_download", lambda *_: pytest.fail("nothing is missing"))
    assert kafka_jars(tmp_path) == folder


def test_a_damaged_file_is_fetched_again(tmp_path: Path, two_jars: list[Jar], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kafka-1"
    folder.mkdir()
    (folder / two_jars[0].file_name).write_text(two_jars[0].artifact)
    (folder / two_jars[1].file_name).write_text("cut off")
    steps = []

    def download(jar: Jar, scratch: Path, _: Path) -> Path:
        path = scratch / jar.file_name
        path.write_text(jar.artifact)
        return path

    monkeypatch.setattr(jars, "_download", download)
    kafka_jars(tmp_path, lambda done, total, name: steps.append((done, total, name)))
    assert steps == [(2, 2, "other-1.jar")]
    assert missing_jars(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["kafka-1"], "no scratch folder is left"


def test_a_file_other_than_the_locked_one_is_refused(tmp_path: Path, two_jars: list[Jar], monkeypatch: pytest.MonkeyPatch) -> None:
    def download(jar: Jar, scratch: Path, _: Path) -> Path:
        path = scratch / jar.file_name
        path.write_text("something else")
        return path

    monkeypatch.setattr(jars, "_download", download)
    with pytest.raises(MissingDependency, match=r"not the file that .*kafka\.lock names"):
        kafka_jars(tmp_path)
    assert missing_jars(tmp_path) == two_jars


def test_an_unreachable_repository_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = tmp_path / "jgo.conf"
    mirror.write_text("[repositories]\ncentral = http://127.0.0.1:9/nobody\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(mirror))
    monkeypatch.setattr(jars, "ATTEMPTS", 1)
    with pytest.raises(MissingDependency, match=r"cannot fetch .* from the Maven repository") as caught:
        kafka_jars(tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert "mirror" in str(caught.value)
