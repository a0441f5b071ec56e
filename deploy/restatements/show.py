"""Restated values as a table, as CSV and as plain data for JSON."""

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from rich.markup import escape

from consumers.dashboard import formats
from consumers.dashboard.figures import Figure, Row, change, figure
from consumers.report.ground import Ground
from consumers.restatements import Cause, Explained, Found, Restated, Step, Version
from deploy.catalogue.words import MODES
from deploy.console import console
from deploy.report.show import cell

KINDS = {
    "split": "shares decided late 份额后补",
    "office": "an office opened, closed or merged late 机构变动后补",
    "authority": "an authority registered late 单位登记后补",
    "calendar": "working days decided late 工作日历后补",
    "time": "closed before its days were over 期满前封账",
    "definition": "a changed definition 口径变更",
    "unknown": "not told by facts 事实未载明",
}
_CAUSES_SHOWN = 4


def document(ground: Ground, found: Found) -> dict[str, Any]:
    """Everything about the restated values as plain data."""
    return {
        "district": ground.district,
        "today": ground.today,
        "restated": found.every,
        "rows": [_plain(ground, one) for one in found.values],
    }


def print_csv(ground: Ground, found: Found, out: TextIO) -> None:
    """One line for each cause of each step."""
    rows = [row for one in found.values for row in _flat(ground, one)]
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["indicator"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)


def print_restatements(ground: Ground, found: Found) -> None:
    """The restated values for people: each with its moves below it."""
    out = console()
    for one in found.values:
        value = one.value
        mode = "" if value.mode == "none" else MODES[value.mode][0]
        whose = " ".join(part for part in (ground.names.get(value.subject_id, ""), value.subject_id, mode, value.dimension) if part)
        out.print(
            f"[bold]{escape(ground.words[value.indicator].zh)} {value.indicator}[/] · {escape(whose)} · {value.period.kind} {value.period.start}: "
            f"{shown(ground, value, value.was)} → [bold]{shown(ground, value, value.now)}[/] ({difference(ground, value)})"
        )
        for step in one.steps:
            moved = f"{shown(ground, value, step.before)} → {shown(ground, value, step.after)}"
            for text in _causes(step):
                out.print(f"    {step.at:%Y-%m-%d %H:%M}  {moved}  {escape(text)}")
                moved = " " * len(moved)
    out.print(
        f"{len(found.values):,} of {found.every:,} restated values shown 已列出重述数值" if found.every else "nothing was restated 没有重述"
    )


def figure_of(ground: Ground, value: Restated, version: Version) -> Figure:
    """A version as a figure."""
    looks = ground.words[value.indicator].looks
    row = Row(value.indicator, value.mode, value.dimension, value.subject_id, value.period.start, *version[2:], "")
    return figure(looks.kind, row if version.version else None, looks.per)


def shown(ground: Ground, value: Restated, version: Version) -> str:
    """A version as people read it, with its counts."""
    told = figure_of(ground, value, version)
    counts = formats.counts(told)
    return formats.value(told) + (f" ({'/'.join(counts)})" if counts else "")


def difference(ground: Ground, value: Restated) -> str:
    """How much more it is now than as closed."""
    now, was = figure_of(ground, value, value.now), figure_of(ground, value, value.was)
    return formats.difference(now.kind, change(now, was))


def _causes(step: Step) -> Iterator[str]:
    for cause in step.causes[:_CAUSES_SHOWN]:
        yield _said(step, cause)
    if len(step.causes) > _CAUSES_SHOWN:
        yield f"and {len(step.causes) - _CAUSES_SHOWN} more events 另有事件 (--json)"


def _said(step: Step, cause: Cause) -> str:
    event = cause.event
    if event is None:
        where = f" (log {step.between[0] + 1}–{step.between[1]})" if cause.kind == "unknown" else ""
        return KINDS[cause.kind] + where
    what = {"event": _entered(cause)}.get(cause.kind) or KINDS[cause.kind]
    return f"{what}: {event.type} {event.source.rsplit('/', 1)[1]}/{event.id}, {event.time:%Y-%m-%d}"


def _entered(cause: Cause) -> str:
    assert cause.event
    if cause.event.standing == "retraction":
        return "retracted 撤回"
    return "amended 更正" if cause.event.op == "amend" else "late 迟报"


def _version(version: Version) -> dict[str, Any]:
    return version._asdict() if version.version else {"version": 0, "numerator": 0, "denominator": None, "value": 0.0}


def _plain(ground: Ground, one: Explained) -> dict[str, Any]:
    value = one.value
    exact = value.difference
    return {
        **_key(ground, value),
        "closed_at": value.closed_at,
        "closed_offset": value.closed_offset,
        "as_closed": _version(value.was),
        "now": _version(value.now),
        "difference": None if exact is None else float(exact),
        "came_back": value.back,
        "moved_at": value.moved_at,
        "steps": [
            {
                "at": step.at,
                "log_after": step.between[0],
                "log_until": step.between[1],
                "before": _version(step.before),
                "after": _version(step.after),
                "causes": [_cause(cause) for cause in step.causes],
            }
            for step in one.steps
        ],
    }


def _key(ground: Ground, value: Restated) -> dict[str, Any]:
    words = ground.words[value.indicator]
    return {
        "indicator": value.indicator,
        "zh": words.zh,
        "en": words.en,
        "mode": value.mode,
        "dimension": value.dimension,
        "subject_kind": value.subject_kind,
        "subject_id": value.subject_id,
        "subject_name": ground.names.get(value.subject_id, ""),
        "window_kind": value.period.kind,
        "window_start": value.period.start,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    event = cause.event
    if event is None:
        return {"kind": cause.kind}
    names = ("type", "source", "id", "record", "time", "office", "op", "standing", "partition", "offset")
    return {"kind": cause.kind} | {name: getattr(event, name) for name in names}


def _flat(ground: Ground, one: Explained) -> Iterator[dict[str, Any]]:
    value = one.value
    exact = value.difference
    whole = {
        **_key(ground, value),
        "closed_at": value.closed_at,
        **{f"{when}_{name}": _version(of)[name] for when, of in (("closed", value.was), ("now", value.now)) for name in _NUMBERS},
        "difference": None if exact is None else float(exact),
    }
    for step in one.steps:
        for cause in step.causes:
            told = _cause(cause)
            event = {name: told.get(name, "") for name in ("kind", "type", "source", "id", "record", "time", "offset")}
            yield (
                whole
                | {"step_at": step.at, "step_from": step.before.value, "step_to": step.after.value}
                | {f"cause_{k}": v for k, v in event.items()}
            )


_NUMBERS = ("numerator", "denominator", "value")
