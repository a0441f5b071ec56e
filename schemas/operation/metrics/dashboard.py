"""What the dashboard measures, and what it reads off ClickHouse when it is asked: the reader knows what no writer does."""

from schemas.operation.metrics.metric import Group, Metric

ANSWERS = Metric(
    "suoheng_dashboard_answers_total", "counter", "answers",
    "网页回答数,按路径和状态码", "Answers by route and status",
    "5xx 为 0", "None of 5xx", ("route", "status"),
)  # fmt: skip
QUERY_SECONDS = Metric(
    "suoheng_dashboard_query_seconds", "histogram", "seconds",
    "一次 ClickHouse 查询的时间", "Time from asking ClickHouse to holding the rows, per query",
    "p95 低于 0.3", "p95 below 0.3", buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)  # fmt: skip
QUESTIONS = Metric(
    "suoheng_dashboard_questions_total", "counter", "questions",
    "页面提出的问题数,按由谁回答:clickhouse,或 memory(相关表未变,沿用此前结果)", "Questions of pages, by who answered: clickhouse, or memory (no table under it was written since)",
    "夜间几乎全为 memory", "Nearly all of memory at night", ("answered",),
)  # fmt: skip
LETTERS_OPEN = Metric(
    "suoheng_dashboard_letters_open", "gauge", "events",
    "尚未处理的死信数", "Dead letters that nobody has mended yet",
    "逐周归零", "Goes to 0 week by week",
)  # fmt: skip
OLDEST_LETTER_AT = Metric(
    "suoheng_dashboard_letters_oldest_timestamp_seconds", "gauge", "timestamp",
    "最早一封未处理死信的接收时刻;与当前时间之差即死信年龄;没有时不出现", "When the oldest open dead letter was received; its age is the time since; absent when there is none",
    "年龄低于 7 天", "Younger than 7 days",
)  # fmt: skip
FIRING = Metric(
    "suoheng_dashboard_alerts_firing", "gauge", "alerts",
    "正在触发的业务预警数,按级别", "Alerts about the offices' work that are firing, by severity",
    "由各区情况而定", "Up to the districts", ("severity",),
)  # fmt: skip
RECONCILED_AT = Metric(
    "suoheng_dashboard_reconciled_timestamp_seconds", "gauge", "timestamp",
    "最近一次核对(suoheng reconcile)的时刻;从未核对时不出现", "When `suoheng reconcile` ran last; absent when it never did",
    "`--every 3600` 时低于 2 小时前", "Within two hours with `--every 3600`",
)  # fmt: skip
DIFFERENT = Metric(
    "suoheng_dashboard_reconciled_rows_different", "gauge", "rows",
    "最近一次核对中不一致的行数", "Rows that differed in the last run of `suoheng reconcile`",
    "0;非 0 即为缺陷", "0; anything else is a defect",
)  # fmt: skip
STANDING_READ = Metric(
    "suoheng_dashboard_standing_read_timestamp_seconds", "gauge", "timestamp",
    "上述数值最近从 ClickHouse 读到的时刻", "When the values above were last read off ClickHouse",
    "抓取时不早于一两分钟前", "Within a minute or two while it is scraped",
)  # fmt: skip

GROUP = Group("dashboard", "网页", "dashboard", (
    ANSWERS, QUERY_SECONDS, QUESTIONS, LETTERS_OPEN, OLDEST_LETTER_AT, FIRING, RECONCILED_AT, DIFFERENT, STANDING_READ,
))  # fmt: skip
