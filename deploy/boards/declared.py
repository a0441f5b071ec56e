"""The three dashboards: a district's month, an office, a funding authority. Each panel is one query over the documented views.

Only values of whole months are shown in trends; `$month` is the first day of a month. Ratios come as fractions, as the views tell them.
"""

from deploy.boards.panels import Dashboard, Panel, Variable

_DISTRICT = Variable("district", "区县 District", "SELECT DISTINCT district FROM districts ORDER BY district", "990107")
_MONTH = Variable(
    "month",
    "月份 Month",
    "SELECT DISTINCT toString(window_start) AS month FROM indicator_values "
    "WHERE district = '$district' AND window_kind = 'month' AND subject_kind = 'district' ORDER BY month DESC LIMIT 60",
    "2024-03-01",
)
_OFFICE = Variable("office", "司法所 Office", "SELECT office FROM offices WHERE district = '$district' ORDER BY office", "sfs-990107-001")
_AUTHORITY = Variable(
    "authority",
    "出资单位 Funding authority",
    "SELECT authority FROM authorities WHERE district = '$district' ORDER BY authority",
    "au-990107-bureau",
)

_CORE = "('med_success_rate', 'med_fulfilment_rate', 'cor_reoffence_rate', 'res_help_rate', 'cor_visit_coverage', 'dual_core_time_share')"
_COUNTS = "('med_accepted_cnt', 'med_concluded_cnt', 'cor_caseload', 'res_register', 'leg_consult_cnt', 'pub_activity_cnt')"


def _month_of(subject: str, indicators: str, mode: str) -> str:
    """Name and value of some indicators for one subject in the chosen month."""
    return (
        "SELECT concat(i.zh, ' ', i.en) AS indicator, v.value AS value FROM indicator_values AS v INNER JOIN indicators AS i ON i.id = v.indicator "
        f"WHERE v.district = '$district' AND v.window_kind = 'month' AND v.window_start = '$month' AND v.mode = '{mode}' AND v.dimension = '' "
        f"AND v.{subject} AND v.indicator IN {indicators} ORDER BY i.number"
    )


def _trend_of(subject: str, indicators: str, mode: str) -> str:
    """The same, month by month."""
    return (
        "SELECT toDateTime(v.window_start, 'Asia/Shanghai') AS time, concat(i.zh, ' ', i.en) AS indicator, v.value AS value "
        "FROM indicator_values AS v INNER JOIN indicators AS i ON i.id = v.indicator "
        f"WHERE v.district = '$district' AND v.window_kind = 'month' AND v.mode = '{mode}' AND v.dimension = '' AND v.{subject} "
        f"AND v.indicator IN {indicators} AND isNotNull(v.value) ORDER BY time, indicator"
    )


_OF_DISTRICT = "subject_kind = 'district'"
_OF_OFFICE = "subject_kind = 'office' AND v.subject_id = '$office'"
_OF_AUTHORITY = "subject_kind = 'authority' AND v.subject_id = '$authority'"

DISTRICT = Dashboard(
    "suoheng-district",
    "区县月度 District month",
    "A month of a district: its rates and counts, its offices beside one another, and what may be missing.",
    (_DISTRICT, _MONTH),
    (
        Panel("比率 Rates", "stat", 24, 5, _month_of(_OF_DISTRICT, _CORE, "none"), "percentunit"),
        Panel("数量 Counts", "stat", 24, 5, _month_of(_OF_DISTRICT, _COUNTS, "none"), "short"),
        Panel(
            "各所 Offices",
            "table",
            24,
            9,
            "SELECT o.office AS office, any(o.name) AS name, sumIf(v.numerator, v.indicator = 'med_accepted_cnt') AS accepted, "
            "sumIf(v.numerator, v.indicator = 'med_concluded_cnt') AS concluded, "
            "anyIf(v.value, v.indicator = 'med_success_rate') AS success_rate, "
            "sumIf(v.numerator, v.indicator = 'cor_caseload') AS under_correction, "
            "sumIf(v.numerator, v.indicator = 'leg_consult_cnt') AS consultations, "
            "any(v.period_state) AS period_state FROM offices AS o LEFT JOIN indicator_values AS v ON v.district = o.district "
            "AND v.subject_id = o.office AND v.subject_kind = 'office' AND v.mode = 'none' AND v.dimension = '' AND v.window_kind = 'month' "
            "AND v.window_start = '$month' WHERE o.district = '$district' GROUP BY office ORDER BY office",
            about="period_state: open, provisional, closed, or restated after the month was closed.",
        ),
        Panel("比率走势 Rates by month", "timeseries", 12, 9, _trend_of(_OF_DISTRICT, _CORE, "none"), "percentunit"),
        Panel("数量走势 Counts by month", "timeseries", 12, 9, _trend_of(_OF_DISTRICT, _COUNTS, "none"), "short"),
        Panel(
            "预警 Alerts that are firing",
            "table",
            12,
            8,
            "SELECT rule, severity, subject, started_at, value, threshold FROM alerts "
            "WHERE district = '$district' AND state = 'firing' ORDER BY started_at DESC LIMIT 100",
        ),
        Panel(
            "可能未齐 Months that may lack events",
            "table",
            12,
            8,
            "SELECT subject_kind, subject_id, window_start, missing, in_letters, arrayStringConcat(silent_offices, ', ') AS silent_offices "
            "FROM incomplete_windows(district = '$district', days = 0) WHERE window_kind = 'month' ORDER BY window_start DESC LIMIT 100",
            about="Numbers of a source that have not come, or offices that are silent longer than they use to be.",
        ),
    ),
)

