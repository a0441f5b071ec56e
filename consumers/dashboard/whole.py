"""A long list as a whole, for files: pages print a stretch of it, a file has every row, read piece by piece and never held all at once."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

from consumers.clickhouse.store import Query, Store
from consumers.dashboard.tables import Cell

Cells = list[list[Cell]]
EVERY = 2**31 - 1
"""As the limit of a query: all rows."""


class Whole(NamedTuple):
    """The table of a list: its title, its columns, how many rows it has, and these, so many at a time."""

    title: str
    columns: Sequence[str]
    total: int
    rows: AsyncIterator[Cells]


async def whole(
    store: Store, query: Query, title: str, columns: Sequence[str], cells: Callable[[list[tuple[Any, ...]]], AsyncIterator[Cells]]
) -> Whole:
    """The list that a query gives, whose last column says how many rows there are; `cells` makes cells of some of them. Raises Unavailable."""
    blocks = store.blocks(query)
    nothing: list[tuple[Any, ...]] = []
    first = await anext(blocks, nothing)
    return Whole(title, columns, int(first[0][-1]) if first else 0, _pieces(first, blocks, cells))


async def _pieces(
    first: list[tuple[Any, ...]],
    blocks: AsyncIterator[list[tuple[Any, ...]]],
    cells: Callable[[list[tuple[Any, ...]]], AsyncIterator[Cells]],
) -> AsyncIterator[Cells]:
    async for piece in cells(first):
        yield piece
    async for block in blocks:
        async for piece in cells(block):
            yield piece
