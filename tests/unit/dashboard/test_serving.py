"""The content policy to the letter, the host check, and that the vendored file is the one that was looked at."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from consumers.dashboard import serving

DASHBOARD = Path(serving.__file__).parent
VENDOR = DASHBOARD / "static" / "vendor"


def test_the_content_policy_allows_nothing_but_own_files() -> None:
    assert serving.HEADERS["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize(
    ("bound_to", "host", "right"),
    [
        ("127.0.0.1", "127.0.0.1:29094", True),
        ("127.0.0.1", "localhost:29094", True),
        ("127.0.0.1", "[::1]:29094", True),
        ("127.0.0.1", "evil.example:29094", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("localhost", "evil.example", False),
        ("10.1.2.3", "suoheng.example", True),
        ("0.0.0.0", "suoheng.example", True),
    ],
)
def test_on_loopback_only_loopback_names_are_served(bound_to: str, host: str, right: bool) -> None:
    assert serving.right_host(bound_to, host) is right


def test_vendored_files_are_unchanged_and_carry_their_licence() -> None:
    listed = tomllib.loads((VENDOR / "VENDOR.toml").read_text("utf-8"))["file"]
    for file in listed:
        assert hashlib.sha256((VENDOR / file["name"]).read_bytes()).hexdigest() == file["sha256"], file["name"]
        assert all((VENDOR / name).stat().st_size > 0 for name in file["licence_files"])
    known = {name for file in listed for name in (file["name"], *file["licence_files"])} | {"VENDOR.toml"}
    assert {path.name for path in VENDOR.iterdir()} == known


def test_no_template_carries_inline_script_or_style_or_a_foreign_address() -> None:
    for path in DASHBOARD.glob("templates/*.html"):
        text = path.read_text("utf-8")
        assert "style=" not in text, path.name
        assert "javascript:" not in text, path.name
        assert "http://" not in text.replace("http-equiv", ""), path.name
        assert "https://" not in text, path.name
        assert " onclick" not in text, path.name
