"""One log for everything in a process, to stderr, a line an event: as text for people, or as JSON for collectors (`SUOHENG_LOG_FORMAT`).

What works is silent: a start, a change of partitions, a snapshot, and then what somebody should know. Values are quoted, so that nobody who
sends something can write lines of their own, and tracebacks show no local variables, for those hold events.
"""

import json
import logging
import sys
from collections.abc import Collection

import structlog
from structlog.typing import Processor

OURS = ("streams", "consumers", "schemas", "deploy", "gateway", "alerts", "__main__")
"""Whose lines are shown from the set level on; libraries tell of every join and fetch at level info: they are heard from warning on."""


def configure(level: str, form: str, silenced: Collection[str] = ()) -> None:
    """Log from `level` (debug, info, warning, error) on, in the form `text` or `json`; of the `silenced` loggers errors only."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(form)]
        )
    )
    logging.basicConfig(handlers=[handler], level="DEBUG" if level == "debug" else "WARNING", force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    for name in silenced:
        logging.getLogger(name).setLevel("ERROR")


def _rendered(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), repr_native_str=True, exception_formatter=plain)]


def _json(line: object, **options: object) -> str:
    return json.dumps(line, ensure_ascii=False, default=options.get("default") or str)  # type: ignore[arg-type]
