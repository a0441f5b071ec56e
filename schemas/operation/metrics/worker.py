"""What a worker measures, from the log to its outputs."""

from schemas.operation.metrics.metric import Group, Metric

_PARTITION = ("partition",)

OWNED = Metric(
    "suoheng_worker_partitions_owned", "gauge", "partitions",
    "分配给本进程的分区数", "Partitions assigned to this worker",
    "各处理进程之和等于分区总数;某进程为 0 说明进程多于分区", "Over all workers the number of partitions; 0 where there are more workers than partitions",
)  # fmt: skip
OPEN = Metric(
    "suoheng_worker_partitions_open", "gauge", "partitions",
    "状态已恢复、正在接收事件的分区数", "Assigned partitions whose state is recovered and that take events",
    "等于 owned;启动或换手后短时较小", "As many as owned, fewer for a while after a start or a rebalance",
)  # fmt: skip
LAG = Metric(
    "suoheng_worker_lag_events", "gauge", "events",
    "日志中尚未处理的位移数", "Offsets between the last processed and the last readable record",
    "平时接近 0;批量补录后升高再回落", "About 0; rises after an import and falls again", _PARTITION,
)  # fmt: skip
LAG_SECONDS = Metric(
    "suoheng_worker_lag_seconds", "gauge", "seconds",
    "该分区落后于日志末尾已有多久;0 为已追平", "For how long the partition has been behind the end of the log; 0: it is at the end",
    "低于 2 秒;持续 5 分钟高于 60 秒须查看", "Below 2; above 60 for five minutes asks for a look", _PARTITION,
)  # fmt: skip
APPENDED = Metric(
    "suoheng_worker_last_append_timestamp_seconds", "gauge", "timestamp",
    "最后处理的事件写入日志的时刻;与当前时间之差即距上一事件多久", "Append time of the last processed event; the time since is how long nothing came",
    "工作时间内各分区几小时内必有事件", "On working days every partition with districts has one within hours", _PARTITION,
)  # fmt: skip
EVENTS = Metric(
    "suoheng_worker_events_total", "counter", "events",
    "已计入并输出的事件数", "Events folded with output",
    "与上报量一致", "As many as offices publish", _PARTITION,
)  # fmt: skip
VERDICTS = Metric(
    "suoheng_worker_verdicts_total", "counter", "events",
    "读取的事件按结果:admitted 采纳、duplicate 重复、dead_letter 死信(自日志开头起)",
    "Events read by what became of them (admitted, duplicate, dead_letter), since the beginning of the log",
    "死信占比低于 1%;重复只在重发时出现", "Less than 1 % dead letters; duplicates when somebody sends again", ("partition", "verdict"),
)  # fmt: skip
PENDING = Metric(
    "suoheng_worker_pending_events", "gauge", "events",
    "等待其更正对象到达的更正事件数", "Amendments whose target has not come",
    "接近 0;持续增长说明某来源漏报", "About 0; one that only grows says that a source leaves events out", _PARTITION,
)  # fmt: skip
ROWS = Metric(
    "suoheng_worker_rows_total", "counter", "rows",
    "已提交的输出行数,按主题", "Rows committed, by output topic without prefix",
    "闲时每个事件约 100 行,积压时约 4 行", "Some 100 an event at quiet times, 4 with a backlog", ("topic",),
)  # fmt: skip
DEAD_LETTERS = Metric(
    "suoheng_worker_dead_letters_total", "counter", "events",
    "作为死信提交的事件数,按原因代码", "Refused records committed as dead letters, by code",
    "偶发;同一代码突增说明某上报系统有误", "A few; many of one code mean that a publisher is wrong", ("code",),
)  # fmt: skip
RECOVERED = Metric(
    "suoheng_worker_recovered_events_total", "counter", "events",
    "为恢复状态而重读(不输出)的事件数", "Events folded without output to bring states back",
    "只在启动和换手时增长", "Grows at starts and rebalances only",
)  # fmt: skip
GAP_EVENTS = Metric(
    "suoheng_worker_gap_events_total", "counter", "events",
    "Faust 未送达、由进程自行从日志补读的事件数", "Events that Faust did not deliver and the worker read from the log itself",
    "只在换手时增长;补读即正确,不丢失", "Grows at rebalances; nothing is lost by it",
)  # fmt: skip
LOST_OFFSETS = Metric(
    "suoheng_worker_lost_offsets_total", "counter", "partitions",
    "提交位点丢失或倒退、改由输出推定的分区数", "Partitions whose committed offset was gone or behind the outputs and was taken from them",
    "0;非 0 说明消费组被删除、过期,或 broker 崩溃后倒退", "0; else the consumer group was deleted, has expired, or fell back when a broker crashed",
)  # fmt: skip
TICKS = Metric(
    "suoheng_worker_ticks_total", "counter", "events",
    "发布的时钟事件数", "Clock ticks published",
    "每个区每天一个", "One a district and day",
)  # fmt: skip
REBALANCES = Metric(
    "suoheng_worker_rebalances_total", "counter", "rebalances",
    "分区重新分配的次数", "Times that the group gave out its partitions anew",
    "启停进程时各一次;每小时多于数次说明会话超时", "One at each start or stop of a worker; more than a few an hour mean lost sessions",
)  # fmt: skip
BATCH_EVENTS = Metric(
    "suoheng_worker_batch_events", "histogram", "events",
    "一个微批的事件数", "Events in one micro-batch",
    "闲时 1 至数条,积压时数千", "One to a few at quiet times, thousands with a backlog",
    buckets=(1, 10, 100, 1_000, 5_000, 10_000, 20_000, 40_000),
)  # fmt: skip
FOLD_SECONDS = Metric(
    "suoheng_worker_fold_seconds", "histogram", "seconds",
    "核心计算一个微批所用时间", "Time the core took for one micro-batch",
    "小批低于 0.01,满批 2 至 4", "Below 0.01 for small batches, 2 to 4 for full ones",
    buckets=(0.001, 0.01, 0.1, 0.5, 1, 2, 5),
)  # fmt: skip
COMMIT_SECONDS = Metric(
    "suoheng_worker_commit_seconds", "histogram", "seconds",
    "一个 Kafka 事务从开始到提交所用时间", "Time one transaction took, from begin to committed",
    "p99 低于 0.5;更高说明 Kafka 过载或磁盘慢", "p99 below 0.5; more says that Kafka is overloaded or its disk slow",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)  # fmt: skip
