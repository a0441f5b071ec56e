"""Every topic as AsyncAPI 3.1, made from the models and the declarations of topics: `python -m schemas.export` writes it to `schemas/asyncapi.json`.

A message is told for each type and mode, with what a record bears beside its value: key, headers, media type. What is kept of a version that
was shipped is this document (`schemas/shipped/`), and `schemas/compatibility.py` compares two of them.
"""

from collections.abc import Iterable
from typing import Any

from schemas import openapi
from schemas.components import components, headers_of, ref
from schemas.envelope import EventType
from schemas.events import CATALOGUE
from schemas.fields import DISTRICT
from schemas.gateway import ANSWERS
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, KEY_SEPARATOR, OFFICE_EVENTS, TOPICS, Topic

Json = dict[str, Any]
VERSION = "1.5.0"
"""Of the contract. The second number rises when types, fields or codes are added; the first one never does, for the log is kept for ever."""
STRUCTURED, BINARY = "application/cloudevents+json", "application/json"
_KAFKA = {"bindingVersion": "0.5.0"}
_DESCRIPTION = """\
Offices and the bureau publish events (CloudEvents 1.0, JSON) to `office-events`, or hand them in at the gateway; all other topics follow from
that one. 司法所与司法局向 `office-events` 发布事件,或经网关提交;其余主题均由其得出。

A record's key decides its partition, by Kafka's default partitioner (murmur2). An installation may put a prefix before all names of topics.
记录的键决定分区(默认 murmur2);主题名前可有统一前缀。

Versions add fields, codes and types and never take any away. So readers ignore fields that they do not know, and take a code that they do not
know for "other". They read committed records only. 新版本只增加字段、代码和类型;读取方应忽略未知字段,未知代码按「其他」处理,只读已提交记录。
"""
_SEAL: Json = {
    "suoheng-seal": {"type": "string", "description": "Put there by gateways of an installation that seals its records. 网关封签"}
}


