"""What is kept for how long, and what may go now. The log is kept for ever: everything else follows from it, and nothing follows without it.

Kafka deletes dead letters, whoever writes the audit log deletes its old days, workers their old snapshots; epochs that are not served any more are
dropped here (`deploy.rebuild.drop`), for a person may still want to roll back to one.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from deploy.rebuild.drop import drop
from deploy.rebuild.places import places
from deploy.topics import epochs_beside
from schemas.audit import days
from schemas.outputs import Switch
from schemas.settings import Settings


class Rule(NamedTuple):
    """How long something is kept, by which setting, who deletes it, and what there is of it; `due`: what may go now."""

    what: str
    kept: str
    setting: str
    by: str
    there: str
    due: tuple[int, ...] = ()


def rules(settings: Settings, now: datetime) -> list[Rule]:
    """All of them, as they stand. Raises MissingDependency."""
    beside = epochs_beside(settings)
    with places(settings) as found:
        switches, served = found.switches(), found.served()
    due = due_epochs(switches, [one for one in beside if one != served], now, settings.epoch_days)
    audited = days(settings.audit_folder)
    others = ", ".join(str(one) for one in beside if one != served)
    letters = _days(settings.dead_letter_days)
    return [
        Rule("log 日志 (office-events)", "for ever", "", "nobody", "whole"),
        Rule(
            "dead letters, bytes 死信原文",
            letters,
            "SUOHENG_DEAD_LETTER_DAYS",
            "Kafka, by `suoheng topics`",
            "the index stays; the log has the event",
        ),
        Rule(
            "epochs not served 旧纪元", _days(settings.epoch_days), "SUOHENG_EPOCH_DAYS", "suoheng retention --apply", others or "none", due
        ),
        Rule("audit log 审计日志", f"{settings.audit_days} days", "SUOHENG_AUDIT_DAYS", "gateway, commands", f"{len(audited)} day(s)"),
        Rule(
            "snapshots 快照",
            f"{settings.snapshot_keep} a partition and build",
            "SUOHENG_SNAPSHOT_KEEP",
            "workers",
            "may be deleted at any time",
        ),
        Rule("published values 发布历史", "for ever", "", "nobody", "what was reported when"),
    ]


def apply(settings: Settings, due: Iterable[int]) -> list[int]:
    """Drop epochs; those that were. Raises as `drop`."""
    dropped = []
    for epoch in due:
        drop(settings, epoch)
        dropped.append(epoch)
    return dropped


def due_epochs(switches: Sequence[Switch], beside: Sequence[int], now: datetime, keep_days: int) -> tuple[int, ...]:
    """Which of the epochs beside were served, and have not been for so many days. One that never was is a rebuild: nobody has judged it yet."""
    if not keep_days:
        return ()
    left = {switch.previous: switch.decided_at for switch in switches if switch.previous != switch.epoch}
    return tuple(epoch for epoch in beside if epoch in left and left[epoch] < now - timedelta(days=keep_days))


def now() -> datetime:
    """The instant by which ages are told."""
    return datetime.now(UTC)


def _days(number: int) -> str:
    return f"{number} days" if number else "for ever"
