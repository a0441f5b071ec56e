"""Bytes that are no UTF-8, no JSON, too large, too deep, or say a field twice."""

import json
from collections.abc import Iterator

from tests.badness.case import PLAIN, Case, instead, raw
from tests.factories import encoded, event

LIMIT = 16 * 1024
_GOOD = encoded(event(PLAIN))
_NAMED = encoded(event("reg.authority.registered", data={"name": "§"}))

_NOT_UTF8 = {
    "stray continuation": b"\x80",
    "ff": b"\xff",
    "fe": b"\xfe",
    "overlong slash, two bytes": b"\xc0\xaf",
    "overlong slash, three bytes": b"\xe0\x80\xaf",
    "overlong slash, four bytes": b"\xf0\x80\x80\xaf",
    "overlong NUL": b"\xc0\x80",
    "high surrogate": b"\xed\xa0\x80",
    "low surrogate": b"\xed\xb0\x80",
    "above 10FFFF": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "cut short": b"\xe5\x8f",
    "Latin-1": "é".encode("latin-1"),
    "GBK": "所".encode("gbk"),
}
_SYNTAX = {
    "no opening brace": _GOOD[1:],
    "no closing brace": _GOOD[:-1],
    "one brace too many": _GOOD + b"}",
    "trailing garbage": _GOOD + b"x",
    "trailing comma": _GOOD[:-1] + b",}",
    "leading comma": b"{," + _GOOD[1:],
    "double comma": _GOOD.replace(b",", b",,", 1),
    "missing comma": _GOOD.replace(b",", b"", 1),
    "missing colon": _GOOD.replace(b":", b"", 1),
    "equals for colon": _GOOD.replace(b":", b"=", 1),
    "semicolon for comma": _GOOD.replace(b",", b";", 1),
    "unquoted field": _GOOD.replace(b'"id"', b"id", 1),
    "single quotes": _GOOD.replace(b'"', b"'"),
    "number as field": _GOOD.replace(b'"id"', b"1", 1),
    "round brackets": b"(" + _GOOD[1:-1] + b")",
    "line comment": b"//x\n" + _GOOD,
    "block comment": b"/*x*/" + _GOOD,
    "hash comment": b"#x\n" + _GOOD,
    "two documents": _GOOD + _GOOD,
    "two lines": _GOOD + b"\n" + _GOOD,
    "vertical tab": b"\x0b" + _GOOD,
    "form feed": b"\x0c" + _GOOD,
    "no-break space": b"\xc2\xa0" + _GOOD,
    "line separator": "\u2028".encode() + _GOOD,
    "zero width space": _GOOD.replace(b":", ":\u200b".encode(), 1),
    "BOM after the start": _GOOD + "\ufeff".encode(),
    "NUL before": b"\x00" + _GOOD,
    "NUL behind": _GOOD + b"\x00",
    "XML": b"<event/>",
    "word": b"event",
    "only white space": b" \n",
    "JSON text sequence": b"\x1e" + _GOOD + b"\n",
    "mismatched brackets": _GOOD[:-1] + b"]",
}
_NUMBERS = (
    "01", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+", "0x10", "1_000", "1,000", "١", "１", "½", "--1", "1.2.3", "1e1.5", "- 1", "-01", "1 0",
    "NaN", "nan", "Infinity", "-Infinity", "inf", "1f", "1L", "0b1", "∞",
)  # fmt: skip
_LITERALS = ("True", "False", "None", "nul", "TRUE", "NULL", "undefined", "yes", "t", "true1")
_STRINGS = {
    "unterminated": '"x',
    "escape x": r'"\x41"',
    "escape quote": r'"\'"',
    "escape a": r'"\a"',
    "escape v": r'"\v"',
    "escape 0": r'"\0"',
    "escape e": r'"\e"',
    "short u": r'"\u12"',
    "u with a letter": r'"\u12G4"',
    "u in braces": r'"\u{41}"',
    "capital U": r'"\U0001F600"',
    "ends in a backslash": '"x\\"',
    "high surrogate alone": r'"\ud800"',
    "high surrogate and a letter": r'"\ud800a"',
    "high surrogate and an escape": r'"\ud83d\u0041"',
    "two high surrogates": r'"\ud800\ud800"',
    "low surrogate alone": r'"\udc00"',
    "surrogates in reverse": r'"\ude00\ud83d"',
}


def cases() -> Iterator[Case]:
    """All of the class."""
    yield from _bytes()
    yield from _json()
    yield from _twice()
    yield from _deep()