def document() -> Json:
    """The whole document."""
    events = {
        name: message for kind in CATALOGUE for name, message in ((kind.name, _structured(kind)), (f"{kind.name}.binary", _binary(kind)))
    }
    rows = {topic.name: _row(topic) for topic in TOPICS if topic is not OFFICE_EVENTS}
    answers = {f"answer.{name}": {"name": name, "payload": ref(f"answer.{name}")} for name in ANSWERS}
    return {
        "asyncapi": "3.1.0",
        "id": "urn:suoheng",
        "info": {
            "title": "Suoheng 所衡",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": {topic.name: _channel(topic, events if topic is OFFICE_EVENTS else [topic.name]) for topic in TOPICS}
        | {"gateway": _GATEWAY | {"messages": _messages(events)}, "answers": _ANSWERS | {"messages": _messages(answers)}},
        "operations": {topic.name: _operation(topic) for topic in TOPICS} | {"gateway": _HAND_IN},
        "components": {"schemas": components(), "messages": events | rows | answers, "securitySchemes": _security()},
    }


def _channel(topic: Topic, messages: Iterable[str]) -> Json:
    config: Json = {name: int(text) if text.lstrip("-").isdigit() else text for name, text in topic.config.items()}
    told = {name: [text] if name == "cleanup.policy" else text for name, text in config.items() if not name.startswith("message.")}
    partitions = Settings.model_fields["partitions"].default
    return {
        "address": topic.name,
        "description": topic.meaning,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": _messages(messages),
        "bindings": {"kafka": {"partitions": partitions, "topicConfiguration": told, **_KAFKA}},
    }


def _messages(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operation(topic: Topic) -> Json:
    """Said from the installation's side: it receives events and sends everything else."""
    channel = {"channel": {"$ref": f"#/channels/{topic.name}"}}
    if topic is OFFICE_EVENTS:
        return {"action": "receive", "summary": "Offices and the bureau publish here. 司法所与司法局在此发布", **channel}
    return {"action": "send", "summary": "To be read. 供读取", **channel}


def _structured(kind: EventType) -> Json:
    """The value is the whole event."""
    media_type = {"content-type": {"type": "string", "description": f"`{STRUCTURED}`, or none. 可省略"}}
    return {
        **_told(kind, "structured mode 结构化模式"),
        "contentType": STRUCTURED,
        "headers": {"type": "object", "properties": media_type | _SEAL},
        "payload": ref(kind.name),
        "bindings": _DISTRICT_IS_KEY,
    }


def _binary(kind: EventType) -> Json:
    """The value is `data`; every other attribute is a header `ce_<name>`, a text in UTF-8."""
    own = {
        "ce_type": {"type": "string", "const": kind.name},
        "content-type": {"type": "string", "description": f"`{BINARY}`, or none. 可省略"},
    }
    return {
        **_told(kind, "binary mode 二进制模式"),
        "contentType": BINARY,
        "headers": {"type": "object", "allOf": [ref(headers_of(kind)), {"properties": own | _SEAL}]},
        "payload": ref(f"{kind.name}.data"),
        "bindings": _DISTRICT_IS_KEY,
    }


def _told(kind: EventType, mode: str) -> Json:
    return {"name": kind.name, "title": f"{kind.zh} {kind.en}", "summary": mode, "tags": [{"name": kind.domain}]}


def _row(topic: Topic) -> Json:
    """What the installation writes to a topic."""
    if topic is DEAD_LETTERS:
        return {
            "name": topic.name,
            "summary": "A refused record with its own key, value and headers, byte for byte, and why. 被拒收的原始记录(逐字节保留)及原因",
            "contentType": "application/octet-stream",
            "headers": ref(f"{topic.name}.headers"),
            "payload": {"description": "The bytes as they were published. 原始字节"},
        }
    rebuild = {"type": "string", "description": "On rows that the switch to another epoch published. 由重算切换发布的行"}
    key = KEY_SEPARATOR.join(f"<{name}>" for name in topic.key)
    return {
        "name": topic.name,
        "summary": topic.meaning,
        "headers": {"type": "object", "properties": {"rebuild": rebuild}},
        "payload": ref(topic.name),
        "bindings": {"kafka": {"key": {"type": "string", "description": f"`{key}`"}, **_KAFKA}},
        "x-key": [*topic.key],
    }


def _security() -> Json:
    """The gateway's proofs as its OpenAPI tells them, in the words of AsyncAPI."""
    words: Json = {"mutualTLS": {"type": "X509"}, "apiKey": {"type": "httpApiKey"}}
    return {name: scheme | words.get(scheme["type"], {}) for name, scheme in openapi.SECURITY.items()}


_DISTRICT_IS_KEY = {
    "kafka": {
        "key": {
            "type": "string",
            "pattern": f"^{DISTRICT}$",
            "description": "The district's code, equal to attribute `district`. 区划代码",
        },
        **_KAFKA,
    }
}
_SERVERS: Json = {
    "kafka": {
        "host": "{address}",
        "protocol": "kafka",
        "description": "For systems inside the bureau's network. 司法局内网系统直连",
        "variables": {
            "address": {"description": "`kafka` in the line that `suoheng up` prints. 见 suoheng up 输出", "default": "127.0.0.1:29090"}
        },
    },
    "gateway": {
        "host": "{address}",
        "protocol": "https",
        "description": "For offices: the gateway, which answers with receipts; `openapi.json` tells all of it. 司法所经网关提交并取得回执",
        "variables": {"address": {"description": "Told by the bureau. 由司法局告知", "default": "127.0.0.1:29093"}},
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("token", "certificate", "signature")],
    },
}
_GATEWAY: Json = {
    "address": "/events",
    "description": "One event a request, or lists; binary mode with headers `ce-<name>`. 单条或批量;二进制模式用请求头 ce-<name>",
    "servers": [{"$ref": "#/servers/gateway"}],
}
_ANSWERS: Json = {"address": None, "description": "What the gateway answers; `openapi.json` tells which with what status. 网关应答"}
_HAND_IN: Json = {
    "action": "receive",
    "summary": "Hand in events for receipts. 提交事件,取得回执",
    "channel": {"$ref": "#/channels/gateway"},
    "reply": {"channel": {"$ref": "#/channels/answers"}},
    "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
}
