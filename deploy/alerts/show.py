"""Alerts and silences on a terminal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.markup import escape

from consumers.alerts.journal.reading import Receipt, Shown
from consumers.alerts.telling.hours import LOCAL
from consumers.alerts.telling.standing import Silence
from deploy.console import console

_COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "blue", "info": "blue"}
_HELD = {"silenced": "静默 silenced by", "inhibited": "被抑制 inhibited by", "hours": "待上班 until working hours"}


def local(when: datetime | None) -> str:
    """A local minute."""
    return when.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if when else ""


def document(one: Shown) -> dict[str, Any]:
    """An alert as JSON."""
    alert, spell, ack = one.spell.alert, one.spell, one.acknowledged
    return {
        "id": one.fingerprint,
        "district": alert.district,
        "rule": alert.rule,
        "severity": alert.severity,
        "subject": alert.subject_id,
        "state": "resolved" if spell.over_at else "firing",
        "why": alert.why,
        "titles": {"zh": alert.titles.zh, "en": alert.titles.en},
        "seen_at": spell.seen_at.isoformat(),
        "over_at": spell.over_at.isoformat() if spell.over_at else None,
        "held": spell.held,
        "acknowledged": {"by": ack.by, "at": ack.at.isoformat(), "note": ack.note} if ack else None,
        "told": [
            {
                "receiver": receipt.receiver,
                "made_at": receipt.made_at.isoformat(),
                "delivered": receipt.delivered,
                "delivered_at": receipt.delivered_at.isoformat() if receipt.delivered_at else None,
                "over_delivered_at": receipt.over_delivered_at.isoformat() if receipt.over_delivered_at else None,
                "reason": receipt.reason,
            }
            for receipt in one.receipts
        ],
    }


def silence_document(one: Silence, now: datetime) -> dict[str, Any]:
    """A silence as JSON."""
    return {
        "id": one.id,
        "matchers": [str(matcher) for matcher in one.matchers],
        "by": one.by,
        "reason": one.reason,
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat(),
        "acts": one.acts(now),
    }


def print_alerts(found: Sequence[Shown]) -> None:
    """One after the other, the gravest first."""
    out = console()
    for one in found:
        alert, spell = one.spell.alert, one.spell
        state = f"resolved {local(spell.over_at)}" if spell.over_at else "firing"
        out.print(
            f"[{_COLOURS[alert.severity]}]{alert.severity}[/] {one.fingerprint} {alert.rule} {alert.subject_id} {state} "
            f"· {escape(alert.titles.zh)} · {escape(alert.titles.en)}"
        )
        out.print(f"  {escape(alert.why)}; since 自 {local(spell.seen_at)}")
        if one.acknowledged:
            note = f": {escape(one.acknowledged.note)}" if one.acknowledged.note else ""
            out.print(f"  acknowledged 已认领 {escape(one.acknowledged.by)} {local(one.acknowledged.at)}{note}")
        if spell.held and not spell.over_at:
            kind, _, what = spell.held.partition(" ")
            out.print(f"  not told 未通知: {_HELD.get(kind, kind)} {what}".rstrip())
        for receipt in one.receipts:
            out.print(f"  {receipt.receiver}: {escape(_receipt(receipt))}")
    if not found:
        out.print("no alert fires 当前没有预警")


def _receipt(receipt: Receipt) -> str:
    if receipt.delivered is None:
        return f"under way 发送中 since {local(receipt.made_at)}" + (f" ({receipt.reason})" if receipt.reason else "")
    if not receipt.delivered:
        return f"REFUSED 被拒: {receipt.reason}"
    over = f", end told 已告知恢复 {local(receipt.over_delivered_at)}" if receipt.over_delivered_at else ""
    return f"told 已通知 {local(receipt.delivered_at)}{over}"


def print_silences(found: Sequence[Silence], now: datetime) -> None:
    """One a line, the newest first."""
    out = console()
    for one in found:
        state = "acts 生效" if one.acts(now) else "over 已结束"
        matchers = escape(" ".join(map(str, one.matchers)))
        out.print(f"{one.id} {state} {local(one.starts)} – {local(one.ends)} {escape(one.by)}: {escape(one.reason)}  {matchers}")
    if not found:
        out.print("there are no silences 没有静默")
