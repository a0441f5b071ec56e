"""The one agent: hands every slice to its partition and waits when too much is in hand."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from streams.worker.ownership import Ownership
from streams.worker.transport import Slice


def slices_agent(ownership: Ownership[Any]) -> Callable[[Any], Any]:
    """The agent's body. Nothing here raises: Faust would acknowledge the slice and go on."""

    async def process_slices(stream: AsyncIterator[Slice]) -> None:
        async for fetched in stream:
            partition = ownership.get(fetched.partition)
            if partition is not None:
                await partition.deliver(fetched.messages)

    return process_slices
