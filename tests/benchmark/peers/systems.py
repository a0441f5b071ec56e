"""What is compared: each system with its command, its guarantee in a sentence, and the settings that were chosen in its favour."""

import sys
from collections.abc import Callable
from typing import NamedTuple

from schemas.settings import Settings
from tests.benchmark.peers import environment

OURS = "Suoheng"
_LIBRDKAFKA = "librdkafka: reads ahead up to 256 MiB, batches of 1 MB, lz4; up to 20,000 events at once"


class System(NamedTuple):
    """One line of the comparison."""

    name: str
    version: str
    guarantee: str
    """What a crash leaves."""
    settings: str
    command: Callable[[Settings], tuple[str, ...]]
    """Program and leading arguments."""
    variant: str = ""

    @property
    def topic(self) -> str:
        """Where its rows go: ours to its own topic, the others to one for each."""
        return "indicator-values" if self.name == OURS else "peer-" + "".join(c if c.isalnum() else "-" for c in self.name.lower())


def _python(module: str) -> Callable[[Settings], tuple[str, ...]]:
    return lambda settings: (environment.python(settings), "-m", f"tests.benchmark.peers.{module}")


def systems() -> list[System]:
    """All, ours first."""
    pinned = environment.pinned
    bytewax, faust, streams = pinned("bytewax"), pinned("faust-streaming"), pinned("kafka-streams")
    faust_settings = "tables in memory with changelog topics, large fetches, 1 MB batches, zstd, 50 ms linger, sends not awaited"
    streams_settings = (
        "Processor API without repartitioning, stores in memory, 512 MiB cache, rows twice a second, "
        "commits every 5 s (the default of 30 would not come due in a run) or, exactly once, every second (default 100 ms), "
        "1 MB batches, lz4, 4 GiB heap from the start"
    )
    return [
        System(
            OURS,
            "this commit",
            "exactly once: rows and offset in one transaction a micro-batch; state from the log",
            "defaults",
            lambda _: (sys.executable, "-m", "tests.benchmark.restricted"),
        ),
        System(
            "bare confluent-kafka loop",
            pinned("confluent-kafka"),
            "none: state, position and unsent rows are lost",
            _LIBRDKAFKA,
            _python("bare_loop"),
        ),
        System("Bytewax", bytewax, "none: no recovery store, state is lost", _LIBRDKAFKA, _python("bytewax_flow"), "memory"),
        System(
            "Bytewax, recovery",
            bytewax,
            "at least once into Kafka: state in SQLite every ten seconds, output since then repeats",
            _LIBRDKAFKA,
            _python("bytewax_flow"),
            "recovery",
        ),
        System(
            "Kafka Streams, at_least_once",
            streams,
            "at least once: both stores and the offset are kept apart, events around a crash are lost or doubled",
            streams_settings,
            environment.java,
            "at_least_once",
        ),
        System(
            "Kafka Streams, exactly_once_v2",
            streams,
            "exactly once: rows, changelog and offset in one transaction a second",
            streams_settings,
            environment.java,
            "exactly_once_v2",
        ),
        System(
            "Quix Streams",
            pinned("quixstreams"),
            "at least once: state in RocksDB with a changelog, checkpoint every five seconds",
            "defaults of the framework; " + _LIBRDKAFKA.partition(";")[0],
            _python("quix_frame"),
        ),
        System(
            "Faust, take(20,000)",
            faust,
            "less than at least once: tables lose and double events when killed",
            faust_settings,
            _python("faust_tables"),
            "take",
        ),
        System(
            "Faust, per event",
            faust,
            "less than at least once: tables lose and double events when killed",
            faust_settings,
            _python("faust_tables"),
            "event",
        ),
    ]
