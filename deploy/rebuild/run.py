"""The whole way of a rebuild, and of a roll back. Every step can be cut off: what is done stays done, and the same call goes on from there."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from deploy.definitions import define
from deploy.errors import Finding, MissingDependency, Usage
from deploy.rebuild.clickhouse import ask
from deploy.rebuild.comparison import Comparison, compare, last_comparison, mark_restated
from deploy.rebuild.deciding import decide
from deploy.rebuild.following import both_stored, shadow_caught_up
from deploy.rebuild.places import Places, places
from deploy.rebuild.shadow import WORKER, shadow
from deploy.rebuild.switching import await_switch, switch
from deploy.topics import create_beside, epochs_beside
from deploy.waiting import wait
from deploy.watcher import Watcher
from schemas.outputs import Switch
from schemas.settings import Settings
from streams.worker.commit import folding_build

FOLLOW_S = 900.0
"""How long a switch is waited for: workers start anew, and a million rows a partition change hands in about half a minute."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it. `accept` gets a comparison that found differences and says whether to switch all the same; `any_build`: go on with what
    other code began, too."""

    accept: Callable[[Comparison], bool] = lambda _: False
    switch: bool = True
    any_build: bool = False
    workers: int = 1
    follow_s: float = FOLLOW_S
    worker: Sequence[str] = WORKER


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `comparison` is None where nothing was compared."""

    epoch: int
    served: int
    switched: bool
    comparison: Comparison | None


def rebuild(settings: Settings, epoch: int, options: Options, watcher: Watcher) -> Outcome:
    """Rebuild an epoch from the log, compare it with the one that is served, and switch to it.

    Not switched: differences that were not accepted, or no switch wanted. Of an epoch that is served already: waits until it is everywhere.
    Raises Usage for an epoch that cannot be rebuilt now, Finding when something stands in the way, MissingDependency.
    """
    with alone(settings):
        with places(settings) as found:
            told, served = found.switches(), found.served()
            build = "" if epoch == served else _require_possible(found, epoch, served, options)
        if epoch == served:
            await_switch(settings, epoch, _partitions(watcher), options.follow_s)
            return Outcome(epoch, served, switched=True, comparison=last_comparison(settings, epoch))
        for one in (served, epoch):
            create_beside(settings, one)
        ask(settings, partial(define, epoch=epoch))
        with shadow(settings, epoch, options.workers, watcher.step, options.worker) as supervisor:
            watcher.step(f"epoch {epoch} is computed from the log beside epoch {served}, which goes on serving")
            shadow_caught_up(settings, epoch, supervisor, watcher.progress)
            compared = compare(
                settings, served, epoch, lambda: both_stored(settings, epoch, supervisor, watcher.progress), watcher.progress
            )
            if not options.switch or (compared.different and not options.accept(compared)):
                return Outcome(epoch, served, switched=False, comparison=compared)
            mark_restated(settings, compared)
            watcher.step(f"switching from epoch {served} to epoch {epoch}")
            switch(settings, told, epoch, build)
        _follow(settings, epoch, options, watcher)
        return Outcome(epoch, epoch, switched=True, comparison=compared)


def roll_back(settings: Settings, options: Options, watcher: Watcher, *, at_once: bool = False) -> Outcome:
    """Serve the epoch again that was served before the present one. Its rows stand as it left them and go on from there.

    `at_once`: readers see it before it has caught up with the log. Nothing is compared.
    Raises Finding when there is nothing to go back to, or something stands in the way, MissingDependency.
    """
    with alone(settings):
        with places(settings) as found:
            told = found.switches()
            served, target = found.served(), _before(told, found.served())
            build = _require_build(
                found, target, options, "put that build back and roll back with it, or say --any-build: then both will mix"
            )
            left, gone = found.unfinished(served), found.without_rows(target)
        if gone or target not in epochs_beside(settings):
            raise Finding(
                f"no rows of epoch {target} are kept: rebuild its definitions under a higher number (`suoheng rebuild --epoch {served + 1}`)"
            )
        if at_once:
            decide(settings, told, target, build)
        elif left:
            raise Finding(f"the switch to epoch {served} is not finished on {len(left)} partitions: wait for it, or roll back with --now")
        else:
            with shadow(settings, target, options.workers, watcher.step, options.worker) as supervisor:
                watcher.step(f"epoch {target} is brought up to date beside epoch {served}, which goes on serving")
                shadow_caught_up(settings, target, supervisor, watcher.progress)
                watcher.step(f"rolling back from epoch {served} to epoch {target}")
                switch(settings, told, target, build)
        _follow(settings, target, options, watcher)
        return Outcome(target, target, switched=True, comparison=None)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One at a time in a data folder."""
    folder = settings.data.resolve() / "rebuild"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise MissingDependency(f"cannot use {folder}: {error.strerror}; choose another folder (SUOHENG_DATA)") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Finding(f"another `suoheng rebuild` is at work in {folder}: wait until it has ended") from error
        yield


def _follow(settings: Settings, epoch: int, options: Options, watcher: Watcher) -> None:
    """Wait until all is done that follows from the decision by itself."""
    watcher.step(f"epoch {epoch} is decided; its workers take over the topics")
    await_switch(settings, epoch, _partitions(watcher), options.follow_s)
    wait(settings, options.follow_s)


def _partitions(watcher: Watcher) -> Callable[[int, int], None]:
    return lambda done, whole: watcher.progress("partitions", done, whole)


def _require_possible(found: Places, epoch: int, served: int, options: Options) -> str:
    """The build that may work on with what is rebuilt."""
    if epoch < served:
        raise Usage(f"epoch {served} is served; a rebuild needs a higher number, and `suoheng rebuild rollback` goes back")
    if left := found.unfinished(served):
        raise Finding(f"the switch to epoch {served} is not finished on {len(left)} partitions: are its workers running?")
    if found.without_rows(epoch):
        raise Finding(f"rows of epoch {epoch} that were written before are gone: take another number")
    return _require_build(found, epoch, options, f"drop it (`suoheng rebuild drop --epoch {epoch}`) or take another number")


def _require_build(found: Places, epoch: int, options: Options, advice: str) -> str:
    """The build that may work on with an epoch: ours, if nobody else began it; '' (any) where that cannot be told or does not matter."""
    ours, began = folding_build(), found.builds(epoch)
    if options.any_build or not ours:
        return ""
    if others := began - {ours}:
        raise Finding(
            f"epoch {epoch} was computed by another build ({', '.join(sorted(one[:12] for one in others))}; this one is {ours[:12]}), whose "
            f"definitions may be others: {advice}"
        )
    return ours


def _before(told: list[Switch], served: int) -> int:
    """The epoch whose place the served one took."""
    came_from = [one.previous for one in told if one.epoch == served and one.previous < served]
    if not came_from:
        raise Finding(f"there is no epoch to roll back to: epoch {served} is served, and it took no other one's place")
    return came_from[-1]
