"""Checks of what lies or answers elsewhere: snapshots, the receiver of alerts, the gateway's keys."""

import asyncio
import socket
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from consumers.alerts.journal.asking import AskedJournal
from consumers.alerts.journal.desk import Away
from consumers.alerts.journal.tables import JournalError
from consumers.alerts.plan.read import secret
from consumers.alerts.plan.receivers import Receiver
from deploy.doctor.check import Check, ill, well
from schemas.settings import Settings

ENDING_DAYS = 14
"""Gateway keys that end sooner are told, unless another one speaks for the same."""
_CONNECT_S = 5.0


def keys(given: Settings) -> Check:
    """The gateway's keys can be read, and none of them is about to end without another of the same offices."""
    from deploy.credentials import read

    now = datetime.now(UTC)
    found = read(given)
    live = [one for one in found.values() if one.state(now) == "live"]
    staying = {one.scope._replace(key="") for one in live if one.state(now + timedelta(days=ENDING_DAYS)) == "live"}
    ending = ", ".join([one.id for one in live if one.scope._replace(key="") not in staying][:5])
    if ending:
        return ill(
            "keys",
            (f"{ENDING_DAYS} 天内到期:{ending}", f"end within {ENDING_DAYS} days: {ending}"),
            ("用 `suoheng credentials rotate` 轮换", "`suoheng credentials rotate` them"),
        )
    if not found:
        return well("keys", "没有:网关只接受本机程序上报", "none: the gateway takes events from this machine only")
    return well("keys", f"{len(found)} 把中 {len(live)} 把有效", f"{len(live)} of {len(found)} live")


def snapshots(given: Settings, hosts: int = 1) -> Check | None:
    """Workers can write where snapshots lie; those on several machines must all see them. None: they are off."""
    if not (given.snapshot_events or given.snapshot_minutes):
        return None
    place = given.snapshot_path or str(given.data.resolve() / "snapshots")
    if hosts > 1 and not given.snapshot_path:
        return ill(
            "snapshots",
            (
                f"处理进程在 {hosts} 台机器上,而快照在各自的 {place}",
                f"workers run on {hosts} machines, each with snapshots in its own {place}",
            ),
            ("将 SUOHENG_SNAPSHOT_PATH 设为共用的目录或对象存储", "set SUOHENG_SNAPSHOT_PATH to a place that all of them see"),
        )
    problem = _cannot_write(place)
    if not problem:
        return well("snapshots", f"{place} 可写", f"{place} can be written")
    return ill(
        "snapshots",
        (f"{place} 不可写:{problem}", f"{place} cannot be written: {problem}"),
        (
            "修正权限或 SUOHENG_SNAPSHOT_PATH;没有快照,接管分区须从头读日志",
            "mend its permissions or SUOHENG_SNAPSHOT_PATH; without snapshots a new owner reads the log from its beginning",
        ),
    )


def _cannot_write(place: str) -> str:
    """Why nothing can be written there; empty: it can. What is made for the trial is removed."""
    from fsspec.core import url_to_fs

    try:
        files, root = url_to_fs(place)
        path = f"{root.rstrip('/')}/.doctor-{uuid.uuid4().hex}"
        files.makedirs(root, exist_ok=True)
        files.pipe_file(path, b"a trial of suoheng doctor")
        files.rm_file(path)
    except Exception as error:  # noqa: BLE001 - every file system has its own
        return " ".join(str(error).split())[:200] or type(error).__name__
    return ""


