"""The dashboard process: `python -m consumers.dashboard`. Serves until SIGTERM or SIGINT; needs no ClickHouse to start."""

import sys

from aiohttp import web

from consumers.alerts.journal.asking import AskedJournal
from consumers.alerts.journal.desk import OwnJournal, Source
from consumers.alerts.journal.journal import FILE
from consumers.clickhouse.remembering import Remembering
from consumers.dashboard.app import application
from consumers.dashboard.desk import Desk
from consumers.dashboard.signing_in import Door, SignOn, origin
from schemas.audit import Audit
from schemas.operation import logs
from schemas.settings import Settings, settings


def main() -> int:
    """Serve the page at the settings' address. 0 after a clean stop, 3 when the address cannot be bound."""
    configured = settings()
    logs.configure(configured.log_level, configured.log_format)
    try:
        serve(configured)
    except OSError as error:
        print(
            f"dashboard: cannot listen on {configured.dashboard_host}:{configured.dashboard_port} ({error.strerror or error}); "
            "set SUOHENG_DASHBOARD_PORT to a free port.",
            file=sys.stderr,
        )
        return 3
    return 0


def serve(configured: Settings) -> None:
    """Bind and serve; returns after a signal."""
    web.run_app(
        application(Remembering.of(configured), configured.dashboard_host, configured.silence_days, desk(configured)),
        host=configured.dashboard_host,
        port=configured.dashboard_port,
        access_log=None,
        print=None,
        shutdown_timeout=5,
    )


def desk(configured: Settings) -> Desk:
    """The duty desk over the deliverer's journal: this machine's, or another's."""
    source: Source = OwnJournal(configured.data / FILE, Audit(configured.audit_folder, configured.audit_days))
    if configured.desk_url:
        source = AskedJournal(configured.desk_url, configured.desk_key)
    sign_on = SignOn(configured.sign_on_header, configured.sign_on_networks, origin(configured.page_url))
    return Desk(source, Door(configured.dashboard_host, sign_on if configured.sign_on_header else None, configured.desk_key))


if __name__ == "__main__":
    sys.exit(main())
