"""`python -m streams.ingest.gateway`: serves until SIGTERM, then lets requests end that have arrived in full.

Exit 0: stopped. 70: cannot listen, or a defect of ours. 78: the settings would open the door to everyone; mend them first.
"""

import asyncio
import logging
import signal
import sys

import structlog
from aiohttp import web

from schemas.settings import Settings, settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.core.validate import validate
from streams.ingest.gateway.app import Gateway, is_local
from streams.ingest.gateway.broker import Broker
from streams.ingest.gateway.credentials import CredentialsError, Keyring

log = structlog.get_logger("gateway")

_RESTART = 70
_HALT = 78
_LAST_ANSWERS_WITHIN_S = 12.0


def main() -> int:
    """Run until told to stop; the exit code."""
    config = settings()
    _log_from(config.log_level)
    try:
        keyring = open_keyring(config)
    except CredentialsError as error:
        log.error("halted", reason=str(error))
        return _HALT
    try:
        asyncio.run(serve(config, keyring))
    except OSError as error:
        log.error(
            "cannot listen; set SUOHENG_GATEWAY_PORT to a free port", host=config.gateway_host, port=config.gateway_port, error=str(error)
        )
        return _RESTART
    return 0


def open_keyring(config: Settings) -> Keyring | None:
    """The credentials; None when there is no file and only this machine can reach the gateway. Raises `CredentialsError`."""
    if config.gateway_credentials is not None:
        return Keyring(config.gateway_credentials)
    if not is_local(config.gateway_host):
        raise CredentialsError(
            f"the gateway would listen on {config.gateway_host} without credentials: set SUOHENG_GATEWAY_CREDENTIALS, or SUOHENG_GATEWAY_HOST=127.0.0.1"
        )
    return None


async def serve(config: Settings, keyring: Keyring | None) -> None:
    """Listen until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = Broker(config.kafka, topic_name(OFFICE_EVENTS, config))
    application = Gateway(broker, keyring, validate, config.gateway_body_bytes).application()
    runner = web.AppRunner(application, auto_decompress=False, access_log=None, shutdown_timeout=_LAST_ANSWERS_WITHIN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.gateway_host, config.gateway_port).start()
        log.info("taking events", host=config.gateway_host, port=config.gateway_port, credentials=str(config.gateway_credentials or "none"))
        await stop.wait()
    finally:
        await runner.cleanup()


def _log_from(level: str) -> None:
    """One line an event on stderr from `level` on; texts are quoted, so that no caller can write lines of its own."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), repr_native_str=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
