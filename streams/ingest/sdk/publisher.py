"""The publisher of an office's system: checked, numbered and on disk when `publish` returns; handed in by a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import orjson
import structlog

from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.sdk.spool import MOST_BYTES, Refused, Spool
from streams.ingest.sdk.ways import Send, Unavailable, way

logger: Any = structlog.get_logger()

BATCH_EVENTS = 500
_LOCAL = timezone(timedelta(hours=8))
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0


class EventRefused(ValueError):
    """A worker would refuse this event, so it is not taken; `code` is the contract's."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class Publisher:
    """Hands in the events of one source. Close it, or use it as a context manager; what has not arrived then waits for the next start, as it does
    when the process ends without closing."""

    def __init__(
        self,
        to: str,
        source: str,
        spool: str | Path,
        *,
        key: str = "",
        ssl: SSLContext | None = None,
        most_bytes: int = MOST_BYTES,
        close_timeout_s: float = 10,
    ) -> None:
        self._way = partial(way, to, key, ssl)
        self._way()  # an address that is none is told at once
        self._source, self._district = source, source.split("/")[2] if source.count("/") == 3 else ""
        self._close_timeout_s = close_timeout_s
        self.spool = Spool(Path(spool), most_bytes)
        self.trouble = ""
        """Why events wait, in a line; empty while the other side takes them."""
        self._loop, self._changed = asyncio.new_event_loop(), threading.Condition()
        # Waited for on the loop: a thread of an executor that waits would keep the process at its end.
        self._more, self._stopping = asyncio.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="suoheng-publisher", daemon=True)
        self._thread.start()

    def publish(
        self,
        type: str,  # noqa: A002 - the attribute's name
        *,
        data: Mapping[str, Any],
        office: str = "",
        subject: str = "",
        time: datetime | str | None = None,
        id: str = "",  # noqa: A002 - the attribute's name
        **more: Any,
    ) -> str:
        """Take one event: its id. It is on disk when this returns, and will arrive; `more` are further attributes of the envelope.

        `time`: when it happened, with a zone, or as the event's text has it; default: now. Raises `EventRefused` for what a worker would refuse and `SpoolError` when the
        spool takes nothing; neither uses up a number.
        """
        happened = datetime.now(_LOCAL) if time is None else time
        if isinstance(happened, datetime) and happened.tzinfo is None:
            raise EventRefused("TIME_FORMAT", "time: has no zone")
        event = {"specversion": "1.0", "id": id or uuid4().hex, "source": self._source, "type": type}
        event |= {"time": happened if isinstance(happened, str) else happened.isoformat(), "district": self._district}
        event |= {name: value for name, value in (("office", office), ("subject", subject)) if value} | more
        self.spool.say(self._source, lambda number: self._checked({**event, "sequence": str(number), "data": dict(data)}))
        self.nudge()
        return str(event["id"])

    def _checked(self, event: dict[str, Any]) -> bytes:
        text = orjson.dumps(event)
        outcome = validate((0, int(time.time() * 1000), self._district.encode(), text, ()))
        if isinstance(outcome, Rejected):
            raise EventRefused(outcome.code, outcome.detail)
        return text

    def nudge(self) -> None:
        """Something was written to the spool, by `publish` or otherwise."""
        self._tell(self._more)

    @property
    def waiting(self) -> int:
        """Events that have not arrived yet."""
        return self.spool.waiting

    def refused(self) -> list[Refused]:
        """Events that the gateway refused for good, in order; `spool.forget()` lets go of them."""
        return self.spool.refused()

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until everything taken so far has arrived; False when it has not within so many seconds."""
        with self._changed:
            return (
                self._changed.wait_for(lambda: not self.spool.waiting or not self._thread.is_alive(), timeout_s) and not self.spool.waiting
            )

    def close(self) -> None:
        """Wait a little for what is on its way, then stop; the rest stays on disk."""
        self.flush(self._close_timeout_s)
        self._tell(self._stopping)
        self._tell(self._more)
        self._thread.join()
        self.spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        self.close()

    def _tell(self, event: asyncio.Event) -> None:
        with suppress(RuntimeError):  # the thread has ended and closed its loop
            self._loop.call_soon_threadsafe(event.set)

    # -- the thread
    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._hand_in())

    async def _hand_in(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                async with self._way() as send:
                    while await self._next(send):
                        pause, self.trouble = _FIRST_PAUSE_S, ""
            except Unavailable as error:
                self.trouble = str(error)
                logger.warning("events wait", waiting=self.spool.waiting, trouble=self.trouble)
                await self._rest(max(pause, error.after_s))
                pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _next(self, send: Send) -> bool:
        """Hand in what has waited longest; False when it is time to stop."""
        head = self.spool.head(BATCH_EVENTS)
        if head:
            self.spool.arrived(head, await send([event for _, event in head]))
            with self._changed:
                self._changed.notify_all()
        else:
            await self._more.wait()
            self._more.clear()
        return not self._stopping.is_set()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


class AsyncPublisher:
    """The same for asyncio; nothing blocks the loop."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self._make = lambda: Publisher(*args, **more)
        self._publisher: Publisher | None = None

    async def __aenter__(self) -> Self:
        self._publisher = await asyncio.to_thread(self._make)
        return self

    async def __aexit__(self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await asyncio.to_thread(self.sync.close)

    @property
    def sync(self) -> Publisher:
        """The publisher underneath, for `waiting`, `trouble` and `refused`."""
        if self._publisher is None:
            raise RuntimeError("use it as `async with AsyncPublisher(…) as out:`")
        return self._publisher

    async def publish(self, type: str, **event: Any) -> str:  # noqa: A002 - the attribute's name
        """See `Publisher.publish`."""
        return await asyncio.to_thread(self.sync.publish, type, **event)

    async def flush(self, timeout_s: float | None = None) -> bool:
        """See `Publisher.flush`."""
        return await asyncio.to_thread(self.sync.flush, timeout_s)
