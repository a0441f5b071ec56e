"""One log for everything in the process, to stderr, a line an event; Faust's and aiokafka's own lines included."""

import logging
import sys

import structlog
from structlog.typing import Processor

QUIET = ("aiokafka", "faust", "mode")
"""Libraries that tell of every join and fetch at level info: shown from warning on."""


def configure(level: str) -> None:
    """Log from `level` (debug, info, warning, error) on."""
    shared: list[Processor] = [
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
    # Plain tracebacks: the default shows local variables, and those hold events.
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in QUIET if level != "debug" else ():
        logging.getLogger(name).setLevel(logging.WARNING)