OFFICE = Dashboard(
    "suoheng-office",
    "司法所 Office",
    "One office: its month, its course, who pays it, what was refused.",
    (_DISTRICT, _OFFICE, _MONTH),
    (
        Panel("比率 Rates", "stat", 24, 5, _month_of(_OF_OFFICE, _CORE, "none"), "percentunit"),
        Panel("数量 Counts", "stat", 24, 5, _month_of(_OF_OFFICE, _COUNTS, "none"), "short"),
        Panel("比率走势 Rates by month", "timeseries", 12, 9, _trend_of(_OF_OFFICE, _CORE, "none"), "percentunit"),
        Panel("数量走势 Counts by month", "timeseries", 12, 9, _trend_of(_OF_OFFICE, _COUNTS, "none"), "short"),
        Panel(
            "经费分担 Who pays, by kind of cost",
            "table",
            12,
            7,
            "SELECT role, cost_category, authority, bp / 10000 AS share, valid_from, valid_until, doc_no FROM splits "
            "WHERE district = '$district' AND office = '$office' ORDER BY role, cost_category, valid_from, authority",
        ),
        Panel(
            "近期死信 Events refused lately",
            "table",
            12,
            7,
            "SELECT received_at, code, detail, source, id, state FROM letters(district = '$district') WHERE office = '$office' "
            "ORDER BY received_at DESC LIMIT 50",
        ),
        Panel(
            "久未报送 Silence",
            "table",
            24,
            5,
            "SELECT office, source, state, last_day, days_silent, usual_gap, silence_limit FROM silences(district = '$district', days = 0) "
            "WHERE office = '$office' ORDER BY source",
            about="Working days since the last event, beside what is usual for this office.",
        ),
    ),
)

AUTHORITY = Dashboard(
    "suoheng-authority",
    "出资单位 Funding authority",
    "What an authority gets for what it pays: values weighted by its share of each office, day by day.",
    (_DISTRICT, _AUTHORITY, _MONTH),
    (
        Panel("比率(按份额) Rates by share", "stat", 24, 5, _month_of(_OF_AUTHORITY, _CORE, "share_weighted"), "percentunit"),
        Panel("数量(按份额) Counts by share", "stat", 24, 5, _month_of(_OF_AUTHORITY, _COUNTS, "share_weighted"), "short"),
        Panel(
            "各口径 The same month in every mode",
            "table",
            24,
            9,
            "SELECT concat(i.zh, ' ', i.en) AS indicator, anyIf(v.value, v.mode = 'share_weighted') AS share_weighted, "
            "anyIf(v.value, v.mode = 'full') AS full, anyIf(v.value, v.mode = 'lead') AS lead, any(v.period_state) AS period_state "
            "FROM indicator_values AS v INNER JOIN indicators AS i ON i.id = v.indicator WHERE v.district = '$district' "
            "AND v.subject_kind = 'authority' AND v.subject_id = '$authority' AND v.window_kind = 'month' AND v.window_start = '$month' "
            f"AND v.dimension = '' AND (v.indicator IN {_CORE} OR v.indicator IN {_COUNTS}) GROUP BY indicator, i.number ORDER BY i.number",
        ),
        Panel("比率走势 Rates by month", "timeseries", 12, 9, _trend_of(_OF_AUTHORITY, _CORE, "share_weighted"), "percentunit"),
        Panel("数量走势 Counts by month", "timeseries", 12, 9, _trend_of(_OF_AUTHORITY, _COUNTS, "share_weighted"), "short"),
        Panel(
            "所出资的司法所 Offices it pays for today",
            "table",
            24,
            8,
            "SELECT s.office AS office, any(o.name) AS name, s.cost_category AS cost_category, sum(s.bp) / 10000 AS share "
            "FROM splits AS s LEFT JOIN offices AS o ON o.district = s.district AND o.office = s.office "
            "WHERE s.district = '$district' AND s.authority = '$authority' AND s.role = 'funding' "
            "AND s.valid_from <= today() AND (isNull(s.valid_until) OR s.valid_until > today()) "
            "GROUP BY office, cost_category ORDER BY office, cost_category",
        ),
    ),
)

DASHBOARDS = (DISTRICT, OFFICE, AUTHORITY)
