"""What the worlds are given to work on, and what is asked of each when it has ended."""

from collections.abc import Callable, Sequence
from random import Random

from streams.core.message import Message
from tests.fault.simulated.shell import COUNTING, REAL
from tests.fault.simulated.verdict import count_findings, findings, value_rows
from tests.fault.simulated.world import World
from tests.folding import fold
from tests.scenarios.chance import chance_district
from tests.scenarios.story import Event, log

Run = Callable[..., World]
TRASH: tuple[Event, ...] = (
    {"_value": b"{"},
    {"_value": b""},
    {"_key": None},
    {"_value": b"\xff\x00", "_headers": (("x", b"1"), ("x", b"\xff"))},
)


def real_events(seed: int, size: int) -> Sequence[Message]:
    """A crowded district with duplicates, corrections, refusals, and records that are no events at all."""
    chance = Random(seed)
    events = chance_district(seed, size, days=chance.choice((40, 90, 200)), subjects=chance.choice((3, 6, 12)))
    spoilt = [event | chance.choice(TRASH) if n > 8 and chance.random() < 0.05 else event for n, event in enumerate(events)]
    return [message[1:] for message in log(spoilt)]


def countable_events(seed: int, size: int) -> Sequence[Message]:
    """Numbers under a few keys, some of them refused."""
    chance = Random(seed)
    return [
        (n, 1_000 + n, b"99%04d" % chance.randrange(5), b"%s%012d" % (b"bad" if chance.random() < 0.05 else b"", n), ())
        for n in range(size)
    ]


def whole_run(run: Run, seed: int, size: int = 60) -> tuple[World, list[str]]:
    """Real core, worker, sink and store; judged by the oracle and by a run without faults."""
    world = run(seed, REAL, real_events(seed, size), sinks=True)
    found = findings(world.broker, world.store)
    if not found:
        found = _as_without_faults(world)
    return world, found


def shell_run(run: Run, seed: int, size: int = 400) -> tuple[World, list[str]]:
    """The worker's shell around a core that only counts: many more steps in the same time."""
    world = run(seed, COUNTING, countable_events(seed, size), sinks=False)
    return world, count_findings(world.broker)


def _as_without_faults(world: World) -> list[str]:
    """The rows that say something are those of one fold over the whole log."""
    straight = fold(world.broker.log).values
    rows = value_rows(world.store).items()
    kept = {key: (row["numerator"], row["denominator"], row["scale"]) for key, row in rows if row["numerator"] or row["denominator"]}
    return [] if kept == straight else [f"I2 not the rows of an uninterrupted run: {sorted(kept.items() ^ straight.items())[:3]}"]
