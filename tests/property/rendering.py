"""JSON written in all the ways in which one can write it, wrong ones included."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from schemas.events import CATALOGUE
from tests.badness.private import PRIVATE
from tests.factories import DISTRICT, event

_SPACES = ("", "", "", " ", "  ", "\n", "\r\n\t", " \t")
AWKWARD = (
    ":", ": ", ":x", '":', '" :', "-0", " -0", ":-0", "a:-0", "- 0", "\\", "@", "a@b", ".000.000", "1.234,5", "1.234 5.678", "12345678901", "x12345678901",
    "所", "\u0000", "\u2028", "😀", "0" * 26, '{"id":1}', "id", "data",
)  # fmt: skip


def write(value: Any, random: Random, *, faults: float = 0.0) -> str:
    """A JSON text of a value, with random spaces, escapes and order; with `faults` some fields twice and some zeros negative."""

    def space() -> str:
        return random.choice(_SPACES)

    match value:
        case str():
            return _string(value, random)
        case dict():
            members = list(value.items())
            if random.random() < 0.5:
                random.shuffle(members)
            if members and random.random() < faults:
                members.insert(random.randrange(len(members)), random.choice(members))
            texts = (
                f"{space()}{_string(name, random)}{space()}:{space()}{write(one, random, faults=faults)}{space()}" for name, one in members
            )
            return "{" + ",".join(texts) + "}"
        case list():
            return "[" + ",".join(space() + write(one, random, faults=faults) + space() for one in value) + "]"
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case 0 if random.random() < faults:
            return "-0"
        case _:
            return str(value)


def _string(text: str, random: Random) -> str:
    escapes = random.choice((0.0, 0.0, 0.0, 0.2))
    return '"' + "".join(_letter(letter, escaped=random.random() < escapes) for letter in text) + '"'


def _letter(letter: str, *, escaped: bool) -> str:
    if letter in '"\\':
        return "\\" + letter
    if escaped or letter < " ":
        octets = letter.encode("utf-16-be")
        return "".join(f"\\u{octets[at] << 8 | octets[at + 1]:04x}" for at in range(0, len(octets), 2))
    return letter


RANDOMS = st.integers(0, 2**32).map(Random)
"""A source of chance that costs Hypothesis one choice, not one for each use (a hundredth of the time)."""
TEXTS = st.one_of(
    st.sampled_from(AWKWARD), st.sampled_from(PRIVATE), st.text(max_size=70), st.from_regex("[a-z0-9_]{1,32}", fullmatch=True)
)
VALUES = st.one_of(TEXTS, st.integers(-2, 70), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers(), max_size=2))
_USUAL = st.sampled_from([event(kind.name) for kind in CATALOGUE])
_RARE: dict[str, Any] = {
    "sequence": "12345678901",
    "recordedtime": "2025-03-05T09:30:00.123456+08:00",
    "op": "assert",
    "traceparent": "13812345678",
    "partitionkey": DISTRICT,
    "datacontenttype": "application/json",
}
_CODES = st.one_of(
    st.from_regex("[a-z0-9_]{1,32}", fullmatch=True), st.sampled_from(["13812345678", "x13812345678", "tel_13812345678", "9" * 32])
)
_WORK: dict[str, st.SearchStrategy[Any]] = {
    "minutes": st.integers(0, 1440),
    "worker": st.one_of(st.just("w-0001"), st.from_regex("w-[0-9]{4,12}", fullmatch=True)),
    "co_handlers": st.lists(_CODES, max_size=2),
    "assigned_by": st.sampled_from(["self", "au-990107-sfj"]),
    "evidence": st.just("none"),
}
_OWN: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS, "doc_no": TEXTS, "topic": _CODES, "reason": _CODES, "kind": _CODES, "theme": _CODES, "level": _CODES, "audience_est": st.just(0),
    "staff": st.just(0), "dedicated": st.just(0), "must_fetch": st.booleans(), "is_collective": st.booleans(),
}  # fmt: skip
_ANY_FIELD = st.sampled_from(sorted({*_WORK, *_OWN, "extra"}))


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Events of any type with a few things added or replaced, by what fits mostly, so that about half of them are valid."""
    made: dict[str, Any] = dict(draw(_USUAL))
    made |= {name: _RARE[name] for name in draw(st.sets(st.sampled_from(sorted(_RARE)), max_size=3))}
    data: dict[str, Any] = dict(made["data"])
    fitting = {name: _OWN[name] for name in data.keys() & _OWN.keys()} | (_WORK if "office" in made else {})
    for name in draw(st.sets(st.sampled_from(sorted(fitting)), max_size=3)) if fitting else ():
        data[name] = draw(fitting[name])
    if draw(st.booleans()):
        made["id"] = draw(
            st.one_of(
                st.from_regex("[A-Za-z0-9._:-]{1,64}", fullmatch=True),
                st.sampled_from([":", "a:-0", ":-0", "13812345678", "e-13812345678"]),
            )
        )
    match draw(st.integers(0, 7)):
        case 0:
            data[draw(_ANY_FIELD)] = draw(VALUES)
        case 1:
            made[draw(st.sampled_from(sorted(made)))] = draw(VALUES)
    return made | ({"data": data} if isinstance(made["data"], dict) else {})
