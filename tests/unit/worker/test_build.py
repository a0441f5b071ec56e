"""The digest of the code: any source of the core or the schemas decides, and nothing else does."""

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from streams.worker import build


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages of a source each."""
    for package in build.PACKAGES:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "rule.py").write_text("LIMIT = 1")
    monkeypatch.setattr(build, "find_spec", lambda name: ModuleSpec(name, None, origin=str(tmp_path / name / "__init__.py")))
    return tmp_path


@pytest.mark.parametrize("package", build.PACKAGES)
def test_any_change_of_a_source_is_another_build(sources: Path, package: str) -> None:
    first = build.digest()
    assert first == build.digest()
    rule = sources / package / "rule.py"
    rule.write_text("LIMIT = 2")
    changed = build.digest()
    rule.write_text("LIMIT = 1")
    assert build.digest() == first
    rule.rename(rule.with_name("other.py"))
    assert len({first, changed, build.digest()}) == 3


def test_the_catalogue_is_among_the_sources() -> None:
    spec = find_spec("streams.core")
    assert spec
    assert spec.origin
    assert (Path(spec.origin).parent / "catalogue" / "med.py").exists()


def test_no_digest_without_sources(sources: Path) -> None:
    for source in (sources / "schemas").iterdir():
        source.unlink()
    assert build.digest() == ""


def test_sources_that_were_replaced_since_the_start(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "AT_START", build.digest())
    assert build.settled() == build.AT_START
    sealed = {build.settled(rules) for rules in ("", "sealed from 1", "sealed from 2")}
    assert len(sealed) == 3
    assert {len(one) for one in sealed} == {len(build.AT_START)}
    (sources / "schemas" / "rule.py").write_text("LIMIT = 3")
    assert build.settled() == build.settled("sealed from 1") == ""