SNAPSHOTS = Metric(
    "suoheng_worker_snapshots_total", "counter", "snapshots",
    "写成的快照数", "Snapshots written",
    "每 5 万事件或 30 分钟一个(有事件时)", "One after 50,000 events or 30 minutes with any",
)  # fmt: skip
SNAPSHOTS_FAILED = Metric(
    "suoheng_worker_snapshots_failed_total", "counter", "snapshots",
    "未能写成的快照数", "Snapshots that could not be written",
    "0;增长说明快照位置不可写或已满", "0; if it grows the place is full or cannot be written",
)  # fmt: skip
SNAPSHOTS_LOADED = Metric(
    "suoheng_worker_snapshots_loaded_total", "counter", "snapshots",
    "以快照开始恢复的分区数", "Partitions whose recovery began with a snapshot",
    "启动和换手时增长", "Grows at starts and rebalances",
)  # fmt: skip
SNAPSHOTS_IGNORED = Metric(
    "suoheng_worker_snapshots_ignored_total", "counter", "snapshots",
    "被忽略的快照数,按原因", "Snapshots passed over, by reason: damaged, unreadable (the place does not give it out), "
    "refused (its state cannot be built), build, epoch, offset (beyond the committed one), log (it was made from another log)",
    "升级后 build 增长属正常;damaged、log 须查看", "build grows after an upgrade; damaged and log ask for a look", ("reason",),
)  # fmt: skip
SNAPSHOT_SECONDS = Metric(
    "suoheng_worker_snapshot_seconds", "histogram", "seconds",
    "写一个快照所用时间", "Time from the copy of the process to the snapshot in its place",
    "低于 30", "Below 30", buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60),
)  # fmt: skip
SNAPSHOT_PAUSE_SECONDS = Metric(
    "suoheng_worker_snapshot_pause_seconds", "histogram", "seconds",
    "为快照而暂停计算的时间", "Time the fold stood still for a snapshot",
    "低于 0.1", "Below 0.1", buckets=(0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
)  # fmt: skip
SNAPSHOT_LOAD_SECONDS = Metric(
    "suoheng_worker_snapshot_load_seconds", "histogram", "seconds",
    "读取快照到状态可用的时间", "Time from reading a snapshot to its state",
    "低于 10", "Below 10", buckets=(0.1, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip
SNAPSHOT_BYTES = Metric(
    "suoheng_worker_snapshot_bytes", "gauge", "bytes",
    "本进程最近写成的快照大小", "Size of the last snapshot that this process has written",
    "随历史数据缓慢增长", "Grows slowly with history", _PARTITION,
)  # fmt: skip
SNAPSHOT_AT = Metric(
    "suoheng_worker_snapshot_timestamp_seconds", "gauge", "timestamp",
    "本进程最近写成快照的时刻;与当前时间之差即快照年龄", "When this process wrote its last snapshot; its age is the time since",
    "有事件时年龄低于 1 小时", "Younger than an hour where events come", _PARTITION,
)  # fmt: skip

GROUP = Group("worker", "处理进程", "worker", (
    OWNED, OPEN, LAG, LAG_SECONDS, APPENDED, EVENTS, VERDICTS, PENDING, ROWS, DEAD_LETTERS, RECOVERED, GAP_EVENTS, LOST_OFFSETS, TICKS, REBALANCES,
    BATCH_EVENTS, FOLD_SECONDS, COMMIT_SECONDS, SNAPSHOTS, SNAPSHOTS_FAILED, SNAPSHOTS_LOADED, SNAPSHOTS_IGNORED, SNAPSHOT_SECONDS,
    SNAPSHOT_PAUSE_SECONDS, SNAPSHOT_LOAD_SECONDS, SNAPSHOT_BYTES, SNAPSHOT_AT,
))  # fmt: skip
