"""Which view tells which indicator that no worker folds. `told_values` tells all, but planning that takes ClickHouse a second and more; who knows
what is wanted asks the one view that tells it."""

from collections.abc import Collection

_SHARES = (
    "dq_backfill_share",
    "dq_ledger_only_share",
    "dual_statutory_share",
    "dq_correction_rate",
    "dq_retract_rate",
    "dq_duplicate_rate",
)
VIEWS: dict[str, tuple[str, ...]] = {
    "told_of_events": (*_SHARES, "dq_entry_lag_p90"),
    "told_of_entry": ("dq_period_end_burst",),
    "told_of_letters": ("dq_quarantine_cnt",),
    "told_of_closings": ("dq_restated_periods",),
    "told_of_staff": ("cap_tenure_p50",),
    "told_of_money": ("fund_concentration_hhi",),
    "told_of_registers": ("res_dedicated_ok",),
    "told_of_reports": ("burden_repeat_fields",),
}
_ALWAYS = "'dq_entry_lag_p90', 'cap_tenure_p50'"
"""Quantiles: theirs of 0 says something."""


def statements(columns: str, indicators: Collection[str] = (), where: str = "1") -> list[str]:
    """Statements that together select columns of `told_values` for these indicators ([]: all), one a view; they take the parameters of the view."""
    wanted = set(indicators)
    return [_of(view, columns, where) for view, told in VIEWS.items() if not wanted or wanted & set(told)]


def _of(view: str, columns: str, where: str) -> str:
    """As the view `told_values` has it."""
    return f"""SELECT {columns} FROM
(
    SELECT
        indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator,
        toUInt32(if(mode = 'share_weighted', 10000, 1)) AS scale,
        if(isNull(denominator), numerator / scale, numerator / nullIf(denominator, 0)) AS value
    FROM {view}(district = {{district:String}}, indicators = {{indicators:Array(String)}}, periods = {{periods:Array(Tuple(Date, Date))}})
    WHERE numerator != 0 OR ifNull(denominator, 0) != 0 OR (isNull(denominator) AND indicator IN ({_ALWAYS}))
)
WHERE {where}
"""  # noqa: S608  names of this module and of its callers
