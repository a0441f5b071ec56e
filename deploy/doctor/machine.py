"""Checks of this machine: settings, programs, disk, ports, processes, and who may read what is secret."""

import os
import shutil
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from pathlib import Path

from deploy.doctor.check import Check, ill, judged, well
from schemas.settings import SECRET, Settings

LEAST_FREE_GIB = 2
NEARLY_FULL_GIB, NEARLY_FULL_SHARE = 20, 0.05
"""A disk with less than both is nearly full: Kafka and ClickHouse write new files before they remove old ones."""


def settings(given: Settings, environment: Mapping[str, str] = os.environ) -> Check:
    """Names that no setting has are ignored by every process: a slip of the pen leaves the default in force and nobody hears of it."""
    known = {f"SUOHENG_{name.upper()}" for name in type(given).model_fields} | {"SUOHENG_CONFIG", "SUOHENG_SECRETS"}
    file = Path(environment.get("SUOHENG_CONFIG", "suoheng.toml"))
    strange = {name: "environment" for name in environment if name.startswith("SUOHENG_") and name.upper() not in known}
    strange |= {name: str(file) for name in _toml(file) if f"SUOHENG_{name.upper()}" not in known}
    if not strange:
        return well("settings", "没有不认识的设置项", "no name that is not a setting's")
    told = ", ".join(f"{name} ({place}{_likely(name, known)})" for name, place in sorted(strange.items()))
    return ill(
        "settings",
        (f"以下名称不是设置项,未生效:{told}", f"not settings, and ignored: {told}"),
        ("按 `suoheng settings` 的名称改正", "correct them; `suoheng settings` lists all names"),
    )


def _toml(file: Path) -> list[str]:
    try:
        return list(tomllib.loads(file.read_text("utf-8")))
    except (OSError, ValueError):
        return []


def _likely(name: str, known: set[str]) -> str:
    full = name.upper() if name.upper().startswith("SUOHENG_") else f"SUOHENG_{name.upper()}"
    near = get_close_matches(full, sorted(known), 1)
    return f", {near[0]}?" if near else ""


def python() -> Check:
    """3.11 or newer."""
    version = ".".join(map(str, sys.version_info[:3]))
    found = (f"{version},位于 {sys.executable}", f"{version} at {sys.executable}")
    return judged("Python", found, ("需要 3.11 或更新", "3.11 or newer is needed"), right=sys.version_info >= (3, 11))


def java(given: Settings) -> Check:
    """Java and Kafka's program files, which only the local Kafka needs."""
    from deploy.local.jars import locked_jars, missing_jars
    from deploy.local.java import find_java, java_major

    path = find_java(given)
    missing, all_jars = len(missing_jars(given.cache)), len(locked_jars())
    zh = f"Kafka 程序文件还差 {missing}/{all_jars} 个,首次启动时下载" if missing else "Kafka 程序文件已校验"
    en = f"{missing} of Kafka's {all_jars} jars are still to be fetched" if missing else "Kafka's jars verified"
    major = java_major(path)
    return well("Java", f"{major},位于 {path};{zh}(仅本机 Kafka 需要)", f"{major} at {path}; {en} (only the local Kafka needs them)")


def disk(given: Settings) -> Check:
    """Room for data; Kafka and ClickHouse stop in the middle of a file when there is none."""
    folder = given.data.resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(there)
    free, share = usage.free / 2**30, usage.free / usage.total
    return judged(
        "disk",
        (f"{there} 剩余 {free:.1f} GiB({share:.0%})", f"{free:.1f} GiB ({share:.0%}) free in {there}"),
        (
            f"清理空间,或将 SUOHENG_DATA 设到剩余 {NEARLY_FULL_GIB} GiB 以上的磁盘(至少 {LEAST_FREE_GIB} GiB)",
            f"make room, or set SUOHENG_DATA to a disk with {NEARLY_FULL_GIB} GiB free ({LEAST_FREE_GIB} GiB at the very least)",
        ),
        right=free >= LEAST_FREE_GIB and (free >= NEARLY_FULL_GIB or share >= NEARLY_FULL_SHARE),
    )


