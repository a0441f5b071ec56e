"""Plain text: what clerks see as the same is the same, whatever it was typed with."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_MARKS = re.compile(r"[*＊]|[(（](?:必填|选填|可选)[)）]|[(（](?:元|分钟|平方米|㎡|人|人次|估)[)）]")
_SIGNS = "=+-@"


def plain_text(text: str) -> str:
    """Full-width letters, digits and signs as usual ones, no invisible characters, single spaces, none at the ends."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text.strip()) if "  " in text else text.strip()
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(
        " " if one.isspace() else one for one in normal if one.isspace() or unicodedata.category(one) not in ("Cf", "Cc", "Co", "Cs", "Cn")
    )
    return _SPACES.sub(" ", seen).strip()


def folded(text: str) -> str:
    """A heading or name for comparison: plain, without spaces, marks of duty and units, in lower case."""
    return plain_text(_MARKS.sub("", text)).replace(" ", "").lower()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program would take a text for a formula: it begins with = + - @, also full-width, behind an apostrophe or blanks."""
    beginning = plain_text(text[:64]).lstrip("'’‘ \t\r\n")
    return beginning[:1] in _SIGNS if beginning else False
