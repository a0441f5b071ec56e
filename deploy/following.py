"""`suoheng publish --follow`: a growing file through a spool, until a signal."""

import sys
from pathlib import Path
from threading import Event

from deploy.errors import MissingDependency, Usage
from deploy.stopping import asked_to_stop
from streams.ingest.sdk.follow import follow
from streams.ingest.sdk.publisher import Publisher
from streams.ingest.sdk.spool import SpoolError

_CLOSE_TIMEOUT_S = 5.0


def follow_file(file: Path, spool: Path | None, to: str, key_file: Path | None) -> dict[str, int]:
    """Follow until SIGTERM or SIGINT: how many lines were taken, how many wait, how many the gateway refused."""
    if spool is None:
        raise Usage("--follow needs --spool DIR, where events wait while the other side is away")
    if str(file) == "-":
        raise Usage("standard input cannot be followed over restarts; name a file")
    taken = 0

    def count(lines: int) -> None:
        nonlocal taken
        taken += lines
        publisher.nudge()

    try:
        publisher = Publisher(to, "", spool, key=_key(key_file), close_timeout_s=_CLOSE_TIMEOUT_S)
    except (SpoolError, ValueError) as error:
        raise Usage(str(error)) from error
    stop = Event()
    with publisher, asked_to_stop(lambda *_: stop.set()):
        print(f"following {file} to {to}; {publisher.waiting:,} events wait 正在跟随", file=sys.stderr, flush=True)
        try:
            follow(file, publisher.spool, stop, count)
        except OSError as error:
            raise MissingDependency(f"{file} cannot be read: {error.strerror}") from error
        publisher.flush(_CLOSE_TIMEOUT_S)
        return {"taken": taken, "waiting": publisher.waiting, "refused": len(publisher.refused())}


def _key(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{file} cannot be read: {error}") from error