def _bytes() -> Iterator[Case]:
    yield raw("bytes/null", None, "BYTES_EMPTY")
    yield raw("bytes/empty", b"", "BYTES_EMPTY")
    for name, octets in _NOT_UTF8.items():
        yield raw(f"bytes/{name}", _NAMED.replace("§".encode(), octets), "BYTES_ENCODING")
        yield raw(f"bytes/{name} outside of texts", octets + _GOOD, "BYTES_ENCODING")
    for place in ("district", "office", "id", "source", "type"):
        spoilt = {name: "§" if name == place else value for name, value in json.loads(_GOOD).items()}
        yield raw(f"bytes/ff in {place}", encoded(spoilt).replace("§".encode(), b"\xff"), "BYTES_ENCODING")
    yield raw("bytes/ff as the only office", b'{"office":"\xff"}', "BYTES_ENCODING")
    yield raw("bytes/BOM", b"\xef\xbb\xbf" + _GOOD, "BYTES_ENCODING")
    yield raw("bytes/only a BOM", b"\xef\xbb\xbf", "BYTES_ENCODING")
    text = _GOOD.decode()
    for encoding, codes in {"utf-16": "BYTES_ENCODING", "utf-32": "BYTES_ENCODING"}.items():
        yield raw(f"bytes/{encoding}", text.encode(encoding), codes)
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield raw(f"bytes/{encoding} without BOM", text.encode(encoding), "JSON_SYNTAX")
    yield raw("bytes/limit + 1", _GOOD + b" " * (LIMIT + 1 - len(_GOOD)), "BYTES_TOO_LARGE")
    for size in (20_000, 64 * 1024, 900_000):
        yield raw(f"bytes/{size} of white space", _GOOD + b" " * size, "BYTES_TOO_LARGE")
    yield raw("bytes/zeros", bytes(900_000), "BYTES_TOO_LARGE")
    step = len(_GOOD) // 25
    for end in range(1, len(_GOOD), step):
        yield raw(f"bytes/truncated to {end}", _GOOD[:end], "JSON_SYNTAX")


def _json() -> Iterator[Case]:
    for name, octets in _SYNTAX.items():
        yield raw(f"json/{name}", octets, "JSON_SYNTAX")
    for text in _NUMBERS:
        # A parser that reads from left to right may stumble over -0 before it meets the 1.
        yield instead(f"json/number {text}", "JSON_SYNTAX STRUCT_TYPE" if text == "-01" else "JSON_SYNTAX", text, data="persons")
    for text in _LITERALS:
        yield instead(f"json/literal {text}", "JSON_SYNTAX", text, data="persons")
    for name, string in _STRINGS.items():
        yield instead(f"json/string {name}", "JSON_SYNTAX", string, "reg.authority.registered", data="name")
    for code in range(0x20):
        yield instead(f"json/control {code:02x} in a string", "JSON_SYNTAX", f'"a{chr(code)}b"', "reg.authority.registered", data="name")
    yield instead("json/control in a field", "JSON_SYNTAX", '"a","da\tta":1', attribute="traceparent")


def _twice() -> Iterator[Case]:
    content = event(PLAIN, sequence="1", recordedtime="2025-03-05T09:40:00+08:00")
    text = encoded(content)
    for name in content:
        again = encoded({name: content[name]})[1:-1]
        yield raw(f"twice/{name}", text[:-1] + b"," + again + b"}", "JSON_DUPLICATE_KEY")
        yield raw(f"twice/{name}, first", b"{" + again + b"," + text[1:], "JSON_DUPLICATE_KEY")
        escaped = b'"\\u%04x%s":' % (ord(name[0]), name[1:].encode())
        yield raw(f"twice/{name}, escaped", text.replace(b'{"', b"{" + escaped + encoded(content[name]) + b',"', 1), "JSON_DUPLICATE_KEY")
        yield raw(f"twice/{name}, with a space", text[:-1] + b", " + again.replace(b'":', b'" :', 1) + b"}", "JSON_DUPLICATE_KEY")
    yield raw("twice/other value", text[:-1] + b',"id":"e-2"}', "JSON_DUPLICATE_KEY")
    for spelling in (b'"persons":2', b'"persons" :2', b'"p\\u0065rsons":2', b'"persons"\t: 2'):
        yield raw(f"twice/in data {spelling.decode()}", text.replace(b'"persons":1', b'"persons":1,' + spelling), "JSON_DUPLICATE_KEY")
    split = encoded(event("reg.split.decided"))
    yield raw("twice/in a share", split.replace(b'"bp":3000', b'"bp":3000,"bp":3000'), "JSON_DUPLICATE_KEY")
    rules = encoded(event("reg.rules.published"))
    yield raw("twice/in a rule", rules.replace(b'"zh":', b'"zh":"x","zh":'), "JSON_DUPLICATE_KEY")
    yield raw("twice/hidden by a colon", text.replace(b'"e-1001"', b'":","id":":"'), "JSON_DUPLICATE_KEY", "STRUCT_VALUE")


def _deep() -> Iterator[Case]:
    for depth in (9, 50, 199, 1_000, 8_000):
        inside = depth - 2
        if inside < 4_000:
            yield instead(f"deep/{depth} lists", "JSON_DEPTH", "[" * inside + "]" * inside, data="extra")
            yield instead(f"deep/{depth} objects", "JSON_DEPTH", '{"a":' * (inside - 1) + "{}" + "}" * (inside - 1), data="extra")
        yield raw(f"deep/{depth} lists at the top", b"[" * depth + b"]" * depth, "JSON_DEPTH")
        yield raw(f"deep/{depth} brackets never closed", b"[" * depth, "JSON_DEPTH")
    yield raw("deep/100,000 lists", b"[" * 100_000, "BYTES_TOO_LARGE")
    yield instead("deep/9 in a rule", "JSON_DEPTH", '[{"id":[[[[[[1]]]]]]}]', "reg.rules.published", data="rules")
