"""What a check says."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Said(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The text of a language."""
        return self.zh if lang == "zh" else self.en


class Check(NamedTuple):
    """One look: `found` says what is there; `cure`, what to do when that is not right. `unreachable`: a service gave no answer at all."""

    name: str
    found: Said
    cure: Said | None = None
    unreachable: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing needs to be done."""
        return self.cure is None

    def finding(self, lang: str) -> str:
        """What was found, and the cure, in one line."""
        return self.found.of(lang) + ((";" if lang == "zh" else "; ") + self.cure.of(lang) if self.cure else "")


def well(name: str, zh: str, en: str) -> Check:
    """All is right."""
    return Check(name, Said(zh, en))


def ill(name: str, found: tuple[str, str], cure: tuple[str, str]) -> Check:
    """Something must be done. Texts as (Chinese, English)."""
    return Check(name, Said(*found), Said(*cure))


def judged(name: str, found: tuple[str, str], cure: tuple[str, str], *, right: bool) -> Check:
    """What was found, and its cure unless it is right."""
    return Check(name, Said(*found), None if right else Said(*cure))


NAMES = {
    "settings": "设置",
    "Python": "Python",
    "Java": "Java",
    "disk": "磁盘",
    "ports": "端口",
    "processes": "进程",
    "secrets": "密钥文件",
    "keys": "网关密钥",
    "snapshots": "快照",
    "receiver": "预警接收方",
    "alert desk": "预警值班台",
    "Kafka": "Kafka",
    "topics": "主题",
    "replicas": "副本",
    "epochs": "纪元",
    "workers": "处理进程",
    "sink": "入库进程",
    "log clock": "日志时钟",
    "ClickHouse": "ClickHouse",
    "tables": "数据表",
    "clock": "时钟",
    "letters": "死信",
    "calendar": "工作日历",
}
"""What the checks are called in Chinese, in the order in which they are made."""
