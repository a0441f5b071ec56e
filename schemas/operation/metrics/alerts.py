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

MESSAGES = Metric(
    "suoheng_alerts_messages_total", "counter", "messages",
    "按通知方案送达的消息数,按接收方和种类", "Messages that a receiver of the plan has taken, by their kind",
    "随预警的触发与解除增长", "Grows as alerts fire and end", ("receiver", "kind"),
)  # fmt: skip
MESSAGES_FAILED = Metric(
    "suoheng_alerts_messages_failed_total", "counter", "attempts",
    "消息的失败尝试:later 稍后重试,refused 被拒", "Attempts at messages that failed: `later` (tried again) or `refused`",
    "0;增长说明该接收方不可用或方案有误", "0; if it grows this receiver is away or the plan is wrong", ("receiver", "kind"),
)  # fmt: skip
MESSAGES_GIVEN_UP = Metric(
    "suoheng_alerts_messages_given_up_total", "counter", "messages",
    "接收方一再拒绝而未收到的消息数,均记入日志", "Messages that a receiver refused repeatedly and did not get; each is in the log",
    "0;非 0 须改正方案", "0; else mend the plan", ("receiver",),
)  # fmt: skip
MESSAGES_WAITING = Metric(
    "suoheng_alerts_messages_waiting", "gauge", "messages",
    "已生成而接收方尚未收下的消息数", "Messages made for a receiver that it has not taken",
    "0 至数条;限额内排队属正常", "0 to a few; waiting for the receiver's limit is normal", ("receiver",),
)  # fmt: skip
OLDEST_MESSAGE = Metric(
    "suoheng_alerts_oldest_message_seconds", "gauge", "seconds",
    "接收方最早一条待发消息的等待时间,0 为没有", "Age of the oldest message that waits for a receiver; 0: none",
    "数分钟以内", "Below a few minutes", ("receiver",),
)  # fmt: skip
OPEN = Metric(
    "suoheng_alerts_open", "gauge", "alerts",
    "未恢复或恢复尚未告知的预警数", "Alerts that fire, or whose end somebody has still to be told",
    "随业务而定", "As the offices' work has it",
)  # fmt: skip
HELD = Metric(
    "suoheng_alerts_held", "gauge", "alerts",
    "暂不通知的预警数:silenced 静默,inhibited 被抑制,hours 待上班", "Open alerts that are kept back: `silenced`, `inhibited`, or until working `hours`",
    "夜间和节假日有 hours", "`hours` at night and on holidays", ("why",),
)  # fmt: skip

GROUP = Group(
    "alerts",
    "预警投递进程",
    "deliverer of alerts",
    (
        *(DELIVERED, ATTEMPTS_FAILED, GIVEN_UP, UNREADABLE, LAG),
        *(MESSAGES, MESSAGES_FAILED, MESSAGES_GIVEN_UP, MESSAGES_WAITING, OLDEST_MESSAGE, OPEN, HELD),
    ),
)
