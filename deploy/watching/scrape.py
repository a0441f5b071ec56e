"""Asking processes for `/ready` and `/metrics`, and the samples that they answer."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from deploy.errors import Usage
from deploy.local.address import reachable
from deploy.local.asking import ask
from schemas.settings import Settings

_ANSWER_S = 3.0
_MOST_WORKERS = 64
NO_ANSWER = "does not answer"
"""Why a process is not ready that is known to be there: it is frozen, overloaded, or being started anew."""


class Address(NamedTuple):
    """Where a process answers. `process`: which one must be there, and is told when it is not; empty: whoever may be there."""

    host: str
    port: int
    tls: bool = False
    process: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Of `host:port`, `http://host:port` or `https://host:port`. Raises Usage."""
        parts = urlsplit(text if "//" in text else f"http://{text}")
        try:
            if parts.hostname and parts.port and parts.scheme in {"http", "https"}:
                host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
                return cls(host, parts.port, parts.scheme == "https", "?")
        except ValueError:
            pass
        raise Usage(f"--at takes HOST:PORT (or https://HOST:PORT), not {text!r}")


class Sample(NamedTuple):
    """A number that a process told."""

    name: str
    labels: Mapping[str, str]
    value: float


class Seen(NamedTuple):
    """A process at one look. `at`: seconds of a clock that only goes forward. `why`: what it lacks; empty: it is ready."""

    process: str
    address: str
    at: float
    why: str
    samples: tuple[Sample, ...]

    def of(self, name: str, **labels: str) -> Iterator[Sample]:
        """The samples of a name that bear these labels."""
        for sample in self.samples:
            if sample.name == name and all(sample.labels.get(key) == value for key, value in labels.items()):
                yield sample

    def total(self, name: str, **labels: str) -> float | None:
        """Their sum; None when there is none."""
        values = [sample.value for sample in self.of(name, **labels)]
        return sum(values) if values else None

    def most(self, name: str) -> float | None:
        """The greatest of them; None when there is none."""
        return max((sample.value for sample in self.of(name)), default=None)


def of_this_machine(given: Settings) -> list[Address]:
    """Where the processes of `suoheng up` answer: gateway, workers (the first must be there, others may), sink, alerts, dashboard."""
    base, gateway_tls = given.port_base, given.gateway_tls_certificate is not None
    started = _started(given)
    return [
        Address(reachable(given.gateway_host), given.gateway_port, gateway_tls, "gateway"),
        *(
            Address("127.0.0.1", base + 9 + number, process="worker" if number == 1 or f"worker-{number}" in started else "")
            for number in range(1, _MOST_WORKERS + 1)
        ),
        Address("127.0.0.1", base + 5, process="sink"),
        Address("127.0.0.1", base + 6, process="alerts"),
        Address(reachable(given.dashboard_host), given.dashboard_port, process="dashboard"),
    ]


def _started(given: Settings) -> frozenset[str]:
    """The names of what `suoheng up` runs now, by its `pids.json`."""
    try:
        return frozenset(json.loads((given.data / "pids.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return frozenset()


def look(addresses: Iterable[Address]) -> list[Seen]:
    """Everybody who answers or must be there, in the order of the addresses; asked side by side. Nobody when nobody answers at all."""
    with ThreadPoolExecutor(16) as pool:
        found = [seen for seen in pool.map(_look, addresses) if seen]
    return found if any(seen.why != NO_ANSWER for seen in found) else []


def _look(at: Address) -> Seen | None:
    ready = ask(at.host, at.port, "/ready", tls=at.tls, timeout_s=_ANSWER_S)
    process = ready.document.get("process")
    if not process:
        return Seen(at.process, str(at), time.monotonic(), NO_ANSWER, ()) if at.process else None
    told = ask(at.host, at.port, "/metrics", tls=at.tls, timeout_s=_ANSWER_S)
    samples = tuple(samples_of(told.body.decode())) if told.status == 200 else ()
    why = str(ready.document.get("why", ""))
    if ready.status != 200 and not why:
        why = f"HTTP {ready.status}"
    return Seen(str(process), str(at), time.monotonic(), why, samples)


def samples_of(exposition: str) -> Iterator[Sample]:
    """The samples of Prometheus' text format."""
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            yield Sample(sample.name, sample.labels, sample.value)
