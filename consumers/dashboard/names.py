"""What events are called, field by field, and what became of them, in Chinese and English; what nobody named goes by its own name."""

from consumers.dashboard.texts import LANGUAGES
from schemas.events import CATALOGUE
from schemas.labels import field_label

_TYPES = {one.name: one for one in CATALOGUE}

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
    """What a field of an event type is called."""
    label = field_label(type_, name)
    return label.zh if lang == "zh" else label.en


def said(lang: str, type_: str, name: str, value: str) -> str:
    """What a field says: the name of its code, or the value itself."""
    named = field_label(type_, name).codes.get(value)
    return named[LANGUAGES.index(lang)] if named else value


def standing(lang: str, id_: str) -> str:
    """What became of an event, in words."""
    return STANDINGS[id_][LANGUAGES.index(lang)]
