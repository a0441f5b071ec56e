"""Content as JSON: the same exact figures, as numbers. Fractions become integers where they are whole."""

from datetime import datetime
from fractions import Fraction

import orjson
from aiohttp import web


def answer(content: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=encode(content), status=status, content_type="application/json", charset="utf-8")


def encode(content: object) -> bytes:
    """Content as UTF-8 JSON; dates and instants as ISO 8601."""
    return orjson.dumps(content, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
