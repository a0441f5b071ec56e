"""How a window is written on the command line."""

from datetime import date

import pytest

from consumers.periods import Period
from deploy.errors import Usage
from deploy.explain.question import window


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("day:2026-03-05", date(2026, 3, 5)),
        ("week:2026-03-05", date(2026, 3, 2)),
        ("month:2026-03", date(2026, 3, 1)),
        ("quarter:2026-Q4", date(2026, 10, 1)),
        ("quarter:2026-05", date(2026, 4, 1)),
        ("half:2026-H2", date(2026, 7, 1)),
        ("half:2026-06-30", date(2026, 1, 1)),
        ("year:2026", date(2026, 1, 1)),
    ],
)
def test_the_window_that_holds_the_day(text: str, start: date) -> None:
    assert window(text) == Period(text.partition(":")[0], start)


@pytest.mark.parametrize(
    "text", ["", "2026-03", "decade:2026", "month:2026-3", "month:2026-00", "quarter:2026-Q5", "day:2026-02-30", "year:0000"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="--window"):
        window(text)
