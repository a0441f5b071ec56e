"""What the deliverer of alerts measures."""

from schemas.operation.metrics.metric import Group, Metric

DELIVERED = Metric(
    "suoheng_alerts_delivered_total", "counter", "notices",
    "接收方已收下(或已记入日志)的通知数", "Notices that the receiver has taken (or that were logged)",
    "随预警的触发与解除增长", "Grows as alerts fire and end", ("state",),
)  # fmt: skip
ATTEMPTS_FAILED = Metric(
    "suoheng_alerts_attempts_failed_total", "counter", "attempts",
    "失败的投递尝试:later 稍后重试,refused 被拒", "Attempts that failed: `later` (tried again) or `refused`",
    "0;增长说明接收方不可用或设置有误", "0; if it grows the receiver is away or a setting is wrong", ("kind",),
)  # fmt: skip
GIVEN_UP = Metric(
    "suoheng_alerts_given_up_total", "counter", "notices",
    "接收方一再拒绝而放弃的通知数,均记入日志", "Notices skipped because the receiver refused them repeatedly; each is in the log",
    "0;非 0 须人工告知有关人员", "0; else tell the people concerned by hand",
)  # fmt: skip
UNREADABLE = Metric(
    "suoheng_alerts_unreadable_total", "counter", "rows",
    "无法识别的预警行数,均记入日志", "Rows that are no alert of a known form; each is in the log",
    "0", "0",
)  # fmt: skip
LAG = Metric(
    "suoheng_alerts_lag_rows", "gauge", "rows",
    "预警主题中尚未处理的行数", "Rows of the alerts topic that have not been dealt with",
    "0 至数行;持续不降说明接收方不可用", "0 to a few; one that does not fall says that the receiver is away",
)  # fmt: skip

GROUP = Group("alerts", "预警投递进程", "deliverer of alerts", (DELIVERED, ATTEMPTS_FAILED, GIVEN_UP, UNREADABLE, LAG))
