"""Personal data where it has no place: in every kind of text, plain and escaped."""

from collections.abc import Iterator

from tests.badness.case import Case, changed, raw
from tests.factories import encoded, event

MOBILE = "13812345678"
IDENTITY = "11010519491231002X"
"""The example of GB 11643; its check digit is right."""
IDENTITY_OF_DIGITS = "110105200002290013"

PRIVATE = (
    IDENTITY, IDENTITY.lower(), IDENTITY_OF_DIGITS, MOBILE, "19900000000", "zhang@example.org", "a.b%c@mail.example.cn", "张三@example.org",
    "x!@example.org", '"a b"@example.org', "(a)@example.org", "a@-b.example",
    "30.581123,114.298765", "30.581, 114.298", "-30.5811,-114.2987", "30.581，114.298", "0.123 , +99.1234",
)  # fmt: skip
_WRAPPED = ("{}", "电话{}", "({})", "甲 {} 乙", "《{}》号", "{}。", "-{}-", "_{}_")


def cases() -> Iterator[Case]:
    """All of the class."""
    yield from _in_free_text()
    yield from _in_ids_and_codes()


def _in_free_text() -> Iterator[Case]:
    whole = encoded(event("reg.split.decided", data={"doc_no": "§"}))
    for text in PRIVATE:
        for wrap in _WRAPPED:
            said = wrap.format(text)
            yield changed(f"private/name {said!r}", "TEXT_PRIVATE", "reg.authority.registered", data={"name": said})
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in text).encode()
        yield raw(f"private/escaped {text!r}", whole.replace("§".encode(), escaped), "TEXT_PRIVATE")
    yield changed("private/office name", "TEXT_PRIVATE", "reg.office.opened", data={"name": f"所 {IDENTITY}"})
    rule = event("reg.rules.published")["data"]["rules"][0] | {"title": {"zh": f"致电{MOBILE}", "en": "x"}}
    yield changed("private/rule title", "TEXT_PRIVATE", "reg.rules.published", data={"rules": [rule]})
    yield changed("private/unknown field", "TEXT_PRIVATE STRUCT_UNKNOWN_FIELD", data={MOBILE: 1})
    yield changed("private/unknown text", "TEXT_PRIVATE STRUCT_UNKNOWN_FIELD", data={"remark": IDENTITY})


def _in_ids_and_codes() -> Iterator[Case]:
    for number in (MOBILE, IDENTITY, IDENTITY_OF_DIGITS):
        for wrap in ("{}", "e-{}-1", "e.{}", "{}:1"):
            yield changed(f"private/id {wrap.format(number)}", "TEXT_PRIVATE", id=wrap.format(number))
        yield changed(f"private/target {number}", "TEXT_PRIVATE", op="amend", target=number, revision=2)
        yield changed(f"private/retracted {number}", "TEXT_PRIVATE", "dat.event.retracted", data={"target": number})
    for number in (MOBILE, IDENTITY_OF_DIGITS):
        yield changed(f"private/source {number}", "TEXT_PRIVATE", source=f"/districts/990107/{number}")
        yield changed(f"private/code {number}", "TEXT_PRIVATE", data={"topic": number})
        yield changed(f"private/code tel_{number}", "TEXT_PRIVATE", data={"topic": f"tel_{number}"})
        yield changed(f"private/co_handlers {number}", "TEXT_PRIVATE", data={"co_handlers": ["police", number]})
    yield changed("private/worker", "TEXT_PRIVATE", data={"worker": f"w-{MOBILE}"})
