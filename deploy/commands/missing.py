"""`suoheng missing`: numbers that have not come, offices that are silent, and the values that may lack events by it. 报送缺失"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = ("source", "first_missing", "last_missing", "missing", "in_letters", "first_day", "last_day", "since", "offices")
_SENDER = ("office", "source", "last_day", "last_arrived_at", "days_silent", "usual_gap", "silence_limit", "state", "silent_from")
_WINDOW = ("subject_kind", "subject_id", "window_kind", "window_start", "missing", "in_letters", "silent_offices", "days_silent")
_MOST = 40


def missing(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    days: Annotated[
        int,
        typer.Option(min=-1, max=366, help="Working days after which an office is silent; 0: by its habit. Default: SUOHENG_SILENCE_DAYS."),
    ] = -1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Tell which numbers of sources are missing, which offices are silent, and which windows may lack events. 报送缺号、久未报送

    All of it closes by itself, when the numbers come or the office sends. Ends 1 while anything is open.
    """
    import json

    from schemas.settings import settings

    require_district(district)
    told = _read(district, settings().silence_days if days < 0 else days)
    silent = [one for one in told["senders"] if one["state"] == "silent" and not one["source"]]
    if as_json:
        print(json.dumps(told, default=str, ensure_ascii=False))
    else:
        _print(told, silent)
    if told["gaps"] or silent:
        raise Finding(f"{len(told['gaps'])} gap(s) in the numbers of sources, {len(silent)} silent office(s)")


def _read(district: str, days: int) -> dict[str, list[dict[str, Any]]]:
    from consumers.dashboard.queries import missing as gaps
    from consumers.dashboard.queries import silences
    from deploy.asking_clickhouse import asking_clickhouse
    from schemas.settings import settings

    windows = (
        f"SELECT {', '.join(_WINDOW)} FROM incomplete_windows(district = {{district:String}}, days = {{days:UInt16}}) "  # noqa: S608 (names of this module)
        "WHERE window_kind NOT IN ('day', 'week') ORDER BY subject_kind, subject_id, window_start, window_kind"
    )
    with asking_clickhouse(settings()) as client:
        asked: list[tuple[str, dict[str, Any]]] = [(one.sql, dict(one.parameters)) for one in (gaps(district), silences(district, days))]
        rows = [client.query(sql, parameters).result_rows for sql, parameters in [*asked, (windows, {"district": district, "days": days})]]
    return {
        name: [dict(zip(columns, row, strict=True)) for row in of]
        for name, columns, of in zip(("gaps", "senders", "incomplete"), (_GAP, _SENDER, _WINDOW), rows, strict=True)
    }


def _print(told: dict[str, list[dict[str, Any]]], silent: "Sequence[dict[str, Any]]") -> None:
    for gap in told["gaps"][:_MOST]:
        numbers = f"{gap['first_missing']}" + (f"–{gap['last_missing']}" if gap["missing"] > 1 else "")
        refused = f", {gap['in_letters']} of them among the dead letters" if gap["in_letters"] else ""
        print(f"{gap['source']}: missing 缺 {numbers}{refused}; around 涉及 {gap['first_day']} – {gap['last_day']}")
    for one in silent:
        last = f"last event 最近 {one['last_day']}" if one["last_day"] else "never sent 从未报送"
        print(
            f"{one['office']}: silent for 久未报送 {one['days_silent']} working days 个工作日, usual pause 平时 {one['usual_gap']}, limit 上限 {one['silence_limit']}; {last}"
        )
    for one in told["incomplete"][:_MOST]:
        print(f"  may lack events 未齐: {one['subject_id']} {one['window_kind']} {one['window_start']}")
    if len(told["incomplete"]) > _MOST:
        print(f"  … and {len(told['incomplete']) - _MOST:,} more windows (--json lists all)")
    if not told["gaps"] and not silent:
        print("nothing is known to be missing 未发现缺失")
