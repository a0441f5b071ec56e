"""`suoheng alerts`: what fires and who was told, acknowledging, silences, and the plan of telling. 预警的通知、认领与静默"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from consumers.alerts.journal.acts import Acts, Tell
    from deploy.alerts.file import PlanFile

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str, typer.Option(help="Who does it; default: the account of this machine. 操作人")]
Alert = Annotated[str, typer.Argument(help="Id of the alert (`suoheng alerts list`), or its first digits. 预警编号")]


def list_(
    ended: Annotated[int, typer.Option(min=0, max=90, help="Also those that ended in so many days. 近日已恢复的")] = 0,
    district: Annotated[str, typer.Option(help="Six-digit code. 区划代码")] = "",
    as_json: AsJson = False,
) -> None:
    """What fires, who was told when, and who takes care of it. 预警列表"""
    from deploy.alerts.show import document, print_alerts

    since = datetime.now(UTC) - timedelta(days=ended) if ended else None
    with _acts() as acts:
        found = acts.shown(ended_since=since, district=district)
    if as_json:
        print(json.dumps({"alerts": [document(one) for one in found]}, ensure_ascii=False))
    else:
        print_alerts(found)


def ack(
    alert: Alert, by: By = "", note: Annotated[str, typer.Option(help="What is being done. 处理说明")] = "", as_json: AsJson = False
) -> None:
    """Take care of an alert: it is not told again and not escalated; that it is over is still told. 认领

    It holds for this time: when the alert is over and fires again, it has to be acknowledged again.
    """
    with _acting(by) as (acts, who):
        one = acts.acknowledge(alert, who, note, datetime.now(UTC))
    if as_json:
        print(json.dumps({"acknowledged": one.fingerprint, "by": who}, ensure_ascii=False))
    else:
        print(f"{one.fingerprint} {one.spell.alert.rule} {one.spell.alert.subject_id}: acknowledged by {who} 已认领")


def silence(
    match: Annotated[list[str], typer.Argument(help='Which alerts, e.g. rule="a01_lost" office="sfs-990107-001"; all must hold. 匹配条件')],
    reason: Annotated[str, typer.Option(help="Why; needed. 原因")],
    lasting: Annotated[str, typer.Option("--for", help="How long: 30m, 4h, 2d.", metavar="DURATION")] = "",
    until: Annotated[datetime | None, typer.Option(help="Until when, local time. 截止时间", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])] = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Keep alerts from being told until a moment; what still fires then is told. 静默"""
    from deploy.alerts.show import print_silences, silence_document

    now = datetime.now(UTC)
    ends = _ends(lasting, until, now)
    with _acting(by) as (acts, who):
        made = acts.silence(match, who, reason, now, ends)
    if as_json:
        print(json.dumps(silence_document(made, now), ensure_ascii=False))
    else:
        print_silences([made], now)


def silences(as_json: AsJson = False) -> None:
    """The silences that act, and those that are over. 静默列表"""
    from deploy.alerts.show import print_silences, silence_document

    now = datetime.now(UTC)
    with _acts() as acts:
        found = acts.silences()
    if as_json:
        print(json.dumps({"silences": [silence_document(one, now) for one in found]}, ensure_ascii=False))
    else:
        print_silences(found, now)


def unsilence(
    id_: Annotated[int, typer.Argument(metavar="ID", help="Number of the silence. 静默编号")], by: By = "", as_json: AsJson = False
) -> None:
    """End a silence now. 解除静默"""
    with _acting(by) as (acts, who):
        ended = acts.unsilence(id_, who, datetime.now(UTC))
    if as_json:
        print(json.dumps({"ended": ended.id, "by": who}, ensure_ascii=False))
    else:
        print(f"silence {ended.id} ended by {who} 已解除")


