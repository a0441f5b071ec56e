"""What is made to stay is not looked through, whatever ends the making."""

import gc
from contextlib import suppress

import pytest

from streams.worker.garbage import made_to_stay


@pytest.mark.parametrize("failure", [None, ValueError])
def test_what_was_made_is_frozen_and_the_collector_goes_on(failure: type[Exception] | None) -> None:
    gc.unfreeze()
    kept: list[list[int]] = []
    try:
        with suppress(ValueError), made_to_stay():
            kept.extend([n] for n in range(5_000))
            assert not gc.isenabled()
            if failure:
                raise failure
        assert gc.isenabled()
        assert gc.get_freeze_count() >= len(kept)
        ours = {id(one) for one in kept}
        assert not any(id(found) in ours for found in gc.get_objects())
    finally:
        gc.unfreeze()


def test_who_is_done_first_does_not_let_the_collector_on_to_what_others_make() -> None:
    try:
        with made_to_stay():
            with made_to_stay():
                pass
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.unfreeze()
