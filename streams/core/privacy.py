"""What may not be said in any text: identity numbers, mobile numbers, e-mail addresses, coordinates (contract, section 10).

Letters and digits are those of ASCII: in Chinese text a number touches characters on both sides.
"""

import re
from datetime import date
from typing import Any

_ALONE = r"(?<![0-9A-Za-z])(?:{})(?![0-9A-Za-z])"
_IDENTITY = _ALONE.format("[0-9]{17}[0-9Xx]")
_MOBILE = _ALONE.format("1[3-9][0-9]{9}")
_PLACE = r"[0-9]\.[0-9]{3,}\s*[,，]\s*[+-]?[0-9]+\.[0-9]{3,}"
_identity, _mobile, _place = re.compile(_IDENTITY), re.compile(_MOBILE), re.compile(_PLACE)
_e_mail = re.compile(r"""[\w.!#$%&'*+/=?^`{|}~")-]@[\w-]+\.\w""")
_number_in_bytes = re.compile(f"{_IDENTITY}|{_MOBILE}".encode())

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_BIRTH_YEARS = range(1900, 2100)

EXEMPT = frozenset(("sequence", "traceparent", "tracestate"))
"""Attributes that consist of long numbers by their nature."""


def is_private(text: str) -> bool:
    """Whether a text holds personal data."""
    if _mobile.search(text) or ("@" in text and _e_mail.search(text)) or _place.search(text):
        return True
    return any(map(_is_identity_number, _identity.findall(text)))


def _is_identity_number(number: str) -> bool:
    """18 characters of GB 11643: a birth date in 1900–2099 and the right check digit."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False)) % 11
    return born.year in _BIRTH_YEARS and _CHECK_DIGITS[check] == number[17].upper()


def private_place(value: Any, place: str = "") -> str | None:
    """Where a JSON value holds personal data, in any text or field name, as a path; None where it does not. The exact test."""
    match value:
        case str():
            return place if is_private(value) else None
        case dict():
            inside = ((name, f"{place}.{name}" if place else name, one) for name, one in value.items() if place or name not in EXEMPT)
            found = (place or "field name" if is_private(name) else private_place(one, path) for name, path, one in inside)
        case list():
            found = (private_place(one, f"{place}[{number}]") for number, one in enumerate(value))
        case _:
            return None
    return next((one for one in found if one is not None), None)


def may_be_private(text: bytes, masked: bytes) -> bool:
    """Cheap proof on a whole JSON text: False only if nothing in it is private. `masked`: every digit as 0, every backslash as @.

    Identity and mobile numbers have eleven digits in a row; an address has an @; coordinates have two dots with three digits; and a
    backslash may hide any of them. Long numbers that stand between letters, in ids or pseudonyms, are told apart on the bytes: what is
    private in a text is private in the bytes, because the quotes around a text are neither letter nor digit.
    """
    if b"@" in masked:
        return True
    if b"00000000000" in masked and _number_in_bytes.search(text):
        return True
    return masked.count(b".000") > 1 and _place.search(text.decode()) is not None
