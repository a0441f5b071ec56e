"""A state is millions of objects that stay and have no cycles: the collector looks through them neither while they are made nor later.

Looking through the new ones costs 2 % of the fold, and through a state of a million events, once, a second in which nothing else happens.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def made_to_stay() -> Iterator[None]:
    """What is made meanwhile is never looked through; reference counts free it as ever. Several may be under way."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looking:
            gc.enable()
