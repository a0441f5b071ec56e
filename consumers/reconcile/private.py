"""Personal data that must be in no event (section 10, `TEXT_PRIVATE`): identity and mobile numbers, mail addresses, positions."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from consumers.reconcile.reading import Refused

_MOBILE = r"(?<![A-Za-z0-9])1[3-9][0-9]{9}(?![A-Za-z0-9])"
_IDENTITY_NUMBER = r"(?<![A-Za-z0-9])[0-9]{17}[0-9Xx](?![A-Za-z0-9])"
_MAIL = r"""[\w.!#$%&'*+/=?^`{|}~")-]@[\w-]+\.\w"""
_PLACE = r"[0-9]\.[0-9]{3,}\s*[,，]\s*[+-]?[0-9]+\.[0-9]{3,}"
_SUSPECT = re.compile(r"[0-9]{11}|[0-9]\.[0-9]{3,}\s*[,，]|@")
"""What every private string contains; quick, because every event is looked through."""
_CERTAIN = re.compile(f"{_MOBILE}|{_MAIL}|{_PLACE}")
_NUMBERS = re.compile(_IDENTITY_NUMBER)
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NEVER_LOOKED_AT = frozenset(("sequence", "traceparent", "tracestate"))


def check_private(attributes: dict[str, Any], raw_text: str) -> None:
    """Refuse an event that carries an identity number, a mobile number, a mail address or a position in any of its strings."""
    # The raw text is looked at first, once: a hit there may be a number or a trace id, but without one (and without escapes) no string has any.
    if "\\" not in raw_text and not _SUSPECT.search(raw_text):
        return
    for name, value in attributes.items():
        if name not in _NEVER_LOOKED_AT and any(map(is_private, _strings(value))):
            raise Refused("TEXT_PRIVATE", name)


def _strings(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    elif type(value) is list:
        for part in value:
            yield from _strings(part)
    elif type(value) is dict:
        for name, part in value.items():
            yield name
            yield from _strings(part)


def is_private(string: str) -> bool:
    """Whether a text holds personal data."""
    return bool(_CERTAIN.search(string)) or any(map(_is_identity_number, _NUMBERS.findall(string)))


def _is_identity_number(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    check = sum(int(digit) * weight for digit, weight in zip(number, _CHECK_WEIGHTS, strict=False)) % 11
    return 1900 <= born.year <= 2099 and "10X98765432"[check] == number[17].upper()
