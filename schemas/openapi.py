"""The gateway's interface as OpenAPI 3.1, made from the models: `python -m schemas.export` writes it to `schemas/openapi.json`.

The gateway serves that file as it is, and a page made from it; a test holds it to the models, another the gateway's answers to it.
"""

from typing import Any

from pydantic import TypeAdapter

from schemas import gateway
from schemas.events import EVENT

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"
_DESCRIPTION = """\
Offices and the bureau hand in events (CloudEvents 1.0, JSON) and get a receipt for each once the log has it.
司法所与司法局通过本接口提交事件,日志收妥后逐条返回回执。

Lists are not atomic: what is valid is taken, every event has its own entry in the answer. Sending again is always harmless: an event is
recognised by `source` and `id` and counted once. 列表逐条处理;重复发送无害,同一 `source` 与 `id` 只计一次。
"""


def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Suoheng gateway 所衡网关",
            "version": "1.0.0",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"certificate": []}, {"signature": []}, {}],
        "paths": {
            "/events": {"post": _hand_in()},
            "/receipts/{partition}/{offset}/{sha256}": {"get": _confirm()},
            "/health": {"get": _asked("alive", "Whether the process lives 是否存活")},
            "/ready": {"get": _asked("ready", "Whether events can be taken now 是否可用")},
        },
        "components": {"schemas": _schemas(), "securitySchemes": SECURITY, "responses": _RESPONSES, "headers": _HEADERS},
    }


def _hand_in() -> Json:
    event, events = {"$ref": "#/components/schemas/Event"}, {"$ref": "#/components/schemas/Events"}
    binary = "Binary mode: attributes as headers `ce-<name>`, the body is `data`. 二进制模式"
    return {
        "operationId": "handIn",
        "summary": "Hand in one event or a list 提交一条或一批事件",
        "description": "At most 5,000 events and (by default) 4 MiB a request, inflated or not; an event has at most 16 KiB. "
        f"{binary} 每次最多 5000 条、4 MiB(解压前后均计),单条不超过 16 KiB。",
        "parameters": [_header("Content-Encoding", "`gzip` or `zstd`. 压缩方式", ["identity", "gzip", "zstd"]), *_SIGNED],
        "requestBody": {
            "required": True,
            "content": {
                "application/cloudevents+json": {"schema": event},
                "application/cloudevents-batch+json": {"schema": events},
                "application/json": {"schema": {"anyOf": [event, events, {"type": "object", "description": binary}]}},
                "application/x-ndjson": {"schema": {"type": "string", "description": "One event a line. 每行一条事件"}},
            },
        },
        "responses": {
            "202": _content("All were taken. 全部收妥", "Receipt", "Entries"),
            "207": _content("Of a list some were not taken. 部分未接收", "Entries"),
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _RESPONSES},
            "503": _content("Send again after Retry-After. 请稍后重发", "Unavailable", "UnavailableEvent", "Refusal", retry=True),
        },
    }


def _confirm() -> Json:
    names = {"partition": gateway.Partition, "offset": gateway.Offset, "sha256": gateway.Sha256}
    return {
        "operationId": "confirm",
        "summary": "Check a receipt against the log 核对回执",
        "description": "For whoever may hand in the event: its office's keys, and the bureau's of its district. 本所与本区司法局可查",
        "parameters": [
            *({"name": n, "in": "path", "required": True, "schema": TypeAdapter(kind).json_schema()} for n, kind in names.items()),
            *_SIGNED,
        ],
        "responses": {
            "200": _content("The log holds it. 属实", "ConfirmedReceipt"),
            "404": _content("Nothing of the caller's is there with this hash. 没有", "NotFound"),
            **{status: {"$ref": f"#/components/responses/{status}"} for status in ("401", "403", "429")},
            "503": _content("Ask again after Retry-After. 请稍后再问", "Unavailable", "Refusal", retry=True),
        },
    }


def _asked(question: str, summary: str) -> Json:
    """The answer to a question of health; its conditions and its reason are told to callers on the gateway's own machine only."""
    condition: Json = {
        "type": "object",
        "required": ["name", "ok", "why"],
        "properties": {"name": {"type": "string"}, "ok": {"type": "boolean"}, "why": {"type": "string"}},
        "additionalProperties": False,
    }
    told: Json = {
        "type": "object",
        "required": ["process", question],
        "properties": {
            "process": {"const": "gateway"},
            question: {"type": "boolean"},
            "why": {"type": "string"},
            "conditions": {"type": "array", "items": condition},
        },
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": told}}
    return {
        "operationId": question,
        "summary": summary,
        "security": [{}],
        "responses": {"200": {"description": "Yes. 是", "content": content}, "503": {"description": "No. 否", "content": content}},
    }


def _content(description: str, *schemas: str, retry: bool = False) -> Json:
    refs: list[Json] = [{"$ref": f"#/components/schemas/{name}"} for name in schemas]
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    answer: Json = {"description": description, "content": {"application/json": {"schema": schema}}}
    return answer | ({"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if retry else {})


def _header(name: str, description: str, values: list[str] | None = None) -> Json:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"} | ({"enum": values} if values else {})}


def _schemas() -> Json:
    """The event and every shape inside it, and the answers."""
    event = EVENT.json_schema(ref_template=_REF)
    schemas: Json = {**event.pop("$defs"), "Event": event}
    schemas["Events"] = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}, "minItems": 1, "maxItems": 5_000}
    for name, answer in gateway.ANSWERS.items():
        schema = TypeAdapter[Any](answer).json_schema(ref_template=_REF)
        schemas |= {**schema.pop("$defs", {}), name: schema}
    return dict(sorted(schemas.items()))


_SIGNED = [
    _header("Suoheng-Key", "With a signature: the key's id. 签名密钥编号"),
    _header("Suoheng-Batch", "A number that rises with every request of this key. 递增批次号"),
    _header("Suoheng-Time", "When it was signed, within five minutes. 签名时间"),
    _header("Suoheng-Algorithm", "`ed25519`. 签名算法"),
]
_HEADERS: Json = {"Retry-After": {"description": "Seconds to wait. 等待秒数", "schema": {"type": "integer", "minimum": 1}}}
SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer <key id>.<secret>` 令牌"},
    "certificate": {"type": "mutualTLS", "description": "A client certificate that the bureau has registered. 客户端证书"},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Suoheng-Signature",
        "description": "Base64 of the signature of six lines, each ended by a line feed: `suoheng-batch-v1`, algorithm, key id, batch number, "
        "time, SHA-256 (hex) of the body as it is sent. Ed25519. 对六行文本的签名,每行以换行结束",
    },
}
_RESPONSES: Json = {
    "400": _content("No JSON, or bytes that cannot be read. 不是 JSON", "Refusal"),
    "401": _content("No key, or one that is not known or not valid now. 未提供有效凭据", "Refusal"),
    "403": _content("Not an event of this key's. 凭据不能代表该事件", "Refusal"),
    "408": _content("The body did not arrive in time. 请求体超时", "Refusal"),
    "413": _content("Too large, or too many at once. 过大", "Refusal"),
    "415": _content("Another media type, charset or encoding. 不支持的格式", "Refusal"),
    "422": _content("JSON, but no valid event. 事件不合规", "Refusal"),
    "429": _content("More than the key's quota. 超过配额", "Refusal", retry=True),
}
