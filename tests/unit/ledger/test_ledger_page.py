"""The import page as an attacker finds it: foreign sites, other keys, files that are none; and what it says of an installation without keys."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from deploy.errors import Finding, Usage
from deploy.ledger.page import app as page
from deploy.ledger.page.app import LedgerPage
from deploy.ledger.page.speaking import Speaker, speaker
from deploy.ledger.page.texts import TEXTS
from deploy.ledger.page.uploads import Upload, Uploads, digest, safe_name
from deploy.local.address import gateway_url
from schemas.audit import entries
from schemas.settings import Settings
from tests.gateway_door import DIGEST, SECRET

OFFICE = "sfs-990107-001"
OWN = {"X-Suoheng-Ledger": "1"}
Client = TestClient[Any, Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, kafka="127.0.0.1:1", clickhouse_url="http://127.0.0.1:1")


@pytest.fixture
async def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr("tempfile.tempdir", str(settings.data))
    async with TestClient(TestServer(LedgerPage(settings, "http://127.0.0.1:1").application())) as made:
        yield made


def form(file: bytes = b"x", name: str = "a.csv", **fields: str) -> FormData:
    made = FormData()
    for field, text in fields.items():
        made.add_field(field, text)
    made.add_field("file", file, filename=name, content_type="application/octet-stream")
    return made


def keys(settings: Settings, *entries_: str) -> None:
    text = "".join(f'[[credential]]\nid = "k{n}"\nsecret_sha256 = "{DIGEST}"\n{entry}\n' for n, entry in enumerate(entries_))
    settings.credentials_file.write_text(text)


async def test_the_page_is_whole_in_both_languages_and_lets_nothing_in(client: Client) -> None:
    for lang, title in (("zh", "台账导入"), ("en", "Import a ledger")):
        answer = await client.get(f"/?lang={lang}")
        assert f"<h1>{title}</h1>" in await answer.text()
        assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    for path in ("/ledger.css", "/ledger.js", "/template/med"):
        assert (await client.get(path)).status == 200
    for path in ("/template/x", "/copy/x", "/ledger.html", "/..%2fapp.py"):
        assert (await client.get(path)).status == 404
    for zh, en in TEXTS.values():
        assert zh.strip()
        assert en.strip()


@pytest.mark.parametrize("headers", [{}, OWN | {"Origin": "http://evil.example"}, OWN | {"Origin": "null"}])
@pytest.mark.parametrize("path", ["/check", "/publish"])
async def test_a_foreign_site_cannot_ask(client: Client, path: str, headers: dict[str, str]) -> None:
    assert (await client.post(path, data=form(office=OFFICE), headers=headers)).status == 403


async def test_a_name_that_was_turned_to_loopback_is_not_served(client: Client) -> None:
    assert (await client.get("/", headers={"Host": "evil.example"})).status == 421


async def test_wrong_forms_are_refused_and_leave_no_file(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_FILE_BYTES", 1_000)
    for made, status in (
        (form(b"x" * 2_000, office=OFFICE), 413),
        (form(office="x" * 5_000), 413),
        (form(office=OFFICE, name="a.csv"), 422),  # neither Kafka nor ClickHouse is there
        (form(b"PK\x03\x04 no archive", office=OFFICE, name="../../etc/a.xlsx"), 422),
        (form(), 422),
    ):
        answer = await client.post("/check", data=made, headers=OWN)
        assert (answer.status, "suoheng-ledger-" in await answer.text()) == (status, False)
    assert (await client.post("/check", json={}, headers=OWN)).status == 400
    assert (await client.post("/publish", data=form(ticket="x"), headers=OWN)).status == 409
    assert [one for one in settings.data.iterdir() if one.name.startswith("suoheng-ledger-")] == []


async def test_a_fault_of_the_program_is_told_and_leaves_no_file(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("told in the log")

    monkeypatch.setattr(page, "import_ledgers", broken)
    answer = await client.post("/check", data=form(office=OFFICE), headers=OWN)
    assert (answer.status, "程序出错" in (await answer.json())["error"]) == (500, True)
    assert "told in the log" in caplog.text
    assert [one for one in settings.data.iterdir() if one.name.startswith("suoheng-ledger-")] == []


async def test_a_bomb_is_refused_as_by_the_command(client: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(64 << 20))
    answer = await client.post("/check", data=form(packed.getvalue(), name="台账.xlsx", office=OFFICE), headers=OWN)
    told = (await answer.json())["error"]
    assert (answer.status, "压缩炸弹" in told, "suoheng-ledger-" in told) == (422, True, False)


async def test_a_key_that_opens_nothing_is_audited_without_its_words(client: Client, settings: Settings) -> None:
    keys(settings, f'offices = ["{OFFICE}"]\npublishers = ["ledger-001"]')
    answer = await client.post("/check", data=form(key="k0.wrong-wrong-wrong-wrong"), headers=OWN)
    assert (answer.status, "AUTH_UNKNOWN" in await answer.text()) == (422, True)
    (line,) = entries(settings.audit_folder)
    assert (line["what"], line["why"]) == ("ledger page refused", "Usage")
    assert "wrong-wrong" not in str(line)


def test_the_key_tells_whose_ledger_it_is(settings: Settings) -> None:
    assert speaker(settings, "", OFFICE) == Speaker("990107", OFFICE, "ledger-001")
    with pytest.raises(Usage, match="name the office"):
        speaker(settings, "", "")
    for office in ("城关司法所", "sfs-990107-1", f"{OFFICE}\n", "sfs-990107-001/../bureau"):
        with pytest.raises(Usage, match="no id of an office"):
            speaker(settings, "", office)
    token = f".{SECRET}"
    keys(
        settings,
        f'offices = ["{OFFICE}"]\npublishers = ["ledger-001"]',
        f'offices = ["{OFFICE}", "sfs-990107-002"]\npublishers = ["ledger", "ledger-002"]',
        'bureau = "990107"',
        f'offices = ["{OFFICE}"]\npublishers = ["ledger-001"]\nrevoked = true',
    )
    assert speaker(settings, f"k0{token}", "") == Speaker("990107", OFFICE, "ledger-001")
    assert speaker(settings, f"k1{token}", "") == Speaker("990107", "", "ledger")
    assert speaker(settings, f"k1{token}", "sfs-990107-002") == Speaker("990107", "sfs-990107-002", "ledger-002")
    for key, office, error, why in (
        (f"k0{token}", "sfs-990107-002", Usage, "does not speak for"),
        (f"k1{token}", OFFICE, Finding, "--publisher ledger-001"),
        (f"k2{token}", "", Finding, "bureau's key"),
        (f"k3{token}", "", Usage, "AUTH_REVOKED"),
        ("", OFFICE, Usage, "AUTH_MISSING"),
    ):
        with pytest.raises(error, match=why):
            speaker(settings, key, office)


def test_files_wait_for_their_key_and_not_for_ever(tmp_path: Path) -> None:
    held, whose = Uploads(), Speaker("990107", OFFICE, "ledger-001")
    tickets = []
    for n in range(10):
        folder = tmp_path / str(n)
        folder.mkdir()
        tickets.append(held.keep(Upload(folder, folder / "a.csv", digest("key"), whose)))
    assert len(set(tickets)) == 10
    assert [held.get(ticket) is not None for ticket in tickets] == [False] * 2 + [True] * 8
    found = held.get(tickets[-1])
    assert found is not None
    assert (found.is_of("key"), found.is_of("other")) == (True, False)
    found.at -= 1_000
    assert held.get(tickets[-1]) is None
    assert not found.folder.exists()
    held.forget()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("受理.csv", "受理.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\台账\\矫正.XLSX", "矫正.xlsx"),
        ("...", "ledger"),
        ("", "ledger"),
        ("a\x00b\n.exe", "ab"),
        ("x" * 300 + ".xls", "x" * 200 + ".xls"),
        ("𠮷" * 100 + ".xlsx", "𠮷" * 50 + ".xlsx"),
    ],
)
def test_a_files_name_leads_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_events_go_to_the_installations_own_gateway(tmp_path: Path) -> None:
    assert gateway_url(Settings(port_base=40_000)) == "http://127.0.0.1:40003"
    served = Settings(gateway_host="0.0.0.0", gateway_port=8443, gateway_tls_certificate=tmp_path / "c.pem")
    assert gateway_url(served) == "https://127.0.0.1:8443"
    assert gateway_url(Settings(gateway_host="::1", gateway_port=8080)) == "http://[::1]:8080"
    assert gateway_url(Settings(gateway_host="::", gateway_port=8080)) == "http://[::1]:8080"
