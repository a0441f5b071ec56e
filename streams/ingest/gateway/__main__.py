"""`python -m streams.ingest.gateway`: serves until SIGTERM, then lets requests end that have arrived in full.

Exit 0: stopped. 70: cannot listen, or a defect of ours. 78: the settings would open the door to everyone; mend them first.
"""

import asyncio
import signal
import sys
from contextlib import suppress
from hashlib import sha256
from ssl import SSLContext

import structlog
from aiohttp import web

from schemas.audit import Audit
from schemas.operation import logs
from schemas.operation import serving as operation
from schemas.operation.ending import HALT, RESTART
from schemas.settings import Settings, settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.core.seal import SealKeyError
from streams.core.validate import validate
from streams.ingest.gateway import tls
from streams.ingest.gateway.app import Gateway, Limits
from streams.ingest.gateway.auditor import Auditor
from streams.ingest.gateway.broker import Broker
from streams.ingest.gateway.credentials import CredentialsError
from streams.ingest.gateway.door import Door, is_local
from streams.ingest.gateway.gate import Gate
from streams.ingest.gateway.keyring import Keyring
from streams.ingest.gateway.listening import HEADER_BYTES, Runner
from streams.ingest.gateway.numbers import Numbers
from streams.ingest.gateway.receipts import LogReader
from streams.seal_keys import read_keys

log = structlog.get_logger("gateway")

_LAST_ANSWERS_WITHIN_S = 12.0
_KEYS_LOOKED_AT_EVERY_S = 5.0


def main() -> int:
    """Run until told to stop; the exit code."""
    config = settings()
    logs.configure(config.log_level, config.log_format, ("aiokafka", "aiohttp", "asyncio"))
    try:
        keyring, context = open_keyring(config), tls.context_of(config)
        read_keys(config)
    except (CredentialsError, tls.TlsError, SealKeyError) as error:
        log.error("halted", reason=str(error))
        return HALT
    try:
        asyncio.run(serve(config, keyring, context))
    except OSError as error:
        log.error(
            "cannot listen; set SUOHENG_GATEWAY_PORT and SUOHENG_HEALTH_PORT to free ports",
            host=config.gateway_host,
            port=config.gateway_port,
            error=str(error),
        )
        return RESTART
    return 0


def open_keyring(config: Settings) -> Keyring:
    """The credentials; none are needed while only this machine can reach the gateway. Raises `CredentialsError`."""
    keyring = Keyring(config.credentials_file)
    if keyring.exists:
        return keyring
    if config.gateway_credentials is not None:
        raise CredentialsError(f"there is no credentials file {config.gateway_credentials}; `suoheng credentials add` makes it")
    if not is_local(config.gateway_host):
        raise CredentialsError(
            f"the gateway would listen on {config.gateway_host} without credentials: make some with `suoheng credentials add`, "
            "or set SUOHENG_GATEWAY_HOST=127.0.0.1"
        )
    return keyring


async def serve(config: Settings, keyring: Keyring, context: SSLContext | None) -> None:
    """Listen until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    auditor = Auditor(Audit(config.audit_folder, config.audit_days))
    gateway = _gateway(config, keyring, auditor)
    if config.health_port:
        operation.serve(config.health_host, config.health_port, gateway.health)
    runner = Runner(
        gateway.application(),
        auto_decompress=False,
        access_log=None,
        max_field_size=HEADER_BYTES,
        shutdown_timeout=_LAST_ANSWERS_WITHIN_S,
    )
    await runner.setup()
    beside = [asyncio.create_task(_watch_keys(config, keyring, auditor))]
    if context is not None and config.gateway_tls_certificate is not None:
        beside.append(asyncio.create_task(tls.keep_fresh(context, config.gateway_tls_certificate, config.gateway_tls_key)))
    try:
        await web.TCPSite(runner, config.gateway_host, config.gateway_port, ssl_context=context).start()
        if context is None and not is_local(config.gateway_host):
            log.warning(
                "tokens and events travel unencrypted: set SUOHENG_GATEWAY_TLS_CERTIFICATE, or let a proxy speak TLS before the gateway"
            )
        log.info("taking events", host=config.gateway_host, port=config.gateway_port, tls=context is not None, keys=len(keyring))
        await stop.wait()
    finally:
        for task in beside:
            task.cancel()
        await runner.cleanup()


def _gateway(config: Settings, keyring: Keyring, auditor: Auditor) -> Gateway:
    seal_keys = read_keys(config)
    topic = topic_name(OFFICE_EVENTS, config)
    door = Door(keyring, Numbers(config.data / "gateway" / "batches.sqlite"))
    limits = Limits(config.gateway_body_bytes, config.gateway_in_hand_bytes, config.gateway_events_per_minute)
    return Gateway(Broker(config.kafka, topic), LogReader(config.kafka, topic), door, auditor, Gate(validate, seal_keys), limits)


async def _watch_keys(config: Settings, keyring: Keyring, auditor: Auditor) -> None:
    """Audit which credentials are in force, at the start and after every change of their file; until cancelled."""
    told: str | None = None
    while True:
        keyring.refresh()
        digest = ""
        with suppress(OSError):
            digest = sha256(config.credentials_file.read_bytes()).hexdigest()
        if digest != told:
            told = digest
            await auditor.tell("credentials in force", file_sha256=digest, keys=len(keyring), usable=not keyring.problem)
        await asyncio.sleep(_KEYS_LOOKED_AT_EVERY_S)


if __name__ == "__main__":
    sys.exit(main())
