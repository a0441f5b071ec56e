"""The wall's slides: nothing is lost, none is longer than it may be, and all are about as full."""

import pytest

from consumers.dashboard.wall import slides


@pytest.mark.parametrize(("rows", "sizes"), [(0, []), (1, [1]), (8, [8]), (9, [4, 5]), (17, [5, 6, 6])])
def test_rows_are_dealt_out_evenly(rows: int, sizes: list[int]) -> None:
    dealt = slides(list(range(rows)), 8)
    assert [len(slide) for slide in dealt] == sizes
    assert [one for slide in dealt for one in slide] == list(range(rows))
