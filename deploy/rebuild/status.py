"""How things stand: which epoch is served, since when, which others are kept beside, and how far they are."""

from dataclasses import dataclass

from deploy.rebuild.comparison import Comparison, last_comparison
from deploy.rebuild.places import places
from deploy.topics import epochs_beside
from schemas.outputs import Switch
from schemas.settings import Settings
from streams.worker.commit import folding_build


@dataclass(frozen=True, slots=True)
class Beside:
    """An epoch that is kept beside the one served: a rebuild, or what a switch left. `behind`: events of the log that it has not folded."""

    epoch: int
    behind: int
    builds: tuple[str, ...]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Status:
    """`unfinished`: partitions whose topics do not hold the served epoch's rows yet. `ours`: the build of this command."""

    served: int
    builds: tuple[str, ...]
    unfinished: tuple[int, ...]
    switches: tuple[Switch, ...]
    beside: tuple[Beside, ...]
    ours: str


def status(settings: Settings) -> Status:
    """How things stand. Raises MissingDependency."""
    there = epochs_beside(settings)
    with places(settings) as found:
        served = found.served()
        beside = tuple(
            Beside(epoch, found.behind(epoch), tuple(sorted(found.builds(epoch))), last_comparison(settings, epoch))
            for epoch in there
            if epoch != served
        )
        builds = tuple(sorted(found.builds(served)))
        return Status(served, builds, tuple(found.unfinished(served)), tuple(found.switches()), beside, folding_build())
