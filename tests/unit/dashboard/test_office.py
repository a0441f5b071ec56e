"""The office card: what it was like before a rating."""

from datetime import date

import pytest

from consumers.dashboard.office import COMPARED, Award
from streams.core.catalogue import INDICATORS


@pytest.mark.parametrize(("day", "before"), [(date(2025, 3, 14), date(2025, 2, 28)), (date(2025, 1, 1), date(2024, 12, 31))])
def test_before_a_rating_is_the_month_before_it(day: date, before: date) -> None:
    assert Award("prov_standard", "", day).day_before == before


def test_what_is_compared_exists_by_month() -> None:
    months = {one.id for one in INDICATORS if "month" in one.windows}
    assert set(COMPARED) <= months
    assert len(set(COMPARED)) == len(COMPARED)
