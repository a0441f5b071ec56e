"""The page's server on loopback, until SIGTERM or Ctrl-C."""

import asyncio
import signal

from aiohttp import web

from deploy.errors import MissingDependency, Usage
from deploy.ledger.page.app import HOST, LedgerPage
from deploy.local.address import gateway_url
from schemas.settings import Settings


async def serve(settings: Settings, port: int, gateway: str) -> None:
    """Listen on a port of loopback until stopped. Raises MissingDependency when it is taken, Usage for an address that is no gateway's."""
    if gateway and not gateway.startswith(("http://", "https://")):
        raise Usage(f"--to takes a gateway, http(s)://…, not {gateway!r}")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(LedgerPage(settings, gateway or gateway_url(settings)).application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        raise MissingDependency(f"port {port} is taken; choose another with --port") from error
    else:
        print(f"台账导入 import of ledgers: http://{HOST}:{port}/", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
