"""Why something is refused: the contract's closed list of codes (section 10), each with its meaning and what to do, in Chinese and English.

A dead letter carries one of them in `dl-code`; the gateway answers with the same ones.
"""

from typing import NamedTuple


class RefusalCode(NamedTuple):
    """One code, for programs and for people."""

    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


_ALL = (
    RefusalCode(
        "BYTES_EMPTY", "记录没有内容", "the record has no value", "请发送事件本身,不要发送空值", "send the event itself, not an empty value"
    ),
    RefusalCode(
        "BYTES_ENCODING",
        "不是无 BOM 的 UTF-8",
        "not UTF-8 without a byte order mark",
        "请将导出编码设为 UTF-8(无 BOM)",
        "set the export's encoding to UTF-8 without BOM",
    ),
    RefusalCode(
        "BYTES_TOO_LARGE",
        "超过 16 KiB",
        "larger than 16 KiB",
        "一条记录只放一个事件",
        "send one event a record; an event has at most 16 KiB",
    ),
    RefusalCode("JSON_SYNTAX", "不是合法的 JSON", "not JSON (RFC 8259)", "请修正生成 JSON 的程序", "mend the program that writes the JSON"),
    RefusalCode(
        "JSON_DUPLICATE_KEY", "同一字段出现两次", "a field occurs twice in one object", "每个字段只写一次", "write each field once"
    ),
    RefusalCode("JSON_DEPTH", "嵌套超过 8 层", "nested deeper than 8", "请按类型定义的结构发送", "keep to the shape of the type"),
    RefusalCode("STRUCT_MISSING", "缺少必填字段", "a required field is missing", "请补充所指字段", "add the field that is named"),
    RefusalCode(
        "STRUCT_UNKNOWN_FIELD",
        "该类型没有此字段",
        "a field that the type does not have",
        "请删除该字段;事件中不能有自由文本",
        "leave the field out; events have no place for free text",
    ),
    RefusalCode(
        "STRUCT_TYPE",
        "字段的 JSON 类型不对",
        "a field is of another JSON type",
        "请改用规定的类型(整数、文本、布尔等)",
        "use the type that the schema names",
    ),
    RefusalCode(
        "STRUCT_VALUE",
        "字段取值不在允许范围",
        "a value that the field does not allow",
        "请使用规定的代码或格式",
        "use a listed code or the stated format",
    ),
    RefusalCode("NUM_RANGE", "数值超出上下限", "a number outside its bounds", "请核对数值", "check the number; it is probably a misprint"),
    RefusalCode(
        "TIME_FORMAT",
        "日期或时刻格式不对",
        "not a date or instant of the stated format",
        "请用 YYYY-MM-DD 或带时区的 YYYY-MM-DDTHH:MM:SS",
        "write YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS with Z or ±HH:MM",
    ),
    RefusalCode(
        "TIME_FUTURE",
        "发生时间在未来(超过 5 分钟)",
        "happened more than 5 minutes in the future",
        "请校准发送方时钟",
        "set the sender's clock, or send it when it has happened",
    ),
    RefusalCode("TIME_TOO_OLD", "早于 1990-01-01", "before 1990-01-01", "请核对日期", "check the date"),
    RefusalCode(
        "TIME_ORDER",
        "录入时间早于发生时间(超过 5 分钟)",
        "typed in more than 5 minutes before it happened",
        "请核对 recordedtime 与 time",
        "check `recordedtime` against `time`",
    ),
    RefusalCode(
        "TEXT_PRIVATE",
        "文本中含个人信息",
        "a text holds personal data: an identity number, phone number, e-mail address or coordinates",
        "请删除个人信息,当事人一律使用化名标识",
        "take it out; persons are named by pseudonym only",
    ),
    RefusalCode("TYPE_UNKNOWN", "没有这种事件类型", "no such event type", "请核对 type", "check `type` against the catalogue"),
    RefusalCode(
        "SCHEMA_UNKNOWN",
        "没有这个版本的数据结构",
        "no such version of the type's schema",
        "请核对 dataschema 或升级本系统",
        "check `dataschema`, or upgrade",
    ),
    RefusalCode(
        "ID_CONFLICT",
        "同一来源同一编号已有不同内容",
        "this source and id have come before with other content",
        "更正请用 op=amend 并使用新编号",
        "correct with op=amend under a new id",
    ),
    RefusalCode(
        "DOMAIN_UNKNOWN_OFFICE",
        "司法所尚未登记",
        "the office is not registered",
        "请先发布 reg.office.opened,再重放",
        "publish reg.office.opened, then replay",
    ),
    RefusalCode(
        "DOMAIN_OFFICE_CLOSED",
        "发生日不在司法所存续期内",
        "happened before the office opened or after it closed",
        "请核对司法所与日期",
        "check the office and the day",
    ),
    RefusalCode(
        "DOMAIN_SHARES_SUM",
        "份额之和不是 10000,或单位重复",
        "the shares do not sum to 10000, or an authority occurs twice",
        "请一次给出完整份额",
        "state the whole split, each authority once",
    ),
    RefusalCode(
        "DOMAIN_NOT_BUREAU",
        "只有区县司法局可以发布",
        "only the bureau may say this",
        "请由司法局来源发布",
        "let the bureau's source publish it",
    ),
    RefusalCode(
        "ENV_WRONG_PARTITION",
        "记录不在其区划的分区",
        "the record is not on its district's partition",
        "请使用默认分区器(murmur2),键为区划代码",
        "use the default partitioner (murmur2) over the key",
    ),
    RefusalCode(
        "ENV_KEY_MISMATCH",
        "记录的键不是事件的区划",
        "the record's key is not the event's district",
        "请以六位区划代码为键",
        "use the six-digit district code as the key",
    ),
    RefusalCode(
        "ENV_DISTRICT_MISMATCH",
        "标识属于另一区划",
        "an id belongs to another district than the event",
        "请核对来源、司法所和单位标识",
        "check source, office and authority ids",
    ),
    RefusalCode("AUTH_MISSING", "未提供凭据", "no credential was sent", "请提供密钥", "send the office's key"),
    RefusalCode("AUTH_UNKNOWN", "凭据无效", "the credential is not known", "请核对密钥", "check the key, or ask the bureau for one"),
    RefusalCode("AUTH_EXPIRED", "凭据不在有效期内", "the credential is not valid now", "请换用有效密钥", "ask the bureau for a new key"),
    RefusalCode("AUTH_REVOKED", "凭据已吊销", "the credential was revoked", "请向司法局申请新密钥", "ask the bureau for a new key"),
    RefusalCode(
        "AUTH_OFFICE_MISMATCH",
        "凭据不能代表该司法所或来源",
        "the credential does not speak for this office or source",
        "请用本所密钥发送本所事件",
        "send with the key of the office itself",
    ),
    RefusalCode(
        "AUTH_ROLE",
        "该密钥没有发布此类登记事件的权限",
        "the key lacks the role for this registry event",
        "请用有相应角色的司法局密钥",
        "send with a bureau key that has the role",
    ),
    RefusalCode(
        "AUTH_SIGNATURE",
        "批次签名缺失或不符",
        "the batch's signature is missing or does not fit",
        "请核对签名内容、密钥和请求头",
        "check the signed text, the key and the headers",
    ),
    RefusalCode(
        "AUTH_ALGORITHM",
        "不支持的签名算法",
        "a signature algorithm that is not known here",
        "请使用 ed25519",
        "use ed25519",
    ),
    RefusalCode(
        "AUTH_TIME",
        "签名时间相差超过五分钟",
        "signed more than five minutes ago or ahead",
        "请校准时钟后重新签名",
        "set the clock and sign anew",
    ),
    RefusalCode(
        "AUTH_REPLAY",
        "批次号没有递增",
        "the batch number is not higher than the last",
        "请用更大的批次号重新签名",
        "sign anew under a higher number",
    ),
    RefusalCode(
        "AUTH_SEAL",
        "记录没有有效封签",
        "the record has no seal, or not its own",
        "请经网关提交;本系统已设定只接受带封签的记录",
        "hand it in at the gateway: this installation takes sealed records only",
    ),
    RefusalCode("AUTH_QUOTA", "超过该密钥的配额", "more than the key's quota", "请按 Retry-After 稍后再发", "wait as Retry-After says"),
    RefusalCode("AUTH_UNAVAILABLE", "暂时无法核对凭据", "credentials cannot be checked at the moment", "请稍后重试", "try again later"),
)

CODES = {one.code: one for one in _ALL}
"""Every code in the contract's order."""

LETTER_STATES = ("open", "replayed", "superseded")
"""Of a refused event: nobody did anything about it; somebody sent it again; it has arrived well since without that."""
