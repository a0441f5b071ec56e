"""Acts of the duty desk: whom it serves, what it refuses, and that each stands in the audit log under a name."""

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from consumers.alerts.journal.acts import Acts
from consumers.alerts.journal.desk import OwnJournal
from consumers.alerts.journal.journal import FILE, Journal, Read
from consumers.alerts.planned import look
from consumers.clickhouse.store import Store
from consumers.dashboard import rendering
from consumers.dashboard.app import application
from consumers.dashboard.asking import ask
from consumers.dashboard.desk import Desk, DeskPage
from consumers.dashboard.missing import Missing
from consumers.dashboard.reading import District
from consumers.dashboard.signing_in import Door
from consumers.dashboard.trust import Conservation, Trust
from consumers.periods import containing
from schemas.audit import Audit, entries
from schemas.settings import Settings
from tests.alerting import firing, own_journal, plan_of, resolved

PLAN = """
route: {to: [duty], group_wait: 0s, escalate: [{after: 30m, to: [chief]}]}
receivers: [{name: duty, log: {}}, {name: chief, log: {}}]
"""
Client = TestClient[Request, Application]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(own_journal(tmp_path), Door("127.0.0.1"))


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[Client]:
    store = Store.of(Settings(clickhouse_url="http://127.0.0.1:9"))
    async with TestClient(TestServer(application(store, "127.0.0.1", desk=desk))) as made:
        yield made


def shown(desk: Desk) -> DeskPage:
    return desk._read("990101", "")


async def post(client: Client, act: str, desk: Desk, headers: dict[str, str] | None = None, **form: str) -> int:
    own = {"Origin": f"http://127.0.0.1:{client.port}", "Sec-Fetch-Site": "same-origin"} if headers is None else headers
    answer = await client.post(
        f"/d/990101/alerts/{act}", data={"token": desk.door.token, "by": "王芳"} | form, headers=own, allow_redirects=False
    )
    return answer.status


async def test_an_alert_is_acknowledged_silenced_and_heard_again(client: Client, desk: Desk, tmp_path: Path) -> None:
    first, second = (line.id for line in shown(desk).firing)
    assert await post(client, "ack", desk, id=first, note="已去现场", lang="en") == 303
    assert await post(client, "silence", desk, id=second, reason="系统升级", span="4h") == 303
    page = shown(desk)
    assert {line.id: line.acknowledged_by for line in page.firing} == {first: "王芳", second: ""}
    (silence,) = page.silences
    assert (silence.by, silence.reason) == ("王芳", "系统升级")
    assert 'subject="sfs-990101-00' in silence.matchers
    assert await post(client, "unsilence", desk, id=str(silence.id), by="李强") == 303
    assert shown(desk).silences == []
    assert [(one["what"], one["by"], one["account"]) for one in entries(tmp_path / "audit")] == [
        ("alert acknowledged", "王芳", "page"),
        ("alerts silenced", "王芳", "page"),
        ("silence ended", "李强", "page"),
    ]


