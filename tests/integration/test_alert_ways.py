"""Every way of telling against a receiver that is as strict as the real service: signatures, codes, limits, sizes, threads, secrets unsaid."""

import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from consumers.alerts.outcome import Delivered, Later, Refused
from consumers.alerts.plan.model import PlanError, parse_plan
from consumers.alerts.sender import Sender
from consumers.alerts.ways.building import Surroundings, ways
from consumers.alerts.ways.way import Way
from tests.alerting import Stage, firing, resolved
from tests.authority import Authority
from tests.ports import free_port
from tests.robots import Alertmanager, Robots, serving

LOOPBACK = [ip_network("127.0.0.0/8")]
PAGE = "http://127.0.0.1:29094/"


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def robots(clock: Clock) -> Robots:
    return Robots(lambda: clock().timestamp())


@pytest.fixture
def base(robots: Robots) -> Iterator[str]:
    with serving(robots.routes()) as address:
        yield address


def plan_text(**ways_: Any) -> str:
    receivers = [{"name": name, name: way} for name, way in ways_.items()]
    return yaml.safe_dump({"route": {"to": list(ways_), "group_wait": "0s", "group_interval": "1m"}, "receivers": receivers})


@pytest.fixture
def robot(base: str, clock: Clock, tmp_path: Path) -> Callable[..., Way]:
    """`robot("wecom", key="…")`: its way, with secrets in files."""

    def made(name: str, key: str = Robots.KEY, token: str = Robots.TOKEN, secret: str = Robots.SECRET) -> Way:
        for file, text in (("key", key), ("token", token), ("secret", secret)):
            (tmp_path / file).write_text(text + "\n")
        files = {"key_file": "key"} if name == "wecom" else {"token_file": "token", "secret_file": "secret"}
        plan = parse_plan(yaml.safe_load(plan_text(**{name: {"base": base, **files}})))
        return ways(plan, Surroundings(tmp_path, PAGE, LOOPBACK, clock))[name]

    return made


def a_message(name: str, number: int = 1, **changed: Any) -> Any:
    stage = Stage(
        plan_text(**{name: {}}) if name == "log" else f"route: {{to: [{name}], group_wait: 0s}}\nreceivers: [{{name: {name}, log: {{}}}}]"
    )
    stage.rows(*(firing(office, **changed) for office in range(1, number + 1)))
    return stage.wait()[0]


ALL = ("wecom", "dingtalk", "feishu")


@pytest.mark.parametrize("name", ALL)
def test_a_robot_takes_what_is_signed_and_reads_it(robot: Callable[..., Way], robots: Robots, name: str) -> None:
    assert robot(name).deliver(a_message(name, titles={"zh": "脱管[x](http://evil)<@all>", "en": "Lost"})) == Delivered()
    said = json.dumps(robots.got, ensure_ascii=False)
    assert "【高】脱管" in said
    assert "sfs-990101-001" in said
    assert f"{PAGE}d/990101/alerts?lang=zh" in said
    assert "](http://evil)" not in said
    assert "<@all>" not in said


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("wecom", {"key": "f00d"}, "errcode 93000"),
        ("dingtalk", {"token": "f00d"}, "errcode 300005"),
        ("dingtalk", {"secret": "f00d"}, "errcode 310000"),
        ("feishu", {"token": "f00d"}, "code 19001"),
        ("feishu", {"secret": "f00d"}, "code 19021"),
    ],
)
def test_a_wrong_key_is_refused_with_the_code_and_what_to_do(
    robot: Callable[..., Way], name: str, wrong: dict[str, str], says: str
) -> None:
    outcome = robot(name, **wrong).deliver(a_message(name))
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith(says)
    assert "_file" in outcome.reason
    assert "f00d" not in outcome.reason


@pytest.mark.parametrize("name", ["dingtalk", "feishu"])
def test_a_clock_that_is_wrong_is_told(robot: Callable[..., Way], robots: Robots, name: str) -> None:
    robots.now = lambda: datetime.now(UTC).timestamp() + 3700
    outcome = robot(name).deliver(a_message(name))
    assert isinstance(outcome, Refused)
    assert "clock" in outcome.reason


