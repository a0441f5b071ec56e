"""Receivers: where a message goes and in which language. Secrets stand in files beside the plan, one secret a file, never in the plan."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from consumers.alerts.plan.fields import Duration, ReceiverName, Strict, TimeOfDay, duration

Port = Annotated[int, Field(ge=1, le=65_535)]
_MAIL = r"^[^\s<>@,;:\"]{1,64}@[^\s<>@,;:\"]{1,190}$"
MailAddress = Annotated[str, Field(pattern=_MAIL)]


class LogWay(Strict):
    """Only the log of the deliverer."""


class WebhookWay(Strict):
    """Alertmanager's version 4 payload by HTTP POST. An address that holds a secret stands in a file."""

    url: str = ""
    url_file: Path | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.url) == bool(self.url_file):
            raise ValueError("needs one of url and url_file")
        return self


class AlertmanagerWay(Strict):
    """Alertmanager's API, version 2. Alerts that fire are told again every `refresh`, as it expects; each holds for `hold` without that."""

    url: str
    refresh: Duration = duration("1m")
    hold: Duration = duration("1h")


class MailWay(Strict):
    """SMTP; `security`: starttls (587), tls (465) or none (25, only inside)."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    user: str = ""
    password_file: Path | None = None
    sender: Annotated[MailAddress, Field(alias="from")]
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file belong together")
        if self.user and self.security == "none":
            raise ValueError("a password is not sent without encryption; set security to starttls or tls")
        return self


class WeComWay(Strict):
    """A group robot of WeCom 企业微信."""

    key_file: Path
    base: str = "https://qyapi.weixin.qq.com"


class DingTalkWay(Strict):
    """A custom robot of DingTalk 钉钉; with `secret_file` each message is signed (加签)."""

    token_file: Path
    secret_file: Path | None = None
    base: str = "https://oapi.dingtalk.com"


class FeishuWay(Strict):
    """A custom robot of Feishu 飞书; with `secret_file` each message is signed (签名校验)."""

    token_file: Path
    secret_file: Path | None = None
    base: str = "https://open.feishu.cn"


class Digest(Strict):
    """A summary each working day, or on the first working day from a weekday on. `only`: nothing else is told to the receiver."""

    every: Literal["day", "week"] = "day"
    at: TimeOfDay
    weekday: Literal["mon", "tue", "wed", "thu", "fri"] = "mon"
    only: bool = False


WAYS = ("log", "webhook", "alertmanager", "email", "wecom", "dingtalk", "feishu")
_A_MINUTE = {"wecom": 20, "dingtalk": 20, "feishu": 60, "email": 30}
"""Messages a minute: the robots' own limits (20 for WeCom and DingTalk; Feishu's is 100, and 5 a second)."""
_OTHERS_A_MINUTE = 300


class Receiver(Strict):
    """One place where messages go, by exactly one way."""

    name: ReceiverName
    lang: Literal["zh", "en"] = "zh"
    per_minute: Annotated[int, Field(ge=1, le=6000)] | None = None
    resolved: bool = True
    """Whether it is told that an alert is over."""
    digest: Digest | None = None
    log: LogWay | None = None
    webhook: WebhookWay | None = None
    alertmanager: AlertmanagerWay | None = None
    email: MailWay | None = None
    wecom: WeComWay | None = None
    dingtalk: DingTalkWay | None = None
    feishu: FeishuWay | None = None

    @property
    def way(self) -> str:
        """Which way it has."""
        return next(name for name in WAYS if getattr(self, name) is not None)

    @property
    def most_a_minute(self) -> int:
        """Messages that it may get in any 60 seconds."""
        return self.per_minute or _A_MINUTE.get(self.way, _OTHERS_A_MINUTE)

    @property
    def only_digest(self) -> bool:
        """Whether it gets summaries and nothing else."""
        return self.digest is not None and self.digest.only

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in WAYS if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError(f"needs exactly one of {', '.join(WAYS)}; has {', '.join(ways) or 'none'}")
        if self.alertmanager and self.digest:
            raise ValueError("Alertmanager takes alerts, no summaries; leave digest out")
        return self
