"""Checks of what lies or answers elsewhere: snapshots, the receiver of alerts, the gateway's keys."""

import asyncio
import socket
import uuid
from datetime import UTC, datetime, timedelta

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
    """Where alerts go is an address to which they may go, and somebody listens there. Nothing is sent."""
    from consumers.alerts.destination import CheckedResolver, UnsafeDestination, check, endpoint, literal

    if given.alerting_file.exists():
        return _plan(given)
    if not given.webhook_url:
        return well("receiver", "未设置:预警只记录、在网页显示", "none: alerts are recorded and shown on the page only")
    cure = ("改正 SUOHENG_WEBHOOK_URL,或修复接收方、网络", "mend SUOHENG_WEBHOOK_URL, the receiver or the network between")
    try:
        to = endpoint(given.webhook_url)
        address = literal(to.host)
        if address:
            check(address, given.webhook_private_networks)
            resolved = str(address)
        else:
            found = asyncio.run(CheckedResolver(given.webhook_private_networks).resolve(to.host, to.port))
            resolved = found[0]["host"]
        socket.create_connection((resolved, to.port), _CONNECT_S).close()
    except UnsafeDestination as error:
        return ill("receiver", (str(error), str(error)), cure)
    except OSError as error:
        where, why = _host(given.webhook_url), " ".join(str(error.strerror or error).split())
        return ill("receiver", (f"{where} 无法连接:{why}", f"{where} cannot be reached: {why}"), cure)
    return well("receiver", f"{to.host}:{to.port} 可连接", f"{to.host}:{to.port} can be reached")


def _plan(given: Settings) -> Check:
    """The plan of telling has no mistake, its secrets can be read, its addresses are allowed. Nothing is sent."""
    from deploy.alerts.file import read
    from deploy.alerts.trial import surroundings

    path = given.alerting_file
    found = read(path, surroundings(given, path))
    if found.plan is not None:
        number = len(found.plan.receivers)
        return well("receiver", f"通知方案 {path}:{number} 个接收方", f"the plan {path}: {number} receivers")
    first = found.problems[0]
    said = f"{path}:{first.line}: {first.where}: {first.what}"
    return ill("receiver", (said, said), ("运行 suoheng alerts check,逐行改正", "run `suoheng alerts check` and mend each line"))


def _host(url: str) -> str:
    """Without the path, which is often its key."""
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or "?"
