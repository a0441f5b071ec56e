"""`suoheng explain`: from a value to the records and events behind it, and from an event to every value that it touched."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, Usage

if TYPE_CHECKING:
    from consumers.clickhouse.store import Store
    from consumers.lineage import ExplainedValue

Answer = TypeVar("Answer")

_ANSWER_SECONDS = 300.0
"""A terminal waits longer than a page: with --all a year of a district may be listed."""
_SOURCE = re.compile(r"/districts/(\d{6})/[a-z0-9-]{1,32}")


def explain(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")] = "",
    indicator: Annotated[str, typer.Option(help="Indicator, e.g. med_success_rate (`suoheng indicators`). 指标")] = "",
    window: Annotated[
        str, typer.Option(help="Window, e.g. month:2026-03, quarter:2026-Q1, half:2026-H1, year:2026, day:2026-03-05. 周期")
    ] = "",
    subject: Annotated[str, typer.Option(help="Office or funding authority; default: the district. 司法所或经费承担单位")] = "",
    mode: Annotated[str, typer.Option(help="Way of attribution, for authorities; default: the indicator's first. 归属方式")] = "",
    dimension: Annotated[str, typer.Option(help="Dimension, e.g. dispute_type=labour; default: the total. 维度")] = "",
    event: Annotated[
        tuple[str, str], typer.Option(metavar="SOURCE ID", help="Explain an event instead, by its source and id. 事件的来源与编号")
    ] = ("", ""),
    record: Annotated[str, typer.Option(help="Explain a record instead, e.g. med:SUBJECT. 记录")] = "",
    limit: Annotated[int, typer.Option(min=1, help="List at most so many rows, or values of a record. 最多列出")] = 20,
    everything: Annotated[bool, typer.Option("--all", help="List all. 全部列出")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Show what stands behind a value, or what an event touched. 溯源:数值的记录与事件,事件影响的数值

    A value (--district, --indicator, --window): its parts are added up again from facts and live events, and compared with what is stored; ends 1
    when they differ. An event (--event SOURCE ID) or a record (--district, --record): what became of it, its facts, and every value they touch.
    """
    most = None if everything else limit
    if any(event):
        _require(not (indicator or window or record), "--event stands alone; leave --indicator, --window and --record out")
        _explain_event(district, event, most, as_json=as_json)
    elif record:
        _require(not (indicator or window), "--record stands with --district alone; leave --indicator and --window out")
        require_district(district)
        _explain_record(district, record, most, as_json=as_json)
    else:
        _require(
            bool(indicator and window), "say what to explain: --district, --indicator and --window, or --event SOURCE ID, or --record NAME"
        )
        require_district(district)
        _explain_value((district, indicator, subject, mode, dimension), window, most, as_json=as_json)


def _explain_value(asked: tuple[str, str, str, str, str], window: str, most: int | None, *, as_json: bool) -> None:
    from consumers.lineage import Shown, explain_value, read_basis
    from deploy.explain import question
    from deploy.explain.show import print_value, value_document

    district, indicator, subject, mode, dimension = asked
    key = question.Question(district, indicator, question.window(window), subject, mode, dimension).key()

    async def ask(store: "Store") -> "ExplainedValue":
        found = await explain_value(store, key, await read_basis(store, district), Shown(most))
        if found.stored is None:
            raise await question.absent(store, key)
        return found

    found = _asking(ask)
    _print(value_document(found, most)) if as_json else print_value(found, most)
    if not found.agrees:
        different = ", ".join(f"{p.name} stored {p.stored}, from its rows {p.recomputed}" for p in found.parts if not p.equal)
        raise Finding(
            f"the value does not follow from what stands behind it: {different}; `suoheng wait`, then again; then `suoheng reconcile`"
        )


def _explain_event(district: str, event: tuple[str, str], most: int | None, *, as_json: bool) -> None:
    from deploy.explain.event import explain_event, not_admitted
    from deploy.explain.show import event_document, print_event
    from schemas.settings import settings

    source, id_ = event
    named = _SOURCE.fullmatch(source)
    if not named:
        raise Usage(f"{source!r} is no source: /districts/DISTRICT/PUBLISHER is, e.g. /districts/990107/office-1")
    _require(district in ("", named[1]), f"source {source} is of district {named[1]}, not of {district}")
    found = _asking(lambda store: explain_event(store, named[1], source, id_, most)) or not_admitted(settings(), named[1], source, id_)
    _print(event_document(found, most)) if as_json else print_event(found, most)
    if found.became == "unknown":
        raise Finding(f"event {id_} of {source} is not known here")


def _explain_record(district: str, record: str, most: int | None, *, as_json: bool) -> None:
    from deploy.explain.event import explain_name
    from deploy.explain.show import event_document, print_event

    found = _asking(lambda store: explain_name(store, district, record, most))
    _print(event_document(found, most)) if as_json else print_event(found, most)


def _asking(question: "Callable[[Store], Awaitable[Answer]]") -> Answer:
    """The answer of a function of a connection."""
    from deploy.asking_clickhouse import ask_store

    return ask_store(question, _ANSWER_SECONDS)


def _print(document: dict[str, Any]) -> None:
    import json

    print(json.dumps(document, default=str, ensure_ascii=False))


def _require(fine: bool, otherwise: str) -> None:
    if not fine:
        raise Usage(otherwise)
