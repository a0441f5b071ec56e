"""`suoheng indicators`: the catalogue, for people and for programs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Usage

if TYPE_CHECKING:
    from streams.core.catalogue import Indicator

_CONCLUSIONS = ("med.case.agreed", "med.case.failed", "med.case.withdrawn", "med.case.transferred", "med.case.terminated")
_TERM = ("cor.subject.registered", "cor.subject.released", "cor.subject.terminated", "cor.subject.recalled", "cor.subject.moved")
_RETURN = ("res.person.enrolled", "res.person.discharged", "res.person.moved", "res.person.died")
_TASK = ("soc.task.assigned",)
_TASK_KIND = (*_TASK, "reg.authority.registered")
_TASK_DONE = (*_TASK, "soc.task.completed", "reg.authority.registered")
_SNAPSHOT = ("reg.office.opened", "reg.office.closed")
_RATING = ("cap.rating.awarded", "cap.rating.withdrawn", *_SNAPSHOT)

SOURCES: dict[str, tuple[str, ...]] = {
    "med.accepted": ("med.case.accepted",),
    "med.concluded": _CONCLUSIONS,
    "med.agreed": _CONCLUSIONS,
    "med.agreed_written": _CONCLUSIONS,
    "med.concluded_late": ("med.case.accepted", *_CONCLUSIONS),
    "med.due": _CONCLUSIONS,
    "med.fulfilled": (*_CONCLUSIONS, "med.agreement.performed"),
    "med.escalation": ("med.escalation.recorded",),
    "med.amount": _CONCLUSIONS,
    "med.collective": ("med.case.accepted",),
    "med.open": ("med.case.accepted", *_CONCLUSIONS),
    "med.open_overdue": ("med.case.accepted", *_CONCLUSIONS),
    "med.duration": ("med.case.accepted", *_CONCLUSIONS),
    "cor.intake": _TERM,
    "cor.release": _TERM,
    "cor.due": ("cor.subject.due",),
    "cor.ontime": ("cor.subject.due", "cor.subject.registered"),
    "cor.caseload": _TERM,
    "cor.monitor_over": ("cor.monitor.started", "cor.monitor.extended", "cor.monitor.ended", *_TERM[1:]),
    "cor.reoffender": ("cor.reoffence.recorded",),
    "cor.present": _TERM,
    "cor.lost": ("cor.control.lost",),
    "res.released_key": ("res.person.released",),
    "res.fetched_key": ("res.person.released", "res.person.handed_over"),
    "res.register": _RETURN,
    "res.placed": (*_RETURN, "res.placement.made"),
    "res.helped": (*_RETURN, "res.visit.made", "res.agreement.signed"),
    "res.present": _RETURN,
    "leg.persons": ("leg.consultation.given",),
    "pub.activity": ("pub.activity.held",),
    "pub.audience": ("pub.activity.held",),
    "cap.area": ("cap.premises.snapshot", *_SNAPSHOT),
    "cap.staff": ("cap.staff.snapshot", *_SNAPSHOT),
    "cap.offices": _SNAPSHOT,
    "cap.standard": _RATING,
    "cap.excellent": _RATING,
    "cap.star": _RATING,
    "fund.disbursed": ("cap.fund.disbursed",),
    "soc.assigned": _TASK,
    "soc.assigned_street": _TASK_KIND,
    "soc.due": _TASK,
    "soc.done": ("soc.task.assigned", "soc.task.completed"),
    "soc.due_bureau": _TASK_KIND,
    "soc.done_bureau": _TASK_DONE,
    "soc.due_street": _TASK_KIND,
    "soc.done_street": _TASK_DONE,
    "work.minutes": ("every event of types med cor res leg pub gov ppl soc that states minutes",),
    "work.core_minutes": ("the same, of tasks only those of functions 1 to 6 and 8",),
}
"""The event types whose events make the facts of a component."""


def indicators(
    indicator: Annotated[
        str, typer.Argument(metavar="[ID]", help="Id of one indicator, such as med_success_rate; all when left out. 指标编号")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The indicators: formula, windows, ways of attribution, sources. 指标目录:公式、周期、归属方式、来源"""
    import json

    from streams.core.catalogue import BY_ID

    if indicator and indicator not in BY_ID:
        raise Usage(f"there is no indicator {indicator!r}{_likely(indicator, list(BY_ID))}; `suoheng indicators` lists them")
    described = [describe(BY_ID[one]) for one in ([indicator] if indicator else BY_ID)]
    if as_json:
        print(json.dumps(described[0] if indicator else described, ensure_ascii=False, indent=2))
    elif indicator:
        _print_one(described[0])
    else:
        _print_all(described)


def describe(indicator: "Indicator") -> dict[str, Any]:
    """An indicator as plain data."""
    parts = indicator.num + indicator.den
    return {
        "id": indicator.id,
        "zh": indicator.zh,
        "en": indicator.en,
        "definition": indicator.definition,
        "formula": formula(indicator),
        "components": {part: indicator.kinds[part].value for part in parts},
        "windows": list(indicator.windows),
        "modes": list(indicator.attribution),
        "subjects": {
            "all": ["office", "authority", "district"] if indicator.attribution else ["office", "district"],
            "office_district": ["office", "district"],
            "authority": ["authority"],
        }[indicator.subjects],
        "dimensions": list(indicator.dims),
        "sources": sorted({source for part in parts for source in SOURCES[part]}),
    }


def formula(indicator: "Indicator") -> str:
    """The formula over components, in one line."""
    over, under = " + ".join(indicator.num), " + ".join(indicator.den)
    match indicator.shape:
        case "sum":
            return over
        case "ratio":
            return f"({over}) / ({under})" if "+" in over + under else f"{over} / {under}"
        case "p50" | "p90":
            return f"{indicator.shape[1:]} % quantile of {over}"
        case "own_share":
            return f"{over} of the authority / {over} of all authorities in the district"
        case "gap":
            return f"100 × ({indicator.num[0]} / {indicator.num[1]} − {indicator.den[0]} / {indicator.den[1]})"
        case "mismatch":
            return f"100 × (the authority's share of {over} − its share of {under})"


def _likely(given: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(given, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _print_one(one: dict[str, Any]) -> None:
    print(f"{one['id']}  {one['zh']}  {one['en']}")
    rows = {
        "meaning 含义": one["definition"],
        "formula 公式": one["formula"],
        "parts 构成": ", ".join(f"{name} ({kind})" for name, kind in one["components"].items()),
        "windows 周期": " ".join(one["windows"]),
        "modes 归属方式": " ".join(one["modes"]) or "none: offices and the district only",
        "rows for 对象": " ".join(one["subjects"]),
        "dimensions 维度": " ".join(one["dimensions"]) or "none",
        "sources 来源": ", ".join(one["sources"]),
    }
    for name, text in rows.items():
        print(f"  {name}: {text}")


def _print_all(described: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from deploy.console import console

    table = Table(
        "id", "中文", "formula 公式", "windows 周期", "modes 归属方式", title=f"{len(described)} indicators 指标", header_style="bold"
    )
    for one in described:
        table.add_row(one["id"], one["zh"], one["formula"], f"{one['windows'][0]} … {one['windows'][-1]}", " ".join(one["modes"]) or "–")
    console().print(table)
