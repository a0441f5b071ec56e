"""`suoheng wait`: come back when the log is in ClickHouse. The library function is `deploy.waiting.wait`."""

import sys
from typing import Annotated

import typer


def wait(
    timeout: Annotated[float | None, typer.Option(min=0, help="Give up after so many seconds, with exit code 1; default: never.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Return when everything in the log so far is visible in ClickHouse. 等待入库完成

    First the workers must have passed every event that is in the log now, then the sink every row that they wrote. What is published
    meanwhile is not waited for.
    """
    import json
    from dataclasses import asdict

    from deploy.waiting import Lag
    from deploy.waiting import wait as run
    from schemas.settings import settings

    def show(lag: Lag) -> None:
        print(f"\r\x1b[K{lag.who}: about {lag.remaining:,} messages to go", end="", file=sys.stderr, flush=True)

    try:
        result = run(settings(), timeout, show if sys.stderr.isatty() else None)
    finally:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        print(f"everything in the log is visible in ClickHouse (waited {result.seconds:.1f} s)")
