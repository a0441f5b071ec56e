"""`suoheng up`: the whole stack on this machine."""

from pathlib import Path
from typing import Annotated

import typer


def up(
    data: Annotated[Path | None, typer.Option(help="Folder for all data and logs; default: SUOHENG_DATA, else .data.")] = None,
    port_base: Annotated[
        int | None, typer.Option(help="First of the ports used; default: SUOHENG_PORT_BASE, else 29090.", min=1024, max=65_000)
    ] = None,
    workers: Annotated[int, typer.Option(help="Number of worker processes.", min=1, max=64)] = 1,
    from_topics: Annotated[
        bool, typer.Option("--from-topics", help="ClickHouse's tables were lost or are old: fill them from the topics again. 由主题重填")
    ] = False,
) -> None:
    """Start Kafka, the embedded ClickHouse, topics, tables, workers, sink, alerts, gateway and dashboard, and stay. 启动全部服务

    Prints one JSON line when all are ready: addresses and process ids. Restarts what dies, with growing pauses; `DIR/pids.json` names what
    runs now, `DIR/logs` has a log for each. SIGTERM, Ctrl-C or a closed terminal stops all in order, a second one kills. The data stay.
    """
    import json
    import threading

    from deploy.local.console import fetch_progress
    from deploy.local.stack import local_settings, local_stack

    try:
        with local_stack(local_settings(data, port_base), workers, fetched=fetch_progress(), from_topics=from_topics) as stack:
            print(json.dumps(stack.description()), flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        return
