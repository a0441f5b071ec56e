"""`suoheng top`: the running installation in a terminal."""

import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

_ALERTS = 8


def top(
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="HOST:PORT", help="Health port of a process elsewhere; again for more. Default: `suoheng up` here. 进程地址"
        ),
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.5, max=60)] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look twice, print, and end. 只显示一次")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a look.")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="Language; default: that of the terminal. 语言")] = None,
) -> None:
    """Processes, lag, events a second and what becomes of them, freshness, dead letters, newest alerts, memory. 运行状况

    Reads `/ready` and `/metrics` of each process (what they mean: `suoheng metrics`) and the newest alerts from ClickHouse. Rates are those
    between two looks. Ends with 3 when nothing answers; with --once also with 1 when a process is not ready.
    """
    from deploy.commands.doctor import of_the_terminal
    from deploy.errors import Finding, MissingDependency
    from deploy.watching.scrape import Address, look, of_this_machine
    from schemas.settings import settings

    given = settings()
    addresses = [Address.parse(text) for text in at] if at else of_this_machine(given)
    first = look(addresses)
    if not first:
        where = ", ".join(map(str, addresses)) if at else f"ports {given.port_base}…"
        raise MissingDependency(
            f"nothing answers at {where}: start it (`suoheng up`), set SUOHENG_PORT_BASE, or name processes with --at HOST:PORT (their SUOHENG_HEALTH_PORT)"
        )
    if once:
        time.sleep(min(every, 1.0))
        now = look(addresses) or first
        _show(first, now, lang or of_the_terminal(), as_json=as_json)
        if any(seen.why for seen in now):
            raise Finding("not ready: " + "; ".join(f"{seen.process} at {seen.address}: {seen.why}" for seen in now if seen.why))
        return
    _stay(first, addresses, every, lang or of_the_terminal(), as_json=as_json)


def _stay(before: Sequence[Any], addresses: Sequence[Any], every: float, lang: str, *, as_json: bool) -> None:
    from rich.live import Live

    from deploy.console import console
    from deploy.watching.scrape import look

    if as_json:
        while True:
            time.sleep(every)
            now = look(addresses)
            _show(before, now, lang, as_json=True)
            before = now
    on = console()
    with Live(console=on, screen=on.is_terminal, auto_refresh=False) as live:
        while True:
            time.sleep(every)
            now = look(addresses)
            live.update(_screen(before, now, lang), refresh=True)
            before = now


def _show(before: Sequence[Any], now: Sequence[Any], lang: str, *, as_json: bool) -> None:
    import json

    from deploy.console import console

    if as_json:
        print(json.dumps(_document(before, now), ensure_ascii=False), flush=True)
    else:
        console().print(_screen(before, now, lang))


def _screen(before: Sequence[Any], now: Sequence[Any], lang: str) -> Any:
    from datetime import datetime

    from deploy.console import console
    from deploy.watching.figures import flow, rows
    from deploy.watching.newest import newest_alerts
    from deploy.watching.screen import screen
    from schemas.audit import LOCAL
    from schemas.settings import settings

    alerts, unasked = newest_alerts(settings(), _ALERTS)
    title = f"所衡 suoheng top  {datetime.now(LOCAL):%Y-%m-%d %H:%M:%S %z}"
    return screen(rows(before, now), flow(before, now, time.time()), alerts, unasked, lang, title, console().width)


def _document(before: Sequence[Any], now: Sequence[Any]) -> dict[str, Any]:
    from datetime import UTC, datetime

    from deploy.watching.figures import flow, rows
    from deploy.watching.newest import newest_alerts
    from schemas.settings import settings

    alerts, unasked = newest_alerts(settings(), _ALERTS)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "ready": all(not seen.why for seen in now),
        "processes": [row._asdict() for row in rows(before, now)],
        "flow": flow(before, now, time.time())._asdict(),
        "alerts": [one._asdict() for one in alerts],
        "alerts_unknown_because": unasked,
    }
