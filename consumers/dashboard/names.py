"""What events are called, field by field, and what became of them, in Chinese and English; what nobody named goes by its own name."""

from collections.abc import Mapping
from functools import cache
from typing import get_args, get_type_hints

from consumers.dashboard.texts import LANGUAGES, TEXTS
from schemas.events import CATALOGUE
from schemas.fields import names_of
from schemas.labels import field_label

_TYPES = {one.name: one for one in CATALOGUE}

_ANSWERS = {"true": ("是", "yes"), "false": ("否", "no")}
"""What JSON's two truths say."""

STANDINGS: dict[str, tuple[str, str]] = {
    "live": ("已采纳,有效", "admitted, counts"),
    "amended": ("已被更正", "amended"),
    "superseded": ("更正已被更高版本取代", "superseded amendment"),
    "retracted": ("已撤回", "retracted"),
    "retraction": ("撤回事件", "a retraction"),
}


def event_type(lang: str, name: str) -> str:
    """An event type's name."""
    one = _TYPES.get(name)
    return name if one is None else one.zh if lang == "zh" else one.en


def field(lang: str, type_: str, name: str) -> str:
    """What a field of an event type is called, without the advice for those who fill it in, which follows a semicolon."""
    return field_label(type_, name)[LANGUAGES.index(lang)].partition(";")[0]


def said(lang: str, type_: str, name: str, value: str) -> str:
    """What a field says: the name of its code, or the value itself."""
    named = _codes(type_).get(name, {}).get(value) or _ANSWERS.get(value)
    return named[LANGUAGES.index(lang)] if named else value


@cache
def _codes(type_: str) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """The names of codes by the fields of an event type."""
    hints = get_type_hints(_TYPES[type_].data, include_extras=True) if type_ in _TYPES else {}
    return {name: _names(hint) for name, hint in hints.items()}


def _names(hint: object) -> Mapping[str, tuple[str, str]]:
    """The first names that an annotation carries, however deep."""
    return names_of(hint) or next((names for part in get_args(hint) if (names := _names(part))), {})


def standing(lang: str, id_: str) -> str:
    """What became of an event, in words."""
    return STANDINGS[id_][LANGUAGES.index(lang)]


def counting(lang: str, kind: str) -> str:
    """How a component is counted, in words."""
    words = TEXTS.get(f"counting.{kind}")
    return words[LANGUAGES.index(lang)] if words else kind
