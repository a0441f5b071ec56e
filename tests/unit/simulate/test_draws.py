"""Random draws have the shapes that their names promise."""

from random import Random
from statistics import mean, median, quantiles

import pytest

from deploy.simulate.draws import Table, count, log_normal, pseudonym, sigma_of


def test_a_value_comes_up_as_often_as_its_weight() -> None:
    table, random = Table({"a": 3, "b": 1}), Random(1)
    drawn = [table.draw(random) for _ in range(20_000)]
    assert set(drawn) == {"a", "b"}
    assert drawn.count("a") / len(drawn) == pytest.approx(0.75, abs=0.02)


def test_log_normal_has_its_median_and_ninetieth_percentile() -> None:
    random = Random(1)
    drawn = [log_normal(random, 6, sigma_of(6, 25)) for _ in range(20_000)]
    assert median(drawn) == pytest.approx(6, rel=0.05)
    assert quantiles(drawn, n=10)[-1] == pytest.approx(25, rel=0.08)


@pytest.mark.parametrize("rate", [0.0, 0.02, 1.5, 6.0])
def test_counts_have_their_rate(rate: float) -> None:
    random = Random(1)
    assert mean(count(random, rate) for _ in range(20_000)) == pytest.approx(rate, rel=0.1, abs=0.005)


def test_a_pseudonym_is_26_characters_of_crockfords_base_32() -> None:
    random = Random(1)
    drawn = {pseudonym(random) for _ in range(1_000)}
    assert len(drawn) == 1_000
    assert all(len(one) == 26 and set(one) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for one in drawn)