def receiver(given: Settings) -> Check:
    """Where alerts go is an address to which they may go, and somebody listens there: each receiver of the plan, or the webhook. Nothing is sent."""
    plan = given.alerting_file
    if plan.exists():
        wanted, mistakes = _of_plan(given, plan)
        if mistakes:
            cure = (f"`suoheng alerts check {plan}` 逐行列出", f"`suoheng alerts check {plan}` names the lines")
            return ill("receiver", (f"通知方案有误:{mistakes}", f"the plan of alerting is wrong: {mistakes}"), cure)
    elif given.webhook_url:
        wanted = {"SUOHENG_WEBHOOK_URL": given.webhook_url}
    else:
        return well("receiver", "未设置:预警只记录、在网页显示", "none: alerts are recorded and shown on the page only")
    lost = {name: why for name, url in wanted.items() if (why := _cannot_reach(url, given))}
    if lost:
        told = "; ".join(f"{name}: {why}" for name, why in lost.items())
        return ill(
            "receiver",
            (f"无法送达:{told}", f"cannot be reached: {told}"),
            ("改正地址,或修复接收方、网络", "mend the address, the receiver or the network between"),
        )
    return well("receiver", f"可连接:{', '.join(wanted) or '仅日志'}", f"can be reached: {', '.join(wanted) or 'the log only'}")


def alert_desk(given: Settings) -> Check | None:
    """Where the page asks another machine for the journal of alerts: it is answered, under the same key. None where nobody asks."""
    if not given.desk_url:
        return None
    try:
        AskedJournal(given.desk_url, given.desk_key).stands("")
    except JournalError:
        told = (f"{given.desk_url} 有应答,尚无通知方案", f"{given.desk_url} answers; there is no plan of telling yet")
        return well("alert desk", *told)
    except Away as error:
        cure = (
            "SUOHENG_DESK_URL 应为预警进程的健康端口,两边 SUOHENG_DESK_KEY 须相同,网络须放行",
            "SUOHENG_DESK_URL must be the health port of the alerts process, SUOHENG_DESK_KEY the same on both sides, and the network let it pass",
        )
        return ill("alert desk", (f"问不到通知记录:{error}", f"the journal of alerts cannot be asked: {error}"), cure)
    return well("alert desk", f"{given.desk_url} 有应答", f"{given.desk_url} answers")


def _of_plan(given: Settings, plan: Path) -> tuple[dict[str, str], str]:
    """The plan's receivers with their addresses, those that only log left out; or the first of its mistakes."""
    from deploy.alerts.file import read
    from deploy.alerts.trial import surroundings
    from deploy.errors import Usage

    try:
        found = read(plan, surroundings(given, plan))
    except Usage as error:
        return {}, str(error)
    if found.plan is None:
        return {}, "; ".join(f"line {one.line}: {one.where} {one.what}" for one in found.problems[:2])
    named = {one.name: _address(one, plan.parent) for one in found.plan.receivers}
    return {name: url for name, url in named.items() if url}, ""


def _address(one: Receiver, folder: Path) -> str:
    """Where a receiver's messages go, as a URL without a secret path; empty: to the log."""
    match one.way:
        case "webhook" if one.webhook:
            return one.webhook.url or secret(folder, one.webhook.url_file or Path())
        case "email" if one.email:
            return f"smtp://{one.email.host}:{one.email.port}"
        case "alertmanager" if one.alertmanager:
            return one.alertmanager.url
        case "log":
            return ""
        case robot:
            return str(getattr(one, robot).base)


def _cannot_reach(url: str, given: Settings) -> str:
    """Why nobody can be reached there, without the path of the address, which is often its key; empty: somebody listens."""
    from consumers.alerts.destination import CheckedResolver, UnsafeDestination, check, endpoint, literal

    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "", parts.port or 25) if parts.scheme == "smtp" else endpoint(url)[1:]
        if address := literal(host):
            check(address, given.webhook_private_networks)
            resolved = str(address)
        else:
            resolved = asyncio.run(CheckedResolver(given.webhook_private_networks).resolve(host, port))[0]["host"]
        socket.create_connection((resolved, port), _CONNECT_S).close()
    except UnsafeDestination as error:
        return str(error)
    except OSError as error:
        return f"{urlsplit(url).hostname}: {' '.join(str(error.strerror or error).split())}"
    return ""
