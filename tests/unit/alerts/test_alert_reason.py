"""The reason of an alert in Chinese, as the judge says it."""

import pytest

from consumers.alerts.reason import reason
from streams.core.judge import judge
from tests.unit.judge.test_verdicts import ratios, rule, sums


@pytest.mark.parametrize(
    ("why", "zh"),
    [
        ("1 > 0 in month 2026-11, since 2026-10", "1 > 0,2026-11(月),自 2026-10 起"),
        ("1/20 = 0.05 < 0.98 in quarter 2026-Q3", "1/20 = 0.05 < 0.98,2026-Q3(季)"),
        ("0.04 not yet <= 0.03 in month 2026-02, since 2026-01", "0.04 尚未 <= 0.03,2026-02(月),自 2026-01 起"),
        ("0 <= 0 in day 2026-03-02, since 2026-03-01, clear for 1 of 3", "0 <= 0,2026-03-02(日),自 2026-03-01 起,已连续达标 1/3"),
        ("no value in week 2026-W31", "没有数值,2026-W31(周)"),
        ("corrected", "更正后不再成立"),
        ("rule withdrawn", "规则已撤下"),
        ("something of a later build", "something of a later build"),
    ],
)
def test_it_is_said_in_chinese(why: str, zh: str) -> None:
    assert reason(why, "zh") == zh
    assert reason(why, "en") == why


def test_whatever_the_judge_says_is_known() -> None:
    """No English word is left in what it says of runs, levels in between, windows without a value and alerts that are kept."""
    between = judge(rule(above="0.5", clear="0.2"), 0, ratios((3, 4), (1, 3)), 1, 1, 10**6)
    kept = judge(rule(above=0, keep_firing_for=2), 0, sums(1, 0), 1, 1, 10**6)
    empty = judge(rule(above=0, no_data="breach", running=False), 0, sums(None), 1, 1, 10**6)
    assert between
    assert kept
    assert empty
    for verdict in (*between, *kept, *empty):
        assert not any(letter.isascii() and letter.isalpha() for letter in reason(verdict.why, "zh")), verdict.why
