"""Whether ClickHouse answers, for probes: a sink that has nothing to store would else learn of it with the next row only."""

import time
from threading import Lock, Thread

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, connect, in_short
from schemas.settings import Settings

REST_S = 5.0
"""However often it is asked, ClickHouse is asked so seldom."""
ANSWER_S = 3.0


class Pinging:
    """Asks over a connection of its own and in a thread of its own: a probe is answered at once, by what was heard last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._asking = Lock()
        self._asked_at = float("-inf")
        self._why = ""

    def why(self) -> str:
        """Why it did not answer when it was asked last; empty: it did, or was never asked."""
        if time.monotonic() - self._asked_at >= REST_S and self._asking.acquire(blocking=False):
            Thread(target=self._ask, name="ping", daemon=True).start()
        return self._why

    def _ask(self) -> None:
        try:
            self._why = self._answer()
        finally:
            self._asked_at = time.monotonic()
            self._asking.release()

    def _answer(self) -> str:
        where = f"ClickHouse at {self._settings.clickhouse_url} does not answer"
        try:
            if self._client is None:
                self._client = connect(self._settings, database=False, timeout_s=ANSWER_S)
            return "" if self._client.ping(ANSWER_S) else where
        except CLICKHOUSE_ERRORS as error:
            return f"{where}: {in_short(error)}"