def check(
    file: Annotated[
        Path | None, typer.Argument(help="Plan (YAML); default: the one in use. deploy/alerts/alerting.yaml is an example. 通知方案文件")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a plan and name every mistake with its line, also secrets that cannot be read and addresses that are not allowed. 检查通知方案"""
    path, found = _plan(file)
    if as_json:
        problems = [problem._asdict() for problem in found.problems]
        receivers = {one.name: one.way for one in found.plan.receivers} if found.plan else {}
        print(json.dumps({"file": str(path), "receivers": receivers, "problems": problems}, ensure_ascii=False))
    else:
        _tell(found, path)
    if found.plan is None:
        raise Finding(f"{path} has {len(found.problems)} mistake(s)")
    if not as_json:
        print(f"{path}: {len(found.plan.receivers)} receivers, no mistake 无误")


def send_test(
    receiver: Annotated[str, typer.Argument(help="Name of a receiver in the plan. 接收方")],
    file: Annotated[Path | None, typer.Option(help="Plan; default: the one in use. 通知方案文件")] = None,
    as_json: AsJson = False,
) -> None:
    """Send one test message to a receiver, now, and tell what it answers. 发送测试消息"""
    from consumers.alerts.outcome import Delivered
    from consumers.alerts.ways.building import way
    from deploy.alerts.trial import surroundings, trial
    from schemas.settings import settings

    path, found = _plan(file)
    if found.plan is None:
        _tell(found, path)
        raise Usage(f"{path} has {len(found.problems)} mistake(s); nothing was sent")
    named = found.plan.receiver(receiver)
    if named is None:
        raise Usage(f"there is no receiver {receiver!r}; there are {', '.join(one.name for one in found.plan.receivers)}")
    config = settings()
    outcome = way(named, surroundings(config, path)).deliver(trial(named))
    taken = isinstance(outcome, Delivered)
    reason = "" if isinstance(outcome, Delivered) else outcome.reason
    if as_json:
        print(json.dumps({"receiver": receiver, "way": named.way, "delivered": taken, "reason": reason}, ensure_ascii=False))
    if not taken:
        raise Finding(f"{receiver} ({named.way}) did not take it: {reason}")
    if not as_json:
        print(f"{receiver} ({named.way}) has taken the test message 已送达")


def _plan(file: Path | None) -> "tuple[Path, PlanFile]":
    from deploy.alerts.file import read
    from deploy.alerts.trial import surroundings
    from schemas.settings import settings

    config = settings()
    path = file or config.alerting_file
    if not path.exists():
        raise MissingDependency(f"there is no {path}; deploy/alerts/alerting.yaml is an example to start from")
    return path, read(path, surroundings(config, path))


def _ends(lasting: str, until: datetime | None, now: datetime) -> datetime:
    from consumers.alerts.plan.fields import duration
    from consumers.alerts.telling.hours import LOCAL

    if bool(lasting) == (until is not None):
        raise Usage("say how long: --for 4h, or --until 2026-12-01T08:30")
    try:
        return now + duration(lasting) if lasting else (until or now).replace(tzinfo=LOCAL).astimezone(UTC)
    except ValueError as error:
        raise Usage(f"--for {error}") from None


@contextmanager
def _acting(by: str) -> "Iterator[tuple[Acts, str]]":
    """For acts under a name: each stands in the audit log before it is done."""
    from deploy.letters.people import person
    from schemas.audit import Audit
    from schemas.settings import settings

    config, who = settings(), person(by)
    audit = Audit(config.audit_folder, config.audit_days)
    try:
        with _acts(partial(audit.append, account=who.account)) as acts:
            yield acts, who.name
    except OSError as error:
        raise MissingDependency(f"the audit log {config.audit_folder} cannot be written ({error.strerror}); nothing was done") from error


@contextmanager
def _acts(tell: "Tell | None" = None) -> "Iterator[Acts]":
    from consumers.alerts.journal.acts import Acts, Refused
    from consumers.alerts.journal.journal import FILE
    from consumers.alerts.journal.tables import JournalError
    from schemas.settings import settings

    path = settings().data / FILE
    try:
        acts = Acts(path, tell) if tell else Acts(path)
    except JournalError as error:
        raise MissingDependency(str(error)) from error
    try:
        yield acts
    except Refused as error:
        raise Usage(str(error)) from error
    finally:
        acts.close()


def _tell(found: "PlanFile", path: Path) -> None:
    for problem in found.problems:
        print(f"{path}:{problem.line}: {problem.where + ': ' if problem.where else ''}{problem.what}", file=sys.stderr)
