"""The switch: one record in topic `epochs` decides which epoch is served. Views follow as soon as the sink has stored it, all at once; workers
follow by starting anew, and bring the topics to their epoch, partition by partition (`streams/worker/handover.py`).

Before it is written the workers in service are fenced, which holds them up for the seconds that they take to start again, and the shadow's rows
are stored up to where they had come: readers never see fewer events than before. If the command dies after the fence they simply go on; if it dies
after the record, everything else happens without it.
"""

import time
from collections.abc import Callable

from consumers.clickhouse.client import Client
from deploy.epochs import served_epoch
from deploy.errors import Finding
from deploy.rebuild.clickhouse import ask
from deploy.rebuild.deciding import decide, fence
from deploy.rebuild.following import shadow_passed
from deploy.rebuild.places import places
from schemas.outputs import Switch
from schemas.settings import Settings

_TRIES = 5
_HELD_S = 4.0
"""How long after a fence the shadow may take to catch up; the workers in service are back after about as long."""
_EVERY_S = 0.5

Told = Callable[[int, int], None]
"""Told on how many partitions the switch is done, and how many there are."""


def switch(settings: Settings, told: list[Switch], epoch: int, build: str) -> None:
    """Have the epoch served that a running shadow has caught up with, after the switches that are known.

    Raises Finding when the shadow does not keep up with the log, or somebody else has switched meanwhile.
    """
    served, why = served_epoch(told, settings), ""
    with places(settings) as found:
        for _ in range(_TRIES):
            fence(settings, served)
            reached = found.folded(served)
            try:
                shadow_passed(settings, epoch, reached, _HELD_S)
            except Finding as error:
                why = str(error)
                continue
            if found.folded(served) == reached:
                decide(settings, told, epoch, build)
                return
            why = "the workers in service went on before the shadow had caught up"
    raise Finding(f"{why}; switch when less is published, or with more --workers; epoch {served} is still served")


def await_switch(settings: Settings, epoch: int, told: Told, timeout_s: float) -> None:
    """Return when all topics hold the epoch and all views show it. Raises Finding when the time is over; it goes on all the same."""
    until = time.monotonic() + timeout_s
    with places(settings) as found:
        while missing := found.unfinished(epoch):
            whole = len(found.folded(epoch))
            told(whole - len(missing), whole)
            if time.monotonic() > until:
                raise Finding(
                    f"epoch {epoch} is decided, and {len(missing)} partitions have not followed ({_listed(missing)}): are workers running? What a "
                    "worker in the way says is in its log; `suoheng rebuild status` tells when it is done"
                )
            time.sleep(_EVERY_S)
    while ask(settings, _shown) != epoch:
        if time.monotonic() > until:
            raise Finding(f"epoch {epoch} is decided, and the views still show another: is the sink running?")
        time.sleep(_EVERY_S)


def _shown(client: Client) -> int:
    return int(client.query("SELECT epoch FROM served_epoch").result_rows[0][0])


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
