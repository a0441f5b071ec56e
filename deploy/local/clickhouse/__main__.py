"""The process of the embedded ClickHouse: `python -m deploy.local.clickhouse`, settings from the environment.

SIGTERM ends it cleanly: running statements finish, the engine is closed. A kill at any time leaves whole parts only, so the same folder is
simply opened again.
"""

import asyncio
import os
import signal
import sys

from aiohttp import web

from deploy.errors import MissingDependency
from deploy.local.clickhouse.engine import Engine
from deploy.local.clickhouse.server import Credentials, application
from schemas.operation import logs
from schemas.settings import Settings, settings

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 10.0
"""Time that open requests get to finish when the process is told to stop."""


async def serve(config: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raises MissingDependency when folder or port are taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine = Engine(config.data.resolve() / "clickhouse")
    runner = web.AppRunner(
        application(engine, Credentials(config.clickhouse_user, config.clickhouse_password)),
        access_log=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    await runner.setup()
    port = config.port_base + 2
    try:
        await web.TCPSite(runner, HOST, port).start()
        print(
            f"ClickHouse {engine.version} (embedded) listens on {HOST}:{port}, data in {config.data.resolve() / 'clickhouse'}",
            flush=True,
        )
        await stop.wait()
    except OSError as error:
        raise MissingDependency(f"port {port} is in use; choose another with SUOHENG_PORT_BASE") from error
    finally:
        await runner.cleanup()


def main() -> int:
    """Run the process; its exit code."""
    config = settings()
    logs.configure(config.log_level, config.log_format)
    try:
        asyncio.run(serve(config))
    except MissingDependency as error:
        print(f"suoheng: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The engine's own threads outlive its connections and may crash while the interpreter unloads them; everything is closed by now.
    os._exit(code)
