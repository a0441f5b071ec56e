"""What the gateway measures."""

from schemas.operation.metrics.metric import Group, Metric

TAKEN = Metric(
    "suoheng_gateway_events_taken_total", "counter", "events",
    "Kafka 已确认的事件数", "Events that Kafka has acknowledged to the gateway",
    "与各所上报一致", "As many as offices hand in",
)  # fmt: skip
REFUSED = Metric(
    "suoheng_gateway_refused_total", "counter", "refusals",
    "被拒的事件和请求数,按原因代码", "Events and requests that were refused, by code",
    "偶发;AUTH_ 突增可能是冒用或密钥到期", "A few; many of AUTH_ may be forgery or a key that has ended", ("code",),
)  # fmt: skip
UNACKNOWLEDGED = Metric(
    "suoheng_gateway_unacknowledged_total", "counter", "events",
    "Kafka 未及时确认的事件数,已请上报方重发", "Events that Kafka did not acknowledge in time; their callers were told to send again",
    "0", "0",
)  # fmt: skip
ANSWERS = Metric(
    "suoheng_gateway_answers_total", "counter", "answers",
    "回答数,按路径和状态码", "Answers by route and status",
    "5xx 为 0", "None of 5xx", ("route", "status"),
)  # fmt: skip
ANSWER_SECONDS = Metric(
    "suoheng_gateway_answer_seconds", "histogram", "seconds",
    "从请求到达到回答的时间", "From the request's head to its answer, by route",
    "p95 低于 0.5", "p95 below 0.5", ("route",), (0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30),
)  # fmt: skip
IN_HAND = Metric(
    "suoheng_gateway_body_bytes_in_hand", "gauge", "bytes",
    "正在处理的请求体字节数", "Bytes of bodies that are being worked on",
    "远低于 SUOHENG_GATEWAY_IN_HAND_BYTES", "Far below SUOHENG_GATEWAY_IN_HAND_BYTES",
)  # fmt: skip
KEYS = Metric(
    "suoheng_gateway_credentials", "gauge", "keys",
    "登记的凭据数;0 为仅本机程序可上报", "Credentials in the registry; 0: only programs on this machine may hand in events",
    "生产环境大于 0", "More than 0 in production",
)  # fmt: skip

GROUP = Group("gateway", "网关", "gateway", (TAKEN, REFUSED, UNACKNOWLEDGED, ANSWERS, ANSWER_SECONDS, IN_HAND, KEYS))