def ports(given: Settings) -> Check:
    """The local stack's ports are all free (it can start) or all in use (it runs); anything between is somebody else, or some of our processes."""
    from deploy.local.stack import is_free, needed_ports

    needed = needed_ports(given, workers=1)
    taken = [(port, what) for host, port, what in needed if not is_free(host, port)]
    first, last = given.port_base, max(port for _, port, _ in needed)
    if not taken:
        return well("ports", f"{first}…{last} 空闲,可以 `suoheng up`", f"{first}…{last} are free for `suoheng up`")
    if len(taken) == len(needed):
        return well("ports", f"{first}…{last} 均在使用:服务正在运行", f"{first}…{last} are all in use: the stack runs")
    said = {port for port, _, _ in _said(given, workers=1)}
    strange = [f"{port} ({what})" for port, what in taken if port not in said]
    if not strange:
        return well("ports", "被占用的都是本系统的进程", "those in use are our own processes'")
    told = ", ".join(strange)
    return ill(
        "ports",
        (f"被占用:{told}", f"in use: {told}"),
        (
            "`suoheng up` 需换端口(SUOHENG_PORT_BASE)或停掉占用者",
            "`suoheng up` needs other ports (SUOHENG_PORT_BASE), or stop what uses them",
        ),
    )


def processes(given: Settings) -> Check | None:
    """What those of this machine's processes say that are there; None: none is, as on a machine that only commands run on."""
    said = list(_said(given, workers=16))
    if not said:
        return None
    wrong = "; ".join(f"{name}: {why}" for _, name, why in said if why)
    names = ", ".join(name for _, name, _ in said)
    if not wrong:
        return well("processes", f"均就绪:{names}", f"ready: {names}")
    return ill(
        "processes", (wrong, wrong), ("先解决所述原因;日志在 SUOHENG_DATA/logs", "mend what they say; logs are in SUOHENG_DATA/logs")
    )


def _said(given: Settings, workers: int) -> Iterator[tuple[int, str, str]]:
    """Port and name of those of our processes that answer on this machine, and why each is not ready."""
    from deploy.local.address import reachable
    from deploy.local.asking import ask
    from deploy.local.stack import needed_ports

    for host, port, name in needed_ports(given, workers)[2:]:
        answer = ask(reachable(host), port, "/ready", tls=name == "gateway" and given.gateway_tls_certificate is not None)
        if "ready" in answer.document:
            yield port, name, str(answer.document.get("why") or ("" if answer.status == HTTPStatus.OK else f"HTTP {answer.status}"))


def secrets(given: Settings) -> Check:
    """Files with keys, tokens or passwords are for their owner's eyes only."""
    open_ones = [f"{path} ({stat.filemode(mode)[1:]})" for path, mode in _secret_files(given) if mode & 0o077]
    if not open_ones:
        return well("secrets", "密钥文件只有属主可读", "readable by their owner only")
    told = ", ".join(open_ones)
    names = " ".join(one.partition(" (")[0] for one in open_ones)
    return ill("secrets", (f"他人可读:{told}", f"readable by others: {told}"), (f"`chmod 600 {names}`", f"`chmod 600 {names}`"))


def _secret_files(given: Settings) -> Iterator[tuple[Path, int]]:
    config = Path(os.environ.get("SUOHENG_CONFIG", "suoheng.toml"))
    files = [
        given.credentials_file,
        given.pseudonym_keys or given.data / "pseudonym-keys.toml",
        given.seal_keys,
        given.gateway_tls_key or given.gateway_tls_certificate,
        given.kafka_tls_key or given.kafka_tls_certificate,
        given.clickhouse_tls_key or given.clickhouse_tls_certificate,
        config if SECRET & set(_toml(config)) else None,
        *_secrets_of_the_plan(given.alerting_file),
    ]
    for file in files:
        if file is not None and file.is_file():
            yield file, file.stat().st_mode


def _secrets_of_the_plan(plan: Path) -> Iterator[Path]:
    """Files beside the plan of alerting that hold tokens and passwords; a plan with mistakes names none, its own check tells of those."""
    from consumers.alerts.plan.model import PlanError
    from consumers.alerts.plan.read import read_plan

    if not plan.exists():
        return
    try:
        receivers = read_plan(plan).receivers
    except PlanError:
        return
    for one in receivers:
        for name, file in getattr(one, one.way):
            if name.endswith("_file") and name != "ca_file" and file:
                yield plan.parent / file