async def test_only_the_page_itself_may_ask(client: Client, desk: Desk, tmp_path: Path) -> None:
    one = shown(desk).firing[0].id
    own = f"http://127.0.0.1:{client.port}"
    for headers in ({"Origin": "http://evil.example"}, {"Origin": own, "Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}):
        assert await post(client, "ack", desk, headers, id=one) == 403
    assert await post(client, "ack", desk, id=one, token="guessed") == 403
    assert await post(client, "ack", desk, {"Origin": own, "Host": "evil.example"}, id=one) == 421
    assert await post(client, "ack", desk, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, id=one) == 303, "a form under no-referrer"
    assert len(list(entries(tmp_path / "audit"))) == 1


async def test_beyond_this_machine_nothing_is_changed(desk: Desk, tmp_path: Path) -> None:
    open_ = Desk(OwnJournal(tmp_path / FILE, Audit(tmp_path / "audit", 400)), Door("0.0.0.0"))
    assert not shown(open_).may_act
    async with TestClient(
        TestServer(application(Store.of(Settings(clickhouse_url="http://127.0.0.1:9")), "0.0.0.0", desk=open_))
    ) as client:
        assert await post(client, "ack", open_, id=shown(open_).firing[0].id) == 403
    assert list(entries(tmp_path / "audit")) == []


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("ack", {"by": " "}),
        ("ack", {"by": "x" * 65}),
        ("ack", {"id": "beef"}),
        ("ack", {"id": ""}),
        ("ack", {"note": "x" * 501}),
        ("silence", {"span": "9d", "reason": "x"}),
        ("silence", {"span": "1h", "reason": ""}),
        ("unsilence", {"id": "7"}),
        ("unsilence", {"id": "٣"}),
    ],
)
async def test_what_makes_no_sense_is_refused_and_not_audited(
    client: Client, desk: Desk, tmp_path: Path, act: str, form: dict[str, str]
) -> None:
    assert await post(client, act, desk, None, **({"id": shown(desk).firing[0].id} | form)) == 400
    assert list(entries(tmp_path / "audit")) == []


async def test_without_the_audit_log_nothing_is_done(client: Client, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("not a folder")
    assert await post(client, "ack", desk, id=shown(desk).firing[0].id) == 503
    assert shown(desk).firing[0].acknowledged_by == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_rendered_with_all_that_stands(desk: Desk, tmp_path: Path, lang: str) -> None:
    """Told, escalated, inhibited, acknowledged, silenced and over, with markup in what people wrote."""
    began, plan = datetime.now(UTC) - timedelta(minutes=40), plan_of(PLAN)
    journal = Journal.at(tmp_path / FILE)
    rows = [firing(1, severity="critical", rule="grave"), resolved(2)]
    journal.fold(0, [Read(2 + n, row, False) for n, row in enumerate(rows)], 4, 0, began)
    for minutes in (0, 31):
        look(plan, journal, began + timedelta(minutes=minutes))
        for name in ("duty", "chief"):
            while queued := journal.head(name):
                journal.end(queued, began, delivered=name == "duty", reason="" if name == "duty" else "HTTP 404")
    journal.close()
    with closing(Acts(tmp_path / FILE)) as acts:
        acts.silence(['rule="lost"'], "王芳", "核查 <b>", datetime.now(UTC), datetime.now(UTC) + timedelta(hours=4))
        acts.acknowledge(acts.shown()[0].fingerprint, "李强", "去 <i>", datetime.now(UTC))
    place = District("990101", date(2026, 11, 30), date(2026, 1, 1), {}, {}, {})
    foot = Trust(place.today, None, Conservation(1, 1, 0, 0, 0), None, {}, 0, 0, {}, Missing([], []), None)
    asked = ask("/d/990101/alerts", {"lang": lang})
    html = rendering.page(
        "alerts.html",
        asked,
        place,
        containing("month", place.today),
        desk._read("990101", "ack"),
        rendering.Frame(foot, ["990101"], {}, datetime.now(UTC)),
    )
    assert html.count(desk.door.token) == html.count("<form method") == 4, "silence twice, acknowledge once, end a silence"
    assert "核查 &lt;b&gt;" in html
    assert "去 &lt;i&gt;" in html
    words = {
        "zh": ("被更严重的预警抑制:grave", "李强", "被拒: HTTP 404"),
        "en": ("a graver one stands above: grave", "Acknowledged", "refused: HTTP 404"),
    }
    assert [said for said in words[lang] if said not in html] == []


def test_the_token_is_in_no_json_and_without_a_journal_the_page_says_so(desk: Desk, tmp_path: Path) -> None:
    assert desk.door.token not in orjson.dumps(shown(desk), default=str).decode()
    assert shown(desk).token == desk.door.token
    assert not shown(Desk(OwnJournal(tmp_path / "nowhere", Audit(tmp_path / "audit", 400)), Door("127.0.0.1"))).planned
