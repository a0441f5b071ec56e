"""What the sink measures, from the output topics into ClickHouse."""

from schemas.operation.metrics.metric import Group, Metric

PARTITIONS = Metric(
    "suoheng_sink_partitions", "gauge", "partitions",
    "分配给本进程的分区数(全部输出主题)", "Partitions assigned to this process, of all output topics",
    "单个入库进程:分区数 × 主题数;0 说明进程过多", "One sink has all of them; 0 where there are more sinks than partitions",
)  # fmt: skip
LAG = Metric(
    "suoheng_sink_lag_messages", "gauge", "messages",
    "输出主题中尚未入库的消息数", "Messages of the output topics that are not stored yet",
    "平时接近 0", "About 0",
)  # fmt: skip
LAG_SECONDS = Metric(
    "suoheng_sink_lag_seconds", "gauge", "seconds",
    "入库落后已有多久;0 为已追平", "For how long the sink has been behind; 0: all is stored",
    "低于 2 秒;持续 5 分钟高于 60 秒须查看", "Below 2; above 60 for five minutes asks for a look",
)  # fmt: skip
VISIBLE_SECONDS = Metric(
    "suoheng_sink_visible_seconds", "histogram", "seconds",
    "事件从写入日志到在 ClickHouse 可见的时间(每次入库取其中最久的)",
    "From an event's append to the log until it is visible in ClickHouse: the longest of each flush",
    "闲时 p95 低于 1 秒;重算或积压时较高", "p95 below 1 at quiet times; more with a backlog or a rebuild",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800),
)  # fmt: skip
VISIBLE_AT = Metric(
    "suoheng_sink_last_event_timestamp_seconds", "gauge", "timestamp",
    "已可见的最新事件写入日志的时刻", "Append time of the newest event that is visible in ClickHouse",
    "工作时间内不早于数小时前", "Within hours on working days",
)  # fmt: skip
MESSAGES = Metric(
    "suoheng_sink_messages_total", "counter", "messages",
    "读到的消息数", "Messages polled from the output topics",
    "与处理进程的输出一致", "As many as the workers write",
)  # fmt: skip
ROWS = Metric(
    "suoheng_sink_rows_total", "counter", "rows",
    "写入的行数(含重复写入),按表", "Rows stored in ClickHouse, repeats included, by table",
    "与消息数相近", "About as many as messages", ("table",),
)  # fmt: skip
FLUSH_ROWS = Metric(
    "suoheng_sink_flush_rows", "histogram", "rows",
    "一次入库的行数", "Rows of one flush, all tables together",
    "闲时数百,积压时五万", "Hundreds at quiet times, 50,000 with a backlog",
    buckets=(1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000),
)  # fmt: skip
FLUSH_SECONDS = Metric(
    "suoheng_sink_flush_seconds", "histogram", "seconds",
    "一次入库所用时间", "Seconds that storing everything that waited took",
    "低于 1;更高说明 ClickHouse 过载", "Below 1; more says that ClickHouse is overloaded",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
UNAVAILABLE = Metric(
    "suoheng_sink_unavailable_total", "counter", "flushes",
    "因 ClickHouse 不可用而失败的入库次数", "Flushes that failed because ClickHouse was away",
    "0;增长时数据在 Kafka 中等待,不会丢失", "0; while it grows rows wait in Kafka and none is lost",
)  # fmt: skip
COMMITS = Metric(
    "suoheng_sink_commits_total", "counter", "commits",
    "位点提交次数", "Offset commits",
    "随入库增长", "Grows with the flushes",
)  # fmt: skip
REBALANCES = Metric(
    "suoheng_sink_rebalances_total", "counter", "rebalances",
    "分区重新分配的次数", "Times that the group gave out its partitions anew",
    "启停入库进程时各一两次", "One or two at each start or stop of a sink",
)  # fmt: skip

GROUP = Group("sink", "入库进程", "sink", (
    PARTITIONS, LAG, LAG_SECONDS, VISIBLE_SECONDS, VISIBLE_AT, MESSAGES, ROWS, FLUSH_ROWS, FLUSH_SECONDS, UNAVAILABLE, COMMITS, REBALANCES,
))  # fmt: skip