@pytest.mark.parametrize(("name", "pause"), [("wecom", 60.0), ("dingtalk", 600.0), ("feishu", 60.0)])
def test_too_many_is_waited_for_as_long_as_the_service_wants(robot: Callable[..., Way], robots: Robots, name: str, pause: float) -> None:
    robots.most_a_minute = 0
    outcome = robot(name).deliver(a_message(name))
    assert isinstance(outcome, Later)
    assert outcome.after_s == pause


@pytest.mark.parametrize("name", ALL)
def test_a_message_of_500_alerts_is_cut_to_what_the_service_takes(robot: Callable[..., Way], robots: Robots, name: str) -> None:
    assert robot(name).deliver(a_message(name, 500, why="很长的理由" * 20)) == Delivered()
    said = json.dumps(robots.got[0], ensure_ascii=False)
    assert "未恢复 500" in said
    assert "另有 4" in said
    assert "alerts?lang=zh" in said


def test_we_keep_the_limit_ourselves_also_over_a_restart(robot: Callable[..., Way], robots: Robots, clock: Clock) -> None:
    """45 messages at 20 a minute: none is ever refused by the service, and they take two minutes."""
    stage = Stage(
        "route: {to: [wecom], group_wait: 0s, group_by: ['...']}\nreceivers: [{name: wecom, wecom: {key_file: key}}]", now=clock.now
    )
    stage.rows(*(firing(office) for office in range(1, 46)))
    stage.look()
    began = clock.now
    while stage.journal.waiting():
        sender = Sender(stage.plan.receivers[0], robot("wecom"), stage.journal, clock, Random(1))
        for _ in range(15):
            clock.now += timedelta(seconds=sender.step())
    assert len(robots.got) == 45
    assert timedelta(minutes=2) <= clock.now - began < timedelta(minutes=2, seconds=10)
    assert set(stage.journal._db.execute("SELECT attempts, delivered FROM messages")) == {(1, 1)}


def test_what_is_no_robot_is_tried_again(robot: Callable[..., Way], base: str, tmp_path: Path, clock: Clock) -> None:
    with serving({"/cgi-bin/webhook/send": _hello}) as other:
        (tmp_path / "key").write_text("k")
        plan = parse_plan(yaml.safe_load(plan_text(wecom={"base": other, "key_file": "key"})))
        outcome = ways(plan, Surroundings(tmp_path, PAGE, LOOPBACK, clock))["wecom"].deliver(a_message("wecom"))
    assert isinstance(outcome, Later)
    assert "base" in outcome.reason


async def _hello(_: Any) -> Any:
    from aiohttp import web

    return web.Response(text="<html>captive portal</html>")


def test_alertmanager_is_told_what_fires_and_what_is_over(clock: Clock, tmp_path: Path) -> None:
    manager = Alertmanager()
    with serving(manager.routes()) as address:
        plan = parse_plan(yaml.safe_load(plan_text(alertmanager={"url": address})))
        way = ways(plan, Surroundings(tmp_path, PAGE, LOOPBACK, clock))["alertmanager"]
        stage = Stage(plan, now=clock.now)
        stage.rows(firing(1), firing(2))
        (message,) = stage.wait()
        manager.status = 503
        assert way.deliver(message) == Later('HTTP 503: "overloaded"')
        manager.status = 200
        assert way.deliver(message) == Delivered()
        ends = sorted(one["endsAt"] for one in manager.alerts.values())
        assert datetime.fromisoformat(ends[0]) > datetime.now(UTC) + timedelta(minutes=59)
        stage.rows(resolved(1))
        (message,) = stage.wait(seconds=1)
        assert way.deliver(message) == Delivered()
    over = [one for one in manager.alerts.values() if datetime.fromisoformat(one["endsAt"]) <= stage.now]
    assert [one["labels"]["subject"] for one in over] == ["sfs-990101-001"]
    assert len(manager.alerts) == 2, "what is over has the labels of what fired"


