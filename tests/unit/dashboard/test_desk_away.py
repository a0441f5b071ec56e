"""The alert desk between machines: the deliverer answers about its journal to whom the key is known, and a sign-on says who acts."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from pydantic import ValidationError

from consumers.alerts.journal.acts import Refused
from consumers.alerts.journal.asking import Answering, AskedJournal
from consumers.alerts.journal.desk import Away, OwnJournal
from consumers.alerts.journal.journal import FILE
from consumers.alerts.journal.tables import JournalError
from consumers.clickhouse.store import Store
from consumers.dashboard import signing_in
from consumers.dashboard.app import application
from consumers.dashboard.desk import Desk
from consumers.dashboard.signing_in import Door, SignOn, origin
from schemas.audit import entries
from schemas.operation.health import Health
from schemas.operation.serving import serve
from schemas.settings import Settings
from tests.alerting import own_journal

KEY = "k" * 24
Client = TestClient[Request, Application]


@pytest.fixture
def own(tmp_path: Path) -> OwnJournal:
    return own_journal(tmp_path)


@pytest.fixture
def deliverer(own: OwnJournal) -> Iterator[str]:
    server = serve("127.0.0.1", 0, lambda: Health("alerts", (), ()), also=Answering(own, KEY))
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_what_stands_and_what_is_done_is_the_same_from_afar(own: OwnJournal, deliverer: str, tmp_path: Path) -> None:
    asked = AskedJournal(f"{deliverer}/", KEY)
    assert asked.stands("990101") == own.stands("990101")
    first, second = (line.id for line in asked.stands("990101").alerts)
    asked.act("ack", "990101", {"id": first, "by": "王芳", "note": "已去现场"})
    asked.act("silence", "990101", {"id": second, "by": "王芳", "reason": "系统升级", "span": "4h"})
    stands = asked.stands("990101")
    assert stands == own.stands("990101")
    assert {line.id: line.acknowledged_by for line in stands.alerts}[first] == "王芳"
    asked.act("unsilence", "990101", {"id": str(stands.silences[0].id), "by": "李强"})
    assert asked.stands("990101").silences == []
    assert [(one["what"], one["by"]) for one in entries(tmp_path / "audit")] == [
        ("alert acknowledged", "王芳"),
        ("alerts silenced", "王芳"),
        ("silence ended", "李强"),
    ]


def test_what_cannot_be_done_says_why_from_afar_too(own: OwnJournal, deliverer: str, tmp_path: Path) -> None:
    asked = AskedJournal(deliverer, KEY)
    with pytest.raises(Refused, match="say who you are"):
        asked.act("ack", "990101", {"id": own.stands("990101").alerts[0].id, "by": " "})
    with pytest.raises(Away, match="SUOHENG_DESK_KEY of the page and of the deliverer differ"):
        AskedJournal(deliverer, "x" * 24).stands("990101")
    with pytest.raises(Away, match="there are GET /desk and POST"):
        asked.act("delete", "990101", {})
    with pytest.raises(Away, match="does not answer"):
        AskedJournal("http://127.0.0.1:9", KEY).stands("990101")
    (tmp_path / "audit").write_text("not a folder")
    with pytest.raises(OSError, match="audit"):
        asked.act("ack", "990101", {"id": own.stands("990101").alerts[0].id, "by": "王芳"})
    (tmp_path / FILE).unlink()
    with pytest.raises(JournalError, match="there is no"):
        asked.stands("990101")


def test_another_servers_word_is_not_taken_for_the_deliverers() -> None:
    """Without a key the deliverer has no desk, and answers as any server does to what it does not know."""
    server = serve("127.0.0.1", 0, lambda: Health("alerts", (), ()))
    try:
        with pytest.raises(Away, match="404"):
            AskedJournal(f"http://127.0.0.1:{server.server_address[1]}", KEY).stands("990101")
    finally:
        server.shutdown()
        server.server_close()


ADDRESS = "https://suoheng.bureau.example"


@pytest.fixture
async def page(own: OwnJournal) -> AsyncIterator[Client]:
    settings = Settings(sign_on_networks=["127.0.0.0/8"], sign_on_header="X-Forwarded-User", dashboard_url=f"{ADDRESS}:443/")
    door = Door("0.0.0.0", SignOn(settings.sign_on_header, settings.sign_on_networks, origin(settings.page_url)), KEY)
    store = Store.of(Settings(clickhouse_url="http://127.0.0.1:9"))
    async with TestClient(TestServer(application(store, "0.0.0.0", desk=Desk(own, door)))) as made:
        yield made


def token(name: str) -> str:
    """What the page shows to somebody, whichever of its processes it is."""
    door = Door("0.0.0.0", SignOn("X-Forwarded-User", (), ADDRESS), KEY)
    signing_in._caller.set(signing_in._Caller(is_here=False, name=name))
    return door.token


async def post(page: Client, id_: str, headers: dict[str, str], **form: str) -> int:
    answer = await page.post("/d/990101/alerts/ack", data={"id": id_, "by": "somebody else"} | form, headers=headers, allow_redirects=False)
    return answer.status


async def test_whom_the_sign_on_names_acts_in_that_name_and_nobody_else(page: Client, own: OwnJournal, tmp_path: Path) -> None:
    one = own.stands("990101").alerts[0].id
    signed = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin", "X-Forwarded-User": "wang.fang"}
    mine, others = token("wang.fang"), token("li.qiang")
    assert await post(page, one, {name: told for name, told in signed.items() if name != "X-Forwarded-User"}, token=mine) == 403
    assert await post(page, one, signed, token=others) == 403
    assert await post(page, one, signed | {"Origin": "https://evil.example"}, token=mine) == 403
    assert await post(page, one, signed | {"X-Forwarded-User": "w" * 65}, token=mine) == 403
    assert await post(page, one, signed, token=mine) == 303
    assert [(entry["what"], entry["by"]) for entry in entries(tmp_path / "audit")] == [("alert acknowledged", "wang.fang")]


async def test_a_name_from_beyond_the_sign_ons_networks_is_not_believed(own: OwnJournal) -> None:
    door = Door(
        "0.0.0.0", SignOn("X-Forwarded-User", Settings(webhook_private_networks=["10.0.0.0/8"]).webhook_private_networks, ADDRESS), KEY
    )
    store = Store.of(Settings(clickhouse_url="http://127.0.0.1:9"))
    async with TestClient(TestServer(application(store, "0.0.0.0", desk=Desk(own, door)))) as outside:
        headers = {"Origin": ADDRESS, "X-Forwarded-User": "wang.fang"}
        assert await post(outside, own.stands("990101").alerts[0].id, headers, token=token("wang.fang")) == 403


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:29094/"),
        ({"dashboard_host": "0.0.0.0", "dashboard_port": 8080}, "http://127.0.0.1:8080/"),
        ({"dashboard_url": ADDRESS}, f"{ADDRESS}/"),
        ({"dashboard_url": f"{ADDRESS}:8443/"}, f"{ADDRESS}:8443/"),
    ],
)
def test_messages_link_to_the_page_as_people_reach_it(given: dict[str, object], address: str) -> None:
    assert Settings.model_validate(given).page_url == address


@pytest.mark.parametrize(
    "given",
    [
        {"dashboard_url": "suoheng.example"},
        {"dashboard_url": f"{ADDRESS}/below"},
        {"desk_url": "http://alerts:9000"},
        {"desk_key": "too short"},
        {"sign_on_header": "X-User"},
        {"sign_on_header": "X-User", "sign_on_networks": ["10.0.0.0/8"]},
    ],
)
def test_half_a_desk_is_no_setting(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)
