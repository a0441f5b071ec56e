"""A TCP line to ClickHouse on which faults land inside requests: the next insert is cut off before it arrives, in its middle, or after it was
taken and before the answer comes back (outcome unknown); or something else happens while it is on its way."""

import socket
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from tests.ports import free_port

SENT_BY_INSERT = b"INSERT INTO"


class Cut(Enum):
    """Where the next insert is cut off."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


class Proxy:
    """Passes connections on to `url`; at most one fault is armed at a time."""

    def __init__(self, url: str) -> None:
        far = urlsplit(url)
        self._far = far.hostname, far.port
        self._armed: Cut | Callable[[], None] | None = None
        self._landed = Event()
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self.is_down = False
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._listener = socket.create_server(("127.0.0.1", port))
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """No more connections."""
        self._listener.close()
        self.cut_all()

    def cut_all(self) -> None:
        """Break every connection."""
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def land(self, fault: Cut | Callable[[], None], seconds: float) -> bool:
        """Let the fault land in the next insert; whether it did within the time."""
        self._landed.clear()
        with self._lock:
            self._armed = fault
        landed = self._landed.wait(seconds)
        with self._lock:
            self._armed = None
        return landed

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        far = None
        try:
            if self.is_down:
                return
            far = socket.create_connection(self._far, 5)
            far.settimeout(None)
            self._open |= {near, far}
            silent = Event()
            back = Thread(target=self._answers, args=(far, near, silent), daemon=True)
            back.start()
            self._requests(near, far, silent)
            back.join()
        except OSError:
            pass  # an end is gone
        finally:
            for end in (near, far):
                if end:
                    self._open.discard(end)
                    end.close()

    def _requests(self, near: socket.socket, far: socket.socket, silent: Event) -> None:
        with suppress(OSError):
            while data := near.recv(1 << 16):
                fault = self._take() if SENT_BY_INSERT in data else None
                if fault is None:
                    far.sendall(data)
                elif fault is Cut.AFTER:
                    silent.set()
                    far.sendall(data)
                    self._landed.set()
                else:
                    far.sendall(data[: 0 if fault is Cut.BEFORE else len(data) // 2])
                    if callable(fault):
                        fault()
                    self._landed.set()
                    break
        _end(near, far)

    def _answers(self, far: socket.socket, near: socket.socket, silent: Event) -> None:
        with suppress(OSError):
            while data := far.recv(1 << 16):
                if silent.is_set():
                    break
                near.sendall(data)
        _end(near, far)

    def _take(self) -> Cut | Callable[[], None] | None:
        with self._lock:
            armed, self._armed = self._armed, None
        return armed


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
