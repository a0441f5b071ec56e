"""The two things that a rebuild does to the workers in service: hold them up for a moment, and decide whom they work for. Both by their own code."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from aiokafka.errors import KafkaError, ProducerFenced

from deploy.epochs import served_epoch
from deploy.errors import Finding, MissingDependency
from deploy.rebuild.places import places
from schemas.outputs import Switch
from schemas.settings import Settings
from streams.worker import epochs
from streams.worker.commit import Names, Outbox
from streams.worker.failpoints import FailPoints

T = TypeVar("T")


def decide(settings: Settings, told: list[Switch], epoch: int, build: str) -> None:
    """After these switches, have another epoch served; returns when all replicas have it. `build` may work on with its rows; '': any.

    Raises Finding when somebody else has decided meanwhile, MissingDependency without Kafka.
    """
    known, served = _last(told), served_epoch(told, settings)

    async def ask() -> Switch | None:
        with places(settings) as found:
            return _last(found.switches())

    try:
        _run(settings, epochs.decide(settings, known, ask, served, epoch, build))
    except epochs.Overtaken as error:
        raise Finding(f"{error}: `suoheng rebuild status` tells what is served") from error


def fence(settings: Settings, epoch: int) -> None:
    """End every worker of an epoch that writes, on all partitions at once; they start again by themselves."""
    _run(settings, _fence(settings, Names.of(settings.model_copy(update={"epoch": epoch}))))


def _last(told: list[Switch]) -> Switch | None:
    return told[-1] if told else None


async def _fence(settings: Settings, names: Names) -> None:
    fences = await asyncio.gather(*(Outbox.open(settings, names, number, FailPoints()) for number in range(settings.partitions)))
    await asyncio.gather(*(one.close() for one in fences))


def _run(settings: Settings, work: Coroutine[None, None, T]) -> T:
    try:
        return asyncio.run(work)
    except ProducerFenced as error:
        raise Finding("somebody else is switching epochs at this moment: `suoheng rebuild status` tells what is served") from error
    except (KafkaError, OSError) as error:
        raise MissingDependency(f"Kafka at {settings.kafka} cannot be asked: {error or type(error).__name__}") from error