class Letters:
    """What a mail server took; `answer`: what it says to a message."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answer = "250 OK"
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("gone@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.to.append(envelope.rcpt_tos)
            self.encrypted.append(session.ssl is not None)
        return self.answer


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def mail(letters: Letters, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Way]]:
    """`mail(to=[…])`: the way to a server that asks for STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Authority(tmp_path).issue("mail")[0])

    def login(server: Any, session: Any, envelope: Any, mechanism: str, found: LoginPassword) -> AuthResult:
        return AuthResult(success=(found.login, found.password) == (b"suoheng", b"pass-word-9"), handled=False)

    port = free_port()
    controller = Controller(
        letters, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True, authenticator=login, auth_required=True
    )
    controller.start()

    def made(password: str = "pass-word-9", ca_file: str = "authority.pem", **changed: Any) -> Way:
        (tmp_path / "password").write_text(password)
        way = {
            "host": "127.0.0.1",
            "port": port,
            "ca_file": ca_file,
            "user": "suoheng",
            "password_file": "password",
            "from": "suoheng@example.org",
        }
        plan = parse_plan(yaml.safe_load(plan_text(email=way | {"to": ["duty@example.org", "chief@example.org"]} | changed)))
        return ways(plan, Surroundings(tmp_path, PAGE, LOOPBACK, clock))["email"]

    yield made
    controller.stop()


def test_mail_is_encrypted_and_a_group_is_one_thread(mail: Callable[..., Way], letters: Letters) -> None:
    way, stage = mail(), Stage("route: {to: [email], group_wait: 0s}\nreceivers: [{name: email, log: {}}]")
    stage.rows(firing(1, titles={"zh": "脱管 <b>", "en": "Lost"}))
    stage.wait()
    stage.rows(resolved(1, titles={"zh": "脱管 <b>", "en": "Lost"}))
    stage.wait(minutes=5)
    assert [way.deliver(message) for message in (*stage.arrived, stage.arrived[1])] == [Delivered()] * 3
    first, second, repeated = letters.mails
    assert letters.encrypted == [True] * 3
    assert letters.to[0] == ["duty@example.org", "chief@example.org"]
    assert first["Subject"] == "【高】脱管 <b> · 未恢复 1"
    assert first["References"] is None
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert repeated["Message-ID"] == second["Message-ID"] != first["Message-ID"]
    plain, html = (first.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "sfs-990101-001" in plain.get_content()
    assert "脱管 &lt;b&gt;" in html.get_content()


@pytest.mark.parametrize(
    ("changed", "answer", "kind", "says"),
    [
        ({"password": "wrong-word-1"}, "250 OK", Refused, "password_file"),
        ({}, "451 4.7.1 greylisted, try again later", Later, "greylisted"),
        ({}, "554 5.7.1 rejected as spam", Refused, "spam"),
        ({"to": ["gone@example.org"]}, "250 OK", Refused, "no such user"),
        ({"ca_file": "other.pem"}, "250 OK", Refused, "certificate"),
        ({"security": "tls"}, "250 OK", Refused, "encryption"),
    ],
)
def test_mail_that_is_not_taken(
    mail: Callable[..., Way], letters: Letters, tmp_path: Path, changed: dict[str, Any], answer: str, kind: type, says: str
) -> None:
    Authority(tmp_path, "other")
    letters.answer = answer
    outcome = mail(**changed).deliver(a_message("email"))
    assert isinstance(outcome, Later | Refused)
    assert isinstance(outcome, kind)
    assert says in outcome.reason
    assert "word-" not in outcome.reason
    assert letters.mails == []


def test_mail_to_some_of_its_addresses_is_delivered(mail: Callable[..., Way], letters: Letters) -> None:
    assert mail(to=["gone@example.org", "duty@example.org"]).deliver(a_message("email")) == Delivered()
    assert letters.to == [["duty@example.org"]]


def test_addresses_inside_are_closed_unless_listed(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "key").write_text("k")
    with pytest.raises(PlanError, match="receiver wecom points to"):
        ways(
            parse_plan(yaml.safe_load(plan_text(wecom={"base": "http://127.0.0.1:9", "key_file": "key"}))),
            Surroundings(tmp_path, PAGE, [], clock),
        )
    text = plan_text(email={"host": "localhost", "port": 25, "security": "none", "from": "a@b.cn", "to": ["c@d.cn"]})
    outcome = ways(parse_plan(yaml.safe_load(text)), Surroundings(tmp_path, PAGE, [], clock))["email"].deliver(a_message("email"))
    assert isinstance(outcome, Later)
    assert "SUOHENG_WEBHOOK_PRIVATE_NETWORKS" in outcome.reason
